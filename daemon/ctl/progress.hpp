// What a long command is doing, on one line that is written over.
#pragma once

#include <string>

namespace ppsd::app {

/// On standard error, and only to a terminal that can clear a line, by its TERM. "": it is cleared.
void show_progress(const std::string& what);

} // namespace ppsd::app
