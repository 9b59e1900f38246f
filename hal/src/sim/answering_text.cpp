// Simulated MediaTek, Airoha, Quectel and Unicore receivers: commands are lines.
#include "hal/sim/answering_receiver.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <vector>

namespace hal::sim {
namespace {

std::vector<std::string> parts_of(const std::string& text, char separator = ',') {
    std::vector<std::string> parts{""};
    for (const char c : text)
        if (c == separator)
            parts.emplace_back();
        else
            parts.back() += c;
    return parts;
}

class Lines : public AnsweringReceiver {
  protected:
    /// checked: it had a '$' and a right checksum, both taken off.
    virtual std::string on(const std::string& text, bool checked) = 0;

    std::size_t take(std::string_view bytes, std::string& answer) override {
        const auto end = bytes.find('\n');
        if (end == std::string_view::npos) return bytes.size() > 500 ? 1 : 0;
        std::string line{bytes.substr(0, end)};
        std::erase(line, '\r');
        const auto begin = line.rfind('$');
        const auto star = line.find('*', begin == std::string::npos ? 0 : begin);
        if (loses()) return end + 1;
        if (begin == std::string::npos || star == std::string::npos) {
            answer = on(line, false);
        } else {
            const auto text = line.substr(begin + 1, star - begin - 1);
            if (with_checksum(text) == line.substr(begin) + "\r\n") answer = on(text, true);
        }
        return end + 1;
    }
    [[nodiscard]] unsigned number(const std::string& key) const {
        const auto found = now_.find(key);
        if (found == now_.end() || found->second.empty()) return 0;
        return static_cast<unsigned>(std::stoul(found->second));
    }
    [[nodiscard]] unsigned fixes_per_second() const override {
        return 1000 / std::clamp(number("fix"), 100U, 1000U);
    }
};

class Mediatek final : public Lines {
  public:
    Mediatek() {
        set_up({{"314", "1,1,1,1,1,1,0,0,0,0,0,0,0,0,0,0,0,0,0"}, {"fix", "200"}, {"285", "4,10"}});
    }

  private:
    std::string on(const std::string& text, bool checked) override {
        const auto parts = parts_of(text);
        if (!checked) return "";
        const auto rest = text.substr(std::min(text.size(), parts[0].size() + 1));
        if (text == "PMTK605") return with_checksum("PMTK705,AXN_2.31_3339_13101700,5632,PA6H,1.0");
        if (text == "PMTK414") return with_checksum("PMTK514," + now_["314"]);
        if (text == "PMTK400") return with_checksum("PMTK500," + now_["fix"] + ",0,0,0.0,0.0");
        if (parts[0] == "PMTK251" && parts.size() == 2) {
            set_rate(static_cast<unsigned>(std::stoul(parts[1])));
            return "";
        }
        if (!parts[0].starts_with("PMTK")) return "";
        const auto command = parts[0].substr(4);
        const auto key = command == "220" ? "fix" : command;
        if (!now_.contains(key) || rest.empty()) return with_checksum("PMTK001," + command + ",1");
        if (refuses(key)) return with_checksum("PMTK001," + command + ",2");
        now_[key] = rest;
        return with_checksum("PMTK001," + command + ",3");
    }
    [[nodiscard]] unsigned interval(std::string_view sentence) const override {
        constexpr std::array<std::pair<std::string_view, std::size_t>, 7> places{
            {{"GLL", 0}, {"RMC", 1}, {"VTG", 2}, {"GGA", 3}, {"GSA", 4}, {"GSV", 5}, {"ZDA", 17}}};
        const auto rates = parts_of(now_.at("314"));
        for (const auto& [name, place] : places)
            if (name == sentence && place < rates.size())
                return static_cast<unsigned>(std::stoul(rates[place]));
        return 0;
    }
};

/// A new rate holds after a start, if it was saved.
class Airoha final : public Lines {
  public:
    Airoha() {
        Settings settings{{"fix", "1000"}, {"752", "4,100"}};
        for (unsigned type = 0; type < 9; ++type)
            settings[fmt::format("062:{}", type)] = type < 6 ? "1" : "0";
        set_up(settings);
    }

  private:
    std::string on(const std::string& text, bool checked) override {
        const auto parts = parts_of(text);
        if (!checked || !parts[0].starts_with("PAIR")) return "";
        const auto command = parts[0].substr(4);
        const auto say = [&](int result) {
            return with_checksum(fmt::format("PAIR001,{},{}", command, result));
        };
        if (command == "020")
            return say(0) + with_checksum("PAIR020,AG3352Q_V2.3.0.AG3352_20211108,S,N");
        if (command == "051") return say(0) + with_checksum("PAIR051," + now_["fix"]);
        if (command == "063" && parts.size() == 2 && now_.contains("062:" + parts[1]))
            return say(0) +
                   with_checksum(fmt::format("PAIR063,{},{}", parts[1], now_["062:" + parts[1]]));
        if (command == "513") {
            saved_ = now_;
            if (!next_rate_.empty()) saved_["rate"] = next_rate_;
            return say(0);
        }
        if (command == "864" && parts.size() == 4) {
            next_rate_ = parts[3];
            return say(0);
        }
        auto key = command == "050" ? std::string{"fix"} : command;
        if (command == "062" && parts.size() == 3) key += ":" + parts[1];
        if (!now_.contains(key) || parts.size() < 2) return say(3);
        if (refuses(key)) return say(2);
        now_[key] = command == "062" ? parts[2] : text.substr(parts[0].size() + 1);
        return say(1) + say(0);
    }
    [[nodiscard]] unsigned interval(std::string_view sentence) const override {
        constexpr std::array<std::string_view, 7> types{"GGA", "GLL", "GSA", "GSV",
                                                        "RMC", "VTG", "ZDA"};
        for (std::size_t type = 0; type < types.size(); ++type)
            if (types[type] == sentence) return number(fmt::format("062:{}", type));
        return 0;
    }
    std::string next_rate_;
};

class Quectel final : public Lines {
  public:
    Quectel() {
        Settings settings{{"fix", "500"},
                          {"PQTMCFGPPS", "1,1,100,1,1,0"},
                          {"PQTMCFGSVIN", "0,0,0.0,0.0000,0.0000,0.0000"}};
        for (const auto* type : {"GGA", "GLL", "GSA", "GSV", "VTG", "RMC"})
            settings["PQTMCFGMSGRATE:" + std::string{type}] = "1";
        for (const auto* type : {"ZDA", "GNS", "GST", "GBS"})
            settings["PQTMCFGMSGRATE:" + std::string{type}] = "0";
        set_up(settings);
    }

