// Another process, for as long as a test wants it.
#pragma once

#include <doctest/doctest.h>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace ppsd::app::test {

/// A child that does something, keeps what that gave, and waits until it is killed.
class Child {
  public:
    /// Returns when action() has. An action that can't be done calls _exit(1).
    template <class Action>
    explicit Child(const Action& action) {
        int ready[2];
        REQUIRE(::pipe(ready) == 0);
        pid_ = ::fork();
        if (pid_ == 0) {
            [[maybe_unused]] const auto kept = action();
            (void)!::write(ready[1], "", 1);
            for (;;)
                ::pause();
        }
        ::close(ready[1]);
        char byte = 0;
        REQUIRE(::read(ready[0], &byte, 1) == 1);
        ::close(ready[0]);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() { kill(); }

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

} // namespace ppsd::app::test
