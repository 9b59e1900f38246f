#include "daemon/pipeline/receiver_leaps.hpp"

#include "daemon/text/utc_text.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace ppsd::app {
namespace {

using discipline::Leap;
using discipline::LeapTable;
using hal::UtcSecond;

// From a sample to the packet of the same second, or the next one.
constexpr std::int64_t may_differ = 3; // s
// TAI was 19 s ahead of UTC when GPS time began with it.
constexpr std::int64_t tai_minus_gps = 19;
constexpr std::int64_t half_a_year = 185 * 86400;

Leap leap_of(int change) noexcept {
    return change > 0 ? Leap::inserted : change < 0 ? Leap::deleted : Leap::none;
}

std::string_view word_for(Leap leap) noexcept {
    switch (leap) {
    case Leap::inserted:
        return "a second is inserted";
    case Leap::deleted:
        return "a second is left out";
    case Leap::none:
        break;
    }
    return "there is no leap second";
}

std::string time_of(UtcSecond second) {
    return utc_text(second.posix_ns(), 0);
}

// All leap seconds were at the end of June or December, which ITU-R TF.460-6 prefers.
bool is_usual(UtcSecond end) {
    using namespace std::chrono;
    const year_month_day date{floor<days>(sys_seconds{std::chrono::seconds{end.posix()}})};
    return date.month() == January || date.month() == July;
}

// A list of this one alone.
std::optional<LeapTable> table_of(const nmea::LeapWord& word, UtcSecond now, UtcSecond end,
                                  const LeapTable& list) {
    const std::int64_t tai_minus_utc = tai_minus_gps + word.gps_minus_utc;
    const bool fits = list.empty() || list.to_tai(now) - now.posix() == tai_minus_utc;
    if (!fits || !word.count_known || !is_usual(end) || end - now > half_a_year)
        return std::nullopt;
    return LeapTable::of(
        {{UtcSecond::from_posix(0), tai_minus_utc}, {end, tai_minus_utc + word.next->change}}, end);
}

} // namespace

std::optional<ReceiverLeaps::Said> ReceiverLeaps::read(const nmea::LeapWord& word, UtcSecond now) {
    if (!word.next) return std::nullopt;
    const Leap what = leap_of(word.next->change);
    if (what == Leap::none) return Said{what, discipline::next_month(now)};
    const std::int64_t in = word.next->in.count();
    if (in <= 0) return std::nullopt; // it is there, or over: too late to count with it
    const UtcSecond end = discipline::next_month(now + in - may_differ);
    if (end - (now + in) > may_differ) return std::nullopt; // in the middle of a month: nonsense
    return Said{what, end};
}

std::optional<LeapTable> ReceiverLeaps::add(const nmea::LeapWord& word, UtcSecond now,
                                            const LeapTable& list) {
    const auto said = read(word, now);
    if (said != said_) {
        said_ = said;
        times_ = 0;
        warned_ = false;
    }
    if (!said || ++times_ < enough) return std::nullopt;
    times_ = enough;
    if (list.known_at(said->end - 1)) {
        if (list.announced_at(said->end - 1) == said->what) return std::nullopt;
        if (replaced_) return take_back();
        warn(list);
        return std::nullopt;
    }
    if (said->what == Leap::none) return std::nullopt;
    auto table = table_of(word, now, said->end, list);
    if (!table) return std::nullopt;
    log_.line(LogLevel::notice,
              "the receiver says that {} before {}; {}, so ppsd announces what the receiver says",
              word_for(said->what), time_of(said->end),
              list.empty() ? "there is no list of leap seconds"
                           : "the list of leap seconds ends before that");
    if (!replaced_) replaced_ = list;
    return table;
}

std::optional<LeapTable> ReceiverLeaps::take_back() {
    log_.line(LogLevel::notice, "the receiver now says that {} before {}", word_for(said_->what),
              time_of(said_->end));
    return std::exchange(replaced_, std::nullopt);
}

void ReceiverLeaps::warn(const LeapTable& list) {
    if (std::exchange(warned_, true)) return;
    log_.line(
        LogLevel::warning,
        "the receiver says that {} before {}, and the list of leap seconds that {}: ppsd uses "
        "the list; compare both with IERS' Bulletin C",
        word_for(said_->what), time_of(said_->end), word_for(list.announced_at(said_->end - 1)));
}

} // namespace ppsd::app
