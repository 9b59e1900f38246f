// The order of the writer's stores, seen one instruction at a time: what tests/model proves is of
// use only if this is the order that is compiled. (Fences don't show here.)
#include "ntpdshm/writer.hpp"

#include "shm/private_unit.hpp"

#include <csignal>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <vector>

using namespace ntpdshm;
using namespace ntpdshm::testing;

namespace {

constexpr std::int64_t second = 1'000'000'000;

/// A word that changed, and to what.
struct Change {
    std::size_t offset;
    std::int32_t value;
    friend bool operator==(const Change&, const Change&) = default;
};

/// Runs `action` in a traced child and notes each change of the shared words. Nothing where
/// tracing isn't permitted.
std::vector<Change> changes_made_by(RawUnit& raw, std::size_t bytes, const auto& action) {
    const pid_t child = ::fork();
    if (child == 0) {
        if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(1);
        ::raise(SIGSTOP);
        action();
        ::_exit(0);
    }
    std::vector<Change> changes;
    std::vector<std::int32_t> before(bytes / 4);
    std::memcpy(before.data(), raw.memory(), bytes);
    int status = 0;
    while (::waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
        for (std::size_t i = 0; i < before.size(); ++i)
            if (const auto now = raw.at<std::int32_t>(i * 4); now != before[i])
                changes.push_back({i * 4, before[i] = now});
        if (::ptrace(PTRACE_SINGLESTEP, child, nullptr, nullptr) != 0) break;
    }
    if (!WIFEXITED(status)) ::kill(child, SIGKILL);
    if (changes.empty()) MESSAGE("SKIPPED: can't trace a child");
    return changes;
}

/// Which of the writer's five groups a change belongs to; 0 for a change it must not make.
int group_of(const Case& c, const Change& change) {
    const std::size_t at = change.offset;
    const bool receive = at == c.receive_sec;
    if (at == 4) return change.value == 3 ? 2 : change.value == 4 ? 4 : 0;
    if (receive || at == c.valid) return change.value == 0 ? 1 : 5;
    for (const std::size_t field :
         {std::size_t{0}, c.clock_sec, c.clock_usec, c.clock_nsec, c.receive_usec, c.receive_nsec,
          c.leap, c.precision, c.nsamples})
        if (at == field) return 3;
    return 0;
}

} // namespace

TEST_CASE("the stores of an update come in the design's order") {
    for (const Case& c : cases) {
        RawUnit raw{7};
        Writer writer{open_private(7, c.choice)};
        REQUIRE(writer.write(Sample{second + 1'001, second + 1'001, 0, -1, 1}) ==
                WriteResult::written);
        raw.put<std::int32_t>(0, 0);
        const auto changes = changes_made_by(raw, c.size, [&] {
            (void)writer.write(Sample{2 * second + 2'002, 3 * second + 2'002, 1, -2, 2});
        });
        if (changes.empty()) return;
        // 2 words cleared, 2 increments, 9 fields, 2 words set; high words stay 0.
        CHECK(changes.size() == 15);
        int group = 1;
        for (const Change& change : changes) {
            CAPTURE(change.offset);
            CAPTURE(change.value);
            CHECK(group_of(c, change) >= group);
            group = group_of(c, change);
        }
        CHECK(changes.front() == Change{c.valid, 0});
        CHECK(changes.back() == Change{c.valid, 1});
    }
}

TEST_CASE("invalidating clears valid before anything else") {
    RawUnit raw{7};
    Writer writer{open_private(7, LayoutChoice::time64)};
    REQUIRE(writer.write(Sample{second, second}) == WriteResult::written);
    raw.put<std::int32_t>(4, 1);
    const auto changes = changes_made_by(raw, 96, [&] { writer.invalidate(); });
    if (changes.empty()) return;
    CHECK(changes == std::vector{Change{48, 0}, Change{4, 2}});
}
