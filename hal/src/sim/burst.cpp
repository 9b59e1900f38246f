#include "sim/burst.hpp"

#include "sim/burst_text.hpp"

namespace hal::sim {
namespace {

constexpr std::int64_t rollover = std::int64_t{1024} * 7 * 86400;

std::string garbage(std::uint64_t seed, std::int64_t place) {
    std::string bytes;
    const auto length = noise(seed, place) % 40;
    for (std::uint64_t i = 0; i < length; ++i)
        bytes += static_cast<char>(noise(seed + i, place) & 0xff);
    return bytes;
}

} // namespace

std::string burst(UtcSecond second, const Settings& settings) {
    using enum SentenceType;
    constexpr int decimals = 2;
    BurstText text{"GP", decimals};
    text.set_time({settings.has(Fault::old_date) ? second - rollover : second, false, 0});
    const auto certainty =
        settings.has(Fault::no_fix) ? Certainty::time_without_fix : Certainty::fix;
    std::string out;
    for (const SentenceType type : {rmc, gga, gsa, gsv, gsv, gsv}) {
        char sentence[BurstText::longest];
        out.append(sentence, text.append(type, certainty, sentence));
        if (type == rmc && settings.has(Fault::garbage))
            out += garbage(settings.seed, second.posix());
    }
    if (settings.has(Fault::bad_checksum))
        for (std::size_t i = 0; i < out.size(); ++i)
            if (out[i] == '*') out[i + 1] = out[i + 1] == '0' ? '1' : '0';
    return out;
}

} // namespace hal::sim
