#include "daemon/web/chrony.hpp"

#include <charconv>
#include <cmath>
#include <system_error>

namespace ppsd::web {
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

std::optional<ChronySource> parse_source(std::string_view line) {
    Columns columns{line};
    if (columns.size() < 10) return std::nullopt;
    const ChronySource source{.mode = columns.letter(0),
                              .state = columns.letter(1),
                              .name = columns.word(2),
                              .stratum = columns.number<int>(3),
                              .poll = columns.number<int>(4),
                              .reach = columns.number<int>(5, 8),
                              .last_received = columns.real(6),
                              .offset = columns.real(8),
                              .error = columns.real(9)};
    return columns.good() ? std::optional{source} : std::nullopt;
}

std::optional<ChronyClient> parse_client(std::string_view line) {
    Columns columns{line};
    if (columns.size() < 6) return std::nullopt;
    const ChronyClient client{columns.word(0), columns.number<std::uint64_t>(1),
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

} // namespace

std::optional<Tracking> parse_tracking(std::string_view csv) {
    Columns columns{csv.substr(0, csv.find('\n'))};
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

std::vector<ChronySource> parse_sources(std::string_view csv) {
    return lines_as(csv, parse_source);
}

std::vector<ChronyClient> parse_clients(std::string_view csv) {
    return lines_as(csv, parse_client);
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

} // namespace ppsd::web
