#include "sim/claims.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace hal::sim {
namespace {

constexpr int believed_after = 120; // labels in a row
constexpr int leap_believed_after = 60;
// Where an error ends and begins, two labels may come together, after which neither is in a row.
constexpr int forgotten_after = believed_after + 2;
constexpr std::int64_t deniable = 5;     // s: samples that were on their way, and a label or two
constexpr std::int64_t near_leap = 3600; // s
constexpr std::size_t most = 16;

bool near_month_end(UtcSecond t) noexcept {
    using namespace std::chrono;
    constexpr seconds before{20};
    constexpr seconds after{80}; // the daemon's minute, and by how much its labels may be off
    const sys_seconds later{seconds{t.posix()} + before};
    const auto day = floor<days>(later);
    return year_month_day{day}.day() == std::chrono::day{1} && later - day <= before + after;
}

std::int64_t whole(double seconds) noexcept {
    return static_cast<std::int64_t>(std::floor(seconds));
}

} // namespace

Readings readings_of(const Numbering& truth, std::int64_t index, UtcSecond said, Nanos delay,
                     const Parameters& parameters) noexcept {
    constexpr double half = 0.5;
    const double seen = static_cast<double>(delay.count()) * 1e-9;
    const double told = parameters["ppsd.nmea-delay"];
    const double untaught = told == not_set ? seen : seen - told + half;
    const double jitter = 2 * parameters["nmea.delay-jitter"];
    const double usual = parameters["nmea.delay"];
    const double taught = seen - usual + half;
    // Of a delay of a second or more, pulses teach only the rest.
    const double by_pulses = told == not_set ? taught + std::floor(usual) : taught;
    const auto of_pulse = [&](std::int64_t pulse) {
        return Reading{pulse, -seconds_between(truth.at(pulse), said)};
    };
    const Reading usual_one = of_pulse(index);
    const auto reading = [&](double late) {
        const std::int64_t off = whole(late);
        return off == 0 ? usual_one : of_pulse(index + off);
    };
    return {reading(untaught - jitter), reading(untaught), reading(untaught + jitter),
            reading(taught), reading(by_pulses)};
}

Claims::Claims(const Parameters& base)
    : numbering_{base}, lock_count_{static_cast<int>(base["ppsd.lock-count"])},
      list_{base.word<LeapList>("ppsd.leap-list") == LeapList::current} {}

bool Claims::near_listed_leap(std::int64_t now) const noexcept {
    const std::int64_t leap = numbering_.leap_index();
    return list_ && leap != INT64_MAX && std::abs(now - leap) <= near_leap;
}

bool Claims::same(std::int64_t a, std::int64_t b, std::int64_t now) const noexcept {
    return a == b || (a != 0 && b != 0 && std::abs(a - b) == 1 && near_listed_leap(now));
}

Claims::Claim* Claims::find(std::int64_t error) noexcept {
    const auto found = std::ranges::find(claims_, error, &Claim::error);
    return found == claims_.end() ? nullptr : &*found;
}

void Claims::add(std::int64_t error) {
    if (find(error) || claims_.size() == most) return;
    claims_.push_back({.error = error, .from_the_start = !contradicted_});
}

void Claims::note(const Label& label, std::int64_t now) {
    if (label.second == std::exchange(heard_, label.second) && !label.whole) return;
    const std::int64_t pulse = label.reading.pulse;
    if (pulse >= numbering_.leap_index() && !list_ && !std::exchange(leapt_, true)) leap();
    const bool inserted = numbering_.at(pulse).leap_second;
    add(label.reading.error);
    mixed_ = mixed_ || claims_.size() > 1;
    for (Claim& claim : claims_) {
        claim.refuted = claim.refuted || claim.denials > deniable;
        if (same(label.reading.error, claim.error, now)) {
            claim.denied = -1;
            claim.denials = 0;
            claim.unsaid = 0;
            if (++claim.row == 1) claim.at_end = may_leap(label.reading);
            if (!label.unspoilt)
                claim.heard = 0; // late, it may be in no row
            else if (!label.may_be_lost)
                ++claim.heard;
            believe(claim, now);
        } else if (inserted) {
            go_on(claim, now);
        } else {
            claim.heard = 0;
            if (label.may_be_lost) {
                if (claim.error == label.reading.error + 1) ++claim.rest; // it comes a second later
                continue;
            }
            claim.row = claim.rest = 0;
            ++claim.unsaid;
            if (claim.unsaid >= believed_after && !near_listed_leap(now)) claim.surely = false;
            if (!label.unspoilt) continue;
            claim.from_the_start = false;
            if (claim.denied < 0) claim.denied = now;
            ++claim.denials;
        }
    }
    contradicted_ = contradicted_ || (label.unspoilt && !inserted);
    forget();
}

