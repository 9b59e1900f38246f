#include "ntpdshm/unit_lock.hpp"

#include "shm/group_ppsd.hpp"
#include "shm/private_unit.hpp"
#include "tests/unit/support/child.hpp"
#include "tests/unit/support/refusal.hpp"
#include "tests/unit/support/semaphore.hpp"

#include <cerrno>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <sys/sem.h>

using namespace ntpdshm;
using namespace ntpdshm::testing;
using namespace ppsd::app::test;

namespace {

constexpr uid_t stranger = 65534;

Semaphore private_semaphore(int unit) {
    return Semaphore{key_of(unit, private_base())};
}

/// The errno of the refusal; -1 if there was none, but no lock either.
int code_of_lock(int unit, std::int32_t base) {
    try {
        return UnitLock{unit, base}.held() ? 0 : -1;
    } catch (const SegmentError& error) {
        return error.code().value();
    }
}

std::string problem_of_lock(int unit, std::int32_t base) {
    return UnitLock{unit, base}.problem();
}

/// A child that holds the lock until it is killed.
class Holder : public Child {
  public:
    Holder(int unit, std::int32_t base) : Child{[=] { return UnitLock{unit, base}; }} {}
};

} // namespace

TEST_CASE("held once, given back at the end; the semaphore stays, so that nobody else makes it") {
    const Semaphore semaphore = private_semaphore(4);
    {
        const UnitLock lock{4, private_base()};
        CHECK(lock.held());
        CHECK(code_of_lock(4, private_base()) == EBUSY);
        CHECK(code_of_lock(5, private_base()) == 0);
        CHECK(semaphore.id() >= 0);
    }
    CHECK(semaphore.id() >= 0);
    CHECK(semaphore.value() == 0);
    CHECK(code_of_lock(4, private_base()) == 0);
    CHECK_THROWS_AS(UnitLock(256, private_base()), std::invalid_argument);
}

TEST_CASE("refused with the holder's process id and name; free once that was killed") {
    const Semaphore semaphore = private_semaphore(4);
    Holder holder{4, private_base()};
    const std::string text = refusal<SegmentError>([] { const UnitLock lock{4, private_base()}; });
    CHECK(text.starts_with(name_of(4, private_base()) + ": "));
    const std::string name = " (" + own_name() + ")";
    CHECK(text.ends_with("process " + std::to_string(holder.pid()) + name +
                         " writes to it already: stop that, or choose another unit"));
    CHECK(text.find('\n') == text.npos);
    holder.kill();
    CHECK(semaphore.id() >= 0); // nobody removed it
    CHECK(code_of_lock(4, private_base()) == 0);
}

TEST_CASE("moving it moves the lock") {
    const Semaphore semaphore = private_semaphore(4);
    UnitLock a{4, private_base()};
    UnitLock b{std::move(a)};
    CHECK(b.held());
    CHECK(code_of_lock(4, private_base()) == EBUSY);
    a = std::move(b);
    CHECK(a.held());
    CHECK_FALSE(b.held());
    CHECK(code_of_lock(4, private_base()) == EBUSY);
}

TEST_CASE("removed under us: seen, and to be had anew") {
    const Semaphore semaphore = private_semaphore(4);
    UnitLock lock{4, private_base()};
    semaphore.remove();
    CHECK_FALSE(lock.held());
    lock = UnitLock{4, private_base()};
    CHECK(lock.held());
    CHECK(code_of_lock(4, private_base()) == EBUSY);
}

TEST_CASE("an ordinary user and root keep each other away, whoever was there first") {
    if (!is_root()) return;
    const Semaphore semaphore = private_semaphore(4);
    // The child must look for the parent's key.
    const std::int32_t base = private_base();
    {
        const UnitLock lock{4, base};
        CHECK(as_user(stranger, [&] { return code_of_lock(4, base); }) == EBUSY);
    }
    CHECK(as_user(stranger, [&] { return code_of_lock(4, base); }) == 0);
    Holder holder{4, base};
    holder.kill(); // root's semaphore is left, and nobody may remove it but root
    CHECK(as_user(stranger, [&] { return code_of_lock(4, base); }) == 0);
    CHECK(semaphore.id() >= 0);
    CHECK(code_of_lock(4, base) == 0);
}

TEST_CASE("held by a process that is gone: taken over, with a word about it") {
    const Semaphore semaphore = private_semaphore(4);
    const std::int32_t base = private_base();
    semaphore.make(0666);
    const pid_t child = ::fork();
    if (child == 0) {
        sembuf twice{0, 2, 0}; // for good, without SEM_UNDO
        ::_exit(::semop(semaphore.id(), &twice, 1));
    }
    ::waitpid(child, nullptr, 0);
    {
        const UnitLock lock{4, base};
        CHECK(lock.held());
        CHECK(lock.problem() == name_of(4, base) +
                                    ": the lock that keeps a second writer away was left held by "
                                    "process " +
                                    std::to_string(child) + ", which is gone: taken over");
        CHECK(semaphore.value() == 1);
        CHECK(code_of_lock(4, base) == EBUSY);
    }
    CHECK(semaphore.value() == 0);
    CHECK(problem_of_lock(4, base).empty());
}

