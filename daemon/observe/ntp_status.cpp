#include "daemon/observe/ntp_status.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <system_error>
#include <utility>

namespace ppsd {
namespace {

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find(at);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

/// Reads a line's columns one after the other; says at the end whether all were what they should
/// be.
class Columns {
  public:
    /// line: must outlive it.
    explicit Columns(std::string_view line) : words_{split(line, ',')} {}

    [[nodiscard]] std::size_t size() const noexcept { return words_.size(); }
    [[nodiscard]] bool good() const noexcept { return good_; }
    [[nodiscard]] std::string word(std::size_t i) const { return std::string{words_[i]}; }

    /// from_chars takes no '+', which chronyc prints before some numbers.
    template <class Number>
    [[nodiscard]] Number number(std::size_t i, int base = 10) {
        std::string_view text = words_[i];
        if (text.starts_with('+')) text.remove_prefix(1);
        Number value{};
        std::from_chars_result end{};
        if constexpr (std::is_floating_point_v<Number>)
            end = std::from_chars(text.data(), text.data() + text.size(), value);
        else
            end = std::from_chars(text.data(), text.data() + text.size(), value, base);
        good_ = good_ && end.ec == std::errc{} && end.ptr == text.data() + text.size();
        if constexpr (std::is_floating_point_v<Number>) good_ = good_ && std::isfinite(value);
        return value;
    }
    [[nodiscard]] double real(std::size_t i) { return number<double>(i); }
    [[nodiscard]] char letter(std::size_t i) {
        good_ = good_ && words_[i].size() == 1;
        return good_ ? words_[i].front() : '?';
    }

