// Simulated u-blox receivers.
#include "sim/answering_frame.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace hal::sim {
namespace answering {
namespace {

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

} // namespace
} // namespace answering

std::unique_ptr<AnsweringReceiver> make_ublox8() {
    return std::make_unique<answering::Ublox8>();
}
std::unique_ptr<AnsweringReceiver> make_ublox9() {
    return std::make_unique<answering::Ublox9>();
}

} // namespace hal::sim
