// What `ppsctl receiver --set` has changed, so that `--undo` can set what was before.
#pragma once

#include "daemon/setup/receivers/session.hpp"

#include <string>
#include <vector>

namespace ppsd::receivers {

struct UndoItem {
    Setting setting;
    std::string before; ///< as the receiver said it
    friend bool operator==(const UndoItem& a, const UndoItem& b) {
        return a.setting.key == b.setting.key && a.before == b.before;
    }
};

/// Written before anything is changed.
struct UndoNote {
    std::string port;            ///< "/dev/ttyAMA0"
    std::string protocol;        ///< its name()
    std::string model;           ///< of the receiver
    unsigned baud = 0;           ///< before
    bool saved = false;          ///< it was to outlast a power cycle
    std::vector<UndoItem> items; ///< in the order in which they were changed
};

/// Of a plan. What the receiver doesn't tell can't be set back, and isn't in it.
[[nodiscard]] UndoNote undo_note(const Known& known, const Outcome& plan, const std::string& port,
                                 bool save);

/// Of one receiver's changes after others': what was before the first of them. Of another receiver
/// the later one is the result.
[[nodiscard]] UndoNote joined(const UndoNote& earlier, const UndoNote& later);

/// The same in the other direction, newest first.
[[nodiscard]] Outcome undo_plan(const UndoNote& note, const Known& known);

/// With which each setting that may be in a note is asked.
[[nodiscard]] Wishes undo_wishes();

/// One JSON object, and back; throws hal::UsageError for what is none of ours.
[[nodiscard]] std::string undo_text(const UndoNote& note);
[[nodiscard]] UndoNote parse_undo(const std::string& json);

} // namespace ppsd::receivers
