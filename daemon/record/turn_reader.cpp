#include "daemon/record/turn_reader.hpp"

#include "hal/error.hpp"

#include <fmt/format.h>

namespace ppsd::app {

using namespace hal;
using namespace hal::recording;

namespace {

bool begins_turn(const Line& line) {
    return std::holds_alternative<Begin>(line) || std::holds_alternative<Input>(line);
}

} // namespace

TurnReader::TurnReader(const std::string& path) : reader_{path}, ahead_{reader_.next()} {}

const Turn* TurnReader::next() {
    if (!ahead_) return nullptr;
    start(*ahead_);
    while ((ahead_ = reader_.next()) && !begins_turn(*ahead_))
        take(*ahead_);
    refer();
    turn_.last = !ahead_ || std::holds_alternative<Begin>(*ahead_);
    return &turn_;
}

void TurnReader::start(const Line& line) {
    turn_.place = reader_.place();
    turn_.begin.reset();
    turn_.program.clear();
    turn_.options.clear();
    turn_.leap_list.clear();
    turn_.input.reset();
    turn_.offsets.clear();
    turn_.syncs.clear();
    turn_.out.clear();
    if (const auto* begin = std::get_if<Begin>(&line)) turn_.begin = *begin;
    if (const auto* input = std::get_if<Input>(&line)) turn_.input = *input;
    if (const auto* chunk = came_in<ByteChunk>(line)) turn_.bytes = chunk->bytes;
}

// The reader's own text is another line's by now.
void TurnReader::refer() {
    if (!turn_.input) return;
    if (auto* chunk = std::get_if<ByteChunk>(&*turn_.input)) chunk->bytes = turn_.bytes;
    if (auto* list = std::get_if<NewLeapList>(&*turn_.input)) list->text = turn_.leap_list;
}

void TurnReader::take(const Line& line) {
    if (const auto* offset = std::get_if<OffsetRead>(&line))
        turn_.offsets.push_back(*offset);
    else if (const auto* sync = std::get_if<SyncRead>(&line))
        turn_.syncs.push_back(*sync);
    else if (const auto* sample = std::get_if<Published>(&line))
        turn_.out.emplace_back(*sample);
    else if (const auto* taken = std::get_if<TakenBack>(&line))
        turn_.out.emplace_back(*taken);
    else
        take_head(line);
}

void TurnReader::take_head(const Line& line) {
    const auto* leap = std::get_if<LeapLine>(&line);
    if (leap) turn_.leap_list.append(leap->text).append("\n");
    if (leap && turn_.input && std::holds_alternative<NewLeapList>(*turn_.input)) return;
    if (!turn_.begin)
        throw UsageError(fmt::format("{}: this belongs to the head of a part, which ended above; "
                                     "was the file edited?",
                                     reader_.place()));
    if (const auto* program = std::get_if<Program>(&line)) turn_.program = program->version;
    if (const auto* option = std::get_if<Option>(&line))
        turn_.options.emplace_back(option->key, option->value);
}

} // namespace ppsd::app
