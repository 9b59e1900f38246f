#include "daemon/outputs/outputs.hpp"

#include <algorithm>
#include <utility>

namespace ppsd::app {

void FeedOutputs::open(const OutputSpec& spec, const OutputSettings& settings) {
    auto destination = spec.kind->open(spec.place, settings);
    // What can't be taken back goes out first: the less time there is for a step meanwhile.
    const auto before = std::ranges::find_if(places_, [&](const Place& place) {
        return !destination->takes_back() && place.destination->takes_back();
    });
    places_.insert(before, {spec.text(), std::move(destination)});
}

bool FeedOutputs::publish(const Sample& sample) noexcept {
    bool any = false;
    for (Place& place : places_) {
        const bool taken = place.destination->publish(sample);
        ++(taken ? place.taken : place.dropped);
        any = any || taken;
    }
    return any;
}

void FeedOutputs::invalidate() noexcept {
    for (Place& place : places_)
        place.destination->invalidate();
}

bool FeedOutputs::takes_back() const noexcept {
    return std::ranges::all_of(places_,
                               [](const Place& place) { return place.destination->takes_back(); });
}

void FeedOutputs::discard() noexcept {
    for (Place& place : places_)
        place.destination->discard();
}

const Destination* FeedOutputs::removed(bool by_root_only) const noexcept {
    for (const Place& place : places_) {
        const bool gone = !place.destination->removed().empty();
        if (gone && (!by_root_only || place.destination->is_roots()))
            return place.destination.get();
    }
    return nullptr;
}

std::vector<OutputStatus> FeedOutputs::status() const {
    std::vector<OutputStatus> all;
    for (const Place& place : places_)
        all.push_back({place.name, place.taken, place.dropped, place.destination->found_full(),
                       place.destination->problem()});
    return all;
}

Outputs::Outputs(const hal::ByFeed<OutputList>& lists, const OutputSettings& settings) {
    try {
        for (const Feed feed : hal::feeds)
            for (const OutputSpec& spec : lists[feed])
                feeds_[feed].open(spec, settings);
    } catch (...) {
        for (FeedOutputs& outputs : feeds_.each)
            outputs.discard();
        throw;
    }
}

PipelineOutputs Outputs::feeds() noexcept {
    PipelineOutputs all;
    for (const Feed feed : hal::feeds)
        if (!feeds_[feed].empty()) all[feed] = &feeds_[feed];
    return all;
}

void Outputs::take_back() noexcept {
    for (FeedOutputs& outputs : feeds_.each)
        outputs.invalidate();
}

const Destination* Outputs::removed_one(bool by_root_only) const noexcept {
    for (const FeedOutputs& outputs : feeds_.each)
        if (const Destination* gone = outputs.removed(by_root_only)) return gone;
    return nullptr;
}

void Outputs::look(hal::MonoTime now) {
    const bool was_there = removed_.empty();
    const Destination* gone = removed_one(false);
    removed_ = gone ? gone->removed() : std::string{};
    if (was_there) removed_since_ = now;
}

bool Outputs::must_be_prepared() const noexcept {
    return removed_one(true) != nullptr;
}

std::vector<OutputStatus> Outputs::status(Feed feed) const {
    return feeds_[feed].status();
}

} // namespace ppsd::app