void Claims::note_inserted(std::int64_t now) noexcept {
    for (Claim& claim : claims_)
        go_on(claim, now);
}

void Claims::go_on(Claim& claim, std::int64_t now) noexcept {
    if (claim.row > 0) ++claim.row;
    believe(claim, now);
}

bool Claims::beside(bool Claim::*how, std::int64_t error) const noexcept {
    return std::ranges::any_of(claims_, [&](const Claim& other) {
        return other.*how && std::abs(other.error - error) == 1;
    });
}

bool Claims::may_leap(const Reading& reading) const noexcept {
    return !list_ && near_month_end(numbering_.at(reading.pulse).posix) &&
           beside(&Claim::believed, reading.error);
}

void Claims::believe(Claim& claim, std::int64_t now) noexcept {
    if (claim.row + claim.rest >= lock_count_) claim.refuted = false;
    if (claim.row < lock_count_) return;
    const bool listed = near_listed_leap(now) && beside(&Claim::surely, claim.error);
    const int many = claim.at_end ? leap_believed_after : believed_after;
    const bool enough = claim.from_the_start || claim.row >= many;
    claim.believed = claim.believed || (enough && !listed);
    claim.surely = claim.surely || (claim.believed && claim.heard >= (mixed_ ? many : lock_count_));
}

void Claims::forget() {
    const bool renumbered = std::ranges::any_of(
        claims_, [](const Claim& claim) { return claim.believed && claim.row >= believed_after; });
    std::erase_if(claims_, [&](const Claim& claim) {
        if (claim.believed) return renumbered && claim.unsaid >= forgotten_after;
        return claim.row == 0 && !claim.from_the_start;
    });
}

std::int64_t Claims::counting_on() const noexcept {
    const std::int64_t index = numbering_.leap_index();
    return -seconds_between(numbering_.at(index), numbering_.before_leap(index));
}

void Claims::leap() {
    auto moved = claims_;
    for (Claim& claim : moved) {
        claim.error += counting_on();
        if (Claim* other = find(claim.error)) {
            other->believed = other->believed || claim.believed;
            other->row = std::max(other->row, claim.row);
        } else {
            claims_.push_back(claim);
        }
    }
}

bool Claims::invisible(std::int64_t error, std::int64_t now) const noexcept {
    const bool no_label_yet = !list_ && !leapt_ && now >= numbering_.leap_index();
    return std::ranges::any_of(claims_, [&](const Claim& claim) {
        const bool denied = claim.denied >= 0 && now - claim.denied > deniable;
        const bool said =
            same(claim.error, error, now) || (no_label_yet && claim.error + counting_on() == error);
        return claim.believed && !claim.refuted && !denied && said;
    });
}

void ClaimsByReading::note(Claims::Label label, const Readings& readings, std::int64_t now) {
    for (std::size_t way = 1; way < ways; ++way) {
        if (readings[way] == readings[like_[way]]) continue;
        claims_[way] = claims_[like_[way]];
        like_[way] = way;
    }
    for (std::size_t way = 0; way < ways; ++way) {
        if (!has_its_own(way)) continue;
        label.reading = readings[way];
        claims_[way].note(label, now);
    }
}

void ClaimsByReading::note_inserted(std::int64_t now) noexcept {
    for (Claims& claims : claims_)
        claims.note_inserted(now);
}

bool ClaimsByReading::invisible(std::int64_t error, std::int64_t now) const noexcept {
    for (std::size_t way = 0; way < ways; ++way)
        if (has_its_own(way) && claims_[way].invisible(error, now)) return true;
    return false;
}

} // namespace hal::sim
