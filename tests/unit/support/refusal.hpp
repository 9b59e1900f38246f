// The message of what is thrown.
#pragma once

#include <string>

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

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace ppsd::app::test
