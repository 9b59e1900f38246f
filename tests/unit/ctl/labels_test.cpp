#include "daemon/ctl/labels.hpp"

#include "daemon/pipeline/no_label.hpp"
#include "hal/error.hpp"
#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/nmea_text.hpp"
#include "tests/unit/support/refusal.hpp"
#include "tests/unit/support/scratch_path.hpp"

#include <doctest/doctest.h>

#include <cerrno>

using namespace ppsd;
using namespace ppsd::nmea::test;
using namespace ppsd::app::test;

namespace {

struct Result {
    std::string out;
    std::string notes;
};

constexpr std::int64_t jan_2015 = 1420070400;
constexpr std::int64_t jan_2025 = 1735689600;

Result labels(std::string_view bytes, std::int64_t not_before = jan_2015, bool verbose = false) {
    const ScratchPath recording{bytes};
    const auto out = scratch_file();
    const auto notes = scratch_file();
    const app::LabelsOptions options{recording.path(), hal::UtcSecond::from_posix(not_before),
                                     verbose};
    const int code = app::run_labels(options, out.get(), notes.get());
    const Result result{text_of(out.get()), text_of(notes.get())};
    CHECK(code == (result.out.empty() ? 1 : 0));
    return result;
}

} // namespace

TEST_CASE("a line for each second, RMC's or ZDA's") {
    const auto result = labels(seal(gga_text("171926.00")) + seal(rmc_text("171926.00")) +
                               seal(gga_text("171927.00")) + seal(zda_text("171927.00")) + "\n");
    CHECK(result.out == "2015-03-18T17:19:26Z RMC\n2015-03-18T17:19:27Z ZDA\n");
    CHECK(result.notes.empty());
}

TEST_CASE("each second once, in order") {
    const auto result = labels(seal(rmc_text("000001")) + seal(rmc_text("000002")) +
                               seal(rmc_text("000001")) + seal(rmc_text("000000")));
    CHECK(result.out == "2015-03-18T00:00:00Z RMC\n2015-03-18T00:00:01Z RMC\n"
                        "2015-03-18T00:00:02Z RMC\n");
}

TEST_CASE("a leap second is a label of its own") {
    const auto result =
        labels(seal(rmc_text("235959", "311216")) + seal(rmc_text("235960", "311216")) +
               seal(rmc_text("000000", "010117")));
    CHECK(result.out == "2016-12-31T23:59:59Z RMC\n2016-12-31T23:59:60Z RMC\n"
                        "2017-01-01T00:00:00Z RMC\n");
}

TEST_CASE("dates that were moved are said, without being asked") {
    const auto result = labels(seal(rmc_text("171926")), jan_2025);
    CHECK(result.out == "2034-11-01T17:19:26Z RMC\n");
    CHECK(result.notes.find("before 2025-01-01") != std::string::npos);
    CHECK(result.notes.find("1024 weeks") != std::string::npos);
    CHECK(result.notes.find("--not-before") != std::string::npos);
}

TEST_CASE("verbose: what was not used, and why") {
    const auto bytes = seal(rmc_text("171926")) + "$GPGGA,cut\r\n" + seal(gsv_text) +
                       seal(rmc_text("171927.5")) + seal(rmc_text("171928.6")) +
                       seal(gga_text("171929")) + seal(rmc_text("171928")) +
                       seal("GLGGA,171930,,,,,0,,,,,,,");
    const auto notes = labels(bytes, jan_2015, true).notes;
    CHECK(notes.find("not used: no-checksum: $GPGGA,cut\n") != std::string::npos);
    CHECK(notes.find("not used: changing-fraction: RMC 17:19:28.600\n") != std::string::npos);
    CHECK(notes.find("not used: two-seconds: RMC 17:19:28 and 17:19:29\n") != std::string::npos);
    CHECK(notes.find("not used: no-fix: GLGGA 17:19:30\n") != std::string::npos);
    CHECK(notes.find("      1 labels\n") != std::string::npos);
    CHECK(notes.find("      1 unknown-sentence\n") != std::string::npos);
    CHECK(notes.find("GSV") == std::string::npos);
    CHECK(labels(bytes).notes.empty());
    const auto leap = labels(seal(rmc_text("235960", "311216", "")), jan_2015, true).notes;
    CHECK(leap.find("not used: fix-unsaid: RMC 23:59:60\n") != std::string::npos);
}

TEST_CASE("times that are no whole seconds, but always the same part of one") {
    const auto result = labels(seal(rmc_text("171926.001")) + seal(rmc_text("171927.001")) +
                               seal(rmc_text("235960.001", "311216")));
    CHECK(result.out == "2015-03-18T17:19:26.001Z RMC\n2015-03-18T17:19:27.001Z RMC\n"
                        "2016-12-31T23:59:60.001Z RMC\n");
    CHECK(labels(seal(rmc_text("171926.0000005"))).out == "2015-03-18T17:19:26.000000500Z RMC\n");
}

TEST_CASE("the last line may lack its end; no bytes are no labels") {
    auto bytes = seal(rmc_text("171926"));
    bytes.resize(bytes.size() - 2);
    CHECK(labels(bytes).out == "2015-03-18T17:19:26Z RMC\n");
    CHECK(labels("").out.empty());
}

TEST_CASE("where nothing names a second, it says so, and what would help") {
    const std::string none = "no sentence in it names a second with a date and a fix: ";
    const auto says = [&](std::string_view bytes, const app::NoLabel& why) {
        const auto notes = labels(bytes).notes;
        CHECK(notes.find(none + explanation(why)) != std::string::npos);
        CHECK(notes.ends_with(" (--verbose shows more)\n"));
    };
    using Reason = app::NoLabel::Reason;
    says("", {Reason::no_bytes, {}, {}});
    says(std::string(200, '\x01'), {Reason::no_sentence, {}, {}});
    says("\x01\x02", {Reason::few_bytes, {}, {}});
    says("$GPRMC,120000\r\n", {Reason::no_checksum, {}, {}});
    says(seal(rmc_text("120000", "060180")), {Reason::no_date, {}, {}});
    says(seal(zda_text("120000")), {Reason::fix_unsaid, {}, {}});
    says(seal("GL" + rmc_text("120000", "180315", "V").substr(2)), {Reason::no_fix, {}, {"GLRMC"}});
    CHECK(labels("", jan_2015, true).notes.find("--verbose") == std::string::npos);
}

TEST_CASE("a flight recorder's file is not read as a receiver's, and the right command is named") {
    const ScratchPath recording{"ppsd-recording 1 5 0\nbytes 5 " + seal(rmc_text("171926"))};
    CHECK(contains(refusal<hal::UsageError>([&] {
                       return app::run_labels({recording.path(), {}, false}, stdout, stderr);
                   }),
                   "ppsctl replay " + recording.path()));
}

TEST_CASE("recordings longer than one read") {
    std::string bytes;
    for (int i = 0; i < 5000; ++i)
        bytes += seal(rmc_text(fmt::format("{:02}{:02}{:02}", i / 3600, i / 60 % 60, i % 60)));
    const auto out = labels(bytes).out;
    CHECK(out.size() == 5000 * std::string_view{"2015-03-18T00:00:00Z RMC\n"}.size());
}

TEST_CASE("a file that can't be read is named, with the reason") {
    const auto reason = [](const std::string& file, int code) {
        return refusal_of<hal::DeviceError>(code, [&] {
            return app::run_labels({file, {}, false}, stdout, stderr);
        });
    };
    CHECK(reason("/nonexistent/recording", ENOENT).starts_with("/nonexistent/recording: "));
    CHECK(reason("/", EISDIR).starts_with("/: "));
}
