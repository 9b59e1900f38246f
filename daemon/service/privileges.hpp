// Who ppsd is once everything is open.
#pragma once

#include "daemon/text/log.hpp"

#include <optional>
#include <string>
#include <sys/types.h>

namespace ppsd::app {

inline constexpr const char* default_user = "ppsd";

struct User {
    std::string name; ///< empty: a number without an entry in passwd
    uid_t id = 0;
    gid_t group = 0;
};

/// By name, or by number: then with the group of that number if passwd doesn't know it. Nothing if
/// there is no such user.
[[nodiscard]] std::optional<User> find_user(const std::string& name);

/// Whom root becomes. wanted: the option `user`; empty: ppsd if there is such a user. Nothing: we
/// stay who we are. Throws hal::UsageError for a user that doesn't exist, and for anyone at all if
/// we aren't root.
[[nodiscard]] std::optional<User> whom_to_become(const std::string& wanted);

/// Gives up what isn't needed any more: becomes that user with its groups (not if it is nothing),
/// drops all capabilities (as root: but those to open files again), for good. Throws
/// std::system_error if that can't be done; then nothing may go on. Who stays root without having
/// wanted it reads so in the log.
void drop_privileges(const std::optional<User>& user, const std::string& wanted, const Log& log);

} // namespace ppsd::app
