// What the manual, ppsd.conf and bash's completion say of the options and the verdicts, from their
// rows. It is committed in those files, and written anew by build/default/bin/option_texts --write.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ppsd::app {

/// A file of the source tree with a part that the rows give: what stands between two texts.
struct GeneratedPart {
    std::string_view path;  ///< from the top of the tree
    std::string_view begin; ///< the part begins behind it
    std::string_view end;   ///< empty: the file's end
    std::string (*text)();
};

[[nodiscard]] std::span<const GeneratedPart> generated_parts() noexcept;

/// The committed file with that part as it has to be. Throws std::runtime_error if its begin or its
/// end is missing.
[[nodiscard]] std::string with_part(std::string_view committed, const GeneratedPart& part);

/// The settings of ppsd.conf, each behind a "#".
[[nodiscard]] std::string settings_text();
/// The list of keys in ppsd.conf(5).
[[nodiscard]] std::string keys_manual();
/// The list of options in ppsd(8).
[[nodiscard]] std::string command_line_manual();
/// ppsctl replay's item in ppsctl(1).
[[nodiscard]] std::string replay_manual();
/// What the verdicts mean, for ppsctl(1).
[[nodiscard]] std::string verdicts_manual();
/// The cases for the values of options, in bash.
[[nodiscard]] std::string completion_cases();

/// "# " before each line, none over 100 columns.
[[nodiscard]] std::string as_comment(std::string_view text);

} // namespace ppsd::app
