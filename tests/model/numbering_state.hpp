// All that decides what a Numbering does next, as a number, for tests that walk through its states.
#pragma once

#include "daemon/discipline/numbering.hpp"

#include <algorithm>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>

namespace ppsd::discipline {

/// Only for labels at a few places that are more than 300 ms from each other: lines then lie on one
/// of them, without scatter, and how many labels the believed one has had decides nothing.
class NumberingState {
  public:
    NumberingState(const Numbering::Settings& settings, std::span<const hal::Nanos> places)
        : settings_{settings}, places_{places} {}

    /// Less than 2^50.
    [[nodiscard]] std::uint64_t pack(const Numbering& n) const {
        std::uint64_t key = 0;
        const auto add = [&](std::uint64_t value, unsigned bits) {
            if (value >> bits != 0) throw std::logic_error{"a state that there is no room for"};
            key = key << bits | value;
        };
        add(line_of(n.line_), 3);
        add(line_of(n.other_), 3);
        add(static_cast<std::uint64_t>(std::min(n.other_.labels, most_labels)), 8);
        add(static_cast<std::uint64_t>(n.needed_), 8);
        add(static_cast<std::uint64_t>(n.votes_), 8);
        add(static_cast<std::uint64_t>(std::min(n.demanded_, 255)), 8); // INT_MAX: none is enough
        add(static_cast<std::uint64_t>(n.demanded_ > 0 ? n.agreed_ : 0), 8);
        add(n.k_ ? static_cast<std::uint64_t>(*n.k_ + 2) : 0, 3);
        add(n.room_left_ ? 1 : 0, 1);
        return key;
    }

    [[nodiscard]] Numbering unpack(std::uint64_t key) const {
        Numbering n{settings_};
        const auto take = [&](unsigned bits) {
            const auto value = static_cast<int>(key & ((1U << bits) - 1));
            key >>= bits;
            return value;
        };
        n.room_left_ = take(1) != 0;
        if (const int k = take(3)) n.k_ = k - 2;
        n.agreed_ = take(8);
        n.demanded_ = take(8);
        if (n.demanded_ == 255) n.demanded_ = INT_MAX;
        n.votes_ = take(8);
        n.needed_ = take(8);
        const int others = take(8);
        n.other_ = line_at(take(3), others);
        n.line_ = line_at(take(3), 1);
        return n;
    }

    [[nodiscard]] static int votes(const Numbering& n) { return n.votes_; }

  private:
    /// More than decide anything, but for how many late ones it takes to be fewer.
    static constexpr int most_labels = 255;

    /// 0: no labels; else one more than its place's index.
    [[nodiscard]] std::uint64_t line_of(const Numbering::Line& line) const {
        if (line.labels == 0) return 0;
        if (line.scatter.count() != 0 || line.before.count() != 0 || line.after.count() != 0)
            throw std::logic_error{"a line with scatter"};
        for (std::size_t i = 0; i < places_.size(); ++i)
            if (places_[i] == line.place) return i + 1;
        throw std::logic_error{"a line between two places"};
    }

    [[nodiscard]] Numbering::Line line_at(int i, int labels) const {
        Numbering::Line line;
        if (i == 0) return line;
        line.place = places_[static_cast<std::size_t>(i - 1)];
        line.labels = labels;
        return line;
    }

    Numbering::Settings settings_;
    std::span<const hal::Nanos> places_;
};

} // namespace ppsd::discipline
