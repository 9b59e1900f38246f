#include "ntpdshm/unit_lock.hpp"

#include "shm/private_unit.hpp"

#include <cerrno>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <sys/sem.h>

using namespace ntpdshm;
using namespace ntpdshm::testing;

namespace {

constexpr uid_t stranger = 65534;

/// No semaphore for this key, before and after.
class Semaphore {
  public:
    explicit Semaphore(std::int32_t key) : key_{key} { remove(); }
    Semaphore(const Semaphore&) = delete;
    Semaphore& operator=(const Semaphore&) = delete;
    ~Semaphore() { remove(); }

    [[nodiscard]] int id() const { return ::semget(key_, 0, 0); }
    void remove() const {
        if (id() >= 0) ::semctl(id(), 0, IPC_RMID);
    }

  private:
    std::int32_t key_;
};

Semaphore private_semaphore(int unit) {
    return Semaphore{key_of(unit, private_base())};
}

int code_of_lock(int unit, std::int32_t base) {
    try {
        const UnitLock lock{unit, base};
    } catch (const SegmentError& error) {
        return error.code().value();
    }
    return 0;
}

/// A child that holds the lock until it is killed.
class Holder {
  public:
    Holder(int unit, std::int32_t base) {
        int ready[2];
        REQUIRE(::pipe(ready) == 0);
        pid_ = ::fork();
        if (pid_ == 0) {
            const UnitLock lock{unit, base};
            (void)!::write(ready[1], "", 1);
            for (;;)
                ::pause();
        }
        char byte = 0;
        REQUIRE(::read(ready[0], &byte, 1) == 1);
        ::close(ready[0]);
        ::close(ready[1]);
    }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
    ~Holder() { kill(); }

    [[nodiscard]] pid_t pid() const { return pid_; }
    void kill() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }

  private:
    pid_t pid_ = 0;
};

} // namespace

TEST_CASE("held once, given back at the end, and nothing is left") {
    const Semaphore semaphore = private_semaphore(4);
    {
        const UnitLock lock{4, private_base()};
        CHECK(lock.held());
        CHECK(code_of_lock(4, private_base()) == EBUSY);
        CHECK(code_of_lock(5, private_base()) == 0);
        CHECK(semaphore.id() >= 0);
    }
    CHECK(semaphore.id() < 0);
    CHECK(code_of_lock(4, private_base()) == 0);
    CHECK_THROWS_AS(UnitLock(256, private_base()), std::invalid_argument);
}

TEST_CASE("refused with the holder's process id and name; free once that was killed") {
    const Semaphore semaphore = private_semaphore(4);
    Holder holder{4, private_base()};
    const std::string text = message_of([] { const UnitLock lock{4, private_base()}; });
    CHECK(text.starts_with(name_of(4, private_base()) + ": "));
    const std::string name = " (" + own_name() + ")";
    CHECK(text.find("process " + std::to_string(holder.pid()) + name) != text.npos);
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

TEST_CASE("units 0 and 1: root's, and for group ppsd") {
    if (!in_private_namespace()) return;
    const group* ppsd = ::getgrnam("ppsd");
    for (const int unit : {0, 1}) {
        const Semaphore semaphore{key_of(unit)};
        const UnitLock lock{unit};
        semid_ds ds{};
        REQUIRE(::semctl(semaphore.id(), 0, IPC_STAT, &ds) == 0);
        CHECK((ds.sem_perm.mode & 0777U) == 0660U);
        CHECK(ds.sem_perm.gid == (ppsd ? ppsd->gr_gid : ::getegid()));
        CHECK(as_user(stranger, [&] { return code_of_lock(unit, key_base); }) == EACCES);
    }
}

TEST_CASE("no semaphores left: the error says which limit") {
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
    CHECK(code_of_lock(4, private_base()) == ENOSPC);
    const std::string text = message_of([] { const UnitLock lock{4, private_base()}; });
    CHECK(text.find("kernel.sem") != text.npos);
    std::ofstream{limit} << before;
    CHECK(code_of_lock(4, private_base()) == 0);
}
