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
    NumberingState(const Numbering::Settings& settings, std::span<const hal::Nanos> offsets)
        : settings_{settings}, offsets_{offsets} {}

    /// Less than 2^50.
    [[nodiscard]] std::uint64_t pack(const Numbering& n) const {
        std::uint64_t key = 0;
        const auto add = [&](std::uint64_t value, unsigned bits) {
            if (value >> bits != 0) throw std::logic_error{"a state that there is no room for"};
            key = key << bits | value;
        };
        add(cluster_of(n.usual_), 3);
        add(cluster_of(n.challenger_), 3);
        add(static_cast<std::uint64_t>(std::min(n.challenger_.labels, most_labels)), 8);
        add(static_cast<std::uint64_t>(n.to_believe_), 8);
        add(static_cast<std::uint64_t>(n.votes_), 8);
        add(static_cast<std::uint64_t>(std::min(n.to_restore_, 255)), 8); // INT_MAX: none is enough
        add(static_cast<std::uint64_t>(n.to_restore_ > 0 ? n.agreed_ : 0), 8);
        add(n.k_ ? static_cast<std::uint64_t>(*n.k_ + 2) : 0, 3);
        add(n.k_clear_ ? 1 : 0, 1);
        return key;
    }

    [[nodiscard]] Numbering unpack(std::uint64_t key) const {
        Numbering n{settings_};
        const auto take = [&](unsigned bits) {
            const auto value = static_cast<int>(key & ((1U << bits) - 1));
            key >>= bits;
            return value;
        };
        n.k_clear_ = take(1) != 0;
        if (const int k = take(3)) n.k_ = k - 2;
        n.agreed_ = take(8);
        n.to_restore_ = take(8);
        if (n.to_restore_ == 255) n.to_restore_ = INT_MAX;
        n.votes_ = take(8);
        n.to_believe_ = take(8);
        const int others = take(8);
        n.challenger_ = cluster_at(take(3), others);
        n.usual_ = cluster_at(take(3), 1);
        return n;
    }

    [[nodiscard]] static int votes(const Numbering& n) { return n.votes_; }

  private:
    /// More than decide anything, but for how many late ones it takes to be fewer.
    static constexpr int most_labels = 255;

    /// 0: no labels; else one more than its place's index.
    [[nodiscard]] std::uint64_t cluster_of(const Numbering::Cluster& line) const {
        if (line.labels == 0) return 0;
        if (line.scatter.count() != 0 || line.before.count() != 0 || line.after.count() != 0)
            throw std::logic_error{"a line with scatter"};
        for (std::size_t i = 0; i < offsets_.size(); ++i)
            if (offsets_[i] == line.offset) return i + 1;
        throw std::logic_error{"a line between two places"};
    }

    [[nodiscard]] Numbering::Cluster cluster_at(int i, int labels) const {
        Numbering::Cluster line;
        if (i == 0) return line;
        line.offset = offsets_[static_cast<std::size_t>(i - 1)];
        line.labels = labels;
        return line;
    }

    Numbering::Settings settings_;
    std::span<const hal::Nanos> offsets_;
};

} // namespace ppsd::discipline
