#include "daemon/ctl/state_colour.hpp"

#include "daemon/pipeline/state.hpp"

#include <algorithm>
#include <initializer_list>

namespace ppsd::app {

Colour state_colour(std::string_view state) noexcept {
    if (state == name(State::locked)) return Colour::green;
    const auto is = [&](State one) { return state == name(one); };
    const auto passing = {State::starting, State::searching, State::holdover, State::withheld};
    return std::ranges::any_of(passing, is) ? Colour::yellow : Colour::red;
}

std::string with_coloured_state(const std::string& text) {
    const std::string state = text.substr(0, text.find(':'));
    return coloured(state, state_colour(state), true) + text.substr(state.size());
}

} // namespace ppsd::app
