// Simulated u-blox, Allystar, CASIC and SkyTraq receivers.
#include "hal/sim/answering_receiver.hpp"

#include <array>
#include <fmt/format.h>

namespace hal::sim {
namespace {

unsigned at(std::string_view bytes, std::size_t place) {
    return place < bytes.size() ? static_cast<unsigned char>(bytes[place]) : 0U;
}

unsigned word_at(std::string_view bytes, std::size_t place, std::size_t size) {
    unsigned value = 0;
    for (std::size_t i = size; i-- > 0;)
        value = value << 8U | at(bytes, place + i);
    return value;
}

std::string word(unsigned value, std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i, value >>= 8U)
        bytes += static_cast<char>(value & 255U);
    return bytes;
}

/// "06 01" as bytes.
std::string bytes_of(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoul(std::string{hex.substr(i, 2)}, nullptr, 16));
    return bytes;
}

std::string field(std::string text, std::size_t size) {
    text.resize(size);
    return text;
}

std::string key_of(unsigned id, std::string_view which = {}) {
    auto key = fmt::format("{:04X}", id);
    for (std::size_t i = 0; i < which.size(); ++i)
        key += fmt::format("{}{:02X}", i == 0 ? ":" : "", at(which, i));
    return key;
}

/// u-blox's frame: sync bytes, class, id, length, payload, two checksums.
class Framed : public AnsweringReceiver {
  public:
    explicit Framed(std::string sync) : sync_{std::move(sync)} {}

  protected:
    virtual std::string on(unsigned id, const std::string& payload) = 0;

    [[nodiscard]] std::string packet(unsigned id, const std::string& payload) const {
        std::string body = word(id >> 8U, 1) + word(id, 1) +
                           word(static_cast<unsigned>(payload.size()), 2) + payload;
        return sync_ + body + sums(body);
    }
    [[nodiscard]] std::string acknowledge(bool yes, unsigned id) const {
        return packet(yes ? 0x0501 : 0x0500, word(id >> 8U, 1) + word(id, 1));
    }

    std::size_t take(std::string_view bytes, std::string& answer) override {
        if (!bytes.starts_with(sync_.substr(0, bytes.size()))) return 1;
        if (bytes.size() < 8) return 0;
        const auto length = word_at(bytes, 4, 2);
        if (length > 512) return 1;
        if (bytes.size() < 8 + length) return 0;
        if (sums(bytes.substr(2, 4 + length)) != bytes.substr(6 + length, 2)) return 1;
        if (!loses())
            answer = on(at(bytes, 2) << 8U | at(bytes, 3), std::string{bytes.substr(6, length)});
        return 8 + length;
    }

  private:
    static std::string sums(std::string_view bytes) {
        unsigned a = 0;
        unsigned b = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i)
            b += a += at(bytes, i);
        return word(a, 1) + word(b, 1);
    }
    std::string sync_;
};

// The count is GPS', 18, and no leap second is planned.
std::string timels() {
    return bytes_of("000000000000000002120200") + std::string(11, '\0') + "\x03";
}

// Of pulses that are right to the nanosecond.
std::string tim_tp() {
    return std::string(14, '\0') + "\x03" + std::string(1, '\0');
}

class Ublox8 final : public Framed {
  public:
    Ublox8() : Framed{"\xB5\x62"} {
        Settings settings;
        for (const auto* which : {"F000", "F001", "F002", "F003", "F004", "F005"})
            settings["0601:" + std::string{which}] = bytes_of(which) + bytes_of("000101010100");
        for (const auto* which :
             {"F006", "F007", "F008", "F009", "F00D", "F100", "F103", "0126", "0D01"})
            settings["0601:" + std::string{which}] = bytes_of(which) + bytes_of("000000000000");
        settings["0600"] = bytes_of("01000000D0080000802500000700030000000000");
        settings["0608"] = bytes_of("F401"
                                    "0100"
                                    "0100"); // two a second
        settings["0624"] = bytes_of("FFFF0003") + std::string(32, '\0');
        settings["0631"] =
            bytes_of("000100003200000040420F0040420F00A0860100A086010000000000F7000000");
        settings["063D"] = std::string(28, '\0');
        set_up(settings);
    }

