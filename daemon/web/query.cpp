#include "daemon/web/query.hpp"

#include <array>
#include <charconv>
#include <fmt/format.h>
#include <stdexcept>

namespace ppsd::web {
namespace {

using Parameter = std::function<std::optional<std::string>(const char*)>;

// Year 9999: more can't be shown, and sums with it don't overflow.
constexpr std::int64_t latest = 253'402'300'799;
constexpr std::int64_t hour = 3600;

std::int64_t number(const Parameter& parameter, const char* name, std::int64_t low,
                    std::int64_t high, std::int64_t fallback) {
    const auto text = parameter(name);
    if (!text) return fallback;
    std::int64_t value = 0;
    const auto end = std::from_chars(text->data(), text->data() + text->size(), value);
    // A page's clock has fractions.
    const std::string_view rest{end.ptr,
                                static_cast<std::size_t>(text->data() + text->size() - end.ptr)};
    const bool whole =
        rest.empty() ||
        (rest.front() == '.' && rest.find_first_not_of("0123456789", 1) == std::string_view::npos);
    if (end.ec != std::errc{} || !whole || value < low || value > high)
        throw std::invalid_argument(fmt::format("{}: {} to {} is wanted", name, low, high));
    return value;
}

std::vector<Series> series_of(const std::optional<std::string>& names) {
    std::vector<Series> all;
    if (!names) {
        for (std::size_t i = 0; i < series_count; ++i)
            all.push_back(static_cast<Series>(i));
        return all;
    }
    std::string_view rest = *names;
    while (true) {
        const auto end = rest.find(',');
        const auto found = find_series(rest.substr(0, end));
        if (!found)
            throw std::invalid_argument("series: one of those that /api/v1/status lists is wanted");
        all.push_back(*found);
        if (all.size() > series_count)
            throw std::invalid_argument("series: each one once is wanted");
        if (end == std::string_view::npos) return all;
        rest.remove_prefix(end + 1);
    }
}

} // namespace

Query parse_query(const Parameter& parameter, std::int64_t now) {
    Query query;
    query.to = number(parameter, "to", 0, latest, now + 1);
    query.from = number(parameter, "from", 0, latest, std::max<std::int64_t>(0, query.to - hour));
    if (query.from >= query.to) throw std::invalid_argument("from: must be before to");
    query.points = number(parameter, "points", 1, 1000, query.points);
    query.limit = number(parameter, "limit", 1, 5000, query.limit);
    query.series = series_of(parameter("series"));
    return query;
}

bool is_loopback_name(std::string_view host) noexcept {
    constexpr std::array<std::string_view, 3> names{"localhost", "127.0.0.1", "[::1]"};
    const auto colon = host.rfind(':');
    const auto bracket = host.rfind(']');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket))
        host = host.substr(0, colon);
    for (const std::string_view name : names)
        if (host == name) return true;
    return false;
}

} // namespace ppsd::web