  private:
    std::vector<std::string_view> words_;
    bool good_ = true;
};

std::optional<NtpSource> parse_source(std::string_view line) {
    Columns columns{line};
    if (columns.size() < 10) return std::nullopt;
    const NtpSource source{.mode = columns.letter(0),
                           .state = columns.letter(1),
                           .name = columns.word(2),
                           .stratum = columns.number<int>(3),
                           .poll = columns.number<int>(4),
                           .reach = columns.number<int>(5, 8),
                           .last_received = columns.real(6),
                           .offset = columns.real(7),
                           .error = columns.real(9)};
    return columns.good() ? std::optional{source} : std::nullopt;
}

std::optional<NtpClient> parse_client(std::string_view line) {
    Columns columns{line};
    if (columns.size() < 6) return std::nullopt;
    const NtpClient client{columns.word(0), columns.number<std::uint64_t>(1),
                           columns.number<std::uint64_t>(2), columns.real(5)};
    return columns.good() ? std::optional{client} : std::nullopt;
}

template <class Parse>
auto lines_as(std::string_view csv, Parse parse) {
    std::vector<typename std::invoke_result_t<Parse, std::string_view>::value_type> all;
    for (const std::string_view line : split(csv, '\n'))
        if (const auto one = parse(line)) all.push_back(*one);
    return all;
}

std::optional<Tracking> parse_tracking(std::string_view line) {
    Columns columns{line};
    if (columns.size() < 14) return std::nullopt;
    const Tracking tracking{.reference_id = columns.word(0),
                            .name = columns.word(1),
                            .stratum = columns.number<int>(2),
                            .offset = columns.real(4),
                            .last_offset = columns.real(5),
                            .rms_offset = columns.real(6),
                            .frequency_ppm = columns.real(7),
                            .residual_ppm = columns.real(8),
                            .skew_ppm = columns.real(9),
                            .root_delay = columns.real(10),
                            .root_dispersion = columns.real(11),
                            .update_interval = columns.real(12),
                            .leap = columns.word(13)};
    return columns.good() ? std::optional{tracking} : std::nullopt;
}

/// "64", "-563ns", "12m", "-": a number with the unit that it ends with, in s. `usual`: of a number
/// without one.
std::optional<double> with_unit(std::string_view word, double usual) {
    if (word.starts_with('+')) word.remove_prefix(1);
    double value = 0;
    const auto end = std::from_chars(word.data(), word.data() + word.size(), value);
    if (end.ec != std::errc{} || !std::isfinite(value)) return std::nullopt;
    const std::string_view unit = word.substr(static_cast<std::size_t>(end.ptr - word.data()));
    if (unit.empty()) return value * usual;
    for (const auto& [name, length] : {std::pair{"ps", 1e-12},
                                       {"ns", 1e-9},
                                       {"us", 1e-6},
                                       {"\xc2\xb5s", 1e-6}, // µ, as ntpq prints it to UTF-8
                                       {"\xce\xbcs", 1e-6}, // μ
                                       {"ms", 1e-3},
                                       {"s", 1.0},
                                       {"m", 60.0},
                                       {"h", 3600.0},
                                       {"d", 86400.0}})
        if (unit == name) return value * length;
    return std::nullopt;
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    for (const std::string_view word : split(line, ' '))
        if (!word.empty()) words.push_back(word);
    return words;
}

/// ntpq's tally codes (ntpq(1)) as chronyc's.
char state_of(char tally) noexcept {
    switch (tally) {
    case '*': // the system's peer
    case 'o': // the same, by pulses in the kernel
        return '*';
    case '+':
    case 'x':
    case '-':
        return tally;
    case '#': // good, but not among the best
    case '.':
        return '-';
    default:
        return '?';
    }
}

char mode_of(std::string_view type) noexcept {
    if (type == "l") return '#';
    return type == "s" || type == "S" ? '=' : '^';
}

/// Nothing for a heading. ntpq's offset is the source less the system clock, chronyc's is the
/// other way round.
std::optional<NtpSource> parse_peer(std::string_view line) {
    constexpr double ms = 1e-3;
    if (line.empty()) return std::nullopt;
    const auto words = words_of(line.substr(1));
    if (words.size() != 10) return std::nullopt;
    const auto poll = with_unit(words[5], 1);
    const auto delay = with_unit(words[7], ms);
    const auto offset = with_unit(words[8], ms);
    const auto jitter = with_unit(words[9], ms);
    const std::string whole_numbers = fmt::format("{},{}", words[2], words[6]);
    Columns columns{whole_numbers}; // refers to it
    NtpSource source{.mode = mode_of(words[3]),
                     .state = state_of(line.front()),
                     .name = std::string{words[0]},
                     .stratum = columns.number<int>(0),
                     .reach = columns.number<int>(1, 8)};
    if (!columns.good() || !poll || !delay || !offset || !jitter) return std::nullopt;
    source.poll = static_cast<int>(std::lround(std::log2(std::max(1.0, *poll))));
    source.last_received = with_unit(words[4], 1).value_or(0);
    source.offset = 0 - *offset;
    source.error = *jitter + *delay / 2;
    return source;
}

/// "name=value, name=value," in several lines: a value's text, or "".
std::string_view variable(std::string_view text, std::string_view name) {
    for (const std::string_view line : split(text, '\n'))
        for (std::string_view one : split(line, ',')) {
            while (one.starts_with(' '))
                one.remove_prefix(1);
            if (one.starts_with(name) && one.substr(name.size()).starts_with('='))
                return one.substr(name.size() + 1);
        }
    return {};
}

std::string_view leap_word(std::string_view bits) noexcept {
    if (bits == "00") return "Normal";
    if (bits == "01") return "Insert second";
    if (bits == "10") return "Delete second";
    return "Not synchronised";
}

std::string first_line(std::string_view text) {
    return std::string{text.substr(0, text.find('\n'))};
}

std::optional<Tracking> parse_variables(std::string_view text) {
    constexpr double ms = 1e-3;
    const auto number = [&](std::string_view name, double unit) {
        return with_unit(variable(text, name), unit);
    };
    const auto stratum = number("stratum", 1);
    const auto offset = number("offset", ms);
    if (!stratum || !offset) return std::nullopt;
    const std::string reference{variable(text, "refid")};
    return Tracking{.reference_id = reference,
                    .name = reference,
                    .stratum = static_cast<int>(*stratum),
                    .offset = *offset,
                    .last_offset = *offset,
                    .rms_offset = number("sys_jitter", ms).value_or(0),
                    .frequency_ppm = 0 - number("frequency", 1).value_or(0),
                    .skew_ppm = number("clk_wander", 1).value_or(0),
                    .root_delay = number("rootdelay", ms).value_or(0),
                    .root_dispersion = number("rootdisp", ms).value_or(0),
                    .update_interval = std::exp2(number("tc", 1).value_or(0)),
                    .leap = std::string{leap_word(variable(text, "leap"))}};
}

} // namespace

NtpStatus parse_chronyc(int code, std::string_view csv) {
    NtpStatus status;
    for (const std::string_view line : split(csv, '\n'))
        if (!status.tracking) status.tracking = parse_tracking(line);
    if (!status.tracking) {
        const std::string why = code == 0 ? "its answer can't be read" : first_line(csv);
        status.problem = why.empty() ? "chronyc is missing, or doesn't answer" : "chronyc: " + why;
        return status;
    }
    status.sources = lines_as(csv, parse_source);
    // 501 Not authorised: only over its Unix socket, which is root's (chronyc(1)).
    if (code == 0)
        status.clients = lines_as(csv, parse_client);
    else
        status.clients_problem = "chronyd lists its clients for root only: chronyc clients";
    return status;
}

NtpStatus parse_ntpq(int code, std::string_view text) {
    NtpStatus status;
    status.program = "ntpd";
    if (code == 0) status.tracking = parse_variables(text);
    if (!status.tracking) {
        status.problem = code == 0 ? "ntpq's answer can't be read: " + first_line(text)
                                   : "ntpq is missing, or doesn't answer";
        return status;
    }
    status.sources = lines_as(text, parse_peer);
    status.clients_problem = "ntpq -c mrulist lists the clients of ntpd";
    return status;
}

std::string_view mode_word(char mode) noexcept {
    switch (mode) {
    case '^':
        return "server";
    case '=':
        return "peer";
    case '#':
        return "refclock";
    default:
        return "unknown";
    }
}

std::string_view state_word(char state) noexcept {
    switch (state) {
    case '*':
        return "selected";
    case '+':
        return "combined";
    case '-':
        return "not combined";
    case '?':
        return "unusable";
    case 'x':
        return "falseticker";
    case '~':
        return "too variable";
    default:
        return "unknown";
    }
}

} // namespace ppsd
