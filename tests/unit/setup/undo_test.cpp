#include "daemon/setup/receivers/undo.hpp"

#include "hal/error.hpp"

#include <doctest/doctest.h>

using namespace ppsd::receivers;

namespace {

UndoNote note_of(std::vector<UndoItem> items) {
    return {"/dev/ttyS0",    std::string{protocols()[0]->name()}, "M10", 9600, false,
            std::move(items)};
}

const UndoItem gga{{"a:1", "GGA"}, std::string("\x01\x00", 2)};
const UndoItem pulse{{"b", "pulse"}, "x"};

} // namespace

TEST_CASE("an undo file is read as it was written, and nothing else is one") {
    const auto note = note_of({gga, pulse});
    const auto read = parse_undo(undo_text(note));
    CHECK(read.port == note.port);
    CHECK(read.protocol == note.protocol);
    CHECK(read.model == note.model);
    CHECK(read.baud == 9600);
    CHECK_FALSE(read.saved);
    CHECK(read.items == note.items);
    CHECK(read.items[0].setting.what == "GGA");
    for (const auto* text : {"", "{}", "[1]", R"({"port": 1})"})
        CHECK_THROWS_AS(std::ignore = parse_undo(text), hal::UsageError);
}

TEST_CASE("of several changes what was before the first is kept; another receiver's is another") {
    auto later = note_of({{gga.setting, "later"}, pulse});
    later.saved = true;
    later.baud = 115200;
    const auto all = joined(note_of({gga}), later);
    CHECK(all.items == std::vector{gga, pulse});
    CHECK(all.baud == 9600);
    CHECK(all.saved);
    later.model = "M9";
    CHECK(joined(note_of({gga}), later).items == later.items);
}

TEST_CASE("what can't be told isn't noted; what is as before isn't set; the newest first") {
    Known known;
    known.protocol = protocols()[0];
    known.heard.baud = 115200;
    Outcome plan;
    plan.rate.before = 9600;
    plan.changes = {{gga.setting, gga.before, "1", {}, {}},
                    {pulse.setting, pulse.before, "2", {}, {}},
                    {{"c", "unknown"}, std::nullopt, "3", {}, {}}};
    const auto note = undo_note(known, plan, "/dev/ttyS0", true);
    CHECK(note.items == std::vector{gga, pulse});
    CHECK(note.saved);

    auto back = undo_plan(note, known);
    REQUIRE(back.changes.size() == 2);
    CHECK(back.changes[0].setting.key == "b");
    CHECK(back.changes[0].after == "x");
    CHECK(back.rate.after == 9600);
    CHECK(back.rate.result == RateChange::Result::planned);
    known.values["b"] = "x";
    known.heard.baud = 9600;
    back = undo_plan(note, known);
    CHECK(back.changes.size() == 1);
    CHECK(back.rate.result == RateChange::Result::none);
}
