#include "hal/run_program.hpp"

#include "hal/unique_fd.hpp"
#include "hal/wait.hpp"
#include "mono_now.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ; // NOLINT: POSIX's

namespace hal {
namespace {

/// Its process, whose standard output is `out`; 0: it didn't start.
pid_t start(const std::vector<std::string>& words, int out, RunAs as) {
    std::vector<char*> argv;
    for (const std::string& word : words)
        argv.push_back(const_cast<char*>(word.c_str())); // execve(2) doesn't write to them
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    if (as == RunAs::work)
        ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    else
        ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    const int error = ::posix_spawnp(&child, argv[0], &actions, &attributes, argv.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    return error == 0 ? child : 0;
}

/// Until its end, or the deadline: then false.
bool read_all(int fd, MonoTime deadline, std::string& text) {
    constexpr std::size_t most = 1U << 20U;
    std::array<char, 4096> part{};
    while (mono_now() < deadline) {
        wait_readable(std::array{fd}, deadline - mono_now());
        const auto n = ::read(fd, part.data(), part.size());
        if (n == 0) return true;
        if (n < 0 && errno != EINTR && errno != EAGAIN) return true;
        // Read on past the limit: a program that writes to a full pipe never ends.
        if (n > 0 && text.size() < most) text.append(part.data(), static_cast<std::size_t>(n));
    }
    return false;
}

} // namespace

ProgramEnd run_program(const std::vector<std::string>& words, Nanos longest, RunAs as) {
    ProgramEnd end;
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) return end;
    const UniqueFd from{pipe[0]};
    UniqueFd to{pipe[1]};
    const pid_t child = start(words, to.get(), as);
    to = UniqueFd{};
    if (child == 0) return end;
    const MonoTime deadline = mono_now() + longest;
    bool ended = read_all(from.get(), deadline, end.out);
    // It may close its output and stay.
    int status = 0;
    while (ended && ::waitpid(child, &status, WNOHANG) == 0) {
        wait_readable({}, 10ms);
        ended = mono_now() < deadline;
    }
    if (ended) {
        if (WIFEXITED(status)) end.code = WEXITSTATUS(status);
        return end;
    }
    ::kill(child, SIGKILL);
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return end;
}

} // namespace hal
