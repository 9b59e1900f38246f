#include "daemon/ctl/top.hpp"

#include "daemon/ctl/interrupt.hpp"
#include "daemon/ctl/ntp_choice.hpp"
#include "daemon/ctl/top_history.hpp"
#include "daemon/observe/ask_ntp.hpp"
#include "daemon/observe/pause.hpp"
#include "daemon/service/ask_status.hpp"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <exception>
#include <fmt/format.h>
#include <functional>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace ppsd::app {
namespace {

using Clock = std::chrono::steady_clock;

/// Seconds of a clock that only goes forward.
double now() {
    return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

/// A question that is asked again and again, in a thread of its own each time, so that the screen
/// never waits for who doesn't answer. Its end waits for an answer that is due.
/// Not a std::future: the C++ library of the oldest boards (armel) has none.
template <class Answer>
class Question {
  public:
    explicit Question(std::function<Answer()> ask) : ask_{std::move(ask)} {}
    Question(const Question&) = delete;
    Question& operator=(const Question&) = delete;
    ~Question() {
        if (asking_.joinable()) asking_.join();
    }

    /// Asks, if it is time to and no answer is due.
    void ask_at(double time) {
        if (asking_.joinable() || time < next_) return;
        // A change of the terminal's size, or Ctrl-Z, is for the thread that paints.
        sigset_t ours;
        sigset_t before;
        ::sigemptyset(&ours);
        ::sigaddset(&ours, SIGWINCH);
        ::sigaddset(&ours, SIGTSTP);
        ::pthread_sigmask(SIG_BLOCK, &ours, &before);
        answered_ = false;
        asking_ = std::thread{[this] { answer(); }};
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }

    /// The answer, if one has come.
    std::optional<Answer> take() {
        if (!asking_.joinable() || !answered_) return std::nullopt;
        asking_.join();
        if (failure_) std::rethrow_exception(failure_);
        return std::move(answer_);
    }

    void next_at(double time) { next_ = time; }

  private:
    void answer() {
        try {
            answer_ = ask_();
        } catch (...) {
            failure_ = std::current_exception();
        }
        answered_ = true;
    }

    std::function<Answer()> ask_;
    std::thread asking_;
    std::atomic<bool> answered_ = false; ///< answer_ or failure_ is written, by asking_
    std::optional<Answer> answer_;
    std::exception_ptr failure_;
    double next_ = 0; ///< when to ask next, as now() has it
};

std::string why_not(const std::string& socket, int error) {
    const bool nobody = error == ENOENT || error == ECONNREFUSED;
    return fmt::format("{}: {}", socket,
                       nobody            ? "no ppsd is running there"
                       : error == EAGAIN ? "ppsd is there, but silent"
                                         : std::generic_category().message(error));
}

class Top {
  public:
    Top(const TopOptions& options, TopScreen& screen)
        : options_{options}, screen_{screen},
          ppsd_{[&options] { return ask_status(options.socket); }}, ntp_{ask_ntp} {}

    void run() {
        const double start = now();
        bool changed = true;
        while (!interrupted() && !(options_.seconds && now() - start >= *options_.seconds)) {
            changed |= ask_ppsd();
            changed |= ask_ntp_daemon();
            if (changed)
                screen_.paint(top_view({history_, choice_, screen_.utf8()}, screen_.size()));
            const auto event = screen_.wait();
            if (event == TopScreen::Event::quit) return;
            changed = event == TopScreen::Event::repaint;
        }
    }

  private:
    bool ask_ppsd() {
        ppsd_.ask_at(now());
        const auto answer = ppsd_.take();
        if (!answer) return false;
        ppsd_.next_at(now() + 1);
        if (answer->error != 0) {
            history_.silence(why_not(options_.socket, answer->error), now());
            return true;
        }
        try {
            const TopStatus status = parse_top_status(answer->text);
            history_.answer(status, now());
            ppsd_.next_at(now() + pause_after(status.last ? std::optional{status.last->s_ago}
                                                          : std::nullopt));
        } catch (const std::exception& error) {
            history_.silence(options_.socket + ": " + error.what(), now());
        }
        return true;
    }

    bool ask_ntp_daemon() {
        ntp_.ask_at(now());
        const auto answer = ntp_.take();
        if (!answer) return false;
        ntp_.next_at(now() + std::chrono::duration<double>(ask_again_after(*answer)).count());
        choice_ = ntp_choice(*answer);
        return true;
    }

    const TopOptions& options_;
    TopScreen& screen_;
    TopHistory history_;
    std::vector<std::string> choice_; ///< of the NTP daemon
    Question<StatusAnswer> ppsd_;
    Question<NtpStatus> ntp_;
};

} // namespace

int run_top(const TopOptions& options, std::unique_ptr<TopScreen> screen) {
    catch_interrupts();
    Top top{options, *screen};
    top.run();
    // The terminal first: an answer that is due may still take seconds.
    screen.reset();
    return 0;
}

} // namespace ppsd::app
