#include "daemon/ctl/top_screen.hpp"

#include <stdexcept>

namespace ppsd::app {

std::unique_ptr<TopScreen> open_top_screen(bool) {
    throw std::runtime_error("top: this ppsctl was built without ncurses; ppsctl status and ppsctl "
                             "watch do without");
}

} // namespace ppsd::app
