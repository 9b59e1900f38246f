// What `ppsctl setup` has changed, so that `--undo` can bring it back.
#pragma once

#include "daemon/setup/plan.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ppsd::app {

/// Something that was changed, or was about to be: it is noted before.
struct Done {
    Change::Kind kind = Change::Kind::file;
    std::string target;
    std::optional<std::string> before; ///< file: its text; nothing: there was none. install: the
                                       ///< package that had to go for it
    std::string after;                 ///< file: its text
    bool enabled = false;              ///< unit: it was started at boot
    bool active = false;               ///< unit: it ran
};

struct Journal {
    std::vector<Done> done;
    std::string boot; ///< in which something was changed that only the next one reads; "": none
};

/// Files that were changed, and whose reader was not started since.
[[nodiscard]] std::set<std::string> unread(const Journal& journal);

/// One object; parse_journal() reads it. Both throw hal::UsageError: for the last one's text that
/// JSON can't hold, and for what is no journal.
[[nodiscard]] std::string journal_text(const Journal& journal);
[[nodiscard]] Journal parse_journal(const std::string& json);

} // namespace ppsd::app
