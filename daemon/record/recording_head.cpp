#include "daemon/record/recording_head.hpp"

#include "daemon/settings/recorded_options.hpp"
#include "hal/recording.hpp"

namespace ppsd::app {

std::string recording_head(const Options& options) {
    std::string head;
    hal::recording::append(head, hal::recording::Program{version()});
    for (const std::string& key : recorded_keys())
        if (const auto text = option_text(options, key); !text.empty())
            hal::recording::append(head, hal::recording::Option{key, text});
    return head;
}

} // namespace ppsd::app
