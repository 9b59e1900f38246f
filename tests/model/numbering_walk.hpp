// Everything that labels can do to a Numbering, walked through to the end: from each state that was
// reached, with each label in each moment, until no state is new. What is found so holds for
// sequences of any length.
//
// The labels: right; the second after or before it; late by half a second. A missing label is none
// of them, since a Numbering isn't told of it: between two labels any number may be missing. The
// phase may be lost, and found where it was, between any two.
//
// Two states are one where all that decides is equal (numbering_state.hpp); nothing is rounded but
// a row of more than 255 labels to as many.
//
// Left out: scatter (each kind of label comes at exactly its place), a phase that is found
// elsewhere, drift, shift() and leap() (they move all places alike), seconds that are off by more
// than one. Moments may come in any order, which is more than can happen.
#pragma once

#include "tests/model/numbering_state.hpp"
#include "tests/unit/discipline/instants.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ppsd::discipline {

/// In what moments labels come, and how a way to a state calls each.
struct Moments {
    std::vector<std::pair<std::string_view, Numbering::Moment>> all;
};

inline const Moments without_leaps{
    {{"", {true, 0ns, false, false}}, {" without phase", {false, 0ns, false, false}}}};
inline const Moments with_list{{{"", {true, 0ns, false, false}},
                                {" without phase", {false, 0ns, false, false}},
                                {" near a leap", {true, 0ns, true, false}},
                                {" near a leap without phase", {false, 0ns, true, false}}}};
inline const Moments without_list{{{"", {true, 0ns, false, false}},
                                   {" without phase", {false, 0ns, false, false}},
                                   {" at a month's end", {true, 0ns, false, true}},
                                   {" at a month's end without phase", {false, 0ns, false, true}}}};
inline const Moments only_near_a_leap{{{" near a leap", {true, 0ns, true, false}}}};

class NumberingWalk {
  public:
    static constexpr std::int64_t right_k = 0;
    static constexpr int minute = 60; // labels

    /// delay: from a pulse to the label that is right.
    NumberingWalk(int lock_count, Nanos delay, const Moments& moments)
        : offsets_{delay, delay - 1s, delay + 1s, delay + 500ms}, settings_{lock_count, 0ns},
          state_{settings_, offsets_}, moments_{moments} {}

    /// (i): before anything is known, fewer than lock-count labels in a row that name the same
    /// wrong second don't publish it.
    void lock_needs_its_labels() {
        for (const bool wary : {false, true})
            never_wrong_from({start(wary)}, static_cast<std::uint64_t>(settings_.lock_count));
    }

    /// (ii): once a second was believed for a minute, fewer than that many in a row that name
    /// another don't change it.
    void a_minute_is_believed(int in_a_row) {
        never_wrong_from(believed_for_a_minute(), static_cast<std::uint64_t>(in_a_row));
    }

    /// And so many as there may be, of those that are walked with.
    void never_wrong_again() { never_wrong_from(believed_for_a_minute(), 0); }

    /// (iii): from wherever labels have led, so many that are right publish the right second again.
    [[nodiscard]] int longest_recovery() {
        int longest = 0;
        Node worst{};
        visit_all([&](const Numbering& n, const Node& node) {
            const int needed = recovery(n);
            if (needed > longest) worst = node;
            longest = std::max(needed, longest);
            return true;
        });
        MESSAGE("longest: " << longest << " right labels after " << way_to(worst));
        return longest;
    }

  private:
    enum Letter : unsigned { right, ahead, behind, late, labels, phase_lost = labels, letters };

    /// A state, and how many labels of late, in a row, named the same wrong second.
    struct Node {
        std::uint64_t numbering = 0;
        std::uint64_t wrong = 0; ///< 0: none; else that K + 3
        std::uint64_t run = 0;

        [[nodiscard]] std::uint64_t key() const { return numbering << 11 | wrong << 8 | run; }
    };
    struct Step {
        std::uint64_t from = 0;
        int moment = -1; ///< -1: the walk began here
        unsigned letter = 0;
    };
    /// How each state was first reached: millions, each looked for dozens of times, which is most
    /// of the work. So keys lie side by side, and a look is at one place of memory.
    class Reached {
      public:
        /// False: it was reached before.
        bool add(std::uint64_t key, const Step& by) {
            if (2 * (size_ + 1) > keys_.size()) grow();
            const std::size_t at = place(key);
            if (keys_[at] != free) return false;
            keys_[at] = key;
            steps_[at] = by;
            ++size_;
            return true;
        }
        [[nodiscard]] const Step& at(std::uint64_t key) const { return steps_[place(key)]; }
        [[nodiscard]] std::size_t size() const { return size_; }

        explicit Reached(unsigned shift = 64 - 16)
            : shift_{shift}, keys_(std::size_t{1} << (64 - shift), free), steps_(keys_.size()) {}

      private:
        static constexpr std::uint64_t free = ~std::uint64_t{0}; ///< more than a node's key

