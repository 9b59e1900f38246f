#include "ntpdshm/prepare.hpp"

#include "ntpdshm/unit_lock.hpp"
#include "shm/group_ppsd.hpp"
#include "shm/private_unit.hpp"
#include "tests/unit/support/child.hpp"
#include "tests/unit/support/refusal.hpp"
#include "tests/unit/support/semaphore.hpp"

#include <cerrno>
#include <functional>
#include <optional>
#include <stdexcept>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace ntpdshm;
using namespace ntpdshm::testing;
using namespace ppsd::app::test;

namespace {

constexpr uid_t person = 1000;
constexpr uid_t service = 999;

std::function<void()> before_making_semaphore;

int really_semget(key_t key, int flags, int count = 1) {
    return static_cast<int>(::syscall(SYS_semget, key, count, flags));
}

/// Neither segment nor semaphore of unit 1, before and after.
class Unit1 {
  public:
    [[nodiscard]] int segment() const { return ::shmget(key_of(1), 0, 0); }
    [[nodiscard]] int semaphore() const { return semaphore_.id(); }
    [[nodiscard]] bool is_ready(unsigned mode = 0660) const {
        const auto status = find_segment(1);
        semid_ds ds{};
        if (!status || ::semctl(semaphore(), 0, IPC_STAT, &ds) != 0) return false;
        const gid_t group = GroupPpsd::current != nullptr ? GroupPpsd::id : ::getegid();
        return whose(*status) == 0 && status->mode == mode && status->group == group &&
               ds.sem_perm.uid == 0 && ds.sem_perm.cuid == 0 &&
               (ds.sem_perm.mode & 0777U) == 0660 && ds.sem_perm.gid == group;
    }

  private:
    Cleanup segment_{key_of(1)};
    Semaphore semaphore_{key_of(1)};
};

void squat(uid_t user) {
    REQUIRE(as_user(user, [] {
                const bool both = ::shmget(key_of(1), 96, IPC_CREAT | 0666) >= 0 &&
                                  ::semget(key_of(1), 1, IPC_CREAT | 0666) >= 0;
                return both ? 0 : 1;
            }) == 0);
}

} // namespace

extern "C" int semget(key_t key, int count, int flags) noexcept {
    if (before_making_semaphore && (flags & IPC_CREAT) != 0) before_making_semaphore();
    return really_semget(key, flags, count);
}

namespace {

/// A process of a user's that is attached to unit 1 until it is destroyed.
class Attached : public Child {
  public:
    explicit Attached(uid_t user)
        : Child{[user] {
              // A daemon attaches as root, and then it isn't any more.
              const void* memory = ::shmat(::shmget(key_of(1), 0, 0), nullptr, 0);
              if (::setgid(user) != 0 || ::setuid(user) != 0) ::_exit(1);
              return memory;
          }} {}
};

/// What prepare_unit() warns of, all in one.
std::string warnings(LayoutChoice choice = LayoutChoice::time64) {
    std::string all;
    for (const auto& warning : prepare_unit(1, choice).warnings)
        all += warning + '\n';
    return all;
}

} // namespace

TEST_CASE("segment and lock are made, root's, 0660; once more changes nothing") {
    if (!in_private_namespace()) return;
    const Unit1 unit;
    CHECK(warnings().empty());
    CHECK(unit.is_ready());
    const int segment = unit.segment();
    const int semaphore = unit.semaphore();
    CHECK(warnings().empty());
    CHECK(unit.segment() == segment);
    CHECK(unit.semaphore() == semaphore);
}

TEST_CASE("units from 2 up are anybody's") {
    CHECK_THROWS_AS((void)prepare_unit(2), std::invalid_argument);
    CHECK_THROWS_AS((void)prepare_unit(-1), std::invalid_argument);
}