    void set_rate(unsigned baud) override {
        AnsweringReceiver::set_rate(baud);
        now_["0600"].replace(8, 4, word(baud, 4));
    }

  private:
    std::string on(unsigned id, const std::string& payload) override {
        if (id == 0x0A04)
            return packet(id, field("EXT CORE 3.01 (107888)", 30) + field("00080000", 10) +
                                  field("ROM BASE 2.01", 30) + field("FWVER=TIM 1.10", 30) +
                                  field("PROTVER=22.00", 30) + field("MOD=LEA-M8T-0", 30) +
                                  field("GPS;GLO;GAL;BDS", 30));
        if (id == 0x0A09) {
            auto hardware = std::string(60, '\0');
            hardware[20] = 2;
            hardware[22] = 4;
            return packet(id, hardware);
        }
        if (id == 0x0126) return packet(id, timels());
        if (id >> 8U != 0x06) return "";
        if (id == 0x0609) {
            saved_ = now_;
            return acknowledge(true, id);
        }
        return configure(id, payload);
    }

    std::string configure(unsigned id, const std::string& payload) {
        const auto key = key_of(id, id == 0x0601 ? payload.substr(0, 2) : "");
        const auto found = now_.find(key);
        if (found == now_.end()) return acknowledge(false, id);
        if (payload.size() == (id == 0x0601 ? 2U : 0U))
            return packet(id, found->second) + acknowledge(true, id);
        if (refuses(key) || payload.size() != found->second.size()) return acknowledge(false, id);
        if (id == 0x0624) {
            if ((at(payload, 0) & 1U) != 0) found->second[2] = payload[2];
        } else {
            found->second = payload;
        }
        if (id == 0x0600) set_rate(word_at(payload, 8, 4));
        return acknowledge(true, id);
    }

    [[nodiscard]] std::string packets() const override {
        std::string all;
        if (at(now_.at("0601:0126"), 3) > 0) all += packet(0x0126, timels());
        if (at(now_.at("0601:0D01"), 3) > 0) all += packet(0x0D01, tim_tp());
        return all;
    }
    [[nodiscard]] unsigned interval(std::string_view sentence) const override {
        constexpr std::array<std::pair<std::string_view, const char*>, 7> ids{{{"GGA", "F000"},
                                                                               {"GLL", "F001"},
                                                                               {"GSA", "F002"},
                                                                               {"GSV", "F003"},
                                                                               {"RMC", "F004"},
                                                                               {"VTG", "F005"},
                                                                               {"ZDA", "F008"}}};
        for (const auto& [name, id] : ids)
            if (name == sentence) return at(now_.at("0601:" + std::string{id}), 3);
        return 0;
    }
    [[nodiscard]] unsigned fixes_per_second() const override {
        return std::max(1U, 1000U / std::max(1U, word_at(now_.at("0608"), 0, 2)));
    }
};

