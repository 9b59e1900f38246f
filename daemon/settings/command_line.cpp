#include "daemon/settings/command_line.hpp"

#include "daemon/settings/config_file.hpp"
#include "hal/error.hpp"

#include <fmt/format.h>

namespace ppsd::app {

namespace po = boost::program_options;
using hal::UsageError;

namespace {

// Boost's own complaint doesn't say what was too many.
constexpr const char* unexpected = "what stands alone";

po::variables_map parse(const std::vector<std::string>& arguments,
                        const po::options_description& known, const char* positional) {
    using namespace po::command_line_style;
    const char* const alone = positional ? positional : unexpected;
    po::options_description all;
    all.add(known);
    all.add_options()(alone, po::value<std::vector<std::string>>());
    po::positional_options_description places;
    places.add(alone, -1);
    po::variables_map values;
    po::store(po::command_line_parser(arguments)
                  .options(all)
                  .positional(places)
                  // Without guessing: an abbreviation of today may mean two things tomorrow.
                  .style(unix_style & ~allow_guessing)
                  .run(),
              values);
    return values;
}

} // namespace

po::variables_map parse_arguments(const std::vector<std::string>& arguments,
                                  const po::options_description& known, const char* positional) {
    try {
        po::variables_map values = parse(arguments, known, positional);
        if (values.contains(unexpected))
            throw UsageError(
                fmt::format("'{}' is no option, and nothing else is taken here",
                            values[unexpected].as<std::vector<std::string>>().front()));
        return values;
    } catch (const po::unknown_option& error) {
        std::string name = error.get_option_name();
        name.erase(0, name.find_first_not_of('-'));
        throw UsageError(
            fmt::format("unknown option --{}{}", name, did_you_mean(name, names_of(known))));
    } catch (const po::error& error) {
        throw UsageError(error.what());
    }
}

} // namespace ppsd::app