TEST_CASE("what a stranger made first is removed, and whose it was is said") {
    if (!in_private_namespace()) return;
    const Unit1 unit;
    squat(person);
    const std::string said = warnings();
    CHECK(contains(said, name_of(1) + ": it belonged to " + user_name(person) + ": removed"));
    CHECK(contains(said, name_of(1) + ": its lock belonged to " + user_name(person)));
    CHECK_FALSE(contains(said, "can't be told"));
    CHECK(unit.is_ready());
}

TEST_CASE("a program that is attached keeps it if it is root's or a service's, no other") {
    if (!in_private_namespace()) return;
    for (const uid_t user : {uid_t{0}, service}) {
        const Unit1 unit;
        squat(person);
        const Attached program{user};
        const std::string said =
            refusal<SegmentError>([] { (void)prepare_unit(1, LayoutChoice::time64); });
        CHECK(contains(said, "Device or resource busy; it belongs to " + user_name(person)));
        CHECK(contains(said, "process " + std::to_string(program.pid()) + " ("));
        CHECK(find_segment(1)->owner == person);
    }
    for (const uid_t user : {person, person + 1}) {
        const Unit1 unit;
        squat(person);
        const Attached program{user};
        CHECK_FALSE(contains(warnings(), "can't be told"));
        CHECK(unit.is_ready());
    }
}

TEST_CASE("a service that squats doesn't keep it by its own attachment") {
    if (!in_private_namespace()) return;
    const Unit1 unit;
    squat(service);
    const Attached program{service};
    CHECK(contains(warnings(), "it belonged to " + user_name(service)));
    CHECK(unit.is_ready());
}

TEST_CASE("root's own of another size is replaced, unless somebody is attached") {
    if (!in_private_namespace()) return;
    const Unit1 unit;
    REQUIRE(::shmget(key_of(1), 80, IPC_CREAT | 0600) >= 0);
    {
        const Attached program{0};
        CHECK(contains(refusal<SegmentError>([] { (void)prepare_unit(1, LayoutChoice::time64); }),
                       "80 bytes"));
    }
    CHECK(contains(warnings(), "the size of another layout"));
    CHECK(find_segment(1)->size == 96);
    CHECK(unit.is_ready());
}

TEST_CASE("chronyd's own segment and a lock of older days get their group and mode") {
    if (!in_private_namespace()) return;
    for (const bool exists : {false, true}) {
        std::optional<GroupPpsd> ppsd;
        if (exists) ppsd.emplace();
        const Unit1 unit;
        REQUIRE(::shmget(key_of(1), 96, IPC_CREAT | 0600) >= 0);
        REQUIRE(::semget(key_of(1), 1, IPC_CREAT | 0666) >= 0);
        CHECK(warnings().empty());
        CHECK(unit.is_ready(exists ? 0660 : 0600));
    }
}

TEST_CASE("who isn't root can't remove a stranger's, and is told who can") {
    if (!in_private_namespace()) return;
    const Unit1 unit;
    squat(person);
    CHECK(as_user(service, [] {
              const std::string said =
                  refusal<SegmentError>([] { (void)prepare_unit(1, LayoutChoice::time64); });
              return contains(said, "Operation not permitted; it belongs to " + user_name(person) +
                                        ": run \"ppsd --prepare\" as root, or stop the program "
                                        "that made it and remove it with \"ipcrm -M\"")
                         ? 0
                         : 1;
          }) == 0);
    CHECK(find_segment(1)->owner == person);
}

TEST_CASE("a stranger who makes the lock first again is removed again") {
    if (!in_private_namespace()) return;
    const Unit1 unit;
    squat(person);
    int times = 3;
    before_making_semaphore = [&times] {
        if (times-- <= 0) return;
        REQUIRE(as_user(person, [] { return really_semget(key_of(1), IPC_CREAT | 0666) < 0; }) ==
                0);
    };
    CHECK(contains(warnings(), name_of(1) + ": its lock belonged to " + user_name(person)));
    before_making_semaphore = {};
    CHECK(times < 0);
    CHECK(unit.is_ready());
}