  private:
    std::string on(const std::string& text, bool checked) override {
        const auto parts = parts_of(text);
        if (!checked || !parts[0].starts_with("PQTM")) return "";
        const auto& command = parts[0];
        if (command == "PQTMVERNO")
            return with_checksum("PQTMVERNO,LC29HAANR01A03S,2022/08/31,15:22:59");
        if (command == "PQTMSAVEPAR") {
            saved_ = now_;
            return with_checksum("PQTMSAVEPAR,OK");
        }
        if (parts.size() < 2) return with_checksum(command + ",ERROR,1");
        const bool rates = command == "PQTMCFGMSGRATE" && parts.size() > 2;
        const auto key = rates                         ? command + ":" + parts[2]
                         : command == "PQTMCFGFIXRATE" ? "fix"
                         : command == "PQTMCFGUART"    ? "rate"
                                                       : command;
        if (!now_.contains(key)) return with_checksum(command + ",ERROR,3");
        if (parts[1] == "R")
            return with_checksum(command + ",OK," + (rates ? parts[2] + "," : "") + now_[key]);
        const auto skip = command.size() + 3 + (rates ? parts[2].size() + 1 : 0);
        if (parts[1] != "W" || refuses(key) || text.size() <= skip)
            return with_checksum(command + ",ERROR,1");
        now_[key] = text.substr(skip);
        return with_checksum(command + ",OK");
    }
    [[nodiscard]] unsigned interval(std::string_view sentence) const override {
        return number("PQTMCFGMSGRATE:" + std::string{sentence});
    }
};

/// Logs by period, in seconds; its answers have the '$' in their checksum.
class Unicore final : public Lines {
  public:
    Unicore() {
        Settings settings{{"PPS", "ENABLE GPS POSITIVE 500000 1000 0 0"}};
        for (const auto* type : {"GGA", "GLL", "GSA", "GSV", "VTG", "RMC"})
            settings["GP" + std::string{type}] = "0.2";
        set_up(settings);
    }

  private:
    static std::string answer(const std::string& text) {
        unsigned sum = 0;
        for (const char c : "$" + text)
            sum ^= static_cast<unsigned char>(c);
        return fmt::format("${}*{:02X}\r\n", text, sum);
    }
    std::string on(const std::string& text, bool /*checked*/) override {
        const auto response = [&](std::string_view word) {
            return answer(fmt::format("command,{},response: {}", text, word));
        };
        const auto words = parts_of(text, ' ');
        // As a UM980 sent it.
        if (text == "VERSIONA")
            return response("OK") +
                   "#VERSIONA,97,GPS,FINE,2343,48235000,0,0,18,813;\"UM980\",\"R4.10Build11833\","
                   "\"HRPT00-S10C-P\",\"2310415000001-MD22A2225022497\",\"ff3ba396dcb0478d\","
                   "\"2023/11/24\"*270a13f7\r\n";
        if (text == "CONFIG")
            return response("OK") + answer("CONFIG,COM1,CONFIG COM1 115200") +
                   answer("CONFIG,PPS,CONFIG PPS " + now_["PPS"]);
        if (text == "SAVECONFIG") {
            saved_ = now_;
            return response("OK");
        }
        if (words.size() > 2 && words[0] == "CONFIG" && words[1] == "PPS" && !refuses("PPS")) {
            now_["PPS"] = text.substr(11);
            return response("OK");
        }
        if (words.size() == 2 && words[0] == "UNLOG" && words[1].starts_with("GP")) {
            now_.erase(words[1]);
            return response("OK");
        }
        if (words.size() == 2 && words[0].starts_with("GP") && !refuses(words[0])) {
            now_[words[0]] = words[1];
            return response("OK");
        }
        return text.empty() || text[0] == '$' ? "" : response("PARSING FAILD NO MATCHING FUNC");
    }
    [[nodiscard]] unsigned interval(std::string_view sentence) const override {
        const auto found = now_.find("GP" + std::string{sentence});
        if (found == now_.end()) return 0;
        const auto seconds = std::stod(found->second);
        return std::max(1U, static_cast<unsigned>(seconds * fixes_per_second() + 0.5));
    }
    [[nodiscard]] unsigned fixes_per_second() const override { return 5; }
};

} // namespace

std::unique_ptr<AnsweringReceiver> make_mediatek() {
    return std::make_unique<Mediatek>();
}
std::unique_ptr<AnsweringReceiver> make_airoha() {
    return std::make_unique<Airoha>();
}
std::unique_ptr<AnsweringReceiver> make_quectel() {
    return std::make_unique<Quectel>();
}
std::unique_ptr<AnsweringReceiver> make_unicore() {
    return std::make_unique<Unicore>();
}

} // namespace hal::sim
