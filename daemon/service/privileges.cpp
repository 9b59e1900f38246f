#include "daemon/service/privileges.hpp"

#include "hal/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fmt/format.h>
#include <fstream>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

namespace ppsd::app {

namespace {

/// What root without capabilities could not open again: a UART of another user's, or group's.
constexpr std::uint32_t to_open_files = 1U << CAP_DAC_OVERRIDE;

[[noreturn]] void throw_errno(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

std::optional<uid_t> number(const std::string& text) {
    uid_t id = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, id);
    constexpr auto nobody_at_all = static_cast<uid_t>(-1);
    if (error != std::errc{} || stop != end || id == nobody_at_all) return std::nullopt;
    return id;
}

std::array<__user_cap_data_struct, 2> capabilities() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> had{};
    if (::syscall(SYS_capget, &header, had.data()) != 0) throw_errno("capget");
    return had;
}

/// Not so in containers, and where root is only a name (a user namespace).
bool may_become_others() {
    constexpr std::uint32_t needed = 1U << CAP_SETUID | 1U << CAP_SETGID;
    if (::geteuid() != 0 || (capabilities()[0].effective & needed) != needed) return false;
    std::string groups;
    std::ifstream{"/proc/self/setgroups"} >> groups;
    return groups != "deny";
}

void become(const User& user) {
    const int groups =
        user.name.empty() ? ::setgroups(0, nullptr) : ::initgroups(user.name.c_str(), user.group);
    if (groups != 0) throw_errno("setgroups");
    if (::setresgid(user.group, user.group, user.group) != 0) throw_errno("setresgid");
    if (::setresuid(user.id, user.id, user.id) != 0) throw_errno("setresuid");
    if (::setuid(0) == 0) throw std::runtime_error("root's rights could not be given up");
}

/// Before the user changes, for afterwards it may not be done.
void empty_bounding_set(std::uint32_t keep) {
    for (unsigned capability = 0; ::prctl(PR_CAPBSET_READ, capability) >= 0; ++capability) {
        if (capability < 32 && (keep >> capability & 1U) != 0) continue;
        if (::prctl(PR_CAPBSET_DROP, capability) != 0 && errno != EPERM)
            throw_errno("PR_CAPBSET_DROP");
    }
}

void drop_capabilities(std::uint32_t keep) {
    ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    const auto had = capabilities();
    const bool any = std::any_of(had.begin(), had.end(), [](const __user_cap_data_struct& half) {
        return (half.effective | half.permitted | half.inheritable) != 0;
    });
    if (!any) return; // a service's filter may forbid to ask for less
    const std::uint32_t left = had[0].permitted & keep;
    const std::array<__user_cap_data_struct, 2> wanted{{{left, left, 0}, {0, 0, 0}}};
    if (::syscall(SYS_capset, &header, wanted.data()) != 0) throw_errno("capset");
}

} // namespace

std::optional<User> find_user(const std::string& name) {
    if (const passwd* const entry = ::getpwnam(name.c_str()))
        return User{entry->pw_name, entry->pw_uid, entry->pw_gid};
    const auto id = number(name);
    if (!id) return std::nullopt;
    if (const passwd* const entry = ::getpwuid(*id))
        return User{entry->pw_name, entry->pw_uid, entry->pw_gid};
    return User{{}, *id, *id};
}

std::optional<User> whom_to_become(const std::string& wanted) {
    const auto user = find_user(wanted.empty() ? default_user : wanted);
    if (!wanted.empty() && !user)
        throw hal::UsageError(fmt::format("user = {}: there is no such user", wanted));
    const bool stays = !user || user->id == ::geteuid();
    if (may_become_others()) return stays ? std::nullopt : user;
    if (wanted.empty() || stays) return std::nullopt;
    throw hal::UsageError(fmt::format("user = {}: only root can become another user", wanted));
}

void drop_privileges(const std::optional<User>& user, const std::string& wanted, const Log& log) {
    const bool stays_root = !user && ::geteuid() == 0;
    if (stays_root && wanted.empty())
        log.line(LogLevel::notice, "ppsd stays root: {}; set user = root if that is meant",
                 find_user(default_user) ? "it has no right to become another user"
                                         : "there is no user ppsd");
    const std::uint32_t keep = stays_root ? to_open_files : 0;
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) throw_errno("PR_SET_NO_NEW_PRIVS");
    empty_bounding_set(keep);
    if (user) become(*user);
    drop_capabilities(keep);
}

} // namespace ppsd::app
