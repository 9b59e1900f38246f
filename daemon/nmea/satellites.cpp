#include "daemon/nmea/satellites.hpp"

#include "daemon/nmea/fields.hpp"

#include <bit>

namespace ppsd::nmea {
namespace {

constexpr std::size_t address = 6; // "GPGSV,"
// Of what follows it.
constexpr std::size_t gsv_head = 3;   // parts, part, satellites in view
constexpr std::size_t gsv_fields = 4; // of a satellite: number, elevation, azimuth, C/N0
constexpr std::size_t gsa_head = 2;   // how the fix was chosen, what it is
constexpr std::size_t gsa_system = 17;

/// Up to three digits; empty: 0. Nothing: it is something else.
std::optional<int> natural(std::string_view field) noexcept {
    if (field.size() > 3) return std::nullopt;
    int value = 0;
    for (const char c : field) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

bool is(std::string_view text, std::string_view type) noexcept {
    return text.size() >= address && text.substr(2, 4) == type;
}

/// 0 if it is not there, or another thing: some receivers have a fourth DOP in its place.
char letter(std::string_view field) noexcept {
    return field.size() == 1 ? field[0] : '\0';
}

/// Different ones, each with a value that is the largest that was added.
template <class Key, std::size_t size>
class Set {
  public:
    /// True: it is a new one.
    bool add(const Key& key, int value = 0) noexcept {
        const auto end = keys_.begin() + static_cast<std::ptrdiff_t>(count_);
        const auto place =
            static_cast<std::size_t>(std::find(keys_.begin(), end, key) - keys_.begin());
        if (place == size) return false;
        const bool is_new = place == count_;
        if (is_new) keys_[count_++] = key;
        values_[place] = std::max(values_[place], value);
        return is_new;
    }
    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    [[nodiscard]] int value(std::size_t i) const noexcept { return values_[i]; }

  private:
    std::array<Key, size> keys_{};
    std::array<int, size> values_{};
    std::size_t count_ = 0;
};

struct Kind {
    std::array<char, 2> talker{};
    char signal = '\0';
    int part = 0;
    friend bool operator==(const Kind&, const Kind&) = default;
};
struct Satellite {
    std::array<char, 2> system{};
    int id = 0;
    friend bool operator==(const Satellite&, const Satellite&) = default;
};

/// Numbers are a system's own where it is named; else they are a talker's.
std::array<char, 2> system_of(const Gsa& gsa) noexcept {
    return gsa.system == '\0' ? gsa.talker : std::array<char, 2>{gsa.system, '\0'};
}

/// What a talker says of all its signals: one satellite may have several.
struct View {
    std::array<char, 2> talker{};
    std::uint32_t heard = 0; ///< a bit for each of the parts
    int parts = 0;
    int announced = 0;
    int listed = 0;

    /// What it announces may count a satellite once for each signal; what it lists may have gaps.
    [[nodiscard]] int in_view() const noexcept {
        return std::popcount(heard) >= parts ? listed : std::max(listed, announced);
    }
};

/// Of one round.
class Views {
  public:
    void add(const Gsv& gsv) noexcept {
        View* view = find(gsv.talker);
        if (view == nullptr) return;
        view->heard |= 1U << (static_cast<unsigned>(gsv.part) % 32U);
        view->parts = std::max(view->parts, gsv.parts);
        view->announced = std::max(view->announced, gsv.in_view);
        for (std::size_t i = 0; i < gsv.count; ++i)
            if (satellites_.add({gsv.talker, gsv.seen[i].id}, gsv.seen[i].signal_db))
                ++view->listed;
    }
    [[nodiscard]] int in_view() const noexcept {
        int sum = 0;
        for (const View& view : views_)
            sum += view.in_view();
        return sum;
    }
    [[nodiscard]] std::optional<double> signal_db() const noexcept {
        int tracked = 0, sum = 0;
        for (std::size_t i = 0; i < satellites_.count(); ++i) {
            sum += satellites_.value(i);
            tracked += satellites_.value(i) > 0 ? 1 : 0;
        }
        return tracked > 0 ? std::optional{static_cast<double>(sum) / tracked} : std::nullopt;
    }

  private:
    View* find(const std::array<char, 2>& talker) noexcept {
        for (View& view : views_) {
            if (view.talker[0] == '\0') view.talker = talker;
            if (view.talker == talker) return &view;
        }
        return nullptr;
    }

    std::array<View, 16> views_{};
    Set<Satellite, 256> satellites_;
};

} // namespace

std::optional<Gsv> parse_gsv(std::string_view text) noexcept {
    if (!is(text, "GSV,")) return std::nullopt;
    const Fields field{text.substr(address)};
    const auto parts = natural(field[0]);
    const auto part = natural(field[1]);
    const auto in_view = natural(field[2]);
    if (!parts || !part || !in_view || field[2].empty()) return std::nullopt;
    if (*part == 0 || *part > *parts) return std::nullopt;
    // Behind the satellites stands the signal, and of some receivers a system.
    const std::size_t rest = field.count() - gsv_head;
    const std::size_t satellites = rest / gsv_fields;
    if (rest % gsv_fields == 3) return std::nullopt; // cut off
    const char signal = letter(field[gsv_head + satellites * gsv_fields]);
    Gsv gsv{{text[0], text[1]}, signal, *parts, *part, *in_view, {}, 0};
    for (std::size_t at = gsv_head; at + gsv_fields <= field.count(); at += gsv_fields) {
        const auto id = natural(field[at]);
        const auto signal_db = natural(field[at + 3]);
        if (!id || !signal_db) return std::nullopt;
        if (!field[at].empty()) gsv.seen[gsv.count++] = {*id, *signal_db};
    }
    return gsv;
}

std::optional<Gsa> parse_gsa(std::string_view text) noexcept {
    if (!is(text, "GSA,")) return std::nullopt;
    const Fields field{text.substr(address)};
    Gsa gsa;
    if (field.count() < gsa_head + gsa.ids.size()) return std::nullopt;
    gsa.talker = {text[0], text[1]};
    gsa.system = letter(field[gsa_system]);
    for (std::size_t i = 0; i < gsa.ids.size(); ++i) {
        const auto id = natural(field[gsa_head + i]);
        if (!id) return std::nullopt;
        if (*id > 0) gsa.ids[gsa.count++] = *id;
    }
    return gsa;
}

std::optional<Satellites::Report> Satellites::report(hal::MonoTime now) const noexcept {
    std::optional<Report> report;
    report_seen(now, report);
    report_used(now, report);
    return report;
}

// Receivers say the same kinds again and again: what came since one of a kind was there last is a
// round, wherever one begins.
void Satellites::report_seen(hal::MonoTime now, std::optional<Report>& report) const noexcept {
    Set<Kind, 64> round;
    Views views;
    seen_.back(now, [&](const auto& kept) {
        const auto gsv = parse_gsv(kept.view());
        if (!gsv) return true;
        if (!round.add({gsv->talker, gsv->signal, gsv->part})) return false;
        views.add(*gsv);
        if (!report) report.emplace().last = kept.arrival;
        return true;
    });
    if (round.count() == 0) return;
    report->in_view = views.in_view();
    report->signal_db = views.signal_db();
}

// The current epoch may go on, so the one before it is the last whole one.
void Satellites::report_used(hal::MonoTime now, std::optional<Report>& report) const noexcept {
    std::optional<std::uint32_t> epoch;
    used_.back(now, [&](const auto& kept) {
        if (parse_gsa(kept.view())) epoch = kept.epoch;
        return !epoch || *epoch == epoch_;
    });
    if (!epoch) return;
    Set<Satellite, 192> satellites;
    used_.back(now, [&](const auto& kept) {
        const auto gsa = parse_gsa(kept.view());
        if (!report) report.emplace();
        if (gsa) report->last = std::max(report->last, kept.arrival);
        if (!gsa || kept.epoch != *epoch) return true;
        for (std::size_t i = 0; i < gsa->count; ++i)
            satellites.add({system_of(*gsa), gsa->ids[i]});
        return true;
    });
    report->used = static_cast<int>(satellites.count());
}

} // namespace ppsd::nmea
