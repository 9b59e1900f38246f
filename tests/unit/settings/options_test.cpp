#include "daemon/settings/options.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/refusal.hpp"
#include "tests/unit/support/scratch_path.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace ppsd::app;
using namespace ppsd::app::test;
using hal::UsageError;
using namespace std::chrono_literals;

namespace {

using Arguments = std::vector<std::string>;

constexpr const char* nowhere = "/nonexistent/ppsd.conf";

/// With a receiver and a pulse line named.
Options options(Arguments arguments) {
    arguments.insert(arguments.end(), {"--nmea", "uart:/dev/ttyS0", "--pps", "gpio:GPIO18"});
    return parse_command_line(arguments, nowhere).options;
}
std::string refused(const Arguments& arguments) {
    return refusal<UsageError>([&] { return options(arguments); });
}
bool taken(const std::string& key, const std::string& value) {
    const std::string text = refused({"--" + key + "=" + value});
    if (!text.empty()) CHECK(contains(text, key)); // the option is named
    return text.empty();
}
Options from_file(const std::string& text, Arguments arguments = {}) {
    const ScratchPath file{text};
    arguments.insert(arguments.end(), {"--config", file.path()});
    return parse_command_line(arguments, nowhere).options;
}

} // namespace

TEST_CASE("what is not said has the default of the manual") {
    const Options o = options({});
    CHECK(o.nmea == "uart:/dev/ttyS0");
    CHECK(o.pps == "gpio:GPIO18");
    CHECK(o.baud == 9600);
    CHECK(o.edge == hal::EdgeChoice::automatic);
    CHECK(o.out[Feed::pps] == OutputList{shm_output(1)});
    CHECK(o.out[Feed::nmea] == OutputList{shm_output(0)});
    CHECK(o.pps_delay == 0ns);
    CHECK_FALSE(o.nmea_delay);
    CHECK(o.layout == ntpdshm::LayoutChoice::automatic);
    CHECK(o.lock_count == 5);
    CHECK(o.holdover == 10s);
    CHECK(o.trust == Trust::clock);
    CHECK(o.not_before == build_date());
    CHECK(o.leap_file == "/usr/share/zoneinfo/leap-seconds.list");
    CHECK(o.realtime == 0);
    CHECK_FALSE(o.lock_memory);
    CHECK_FALSE(o.wait);
    CHECK(o.log_level == LogLevel::notice);
}

