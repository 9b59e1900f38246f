// ppsd: composition only.
#include "daemon/service/check_config.hpp"
#include "daemon/service/daemon.hpp"
#include "daemon/service/notify.hpp"
#include "daemon/service/prepare.hpp"
#include "daemon/service/priority.hpp"
#include "daemon/service/privileges.hpp"
#include "daemon/service/reload.hpp"
#include "daemon/service/reopen.hpp"
#include "daemon/settings/options.hpp"
#include "daemon/text/log.hpp"
#include "hal/error.hpp"
#include "hal/standard_fds.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fmt/format.h>
#include <new>
#include <optional>

using namespace ppsd::app;

namespace {

int run(const std::vector<std::string>& arguments) {
    const Command command = parse_command_line(arguments);
    if (command.kind == Command::Kind::help) return fmt::print("{}", help_text()), 0;
    if (command.kind == Command::Kind::version) return fmt::print("ppsd {}\n", version()), 0;
    if (command.kind == Command::Kind::check_config) return check_config(command);
    // systemd sets it where stderr is the journal, which reads the prefixes.
    unblock_stderr();
    Log log{command.options.log_level, std::getenv("JOURNAL_STREAM") != nullptr};
    if (command.kind == Command::Kind::prepare)
        return prepare_units(command.options, Prepared::all, log), 0;
    const auto user = whom_to_become(command.options.user);
    if (command.options.lock_memory || command.options.poll != Poll::no) raise_limits();
    if (command.options.lock_memory) lock_memory();
    if (command.options.realtime > 0) be_realtime(command.options.realtime);
    const auto heir = user ? std::optional{hal::Owner{user->id, user->group}} : std::nullopt;
    Daemon daemon{command.options, log, Notifier::from_environment(), heir};
    drop_privileges(user, command.options.user, log);
    if (command.options.lock_memory) leave_room_to_lock();
    warn_of_what_cannot_reopen(command.options, log);
    daemon.reload_by(Reload{arguments, command.options, log});
    return daemon.run() ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    hal::fill_standard_fds();
    try {
        return run({argv + 1, argv + argc});
    } catch (const hal::UsageError& error) {
        fmt::print(stderr, "ppsd: {}\n", error.what());
        return 2;
    } catch (const std::bad_alloc&) {
        fmt::print(stderr, "ppsd: there is no more memory to be had; with lock-memory, raise "
                           "LimitMEMLOCK= in the service (ulimit -l)\n");
        return 1;
    } catch (const std::exception& error) {
        fmt::print(stderr, "ppsd: {}\n", error.what());
        return 1;
    }
}