        /// Its own, or the free one that it would have.
        [[nodiscard]] std::size_t place(std::uint64_t key) const {
            std::size_t at = key * 0x9e3779b97f4a7c15U >> shift_; // Fibonacci hashing: Knuth, 6.4
            while (keys_[at] != key && keys_[at] != free)
                at = (at + 1) & (keys_.size() - 1);
            return at;
        }
        void grow() {
            const Reached before = std::exchange(*this, Reached{shift_ - 1});
            for (std::size_t i = 0; i < before.keys_.size(); ++i)
                if (before.keys_[i] != free) (void)add(before.keys_[i], before.steps_[i]);
        }
        unsigned shift_; ///< 64 less the bits of a place
        std::vector<std::uint64_t> keys_;
        std::vector<Step> steps_;
        std::size_t size_ = 0;
    };
    using Visit = std::function<bool(const Numbering&, const Node&)>; ///< false: no further

    [[nodiscard]] Node start(bool wary) const {
        Numbering n{settings_};
        n.forget(wary);
        return {state_.pack(n), 0, 0};
    }

    void visit_all(const Visit& visit) { walk({start(false), start(true)}, 0, visit); }

    [[nodiscard]] std::vector<Node> believed_for_a_minute() {
        std::vector<Node> found;
        visit_all([&](const Numbering& n, const Node& node) {
            const bool old = NumberingState::votes(n) == minute;
            if (old && n.k() == right_k) found.push_back(node);
            return true;
        });
        REQUIRE_FALSE(found.empty());
        return found;
    }

    void never_wrong_from(const std::vector<Node>& starts, std::uint64_t limit) {
        bool published = false;
        walk(starts, limit, [&](const Numbering& n, const Node& node) {
            published = published || n.k();
            if (n.k().value_or(right_k) == right_k) return true;
            FAIL_CHECK("a wrong second is published; its labels in a row: "
                       << node.run << "; the way: " << way_to(node));
            return false;
        });
        CHECK(published);
        MESSAGE(came_.size() << " states");
    }

    [[nodiscard]] int recovery(Numbering n) const {
        constexpr int never = 1000;
        int count = 0;
        do
            (void)n.add(offsets_[right], without_leaps.all.front().second);
        while (++count < never && n.k() != right_k);
        return count;
    }

    /// limit: fewer labels in a row than that name the same wrong second; 0: any number.
    void walk(const std::vector<Node>& starts, std::uint64_t limit, const Visit& visit) {
        came_ = Reached{};
        std::deque<Node> todo;
        const auto reach = [&](const Node& node, const Step& by) {
            if (!came_.add(node.key(), by)) return true;
            todo.push_back(node);
            return visit(state_.unpack(node.numbering), node);
        };
        for (const Node& node : starts)
            if (!reach(node, {})) return;
        while (!todo.empty()) {
            const Node node = todo.front();
            todo.pop_front();
            for (std::size_t m = 0; m < moments_.all.size(); ++m)
                for (unsigned letter = 0; letter < letters; ++letter) {
                    const auto next = step(node, letter, moments_.all[m].second, limit);
                    if (next && !reach(*next, {node.key(), static_cast<int>(m), letter})) return;
                }
        }
    }

    [[nodiscard]] std::optional<Node>
    step(Node node, unsigned letter, const Numbering::Moment& moment, std::uint64_t limit) const {
        Numbering n = state_.unpack(node.numbering);
        if (letter == phase_lost) {
            n.lose_phase();
        } else {
            if (limit > 0 && !count(node, letter, limit)) return std::nullopt;
            (void)n.add(offsets_[letter], moment);
        }
        node.numbering = state_.pack(n);
        return node;
    }

    [[nodiscard]] bool count(Node& node, unsigned letter, std::uint64_t limit) const {
        const auto k = named(letter);
        if (!k) return true; // neither for a second nor against it
        const std::uint64_t wrong = *k == right_k ? 0 : static_cast<std::uint64_t>(*k + 3);
        node.run = wrong == 0 ? 0 : wrong == node.wrong ? node.run + 1 : 1;
        node.wrong = wrong;
        return node.run < limit;
    }

    /// What a label says of the numbering; nothing if it comes with a pulse.
    [[nodiscard]] std::optional<std::int64_t> named(unsigned letter) const {
        const auto k = std::chrono::floor<std::chrono::seconds>(offsets_[letter]);
        if (offsets_[letter] - k < 20ms) return std::nullopt;
        return k.count();
    }

    [[nodiscard]] std::string name(const Step& step) const {
        static constexpr std::array<std::string_view, letters> names{"right", "ahead", "behind",
                                                                     "late", "phase lost"};
        std::string text{names[step.letter]};
        if (step.letter != phase_lost)
            text += moments_.all[static_cast<std::size_t>(step.moment)].first;
        return text;
    }

    [[nodiscard]] std::string way_to(const Node& node) const {
        std::vector<std::pair<std::string, int>> parts; // the last one first
        for (Step step = came_.at(node.key()); step.moment >= 0; step = came_.at(step.from)) {
            const std::string text = name(step);
            if (parts.empty() || parts.back().first != text) parts.emplace_back(text, 0);
            ++parts.back().second;
        }
        constexpr std::size_t shown = 12;
        std::string way;
        for (std::size_t i = 0; i < std::min(shown, parts.size()); ++i) {
            const auto& [text, times] = parts[parts.size() - 1 - i];
            way += (i == 0 ? "" : ", ") + std::to_string(times) + " " + text;
        }
        if (parts.size() > shown) way += " and so on, " + std::to_string(parts.size()) + " in all";
        return way;
    }

    std::array<Nanos, labels> offsets_;
    Numbering::Settings settings_;
    NumberingState state_;
    const Moments& moments_;
    Reached came_; ///< of the present walk
};

} // namespace ppsd::discipline