TEST_CASE("reset by another process: not held, who it was, and not given back for another") {
    const Semaphore semaphore = private_semaphore(4);
    const std::int32_t base = private_base();
    std::optional<UnitLock> lock{std::in_place, 4, base};
    CHECK_FALSE(lock->changed_by().has_value());
    const auto in_child = [](const auto& action) {
        const pid_t child = ::fork();
        if (child == 0) ::_exit((action(), 0));
        return ::waitpid(child, nullptr, 0);
    };
    const pid_t culprit = in_child([&] { semaphore.set(0); });
    CHECK_FALSE(lock->held());
    CHECK(lock->changed_by() == "process " + std::to_string(culprit));
    const Holder second{4, base};
    CHECK_FALSE(lock->held());
    lock.reset();
    CHECK(semaphore.value() == 1);
    CHECK(code_of_lock(4, base) == EBUSY);
}

TEST_CASE("reset, and taken anew in place of the lost one: held until the end") {
    const Semaphore semaphore = private_semaphore(4);
    UnitLock lock{4, private_base()};
    semaphore.set(0);
    CHECK_FALSE(lock.held());
    lock = UnitLock{4, private_base()};
    CHECK(lock.held());
    CHECK(semaphore.value() == 1);
    UnitLock& same = lock;
    lock = std::move(same);
    CHECK(lock.held());
}

TEST_CASE("one that may not be used is a problem, and no refusal") {
    if (!is_root()) return;
    const Semaphore semaphore = private_semaphore(4);
    const std::int32_t base = private_base();
    semaphore.make(0600);
    CHECK(as_user(stranger, [&] { return code_of_lock(4, base) == -1 ? 0 : 1; }) == 0);
    CHECK(as_user(stranger, [&] {
              const std::string text = problem_of_lock(4, base);
              return text.find("no lock keeps a second writer away: Permission denied; ") ==
                             text.npos
                         ? 1
                         : 0;
          }) == 0);
}

TEST_CASE("units 0 and 1: root's, and for group ppsd") {
    if (!in_private_namespace()) return;
    std::optional<GroupPpsd> ppsd;
    for (const int unit : {0, 1}) {
        if (unit == 1) ppsd.emplace();
        const Semaphore semaphore{key_of(unit)};
        // Who isn't root doesn't make it, and goes on without it.
        CHECK(as_user(stranger, [&] { return code_of_lock(unit, key_base) == -1 ? 0 : 1; }) == 0);
        CHECK(semaphore.id() < 0);
        const UnitLock lock{unit};
        semid_ds ds{};
        REQUIRE(::semctl(semaphore.id(), 0, IPC_STAT, &ds) == 0);
        CHECK((ds.sem_perm.mode & 0777U) == 0660U);
        CHECK(ds.sem_perm.gid == (ppsd ? GroupPpsd::id : ::getegid()));
        CHECK(as_user(stranger, [&] { return code_of_lock(unit, key_base) == -1 ? 0 : 1; }) == 0);
        CHECK(lock.held());
    }
}

TEST_CASE("units 0 and 1: a stranger's, or one that a stranger gave to root, is not used") {
    if (!in_private_namespace()) return;
    for (const uid_t given_to : {stranger, uid_t{0}}) {
        const Semaphore semaphore{key_of(1)};
        CHECK(as_user(stranger, [&] {
                  const int id = ::semget(key_of(1), 1, IPC_CREAT | 0666);
                  semid_ds ds{};
                  ds.sem_perm.uid = given_to;
                  ds.sem_perm.mode = 0666;
                  return ::semctl(id, 0, IPC_SET, &ds);
              }) == 0);
        const UnitLock lock{1};
        CHECK_FALSE(lock.held());
        CHECK(lock.problem().find("the semaphore belongs to " + user_name(stranger)) !=
              std::string::npos);
        CHECK(semaphore.value() == 0);
    }
}

TEST_CASE("no semaphores left: a problem that names the limit") {
    if (!in_private_namespace()) return;
    const char* limit = "/proc/sys/kernel/sem";
    std::string before;
    std::getline(std::ifstream{limit} >> std::ws, before);
    std::ofstream{limit} << "32000 1024000000 500 0";
    std::string now;
    std::getline(std::ifstream{limit} >> std::ws, now);
    if (!now.ends_with("\t0")) {
        MESSAGE("SKIPPED: can't lower kernel.sem");
        return;
    }
    CHECK(code_of_lock(4, private_base()) == -1);
    CHECK(problem_of_lock(4, private_base()).find("kernel.sem") != std::string::npos);
    std::ofstream{limit} << before;
    CHECK(code_of_lock(4, private_base()) == 0);
}
