#include "daemon/ctl/command.hpp"
#include "daemon/ctl/labels.hpp"
#include "daemon/settings/options.hpp"

namespace ppsd::app {
namespace command::labels {
namespace {

constexpr std::string_view usage = "labels [--not-before DATE] [--verbose] FILE";

int run(const Arguments& arguments) {
    CommandParser parser{usage};
    parser.add()("not-before", po::value<std::string>()->value_name("DATE"),
                 "YYYY-MM-DD: earlier dates are moved forward by 1024 weeks or a century "
                 "(the build date)")("verbose,v", "say on stderr what was not used and why");
    if (!parser.parse(arguments, "file")) return 0;
    const auto files = parser.words("file");
    if (files.size() != 1)
        throw hal::UsageError("labels: one FILE is wanted, or - for standard input");
    const auto date = parser.get<std::string>("not-before");
    const auto not_before = date ? parse_date(*date) : build_date();
    if (!not_before)
        throw hal::UsageError(fmt::format("not-before {}: YYYY-MM-DD is wanted", *date));
    return run_labels({files.front(), *not_before, parser.has("verbose")}, stdout, stderr);
}

} // namespace
} // namespace command::labels

extern const PpsctlCommand labels_command{"labels", command::labels::usage,
                                          "print the second labels in a receiver's recording",
                                          command::labels::run};

} // namespace ppsd::app
