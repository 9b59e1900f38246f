#include "daemon/outputs/held_lock.hpp"

#include "tests/unit/shm/child.hpp"
#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/private_unit.hpp"

#include <doctest/doctest.h>
#include <ntpdshm/segment.hpp>

#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

/// The semaphore of a unit, changed by a process of its own.
class Neighbour {
  public:
    explicit Neighbour(int unit) : key_{ntpdshm::key_of(unit)} { remove(); }
    Neighbour(const Neighbour&) = delete;
    Neighbour& operator=(const Neighbour&) = delete;
    ~Neighbour() { remove(); }

    void remove() const { ::semctl(id(), 0, IPC_RMID); }
    void make(int mode) const { REQUIRE(::semget(key_, 1, IPC_CREAT | IPC_EXCL | mode) >= 0); }
    [[nodiscard]] int value() const { return ::semctl(id(), 0, GETVAL); }
    void reset() const {
        const pid_t child = ::fork();
        if (child == 0) ::_exit(::semctl(id(), 0, SETVAL, 0));
        ::waitpid(child, nullptr, 0);
    }

  private:
    [[nodiscard]] int id() const { return ::semget(key_, 0, 0); }
    std::int32_t key_;
};

void look(HeldLock& lock, int times) {
    for (int i = 0; i < times; ++i)
        lock.look();
}

} // namespace

TEST_CASE("held: nothing to say") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Neighbour neighbour{unit.number()};
    const Log log{LogLevel::debug, true};
    const Capture err;
    HeldLock lock{unit.number(), log};
    lock.say_problem();
    look(lock, 200);
    CHECK(err.text().empty());
    CHECK(neighbour.value() == 1);
}

TEST_CASE("reset or removed: taken anew at once, and said once a minute of publications") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Neighbour neighbour{unit.number()};
    const Log log{LogLevel::notice, true};
    HeldLock lock{unit.number(), log};
    const Capture err;
    neighbour.reset();
    look(lock, 1);
    CHECK(neighbour.value() == 1);
    CHECK(err.count("<4>" + ntpdshm::name_of(unit.number()) + ": its lock was reset by process ") ==
          1);
    for (int i = 0; i < 59; ++i) {
        neighbour.reset();
        look(lock, 1);
        CHECK(neighbour.value() == 1);
    }
    CHECK(err.count("its lock was") == 1);
    neighbour.remove();
    look(lock, 1);
    CHECK(neighbour.value() == 1);
    CHECK(err.count("its lock was removed; taken anew") == 1);
}

TEST_CASE("another one came in: said once, and taken once that has ended") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Neighbour neighbour{unit.number()};
    const Log log{LogLevel::notice, true};
    HeldLock lock{unit.number(), log};
    neighbour.remove();
    ntpdshm::testing::Child child{[&] { return ntpdshm::UnitLock{unit.number()}; }};
    const Capture err;
    look(lock, 150);
    CHECK(err.count(
              "writes to it already: stop that, or choose another unit (its lock was lost)") == 1);
    child.kill();
    look(lock, 61);
    CHECK(err.count("<5>" + ntpdshm::name_of(unit.number()) + ": its lock could be taken now") ==
          1);
    CHECK(err.count("SHM unit") == 2);
    CHECK(neighbour.value() == 1);
}

TEST_CASE("none to be had: a warning at the start, tried again each minute of publications") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    if (::geteuid() == 0) {
        MESSAGE("SKIPPED: root may use every semaphore: run as another user");
        return;
    }
    const Neighbour neighbour{unit.number()};
    neighbour.make(0);
    const Log log{LogLevel::notice, true};
    const Capture err;
    HeldLock lock{unit.number(), log};
    lock.say_problem();
    CHECK(err.count("no lock keeps a second writer away") == 1);
    look(lock, 60);
    neighbour.remove();
    CHECK(err.count("SHM unit") == 1);
    look(lock, 1);
    CHECK(err.count("its lock could be taken now") == 1);
    CHECK(err.count("SHM unit") == 2);
}
