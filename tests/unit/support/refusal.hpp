// The message of what is thrown.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace ppsd::app::test {

/// What `Error` says; "" if nothing is thrown. Other exceptions pass.
template <class Error, class Action>
std::string refusal(Action&& action) {
    try {
        (void)action();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

/// The same of an error that has an errno, which must be `code`.
template <class Error, class Action>
std::string refusal_of(int code, Action&& action) {
    try {
        (void)action();
    } catch (const Error& error) {
        CHECK(error.code().value() == code);
        return error.what();
    }
    FAIL("nothing was thrown");
    return {};
}

/// The errno of `Error`; 0 if nothing is thrown.
template <class Error, class Action>
int refusal_code(Action&& action) {
    try {
        (void)action();
    } catch (const Error& error) {
        return error.code().value();
    }
    return 0;
}

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != text.npos;
}

} // namespace ppsd::app::test
