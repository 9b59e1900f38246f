// Simulated Allystar, CASIC and SkyTraq receivers.
#include "sim/answering_frame.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace hal::sim {
namespace answering {
namespace {

/// Five measurements a second, and one of each sentence.
class Allystar final : public Framed {
  public:
    Allystar() : Framed{"\xF1\xD9"} {
        Settings settings;
        for (const auto* which : {"F000", "F001", "F002", "F004", "F005", "F006"})
            settings["0601:" + std::string{which}] = bytes_of(which) + "\x05";
        for (const auto* which : {"F003", "F007"})
            settings["0601:" + std::string{which}] = bytes_of(which) + std::string(1, '\0');
        settings["0607"] = bytes_of("40420F000000000050C30000000D01");
        settings["0612"] = std::string(8, '\0');
        settings["0614"] = std::string(12, '\0');
        set_up(settings);
    }

  private:
    std::string on(unsigned id, const std::string& payload) override {
        if (id == 0x0A04) return packet(id, field("3.018.2f1a", 16) + field("HD9310.B11", 16));
        if (id == 0x0600 && payload.size() == 8) {
            if (payload[0] == 0) set_rate(word_at(payload, 4, 4));
            return acknowledge(true, id);
        }
        if (id == 0x0609) {
            saved_ = now_;
            return acknowledge(true, id);
        }
        const auto key = key_of(id, id == 0x0601 ? payload.substr(0, 2) : "");
        const auto found = now_.find(key);
        if (found == now_.end()) return acknowledge(false, id);
        if (payload.size() == (id == 0x0601 ? 2U : 0U)) return packet(id, found->second);
        if (refuses(key) || payload.size() != found->second.size()) return acknowledge(false, id);
        found->second = payload;
        return acknowledge(true, id);
    }
    [[nodiscard]] unsigned interval(std::string_view sentence) const override {
        constexpr std::array<std::pair<std::string_view, const char*>, 7> ids{{{"GGA", "F000"},
                                                                               {"GLL", "F001"},
                                                                               {"GSA", "F002"},
                                                                               {"GSV", "F004"},
                                                                               {"RMC", "F005"},
                                                                               {"VTG", "F006"},
                                                                               {"ZDA", "F007"}}};
        for (const auto& [name, id] : ids)
            if (name == sentence) return (at(now_.at("0601:" + std::string{id}), 2) + 4) / 5;
        return 0;
    }
    [[nodiscard]] unsigned fixes_per_second() const override { return 1; }
};

/// The binary half for what is asked and set; text for its name and its rate.
class Casic final : public AnsweringReceiver {
  public:
    Casic() {
        Settings settings;
        for (const auto* which : {"4E00", "4E01", "4E02", "4E03", "4E04", "4E05", "4E08", "4E11"})
            settings["0601:" + std::string{which}] = bytes_of(which) + bytes_of("0100");
        settings["0603"] = bytes_of("40420F00A0860100010001050000000000").substr(0, 16);
        settings["0604"] = bytes_of("C8000000"); // five a second
        settings["0606"] = std::string(40, '\0');
        settings["0607"] = std::string(44, '\0');
        set_up(settings);
    }

  private:
    static std::string packet(unsigned id, const std::string& payload) {
        const auto body = word(static_cast<unsigned>(payload.size()), 2) + word(id >> 8U, 1) +
                          word(id, 1) + payload;
        return "\xBA\xCE" + body + word(sum(body), 4);
    }
    static unsigned sum(std::string_view body) {
        unsigned sum = 0;
        for (std::size_t i = 0; i < body.size(); i += 4)
            sum += word_at(body, i, 4);
        return sum;
    }
    static std::string acknowledge(bool yes, unsigned id) {
        return packet(yes ? 0x0501 : 0x0500, word(id >> 8U, 1) + word(id, 1) + word(0, 2));
    }

