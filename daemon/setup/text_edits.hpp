// Lines of other programs' configuration files, taken in, put in and put out of force. Pure: each
// gives the text as it should be, and the same text where nothing is to be done.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace ppsd::app {

/// The text with that line at the end, or those lines: the last one's end is added.
[[nodiscard]] std::string with_last_line(const std::string& text, const std::string& line);

/// The text with `line` in force for every board; config.txt of a Raspberry Pi has sections
/// (documentation/config_txt.html, "Conditional filters"): what follows "[pi4]" is for that alone.
[[nodiscard]] std::string with_boot_line(const std::string& text, std::string_view line);

/// The text with a '#' before each line that `out` is true of. Comments are never asked about.
[[nodiscard]] std::string put_out(const std::string& text,
                                  const std::function<bool(std::string_view)>& out);

/// A kernel command line without console= on any of these ports, by their names in /dev; whatever
/// stands in further lines stays, since a Raspberry Pi's firmware reads the first alone.
[[nodiscard]] std::string without_console(const std::string& text,
                                          std::initializer_list<std::string_view> ports);

/// KEY=VALUE or KEY = VALUE as the file's last active line has it; nothing: none has it.
[[nodiscard]] std::optional<std::string> setting(const std::string& text, std::string_view key);

/// The text with that setting: in place of the one that is there, of a line that has it commented
/// out, or at the end. equals: "=" or " = ".
[[nodiscard]] std::string with_setting(const std::string& text, std::string_view key,
                                       std::string_view equals, std::string_view value);

/// The words of a line, without what follows '#'.
[[nodiscard]] bool begins_with_words(std::string_view line,
                                     std::initializer_list<std::string_view> words);

} // namespace ppsd::app
