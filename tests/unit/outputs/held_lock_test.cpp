#include "daemon/outputs/held_lock.hpp"

#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/child.hpp"
#include "tests/unit/support/private_unit.hpp"
#include "tests/unit/support/semaphore.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <ntpdshm/segment.hpp>

#include <unistd.h>

using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

void look(HeldLock& lock, int times) {
    for (int i = 0; i < times; ++i)
        lock.look();
}

} // namespace

TEST_CASE("held: nothing to say") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Semaphore semaphore{ntpdshm::key_of(unit.number())};
    const Log log{LogLevel::debug, true};
    const Capture err;
    HeldLock lock{unit.number(), log};
    lock.say_problem();
    look(lock, 200);
    CHECK(err.text().empty());
    CHECK(semaphore.value() == 1);
}

TEST_CASE("reset or removed: taken anew at once, and said once a minute of publications") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Semaphore semaphore{ntpdshm::key_of(unit.number())};
    const Log log{LogLevel::notice, true};
    HeldLock lock{unit.number(), log};
    const Capture err;
    semaphore.reset_by_another();
    look(lock, 1);
    CHECK(semaphore.value() == 1);
    CHECK(err.count("<4>" + ntpdshm::name_of(unit.number()) + ": its lock was reset by process ") ==
          1);
    for (int i = 0; i < 59; ++i) {
        semaphore.reset_by_another();
        look(lock, 1);
        CHECK(semaphore.value() == 1);
    }
    CHECK(err.count("its lock was") == 1);
    semaphore.remove();
    look(lock, 1);
    CHECK(semaphore.value() == 1);
    CHECK(err.count("its lock was removed; taken anew") == 1);
}

TEST_CASE("another one came in: said once, and taken once that has ended") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Semaphore semaphore{ntpdshm::key_of(unit.number())};
    const Log log{LogLevel::notice, true};
    HeldLock lock{unit.number(), log};
    semaphore.remove();
    Child child{[&] { return ntpdshm::UnitLock{unit.number()}; }};
    const Capture err;
    look(lock, 150);
    CHECK(err.count(fmt::format("process {} (", child.pid())) == 1);
    CHECK(err.count(" (its lock was lost)") == 1);
    child.kill();
    look(lock, 61);
    CHECK(err.count("<5>" + ntpdshm::name_of(unit.number()) + ": its lock could be taken now") ==
          1);
    CHECK(err.count("SHM unit") == 2);
    CHECK(semaphore.value() == 1);
}

TEST_CASE("none to be had: a warning at the start, tried again each minute of publications") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    if (::geteuid() == 0) {
        MESSAGE("SKIPPED: root may use every semaphore: run as another user");
        return;
    }
    const Semaphore semaphore{ntpdshm::key_of(unit.number())};
    semaphore.make(0);
    const Log log{LogLevel::notice, true};
    const Capture err;
    HeldLock lock{unit.number(), log};
    lock.say_problem();
    CHECK(err.count("<4>" + ntpdshm::name_of(unit.number()) + ": ") == 1);
    look(lock, 60);
    semaphore.remove();
    CHECK(err.count("SHM unit") == 1);
    look(lock, 1);
    CHECK(err.count("its lock could be taken now") == 1);
    CHECK(err.count("SHM unit") == 2);
}