    std::size_t take(std::string_view bytes, std::string& answer) override {
        if (bytes[0] == '$') return take_text(bytes, answer);
        if (bytes[0] != '\xBA' || (bytes.size() > 1 && bytes[1] != '\xCE')) return 1;
        if (bytes.size() < 10) return 0;
        const auto length = word_at(bytes, 2, 2);
        if (length > 512 || length % 4 != 0) return 1;
        if (bytes.size() < 10 + length) return 0;
        if (sum(bytes.substr(2, 4 + length)) != word_at(bytes, 6 + length, 4)) return 1;
        if (!loses())
            answer = on(at(bytes, 4) << 8U | at(bytes, 5), std::string{bytes.substr(6, length)});
        return 10 + length;
    }
    std::size_t take_text(std::string_view bytes, std::string& answer) {
        const auto end = bytes.find('\n');
        if (end == std::string_view::npos) return bytes.size() > 100 ? 1 : 0;
        constexpr std::array rates{4800U, 9600U, 19200U, 38400U, 57600U, 115200U};
        const auto line = std::string{bytes.substr(0, end + 1)};
        if (loses()) return end + 1;
        if (line == with_checksum("PCAS06,0"))
            answer = with_checksum("GPTXT,01,01,02,SW=URANUS5,V5.3.0.0");
        if (line == with_checksum("PCAS06,1"))
            answer = with_checksum("GPTXT,01,01,02,HW=AT6558D,0000000000000");
        for (std::size_t code = 0; code < rates.size(); ++code)
            if (line == with_checksum(fmt::format("PCAS01,{}", code)) && !refuses("rate"))
                set_rate(rates[code]);
        return end + 1;
    }
    std::string on(unsigned id, const std::string& payload) {
        if (id == 0x0A09)
            return packet(id, std::string(20, '\0') + word(2, 4) + std::string(32, '\0'));
        if (id == 0x0605) {
            saved_ = now_;
            return acknowledge(true, id);
        }
        std::string all;
        if (id == 0x0601 && payload.empty()) {
            if (refuses("0601")) return acknowledge(false, id);
            for (const auto& [key, value] : now_)
                if (key.starts_with("0601:")) all += packet(id, value);
            return all;
        }
        const auto key = key_of(id, id == 0x0601 ? payload.substr(0, 2) : "");
        const auto found = now_.find(key);
        if (found == now_.end()) return acknowledge(false, id);
        if (payload.empty()) return packet(id, found->second);
        if (refuses(key) || payload.size() != found->second.size()) return acknowledge(false, id);
        if (id == 0x0607)
            found->second[4] = payload[4];
        else
            found->second = payload;
        return acknowledge(true, id);
    }
    [[nodiscard]] unsigned interval(std::string_view sentence) const override {
        constexpr std::array<std::pair<std::string_view, const char*>, 7> ids{{{"GGA", "4E00"},
                                                                               {"GLL", "4E01"},
                                                                               {"GSA", "4E02"},
                                                                               {"GSV", "4E03"},
                                                                               {"RMC", "4E04"},
                                                                               {"VTG", "4E05"},
                                                                               {"ZDA", "4E08"}}};
        for (const auto& [name, id] : ids)
            if (name == sentence) return word_at(now_.at("0601:" + std::string{id}), 2, 2);
        return 0;
    }
    [[nodiscard]] unsigned fixes_per_second() const override {
        return std::max(1U, 1000U / std::max(1U, word_at(now_.at("0604"), 0, 2)));
    }
};

/// What sets has its attribute at the end: 1 saves it.
class Skytraq final : public AnsweringReceiver {
  public:
    Skytraq() {
        set_up({{"6402", bytes_of("010101010101000000000000")},
                {"0E", "\x05"},
                {"6501", bytes_of("00000FA0")},
                {"45", std::string(4, '\0')},
                {"55", bytes_of("0200")},
                {"54", std::string(29, '\0')}});
    }

  private:
    static std::string packet(const std::string& payload) {
        const auto size = static_cast<unsigned>(payload.size());
        unsigned sum = 0;
        for (std::size_t i = 0; i < payload.size(); ++i)
            sum ^= at(payload, i);
        return "\xA0\xA1" + word(size >> 8U, 1) + word(size, 1) + payload + word(sum, 1) + "\r\n";
    }
    std::size_t take(std::string_view bytes, std::string& answer) override {
        if (bytes[0] != '\xA0' || (bytes.size() > 1 && bytes[1] != '\xA1')) return 1;
        if (bytes.size() < 7) return 0;
        const auto length = at(bytes, 2) << 8U | at(bytes, 3);
        if (length == 0 || length > 512) return 1;
        if (bytes.size() < 7 + length) return 0;
        const auto payload = std::string{bytes.substr(4, length)};
        if (packet(payload) != bytes.substr(0, 7 + length)) return 1;
        if (!loses()) answer = on(payload);
        return 7 + length;
    }
    std::string on(const std::string& payload) {
        const auto is = [&](std::string_view hex) { return payload == bytes_of(hex); };
        if (is("0201")) return packet(bytes_of("8001000201020001070D0013030A"));
        if (is("6403")) return packet(bytes_of("6481") + now_["6402"]);
        if (is("10")) return packet(bytes_of("86") + now_["0E"]);
        if (is("6502")) return packet(bytes_of("6580") + now_["6501"]);
        if (is("56")) return packet(bytes_of("C3") + now_["55"]);
        if (is("46")) return packet(bytes_of("BB") + now_["45"]);
        if (is("44")) return packet(bytes_of("C2") + now_["54"] + std::string(5, '\0'));
        if (is("6420"))
            return packet(bytes_of("648E") + std::string(10, '\0') + bytes_of("121207"));
        if (payload[0] == 5 && payload.size() == 4) return set_port(payload);
        for (auto& [key, value] : now_) {
            const auto head = bytes_of(key == "rate" ? "" : key);
            if (head.empty() || !payload.starts_with(head)) continue;
            if (payload.size() != head.size() + value.size() + 1 || refuses(key)) break;
            value = payload.substr(head.size(), value.size());
            if (payload.back() == 1) saved_[key] = value;
            return packet("\x83" + head);
        }
        return packet("\x84" + payload.substr(0, 1));
    }
    std::string set_port(const std::string& payload) {
        constexpr std::array rates{4800U, 9600U, 19200U, 38400U, 57600U, 115200U};
        const auto code = at(payload, 2);
        if (code >= rates.size() || refuses("rate")) return packet("\x84\x05");
        set_rate(rates[code]);
        if (payload.back() == 1) saved_["rate"] = now_["rate"];
        return packet("\x83\x05");
    }
    [[nodiscard]] unsigned interval(std::string_view sentence) const override {
        constexpr std::array<std::string_view, 7> places{"GGA", "GSA", "GSV", "GLL",
                                                         "RMC", "VTG", "ZDA"};
        for (std::size_t i = 0; i < places.size(); ++i)
            if (places[i] == sentence) return at(now_.at("6402"), i);
        return 0;
    }
    [[nodiscard]] unsigned fixes_per_second() const override { return at(now_.at("0E"), 0); }
};

} // namespace
} // namespace answering

std::unique_ptr<AnsweringReceiver> make_allystar() {
    return std::make_unique<answering::Allystar>();
}
std::unique_ptr<AnsweringReceiver> make_casic() {
    return std::make_unique<answering::Casic>();
}
std::unique_ptr<AnsweringReceiver> make_skytraq() {
    return std::make_unique<answering::Skytraq>();
}

} // namespace hal::sim
