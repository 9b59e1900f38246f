#include "semaphore.hpp"

#include "ipc.hpp"

#include <array>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <unistd.h>

namespace ntpdshm::semaphore {
namespace {

/// The argument that semctl() leaves to its callers to declare.
union Argument {
    int value;
    semid_ds* status;
};

/// A row of /proc/sysvipc/sem: key semid perms nsems uid gid cuid …
std::optional<uid_t> parse_row(const std::string& line, int id) {
    std::istringstream row{line};
    long long key = 0;
    int row_id = 0;
    unsigned perms = 0;
    unsigned count = 0;
    uid_t owner = 0;
    uid_t creator = 0;
    gid_t group = 0;
    row >> key >> row_id >> perms >> count >> owner >> group >> creator;
    if (!row || row_id != id) return std::nullopt;
    return owner != 0 ? owner : creator;
}

} // namespace

int find(std::int32_t key) noexcept {
    return ::semget(key, 0, 0);
}

int make(std::int32_t key) {
    const bool roots = ipc::is_roots(key);
    const int id = ::semget(key, 1, IPC_CREAT | IPC_EXCL | (roots ? 0660 : 0666));
    if (id >= 0 && roots) share_with_group(id);
    return id;
}

void share_with_group(int id) noexcept {
    const auto group = ipc::group_ppsd();
    semid_ds ds{};
    if (::semctl(id, 0, IPC_STAT, Argument{.status = &ds}) < 0) return;
    if (group) ds.sem_perm.gid = *group;
    ds.sem_perm.mode = 0660;
    ::semctl(id, 0, IPC_SET, Argument{.status = &ds});
}

std::optional<uid_t> stranger(int id) {
    semid_ds ds{};
    std::optional<uid_t> user;
    if (::semctl(id, 0, IPC_STAT, Argument{.status = &ds}) >= 0) {
        user = ds.sem_perm.uid != 0 ? ds.sem_perm.uid : ds.sem_perm.cuid;
    } else {
        std::ifstream table{"/proc/sysvipc/sem"};
        table.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
        for (std::string line; !user && std::getline(table, line);)
            user = parse_row(line, id);
    }
    return user == uid_t{0} ? std::nullopt : user;
}

bool remove(int id) noexcept {
    return ::semctl(id, 0, IPC_RMID) == 0;
}

int value(int id) noexcept {
    return ::semctl(id, 0, GETVAL);
}

pid_t last_user(int id) noexcept {
    return ::semctl(id, 0, GETPID);
}

bool take(int id) noexcept {
    std::array<sembuf, 2> steps{sembuf{0, 0, IPC_NOWAIT}, sembuf{0, 1, IPC_NOWAIT | SEM_UNDO}};
    return ::semop(id, steps.data(), steps.size()) == 0;
}

bool take_over(int id, int times) noexcept {
    const auto undo_theirs = static_cast<short>(-times);
    std::array<sembuf, 3> steps{sembuf{0, undo_theirs, IPC_NOWAIT}, sembuf{0, 0, IPC_NOWAIT},
                                sembuf{0, 1, IPC_NOWAIT | SEM_UNDO}};
    return ::semop(id, steps.data(), steps.size()) == 0;
}

void give_back(int id) noexcept {
    sembuf step{0, -1, IPC_NOWAIT | SEM_UNDO};
    ::semop(id, &step, 1);
}

} // namespace ntpdshm::semaphore
