#include "ipc.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <grp.h>
#include <limits>
#include <sstream>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

namespace ntpdshm::ipc {
namespace {

// The bit that IPC_STAT adds to the mode of a removed segment (SHM_DEST, <linux/shm.h>).
constexpr unsigned removed_bit = 01000;

/// Who should come instead, or come along: removing it would only take it from its reader.
std::string advice_on_permission(const SegmentStatus& status, std::int32_t key, bool writable) {
    const unsigned group_bits = writable ? 0060 : 0040;
    if (status.owner == ::geteuid())
        return "remove it with \"ipcrm -M " + hex(key) + "\", so that it is made anew";
    if ((status.mode & group_bits) == group_bits)
        return "run with sudo, or as a member of its group " + group_name(status.group);
    if (status.owner == 0)
        return "run with sudo; or, if chronyd made it, let others in by \":perm=0666\" after the "
               "unit in its refclock line";
    return "run with sudo, or as that user";
}

/// A row of /proc/sysvipc/shm: key shmid perms size cpid lpid nattch uid gid cuid …
std::optional<SegmentStatus> parse_row(const std::string& line, int id) {
    std::istringstream row{line};
    long long key = 0;
    int row_id = 0;
    SegmentStatus s;
    row >> key >> row_id >> std::oct >> s.mode >> std::dec >> s.size >> s.maker >> s.last_user >>
        s.attached >> s.owner >> s.group >> s.creator;
    if (!row || row_id != id) return std::nullopt;
    s.removed = (s.mode & removed_bit) != 0;
    s.mode &= 0777U;
    return s;
}

} // namespace

bool is_roots(std::int32_t key) noexcept {
    return key == key_base || key == key_base + 1;
}

std::optional<gid_t> group_ppsd() {
    const group* entry = ::getgrnam("ppsd");
    return entry ? std::optional{entry->gr_gid} : std::nullopt;
}

std::optional<int> find(std::int32_t key) noexcept {
    const int id = ::shmget(key, 0, 0);
    return id < 0 ? std::nullopt : std::optional{id};
}

std::optional<SegmentStatus> status(int id) noexcept {
    shmid_ds ds{};
    if (::shmctl(id, IPC_STAT, &ds) < 0) return std::nullopt;
    SegmentStatus s;
    s.size = ds.shm_segsz;
    s.owner = ds.shm_perm.uid;
    s.creator = ds.shm_perm.cuid;
    s.group = ds.shm_perm.gid;
    s.mode = ds.shm_perm.mode & 0777U;
    s.attached = ds.shm_nattch;
    s.removed = (ds.shm_perm.mode & removed_bit) != 0;
    s.maker = ds.shm_cpid;
    s.last_user = ds.shm_lpid;
    return s;
}

std::optional<SegmentStatus> status_of_foreign(int id) {
    if (const auto s = status(id)) return s;
    std::ifstream table{"/proc/sysvipc/shm"};
    table.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    for (std::string line; std::getline(table, line);)
        if (const auto s = parse_row(line, id)) return s;
    return std::nullopt;
}

void set_group(int id, gid_t group, unsigned mode) noexcept {
    shmid_ds ds{};
    if (::shmctl(id, IPC_STAT, &ds) < 0) return;
    ds.shm_perm.gid = group;
    ds.shm_perm.mode = static_cast<decltype(ds.shm_perm.mode)>(mode);
    ::shmctl(id, IPC_SET, &ds);
}

bool remove(int id) noexcept {
    return ::shmctl(id, IPC_RMID, nullptr) == 0;
}

// 7f0d0f7e4000-7f0d0f7e5000 rw-s 00000000 00:01 32769   /SYSV4e545032 (deleted)
Attachments attachments(pid_t process, int id) {
    const std::string folder = "/proc/" + std::to_string(process);
    Attachments found;
    // Another namespace has other segments with the same ids; which it is can't always be read.
    std::error_code error;
    const auto theirs = std::filesystem::read_symlink(folder + "/ns/ipc", error);
    if (!error && theirs != std::filesystem::read_symlink("/proc/self/ns/ipc", error)) return found;
    std::ifstream maps{folder + "/maps"};
    for (std::string line; std::getline(maps, line);) {
        std::istringstream row{line};
        std::string range, rights, offset, device, inode, name;
        row >> range >> rights >> offset >> device >> inode >> name;
        if (inode != std::to_string(id) || !name.starts_with("/SYSV")) continue;
        ++found.all;
        if (rights.find('w') != rights.npos) ++found.writing;
    }
    return found;
}

std::string advice_on_making(int err) {
    switch (err) {
    case ENOSPC:
        return "the system's shared memory segments are used up (kernel.shmmni or kernel.shmall): "
               "see \"ipcs -m\", remove with \"ipcrm\" what nobody is attached to, or raise them "
               "with sysctl";
    case ENOMEM:
        return "there is no memory for it: free some";
    case EEXIST:
        return "others keep making and removing it: find out who, with \"ipcs -mp\"";
    default:
        return "see shmget(2)";
    }
}

std::string advice_on_attaching(int err, std::int32_t key, bool writable,
                                const std::optional<SegmentStatus>& status) {
    if (err == EIDRM || err == EINVAL) return "it was removed while being opened: try again";
    if (err != EACCES || !status) return "see shmat(2)";
    return "it belongs to " + user_name(status->owner) + " and has mode " + octal(status->mode) +
           ": " + advice_on_permission(*status, key, writable);
}

std::string hex(std::int32_t key) {
    char text[16];
    std::snprintf(text, sizeof text, "0x%08x", static_cast<unsigned>(key));
    return text;
}

std::string octal(unsigned mode) {
    char text[16];
    std::snprintf(text, sizeof text, "%04o", mode);
    return text;
}

} // namespace ntpdshm::ipc