/// Its keys are settings, "209100AC".
class Ublox9 final : public Framed {
  public:
    Ublox9() : Framed{"\xB5\x62"} {
        Settings settings;
        const auto add = [&](unsigned key, unsigned value) {
            settings[fmt::format("{:08X}", key)] = word(value, size_of(key));
        };
        for (const unsigned on : {0xBBU, 0xCAU, 0xC0U, 0xC5U, 0xB1U, 0xACU})
            add(0x20910000U | on, 1);
        for (const unsigned off : {0xB6U, 0xCFU, 0xD4U, 0xDEU, 0xD9U, 0x61U, 0x17EU})
            add(0x20910000U | off, 0);
        add(0x30210001, 200);
        for (const unsigned key : {0x30210002U, 0x20050023U, 0x20050030U, 0x10050009U, 0x10050008U,
                                   0x1005000AU, 0x1005000BU, 0x2005000CU, 0x10050007U})
            add(key, key == 0x20050023U ? 0 : 1);
        for (const unsigned key :
             {0x20110021U, 0x40050004U, 0x30050001U, 0x20030001U, 0x20030002U, 0x40030009U,
              0x4003000AU, 0x4003000BU, 0x4003000FU, 0x40030010U, 0x40030011U})
            add(key, 0);
        add(0x40050002, 1'000'000);
        add(0x40050003, 1'000'000);
        add(0x40050005, 50'000);
        set_up(settings);
    }

  private:
    static std::size_t size_of(unsigned key) {
        constexpr std::array<std::size_t, 8> sizes{0, 1, 1, 2, 4, 8, 0, 0};
        return sizes[key >> 28U & 7U];
    }
    static constexpr unsigned baud_key = 0x40520001;

    std::string on(unsigned id, const std::string& payload) override {
        if (id == 0x0A04)
            return packet(id, field("ROM SPG 5.10 (7b202e)", 30) + field("000A0000", 10) +
                                  field("FWVER=SPG 5.10", 30) + field("PROTVER=34.10", 30) +
                                  field("GPS;GLO;GAL;BDS", 30) + field("SBAS;QZSS", 30));
        if (id == 0x0A38)
            return packet(id, bytes_of("00010000") + bytes_of("000102") + std::string(21, '\0'));
        if (id == 0x0126) return packet(id, timels());
        if (id == 0x068B) return get(payload);
        return id == 0x068A ? set(payload) : "";
    }
    std::string get(const std::string& payload) {
        std::string values = word(1, 1) + payload.substr(1, 3);
        for (std::size_t place = 4; place + 4 <= payload.size(); place += 4) {
            const auto found = now_.find(fmt::format("{:08X}", word_at(payload, place, 4)));
            if (found == now_.end()) return acknowledge(false, 0x068B);
            values += payload.substr(place, 4) + found->second;
        }
        return packet(0x068B, values) + acknowledge(true, 0x068B);
    }
    // It has no flash: what is for that is refused.
    std::string set(const std::string& payload) {
        const auto layers = at(payload, 1);
        Settings changes;
        for (std::size_t place = 4; place + 4 <= payload.size();) {
            const auto key = word_at(payload, place, 4);
            const auto name = key == baud_key ? "rate" : fmt::format("{:08X}", key);
            const auto size = size_of(key);
            if (!now_.contains(name) || refuses(name) || (layers & 4U) != 0)
                return acknowledge(false, 0x068A);
            changes[name] = key == baud_key ? std::to_string(word_at(payload, place + 4, 4))
                                            : payload.substr(place + 4, size);
            place += 4 + size;
        }
        for (const auto& [name, value] : changes) {
            if ((layers & 1U) != 0) now_[name] = value;
            if ((layers & 2U) != 0) saved_[name] = value;
        }
        return acknowledge(true, 0x068A);
    }

    [[nodiscard]] std::string packets() const override {
        std::string all;
        if (at(now_.at("20910061"), 0) > 0) all += packet(0x0126, timels());
        if (at(now_.at("2091017E"), 0) > 0) all += packet(0x0D01, tim_tp());
        return all;
    }
    [[nodiscard]] unsigned interval(std::string_view sentence) const override {
        constexpr std::array<std::pair<std::string_view, const char*>, 7> keys{
            {{"GGA", "209100BB"},
             {"GLL", "209100CA"},
             {"GSA", "209100C0"},
             {"GSV", "209100C5"},
             {"RMC", "209100AC"},
             {"VTG", "209100B1"},
             {"ZDA", "209100D9"}}};
        for (const auto& [name, key] : keys)
            if (name == sentence) return at(now_.at(key), 0);
        return 0;
    }
    [[nodiscard]] unsigned fixes_per_second() const override {
        return std::max(1U, 1000U / std::max(1U, word_at(now_.at("30210001"), 0, 2)));
    }
};

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

std::unique_ptr<AnsweringReceiver> make_ublox8() {
    return std::make_unique<Ublox8>();
}
std::unique_ptr<AnsweringReceiver> make_ublox9() {
    return std::make_unique<Ublox9>();
}
std::unique_ptr<AnsweringReceiver> make_allystar() {
    return std::make_unique<Allystar>();
}
std::unique_ptr<AnsweringReceiver> make_casic() {
    return std::make_unique<Casic>();
}
std::unique_ptr<AnsweringReceiver> make_skytraq() {
    return std::make_unique<Skytraq>();
}

} // namespace hal::sim