TEST_CASE("each option, set") {
    const Options o = options(
        {"--baud",       "115200",     "--edge",        "falling",   "--pps-unit",   "3",
         "--nmea-unit",  "none",       "--pps-delay",   "-50",       "--nmea-delay", "0.125",
         "--shm-layout", "time32",     "--lock-count",  "7",         "--holdover",   "2.5",
         "--not-before", "2027-01-15", "--leap-file",   "/tmp/list", "--log-level",  "debug",
         "--realtime",   "20",         "--lock-memory", "yes",       "--trust",      "neither",
         "--wait"});
    CHECK(o.trust == Trust::neither);
    CHECK(o.realtime == 20);
    CHECK(o.lock_memory);
    CHECK(o.wait);
    CHECK(o.baud == 115200);
    CHECK(o.edge == hal::EdgeChoice::falling);
    CHECK(o.out[Feed::pps] == OutputList{shm_output(3)});
    CHECK(o.out[Feed::nmea].empty());
    CHECK(o.pps_delay == -50ns);
    CHECK(o.nmea_delay == 125ms);
    CHECK(o.layout == ntpdshm::LayoutChoice::time32);
    CHECK(o.lock_count == 7);
    CHECK(o.holdover == 2500ms);
    CHECK(o.not_before.posix() == 1'799'971'200);
    CHECK(o.leap_file == "/tmp/list");
    CHECK(o.log_level == LogLevel::debug);
}

TEST_CASE("both sides of each limit") {
    struct Row {
        const char* key;
        const char* below;
        const char* lowest;
        const char* highest;
        const char* above;
    };
    for (const Row& row :
         {Row{"baud", "4799", "4800", "921600", "921601"}, Row{"pps-unit", "-1", "1", "255", "256"},
          Row{"nmea-unit", "-1", "0", "255", "256"},
          Row{"pps-delay", "-500000001", "-500000000", "500000000", "500000001"},
          Row{"irq-delay", "-1000001", "-1000000", "1000000", "1000001"},
          Row{"poll-cpu", "-1", "0", "1023", "1024"},
          Row{"cpu-latency", "-1", "0", "1000000", "1000001"},
          Row{"nmea-delay", "-2.000000001", "-2", "2", "2.000000001"},
          Row{"lock-count", "1", "2", "120", "121"}, Row{"realtime", "-1", "0", "99", "100"},
          Row{"holdover", "-0.000000001", "0", "3600", "3600.000000001"}}) {
        CAPTURE(row.key);
        CHECK_FALSE(taken(row.key, row.below));
        CHECK(taken(row.key, row.lowest));
        CHECK(taken(row.key, row.highest));
        CHECK_FALSE(taken(row.key, row.above));
    }
}

TEST_CASE("numbers are numbers, to the last character") {
    for (const auto* text : {"", " 5", "5 ", "5x", "x", "nan", "inf", "0x10", "5,0", "1e99", "--5"})
        for (const auto* key :
             {"baud", "pps-unit", "pps-delay", "nmea-delay", "lock-count", "holdover"}) {
            CAPTURE(key);
            CAPTURE(text);
            CHECK_FALSE(taken(key, text));
        }
    CHECK(taken("irq-delay", "auto"));
    CHECK_FALSE(taken("irq-delay", "none"));
    CHECK(taken("cpu-latency", "none"));
    CHECK_FALSE(taken("poll-cpu", "none"));
    CHECK_FALSE(taken("lock-count", "5.5"));
    CHECK_FALSE(taken("pps-delay", "0.5"));
    CHECK_FALSE(taken("pps-unit", "1.5"));
}

TEST_CASE("words are exactly the known ones") {
    for (const auto* word : {"auto", "rising", "falling"})
        CHECK(taken("edge", word));
    for (const auto* word : {"", "Rising", "both", "rise"})
        CHECK_FALSE(taken("edge", word));
    for (const auto* word : {"auto", "native", "time32", "time64"})
        CHECK(taken("shm-layout", word));
    for (const auto* word : {"", "64", "time63"})
        CHECK_FALSE(taken("shm-layout", word));
    for (const auto* word : {"error", "warning", "notice", "info", "debug"})
        CHECK(taken("log-level", word));
    for (const auto* word : {"", "trace", "7"})
        CHECK_FALSE(taken("log-level", word));
    for (const auto* word : {"receiver", "clock", "neither"})
        CHECK(taken("trust", word));
    for (const auto* word : {"", "Clock", "both"})
        CHECK_FALSE(taken("trust", word));
    for (const auto* word : {"yes", "no"})
        CHECK(taken("lock-memory", word));
    for (const auto* word : {"", "1", "Yes", "true"})
        CHECK_FALSE(taken("lock-memory", word));
    CHECK(taken("pps-unit", "none"));
    CHECK_FALSE(taken("pps-unit", "None"));
}

TEST_CASE("a receiver that is simulated or replayed is believed, unless it is said otherwise") {
    const auto trust = [](std::vector<std::string> words) {
        words.insert(words.end(), {"--nmea-unit", "2"});
        return parse_command_line(words, nowhere).options.trust;
    };
    CHECK(trust({"--nmea", "sim:"}) == Trust::receiver);
    CHECK(trust({"--nmea", "replay:/no/such"}) == Trust::receiver);
    CHECK(trust({"--nmea", "sim:", "--trust", "clock"}) == Trust::clock);
    CHECK(trust({"--nmea", "uart:/dev/ttyS9"}) == Trust::clock);
}

TEST_CASE("what the service finds can't be said on the command line") {
    CHECK_FALSE(refused({"--published-before", "yes"}).empty());
}

TEST_CASE("a refusal names the option, its value and what is wanted") {
    CHECK(refused({"--baud", "300"}).starts_with("baud = 300: a number from 4800 to 921600 "));
    CHECK(refused({"--pps-unit", "x"}).starts_with("pps-unit = x: a number from 0 to 255, "));
    CHECK(refused({"--edge", "up"}).starts_with("edge = up: auto, rising or falling "));
    CHECK(refused({"--not-before", "2023-02-29"}).starts_with("not-before = 2023-02-29: "));
}

TEST_CASE("dates that exist, leap days among them, and dates that don't") {
    CHECK(parse_date("1970-01-01")->posix() == 0);
    CHECK_FALSE(parse_date("1969-12-31"));
    CHECK(parse_date("2099-12-31"));
    CHECK_FALSE(parse_date("2100-01-01"));
    CHECK(parse_date("2027-01-15")->posix() == 1'799'971'200);
    CHECK(parse_date("2000-02-29")->posix() == 951'782'400);
    CHECK(parse_date("2024-02-29"));
    for (const auto* text :
         {"2023-02-29", "1900-02-29", "2024-02-30", "2024-04-31", "2024-00-01", "2024-13-01",
          "2024-01-00", "2024-01-32", "", "2024-1-1", "20240101", "2024-01-01 ", "2024/01/01",
          "+024-01-01", "2024-01-0x", "24-01-01", "02024-01-01"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_date(text));
    }
}

TEST_CASE("nmea has to be said") {
    const auto text = refusal<UsageError>([] {
        return parse_command_line({"--pps", "gpio:GPIO18"}, nowhere);
    });
    CHECK(contains(text, "nmea is missing"));
    CHECK(contains(text, "--nmea uart:/dev/serial0"));
    CHECK_FALSE(refusal<UsageError>([] { return parse_command_line({}, nowhere); }).empty());
}

TEST_CASE("two times can't share a unit") {
    const auto conflict = refused({"--pps-unit", "2", "--nmea-unit", "2"});
    CHECK(contains(conflict, "pps-unit and nmea-unit are both 2"));
    CHECK(refused({"--pps-unit", "2", "--nmea-unit", "3"}).empty());
    // Without pulses pps-unit means nothing.
    CHECK_NOTHROW(
        (void)parse_command_line({"--nmea", "uart:/dev/ttyS9", "--nmea-unit", "1"}, nowhere));
}

TEST_CASE("two times can't share a socket, whatever links lead to it") {
    const ScratchPath socket; // chronyd hasn't made it yet
    const std::string link = socket.path() + "-link";
    std::filesystem::create_symlink(socket.path(), link);
    const std::string other = socket.path() + "-other";
    CHECK(refused({"--pps-out", "sock:" + socket.path(), "--nmea-out", "sock:" + socket.path()}) ==
          "pps-out and nmea-out are both sock:" + socket.path() +
              ": two times can't share an output; set one to another or to none");
    CHECK(contains(refused({"--pps-out", "sock:" + socket.path(), "--nmea-out", "sock:" + link}),
                   "both sock:" + socket.path() + " (by a link: sock:" + link + "):"));
    CHECK(contains(refused({"--pps-out", "sock:" + link + ", sock:" + socket.path()}),
                   "sock:" + socket.path() + " is there twice"));
    CHECK(refused({"--pps-out", "sock:" + link, "--nmea-out", "sock:" + other}).empty());
}

TEST_CASE("outputs: any number for each feed, of which the units are the short form") {
    const auto outputs = [](std::vector<std::string> words, Feed feed) {
        return outputs_text(outputs_of(options(std::move(words)), feed));
    };
    CHECK(outputs({}, Feed::pps) == "shm:1");
    CHECK(outputs({}, Feed::nmea) == "shm:0");
    CHECK(outputs({"--pps-unit", "7"}, Feed::pps) == "shm:7");
    CHECK(outputs({"--pps-unit", "none"}, Feed::pps).empty());
    CHECK(outputs({"--pps-out", "none"}, Feed::pps).empty());
    CHECK(outputs({"--nmea-out", "none"}, Feed::nmea).empty());
    CHECK(outputs({"--pps-out", "shm:7,sock:/a"}, Feed::pps) == "shm:7, sock:/a");
    CHECK(outputs({"--pps-out", "shm:7,sock:/a"}, Feed::nmea) == "shm:0");
    CHECK(outputs({"--nmea-out", "sock:/a"}, Feed::nmea) == "sock:/a");
    const Options without_pulses =
        parse_command_line({"--nmea", "uart:/dev/ttyS9", "--pps-out", "shm:0"}, nowhere).options;
    CHECK(outputs_of(without_pulses, Feed::pps).empty());
}

TEST_CASE("the command line's form of an output wins over the file's other one") {
    const ScratchPath file{"nmea = uart:/dev/ttyS9\npps = gpio:GPIO18\npps-out = shm:3\n"
                           "nmea-unit = 4\n"};
    const auto said = [&](std::vector<std::string> words) {
        words.insert(words.end(), {"--config", file.path()});
        return parse_command_line(words).options.out;
    };
    CHECK(said({}).each == said({"--pps-unit", "3", "--nmea-out", "shm:4"}).each);
    CHECK(said({"--pps-unit", "5"})[Feed::pps] == OutputList{shm_output(5)});
    CHECK(said({"--pps-unit", "none"})[Feed::pps].empty());
    CHECK(said({"--nmea-out", "shm:6"})[Feed::nmea] == OutputList{shm_output(6)});
}

TEST_CASE("a replayed time is refused with the option to change") {
    const auto refused_with = [](const std::string& option, const std::string& value) {
        const std::vector<std::string> words{"--pps",      "replay:/r", "--nmea", "replay:/r",
                                             "--pps-unit", "none",      option,   value};
        return refusal<UsageError>([&] { (void)parse_command_line(words, nowhere); });
    };
    CHECK(contains(refused_with("--nmea-out", "shm:0"),
                   "set nmea-out to shm:2 or above, or to none"));
    CHECK(contains(refused_with("--nmea-unit", "1"), "set nmea-unit to 2 or above, or to none"));
}

TEST_CASE("outputs that make no sense") {
    CHECK(refused({"--pps-out", "shm:256"}).starts_with("pps-out = shm:256: shm:256: "));
    CHECK(refused({"--nmea-out", "run"}).starts_with("nmea-out = run: "));
    CHECK(refused({"--pps-out", "shm:2,shm:2"}).starts_with("pps-out = shm:2,shm:2: shm:2 "));
    // Two forms of one thing, whatever they say.
    for (const char* form : {"shm:1", "none"})
        CHECK(refused({"--pps-out", form, "--pps-unit", "1"}) ==
              "pps-out and pps-unit are both given: the second is short for the first; leave one "
              "out");
    CHECK(contains(refused({"--nmea-out", "shm:3", "--nmea-unit", "3"}), "nmea-out and nmea-unit"));
    CHECK(refused({"--pps-out", "shm:3", "--nmea-unit", "4"}).empty());
    // One output for both times.
    CHECK(
        refused({"--pps-out", "shm:3,shm:0"}) ==
        "pps-out and nmea-unit are both 0: two times can't share a unit; set one to another or to "
        "none");
    CHECK(contains(refused({"--pps-out", "sock:/a,shm:3", "--nmea-out", "shm:4,sock:/a"}),
                   "pps-out and nmea-out are both sock:/a: two times can't share an output"));
    CHECK(contains(refused({"--pps-out", "none", "--nmea-out", "none"}), "nothing to publish"));
}

TEST_CASE("a simulated or replayed time reaches chronyd's socket only if that is said beside it") {
    const auto in_file = [](const std::string& text, std::vector<std::string> words) {
        return refusal<UsageError>([&] { return from_file(text, words); });
    };
    const std::string sock = "nmea-out = sock:/run/s\n";
    CHECK(in_file(sock + "nmea = uart:/dev/ttyS9\n", {}).empty());
    CHECK(in_file(sock + "nmea = sim:\n", {}).empty());
    CHECK(
        contains(in_file(sock, {"--nmea", "sim:"}),
                 "sock:/run/s is what ntpd and chronyd read, and a simulated time is wrong; set "
                 "nmea-out to shm:2 or above, to none, or to sock:/run/s beside the sim: source"));
    CHECK(in_file(sock, {"--nmea", "sim:", "--nmea-out", "shm:2"}).empty());
    // The one that may be doesn't stand for the other.
    CHECK(contains(in_file("nmea-out = shm:2, shm:0\n", {"--nmea", "sim:"}), "SHM unit 0 "));
    CHECK(contains(in_file(sock + "nmea = replay:/a\n", {}), "sock:/run/s "));
}

TEST_CASE("a simulated time goes to units 0 and 1 only if it is said where the source is") {
    const auto given = [](std::vector<std::string> words) {
        return refusal<UsageError>([&] { return parse_command_line(words, nowhere); });
    };
    const auto text = given({"--pps", "sim:", "--nmea", "uart:/dev/ttyS9"});
    CHECK(contains(text, "SHM unit 1 "));
    CHECK(contains(text, "set pps-unit to 2 or above, to none, or to 1 beside the sim: source"));
    CHECK(contains(given({"--pps", "sim:", "--nmea", "sim:", "--pps-unit", "2"}), "nmea-unit"));
    CHECK(contains(given({"--nmea", "sim:drift=1"}), "SHM unit 0 "));
    CHECK(given({"--nmea", "sim:", "--nmea-unit", "2"}).empty());
    CHECK(given({"--nmea", "sim:", "--nmea-unit", "0"}).empty());
    CHECK(given({"--pps", "sim:", "--nmea", "sim:", "--pps-unit", "1", "--nmea-unit", "none"})
              .empty());
    CHECK(given({"--pps", "gpio:GPIO18", "--nmea", "uart:/dev/ttyS9"}).empty());
    // The file's units are the real receiver's, unless the simulation stands there, too.
    const std::string units = "pps-unit = 1\nnmea-unit = 0\n";
    const auto in_file = [&](const std::string& file, const std::vector<std::string>& words) {
        return refusal<UsageError>([&] { return from_file(file, words); });
    };
    CHECK(in_file(units + "nmea = sim:\n", {}).empty());
    CHECK(contains(in_file(units, {"--nmea", "sim:"}), "SHM unit 0 "));
    CHECK(contains(in_file(units + "nmea = sim:\n", {"--pps", "sim:"}), "SHM unit 1 "));
    CHECK(in_file(units, {"--nmea", "sim:", "--nmea-unit", "0"}).empty());
}

TEST_CASE("something has to be published") {
    CHECK(contains(refused({"--pps-unit", "none", "--nmea-unit", "none"}), "nothing to publish"));
    CHECK(refused({"--pps-unit", "none"}).empty());
    CHECK(refused({"--nmea-unit", "none"}).empty());
    const auto text = refusal<UsageError>([] {
        return parse_command_line({"--nmea", "uart:/dev/ttyS9", "--nmea-unit", "none"}, nowhere);
    });
    CHECK(contains(text, "nothing to publish"));
}

TEST_CASE("unknown options, words and doubles on the command line") {
    CHECK(contains(refused({"--buad", "9600"}), "'baud'"));
    CHECK(contains(refused({"--xyzzyplugh"}), "--xyzzyplugh; see ppsd --help"));
    CHECK(contains(refused({"--bau", "9600"}), "--bau")); // no guessing
    CHECK(refused({"word"}).ends_with("; see ppsd --help"));
    CHECK_FALSE(refused({"--baud"}).empty());
    CHECK_FALSE(refused({"--baud", "9600", "--baud", "4800"}).empty());
    CHECK_FALSE(refused({"--version=1"}).empty());
}

TEST_CASE("an option without a value is no wish for none") {
    const auto text =
        refusal<UsageError>([] { return from_file("nmea = uart:/dev/ttyS9\nleap-file = \n"); });
    CHECK(contains(text, ":2: leap-file = : "));
    CHECK(refused({"--status-socket", ""}).starts_with("status-socket = : "));
}

TEST_CASE("the file has the same names") {
    const Options o = from_file("# a comment\n\nnmea = uart:/dev/ttyAMA0\npps=gpio:P9_12 # wire\n"
                                "lock-count =  9  \nnmea-unit = none\n");
    CHECK(o.nmea == "uart:/dev/ttyAMA0");
    CHECK(o.pps == "gpio:P9_12");
    CHECK(o.lock_count == 9);
    CHECK(o.out[Feed::nmea].empty());
}

TEST_CASE("the command line wins over the file") {
    const Options o =
        from_file("nmea = uart:/dev/ttyS9\npps = gpio:GPIO18\nlock-count = 9\nbaud = 4800\n",
                  {"--lock-count", "3", "--nmea", "uart:/dev/ttyS1"});
    CHECK(o.lock_count == 3);
    CHECK(o.nmea == "uart:/dev/ttyS1");
    CHECK(o.baud == 4800);
}

TEST_CASE("the usual file is read if it is there, unless another is named") {
    const ScratchPath usual{"nmea = uart:/dev/ttyS9\npps = gpio:GPIO18\nbaud = 4800\n"};
    CHECK(parse_command_line({}, usual.path()).options.baud == 4800);
    const ScratchPath named{"nmea = uart:/dev/ttyS9\npps = gpio:GPIO18\nlock-count = 3\n"};
    const Options o = parse_command_line({"--config", named.path()}, usual.path()).options;
    CHECK(o.lock_count == 3);
    CHECK(o.baud == 9600);
}

TEST_CASE("a file that is named has to be there") {
    const auto text = refusal<hal::DeviceError>([] {
        return parse_command_line({"--nmea", "uart:/dev/ttyS9", "--config", nowhere}, nowhere);
    });
    CHECK(contains(text, "/nonexistent/ppsd.conf: No such file or directory; "));
}

TEST_CASE("what makes no sense in the file is refused as on the command line") {
    CHECK(contains(
        refusal<UsageError>([] { return from_file("nmea = uart:/dev/ttyS9\nbaud = 300\n"); }),
        ":2: baud = 300: "));
    // Only the command line can say where the file is.
    CHECK(contains(refusal<UsageError>([] { return from_file("config = /etc/other\n"); }),
                   "'config'"));
    CHECK(contains(refusal<UsageError>([] { return from_file("help = 1\n"); }), "'help'"));
}

TEST_CASE("a wrong value is where it stands: the command line's not in the file") {
    const auto text = refusal<UsageError>([] {
        return from_file("nmea = uart:/dev/ttyS9\nbaud = 4800\n", {"--baud", "300"});
    });
    CHECK(text.starts_with("baud = 300: "));
}

TEST_CASE("where the sources' names stand, for those who open them") {
    const Options file = from_file("nmea = uart:/dev/ttyS9\npps = gpio:P9_12\n");
    CHECK(option_place(file, "nmea").ends_with(":1: "));
    CHECK(option_place(file, "pps").ends_with(":2: "));
    CHECK(option_place(file, "baud").empty());
    const Options line =
        from_file("nmea = uart:/dev/ttyS9\npps = gpio:P9_12\n", {"--pps", "gpio:GPIO18"});
    CHECK(option_place(line, "nmea").ends_with(":1: "));
    CHECK(option_place(line, "pps").empty());
}

TEST_CASE("--prepare needs no receiver, and no configuration that makes sense") {
    const auto prepare = [](const std::string& file, std::vector<std::string> arguments = {}) {
        const ScratchPath path{file};
        arguments.insert(arguments.end(), {"--prepare", "--config", path.path()});
        return parse_command_line(arguments, nowhere);
    };
    CHECK(parse_command_line({"--prepare"}, nowhere).kind == Command::Kind::prepare);
    const Command good = prepare("nmea = uart:/dev/ttyS9\nnmea-unit = 1\nshm-layout = time32\n");
    CHECK(good.kind == Command::Kind::prepare);
    CHECK(good.options.out[Feed::nmea] == OutputList{shm_output(1)});
    CHECK(good.options.layout == ntpdshm::LayoutChoice::time32);
    CHECK(outputs_text(
              outputs_of(prepare("nmea = uart:/dev/ttyS9\nnmea-out = sock:/a, shm:1\n").options,
                         Feed::nmea)) == "sock:/a, shm:1");
    for (const auto* file : {"", "nmae = uart:/dev/ttyS9\n", "nmea = sim:\nnmea-unit = 999\n"}) {
        const Command wrong = prepare(file, {"--shm-layout", "time32"});
        CHECK(wrong.kind == Command::Kind::prepare);
        CHECK(outputs_of(wrong.options, Feed::nmea).empty());
        CHECK(wrong.options.layout == ntpdshm::LayoutChoice::time32);
    }
    CHECK_FALSE(refusal<UsageError>([&] { return prepare("", {"--pps-unit", "999"}); }).empty());
}

TEST_CASE("--check-config finds all that is wrong, and throws nothing") {
    const ScratchPath file{"nmea = uart:/dev/ttyS9\nbaud = fast\nhello\ntrust = me\n"};
    const Command command =
        parse_command_line({"--check-config", "--config", file.path()}, nowhere);
    CHECK(command.kind == Command::Kind::check_config);
    CHECK(command.config == file.path());
    REQUIRE(command.problems.size() == 3);
    CHECK(command.problems[0].starts_with(file.path() + ":3: 'hello' "));
    CHECK(command.problems[1].starts_with(file.path() + ":2: baud = fast: "));
    CHECK(command.problems[2].starts_with(file.path() + ":4: trust = me: "));
    CHECK(parse_command_line({"--check-config"}, nowhere).problems.size() == 1); // nmea
    CHECK(parse_command_line({"--check-config", "--prepare", "--nmea", "uart:/dev/ttyS9"}, nowhere)
              .kind == Command::Kind::check_config);
}

TEST_CASE("--wait and --prepare are the caller's business, not the file's") {
    for (const auto* key : {"wait", "prepare"})
        CHECK(contains(refusal<UsageError>([&] {
                           return from_file(std::string{"nmea = uart:/dev/ttyS9\n"} + key +
                                            " = 1\n");
                       }),
                       std::string{"'"} + key + "'"));
}

TEST_CASE("--help and --version are enough by themselves") {
    CHECK(parse_command_line({"--help"}, nowhere).kind == Command::Kind::help);
    CHECK(parse_command_line({"-h"}, nowhere).kind == Command::Kind::help);
    CHECK(parse_command_line({"--version"}, nowhere).kind == Command::Kind::version);
    CHECK(parse_command_line({"--nmea", "uart:/dev/ttyS9"}, nowhere).kind == Command::Kind::run);
}

TEST_CASE("the help text has every option") {
    const std::string text = help_text();
    for (const auto* key :
         {"pps",       "nmea",       "baud",        "edge",       "pps-unit",    "nmea-unit",
          "pps-delay", "nmea-delay", "shm-layout",  "lock-count", "holdover",    "not-before",
          "leap-file", "record",     "record-size", "realtime",   "lock-memory", "log-level",
          "config",    "wait",       "prepare",     "version",    "help"}) {
        CAPTURE(key);
        CHECK(contains(text, std::string{"--"} + key + " "));
    }
}

TEST_CASE("the build date is a day, not before the project's first") {
    CHECK(build_date().posix() % 86400 == 0);
    CHECK(build_date() >= *parse_date("2026-01-01"));
    CHECK_FALSE(version().empty());
}
