#include "daemon/ctl/command.hpp"
#include "daemon/record/replay.hpp"
#include "daemon/settings/recorded_options.hpp"

namespace ppsd::app {
namespace command::replay {
namespace {

constexpr std::string_view usage = "replay [--check] [--json] [--write NEW] [OPTION…] FILE";

int run(const Arguments& arguments) {
    CommandParser parser{usage};
    const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
    parser.add()("check", "compare with what went out then; exit code 1 at the first difference")(
        "json", "a line of JSON for each sample")(
        "write", text("NEW"), "write the recording anew, with what goes out now")(
        "log-level", text("LEVEL"), "of ppsd's log on stderr: error to debug (error)")(
        "leap-file", text("PATH"), "leap-seconds.list, instead of the recorded one");
    for (const std::string& key : replay_keys())
        parser.add()(key.c_str(), text("VALUE"), "ppsd's option, instead of the recorded one");
    if (!parser.parse(arguments, "file")) return 0;
    const auto files = parser.words("file");
    if (files.size() != 1)
        throw hal::UsageError("replay: one FILE is wanted, as ppsd --record wrote it");
    ReplayOptions options{files.front(), parser.has("check"), parser.has("json"), {}, {}, {}, {}};
    options.write = parser.get<std::string>("write").value_or("");
    options.leap_file = parser.get<std::string>("leap-file").value_or("");
    const auto level = parser.get<std::string>("log-level").value_or("error");
    if (!parse_log_level(level))
        throw hal::UsageError(
            fmt::format("log-level {}: error, warning, notice, info or debug", level));
    options.log_level = *parse_log_level(level);
    for (const std::string& key : replay_keys())
        if (const auto value = parser.get<std::string>(key.c_str()))
            options.instead.emplace_back(key, *value);
    return run_replay(options, stdout, stderr);
}

} // namespace
} // namespace command::replay

extern const PpsctlCommand replay_command{"replay", command::replay::usage,
                                          "run what ppsd --record wrote again, in virtual time",
                                          command::replay::run};

} // namespace ppsd::app
