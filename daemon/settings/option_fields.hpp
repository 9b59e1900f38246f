// How a member of Options is set and printed, by the kind of its value: text<&Options::pps>.
#pragma once

#include "daemon/settings/option_rows.hpp"
#include "daemon/settings/option_value.hpp"
#include "daemon/settings/options.hpp"

#include <fmt/format.h>

#include <chrono>
#include <type_traits>

namespace ppsd::app::option_field {

template <auto member>
using Member = std::remove_cvref_t<decltype(std::declval<Options>().*member)>;

template <auto member>
inline constexpr OptionField text{
    [](Options& o, const Value& v) { o.*member = v.text(); },
    [](const Options& o, const OptionRow&) { return o.*member; },
};

template <auto member>
inline constexpr OptionField whole_number{
    [](Options& o, const Value& v) { o.*member = static_cast<Member<member>>(v.whole_number()); },
    [](const Options& o, const OptionRow&) { return fmt::format("{}", o.*member); },
};

/// A whole number, or the row's default, a word, for nothing.
template <auto member>
inline constexpr OptionField number_or_default{
    [](Options& o, const Value& v) {
        const auto number = v.whole_number_or(v.row().fallback);
        o.*member = number ? Member<member>{*number} : std::nullopt;
    },
    [](const Options& o, const OptionRow& row) {
        if (!(o.*member)) return std::string{row.fallback};
        if constexpr (std::is_same_v<Member<member>, std::optional<hal::Nanos>>)
            return fmt::format("{}", (o.*member)->count());
        else
            return fmt::format("{}", *(o.*member));
    },
};

template <auto member>
inline constexpr OptionField nanoseconds{
    [](Options& o, const Value& v) { o.*member = hal::Nanos{v.whole_number()}; },
    [](const Options& o, const OptionRow&) { return fmt::format("{}", (o.*member).count()); },
};

template <auto member>
inline constexpr OptionField seconds{
    [](Options& o, const Value& v) { o.*member = v.seconds(); },
    [](const Options& o, const OptionRow&) {
        const std::optional<hal::Nanos> t = o.*member;
        return t ? seconds_text(*t) : std::string{};
    },
};

template <auto member>
inline constexpr OptionField mebibytes{
    [](Options& o, const Value& v) { o.*member = v.mebibytes(); },
    [](const Options& o, const OptionRow&) {
        return fmt::format("{}", static_cast<double>(o.*member) / (1024 * 1024));
    },
};

/// Where a feed goes, as a list. Printed if `unit` can't say it.
template <hal::Feed feed>
inline constexpr OptionField outputs{
    [](Options& o, const Value& v) { o.out[feed] = v.outputs(); },
    [](const Options& o, const OptionRow&) {
        return unit_text(o.out[feed]).empty() ? outputs_text(o.out[feed]) : std::string{};
    },
};

/// The short form: one unit of the shared memory, or none.
template <hal::Feed feed>
inline constexpr OptionField unit{
    [](Options& o, const Value& v) {
        const auto unit = v.whole_number_or("none");
        o.out[feed] = unit ? OutputList{shm_output(*unit)} : OutputList{};
    },
    [](const Options& o, const OptionRow&) { return unit_text(o.out[feed]); },
};

template <auto member>
inline constexpr OptionField date{
    [](Options& o, const Value& v) { o.*member = v.date(); },
    [](const Options& o, const OptionRow&) { return date_text(o.*member); },
};

/// The row's words are yes and no.
template <auto member>
inline constexpr OptionField yes_no{
    [](Options& o, const Value& v) { o.*member = v.place_of_word() == 0; },
    [](const Options& o, const OptionRow& row) {
        return std::string{row.words[o.*member ? 0 : 1]};
    },
};

/// An enum; first: the value that the first of the row's words stands for.
template <auto member, Member<member> first = Member<member>{}>
inline constexpr OptionField word{
    [](Options& o, const Value& v) {
        const auto value = static_cast<std::size_t>(first) + v.place_of_word();
        o.*member = static_cast<Member<member>>(value);
    },
    [](const Options& o, const OptionRow& row) {
        const auto place = static_cast<std::size_t>(o.*member) - static_cast<std::size_t>(first);
        return std::string{row.words[place]};
    },
};

} // namespace ppsd::app::option_field
