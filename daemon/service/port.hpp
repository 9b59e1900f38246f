// A source and its device, which may be unplugged.
#pragma once

#include "daemon/service/event_loop.hpp"
#include "daemon/text/log.hpp"
#include "hal/error.hpp"
#include "hal/time.hpp"

#include <fmt/format.h>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace ppsd::app {

/// Opens a source, has it watched, and opens it again, once a second, when its device went away or
/// wasn't there yet.
template <class Source>
class Port {
  public:
    static constexpr hal::Nanos retry_after = std::chrono::seconds{1};

    using Open = std::function<std::unique_ptr<Source>()>;

    /// The log must outlive it. name: what the user called it; empty: there is none to open.
    Port(std::string name, Open open, const Log& log)
        : name_{std::move(name)}, open_{std::move(open)}, log_{log} {}

    /// The first time. Throws what opening it throws; with `wait` a DeviceError is a warning, and
    /// it is tried again. place: where the user named it, for a name that can't be read.
    void open_first(bool wait, const std::string& place, hal::MonoTime now) {
        if (name_.empty()) return;
        try {
            source_ = open_();
        } catch (const hal::UsageError& error) {
            throw hal::UsageError(place + error.what());
        } catch (const hal::DeviceError& error) {
            if (!wait) throw;
            log_.line(LogLevel::warning, "{}; waiting for it", error.what());
            miss(error.what(), now);
        }
    }

    /// From now on, also when it was opened again, the loop calls `serve`. The loop must outlive
    /// it.
    void watch(EventLoop& loop, Rank rank, std::function<void()> serve) {
        watch_ = [&loop, rank, serve = std::move(serve)](Source& source) {
            loop.watch(source.fd(), rank, serve);
        };
        unwatch_ = [&loop](Source& source) { loop.unwatch(source.fd()); };
        if (source_) watch_(*source_);
    }

    /// nullptr while it isn't open.
    [[nodiscard]] Source* get() const noexcept { return source_.get(); }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// While it isn't open: why, as opening it said.
    [[nodiscard]] const std::string& missing() const noexcept { return missing_; }

    /// After reading from it: true if its device has gone, and it is closed.
    bool close_if_gone(hal::MonoTime now) {
        const auto error = source_->error();
        if (!error) return false;
        log_.line(LogLevel::warning, "{}: gone: {}; trying to open it again every second", name_,
                  error.message());
        unwatch_(*source_);
        source_.reset();
        miss(fmt::format("{}: {}", name_, error.message()), now);
        return true;
    }

    /// If it is time to: true if it is open again. The log has why not, if it is another reason.
    bool open_again(hal::MonoTime now) {
        if (!retry_at_ || now < *retry_at_) return false;
        try {
            source_ = open_();
            watch_(*source_);
        } catch (const std::exception& error) {
            source_.reset();
            const bool known = missing_ == error.what();
            log_.line(known ? LogLevel::debug : LogLevel::warning, "{}", error.what());
            miss(error.what(), now);
            return false;
        }
        retry_at_.reset();
        missing_.clear();
        log_.line(LogLevel::notice, "{}: back", name_);
        return true;
    }

    /// When open_again() will do something.
    [[nodiscard]] std::optional<hal::MonoTime> deadline() const noexcept { return retry_at_; }

  private:
    void miss(std::string why, hal::MonoTime now) {
        missing_ = std::move(why);
        retry_at_ = now + retry_after;
    }

    std::string name_;
    Open open_;
    const Log& log_;
    std::function<void(Source&)> watch_;
    std::function<void(Source&)> unwatch_;
    std::unique_ptr<Source> source_;
    std::optional<hal::MonoTime> retry_at_;
    std::string missing_;
};

} // namespace ppsd::app
