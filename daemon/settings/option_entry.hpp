// What option_table.hpp's rows are made of.
#pragma once

#include "daemon/settings/option_rows.hpp"

#include <array>
#include <string_view>

namespace ppsd::app {

struct OptionEntry {
    OptionRow row;
    std::string_view manual = {};  ///< in ppsd.conf(5)
    std::string_view comment = {}; ///< in ppsd.conf; empty: the row before says it
    std::string_view example = {}; ///< in ppsd.conf, where it can't be the default
    bool short_form = false;       ///< of another one: not in ppsd.conf
};

namespace option_words {

// Those of an enum are in its order.
inline constexpr std::array<std::string_view, 2> checksum{"required", "optional"};
inline constexpr std::array<std::string_view, 3> edge{"auto", "rising", "falling"};
inline constexpr std::array<std::string_view, 4> poll{"auto", "no", "always", "calibrate"};
inline constexpr std::array<std::string_view, 1> automatic{"auto"};
inline constexpr std::array<std::string_view, 1> none{"none"};
inline constexpr std::array<std::string_view, 2> yes_no{"yes", "no"};
inline constexpr std::array<std::string_view, 9> rates{
    "4800", "9600", "19200", "38400", "57600", "115200", "230400", "460800", "921600"};

} // namespace option_words

} // namespace ppsd::app
