// What a request of the API asks for. Pure.
#pragma once

#include "daemon/observe/series.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::web {

/// from and to: whole seconds since 1970, to not before from.
struct Query {
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::int64_t points = 700;  ///< 1 to 1000
    std::int64_t limit = 500;   ///< of events: 1 to 5000
    std::vector<Series> series; ///< all, unless some are named
};

/// parameter: the value of one, or nothing. now: the end, unless another is given; the beginning is
/// an hour before the end. Throws std::invalid_argument with a line for the client.
[[nodiscard]] Query
parse_query(const std::function<std::optional<std::string>(const char*)>& parameter,
            std::int64_t now);

/// Whether a Host header names the loopback: localhost, 127.0.0.1, [::1], with or without a port.
[[nodiscard]] bool is_loopback_name(std::string_view host) noexcept;

} // namespace ppsd::web
