// A file of the system's gets another text, or none of it.
#pragma once

#include <string>
#include <sys/types.h>

namespace hal {

/// Writes beside it, to disk, and puts that in its place: after a power cut there is the old text
/// or the new one. Rights and owner stay; a new file has `mode`, whatever the umask. Where the path
/// is a symbolic link, what it leads to is replaced. Throws DeviceError, and then nothing has
/// changed.
void replace_file(const std::string& path, const std::string& text, mode_t mode = 0644);

/// What a replace_file() of that path that was killed left beside it, if there is any.
void remove_half_of(const std::string& path);

} // namespace hal
