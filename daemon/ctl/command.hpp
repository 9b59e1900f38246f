// A command of ppsctl, and what its command line is read with.
#pragma once

#include "hal/error.hpp"
#include "ntpdshm/layout_choice.hpp"

#include <boost/program_options.hpp>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::app {

namespace po = boost::program_options;

/// What follows the command's name on the command line.
using Arguments = std::vector<std::string>;

/// Each is in a file of its own, NAME_command.cpp, and in the list of ppsctl_commands.cpp.
struct PpsctlCommand {
    std::string_view name;
    std::string_view usage; ///< "watch [UNIT…] [--count N]"
    std::string_view summary;
    int (*run)(const Arguments&); ///< gives the exit code; throws hal::UsageError and others
};

/// A command's options and what it got; --help is taken care of.
class CommandParser {
  public:
    /// remarks: what --help says after the options; must outlive it.
    explicit CommandParser(std::string_view usage, std::string_view remarks = {})
        : usage_{usage}, remarks_{remarks} {}

    po::options_description_easy_init add() { return options_.add_options(); }

    /// What stands alone on the line is the option `positional`'s, if there is one. False: --help
    /// was printed.
    [[nodiscard]] bool parse(const Arguments& arguments, const char* positional);

    [[nodiscard]] std::vector<std::string> words(const char* key) const {
        if (!values_.contains(key)) return {};
        return values_[key].as<std::vector<std::string>>();
    }

    template <class T>
    [[nodiscard]] std::optional<T> get(const char* key) const {
        if (!values_.contains(key)) return std::nullopt;
        return values_[key].as<T>();
    }

    [[nodiscard]] bool has(const char* key) const { return values_.contains(key); }

    /// A number from low to high, or hal::UsageError.
    template <class Number>
    [[nodiscard]] Number checked(const char* key, Number low, Number high, Number fallback) const {
        const Number value = get<Number>(key).value_or(fallback);
        if (!(value >= low && value <= high))
            throw hal::UsageError(
                fmt::format("--{} {}: {} to {} is wanted", key, value, low, high));
        return value;
    }

    /// The option name's one word, an instance's as in ppsd@NAME; "": none was given; or
    /// hal::UsageError.
    [[nodiscard]] std::string instance(std::string_view command) const;

    /// --shm-layout, or hal::UsageError.
    [[nodiscard]] ntpdshm::LayoutChoice layout() const;

  private:
    std::string_view usage_;
    std::string_view remarks_;
    po::options_description options_{"Options"};
    po::variables_map values_;
};

} // namespace ppsd::app
