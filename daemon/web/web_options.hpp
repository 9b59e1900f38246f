// ppsd-web's command line and its file, /etc/ppsd-web.conf.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ppsd::web {

struct WebOptions {
    std::string host = "127.0.0.1";
    int port = 8123;
    std::string socket = "/run/ppsd/status";
    std::string history = "/var/lib/ppsd-web/history.db";
    int flush = 300; ///< s from one writing of the history to the next
    bool chrony = true;
    std::string assets;
    std::string dygraphs = "/usr/share/javascript/dygraphs";
    bool report = false; ///< prints one, and ends
    std::string since = "1d";
    std::string until; ///< empty: now
    std::string html;  ///< the file to write it to; empty: as text, to standard output
};

/// Nothing: --help or --version was printed. The command line goes before the file. Throws
/// hal::UsageError.
[[nodiscard]] std::optional<WebOptions>
parse_web_options(const std::vector<std::string>& arguments);

/// "127.0.0.1:8123", "[::1]:8123", "8123" (then on 127.0.0.1). Throws hal::UsageError.
void parse_listen(const std::string& text, WebOptions& options);

} // namespace ppsd::web
