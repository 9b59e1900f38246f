#include "daemon/outputs/outputs.hpp"

#include <utility>

namespace ppsd::app {

void FeedOutputs::open(const OutputSpec& spec, const OutputSettings& settings) {
    places_.push_back({spec.text(), spec.kind->open(spec.place, settings)});
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

Outputs::Outputs(const OutputList& pps, const OutputList& nmea, const OutputSettings& settings) {
    try {
        for (const OutputSpec& spec : pps)
            pps_.open(spec, settings);
        for (const OutputSpec& spec : nmea)
            nmea_.open(spec, settings);
    } catch (...) {
        pps_.discard();
        nmea_.discard();
        throw;
    }
}

PipelineOutputs Outputs::feeds() noexcept {
    return {pps_.empty() ? nullptr : &pps_, nmea_.empty() ? nullptr : &nmea_};
}

void Outputs::take_back() noexcept {
    pps_.invalidate();
    nmea_.invalidate();
}

void Outputs::look(hal::MonoTime now) {
    const bool was_there = removed_.empty();
    const Destination* gone = pps_.removed(false);
    if (!gone) gone = nmea_.removed(false);
    removed_ = gone ? gone->removed() : std::string{};
    if (was_there) removed_since_ = now;
}

bool Outputs::must_be_prepared() const noexcept {
    return pps_.removed(true) || nmea_.removed(true);
}

std::vector<OutputStatus> Outputs::status(Feed feed) const {
    return (feed == Feed::pps ? pps_ : nmea_).status();
}

} // namespace ppsd::app
