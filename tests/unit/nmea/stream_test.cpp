// Framer, parser and epoch together: neither chunks nor the lack of silence change the labels.
#include "tests/unit/nmea/chain.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace ppsd::nmea;
using namespace ppsd::nmea::test;

namespace {

/// A receiver's burst for a time and a date.
using Maker = std::function<std::vector<std::string>(const std::string&)>;

const std::vector<Maker> receivers{
    [](const auto& t) { return Words{rmc_text(t)}; },
    [](const auto& t) {
        return Words{gga_text(t), gsv_text, rmc_text(t)};
    },
    [](const auto& t) {
        return Words{rmc_text(t), gga_text(t), gll_text(t), zda_text(t)};
    },
    [](const auto& t) {
        return Words{zda_text(t), gga_text(t)};
    },
    [](const auto& t) {
        return Words{gga_text(t), gns_text(t), gsv_text, zda_text(t)};
    },
    [](const auto& t) { // now without GSVs, now in another order
        return t.back() % 2 == 0 ? Words{rmc_text(t), gga_text(t), gsv_text}
                                 : Words{gga_text(t), rmc_text(t)};
    },
};

std::vector<std::string> bursts(const Maker& receiver, int count) {
    std::vector<std::string> all;
    for (int n = 0; n < count; ++n) {
        std::string burst;
        for (const auto& text : receiver(fmt::format("1200{:02}", n)))
            burst += seal(text);
        all.push_back(burst);
    }
    return all;
}

Words of_line(const std::vector<std::string>& all) {
    Chain chain;
    for (const auto& burst : all) {
        chain.push(burst);
        chain.silence();
    }
    return chain.labels();
}

Words of_recording(std::string_view bytes, std::size_t split = 0) {
    Chain chain;
    chain.push(bytes.substr(0, split));
    chain.push(bytes.substr(split));
    chain.silence();
    return chain.labels();
}

} // namespace

TEST_CASE("a recording gives the labels of the line") {
    for (const auto& receiver : receivers) {
        const auto all = bursts(receiver, 20);
        std::string recording;
        for (const auto& burst : all)
            recording += burst;
        CHECK(of_line(all).size() == 20);
        CHECK(of_recording(recording) == of_line(all));
    }
}

TEST_CASE("a recording that begins anywhere gives the labels of the whole bursts in it") {
    for (const auto& receiver : receivers) {
        const auto all = bursts(receiver, 5);
        std::string recording;
        for (const auto& burst : all)
            recording += burst;
        const auto labels = of_line(all);
        for (std::size_t start = 0; start < all[0].size(); ++start) {
            auto rest = of_recording(std::string_view{recording}.substr(start));
            if (rest.size() == labels.size()) rest.erase(rest.begin());
            CHECK(rest == Words(labels.begin() + 1, labels.end()));
        }
    }
}

TEST_CASE("the labels are the same wherever the bytes are split") {
    for (const auto& receiver : receivers) {
        std::string recording = "# a comment $GPRMC\r\n";
        for (const auto& burst : bursts(receiver, 3))
            recording += burst + "\xb5\x62\x01$D\n#\x02";
        const auto labels = of_recording(recording);
        CHECK(labels.size() == 3);
        for (std::size_t split = 0; split <= recording.size(); ++split)
            CHECK(of_recording(recording, split) == labels);
    }
}
