#include "daemon/settings/option_texts.hpp"

#include "tests/unit/support/refusal.hpp"
#include "tests/unit/support/scratch_path.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <stdexcept>
#include <string>

using namespace ppsd::app;
using namespace ppsd::app::test;

TEST_CASE("the committed files say of the options what their rows say") {
    CHECK(generated_parts().size() == 6);
    for (const GeneratedPart& part : generated_parts()) {
        CAPTURE(part.path);
        const std::string text = file_text(fmt::format("{}/{}", PPSD_SOURCE_DIR, part.path));
        // A difference is too long to be printed.
        const bool same = with_part(text, part) == text;
        CHECK_MESSAGE(same, "write it anew: build/default/bin/option_texts --write");
    }
}

TEST_CASE("only the part between the two texts is another") {
    const GeneratedPart middle{"a", "<\n", ">\n", [] { return std::string{"new\n"}; }};
    CHECK(with_part("before\n<\nold\nold\n>\nafter\n", middle) == "before\n<\nnew\n>\nafter\n");
    CHECK(with_part("<\n>\n", middle) == "<\nnew\n>\n");
    const GeneratedPart rest{"a", "\n\n", "", [] { return std::string{"new\n"}; }};
    CHECK(with_part("before\n\nold\n\nold\n", rest) == "before\n\nnew\n");
    for (const auto* without : {"", "<\n", ">\n", ">\n<\n"}) {
        CAPTURE(without);
        CHECK(refusal<std::runtime_error>([&] {
                  return with_part(without, middle);
              }).starts_with("a: the lines around that part are missing: "));
    }
}

TEST_CASE("a comment has lines of at most 100 columns, and new lines where they are wanted") {
    CHECK(as_comment("one\ntwo") == "# one\n# two\n");
    CHECK(as_comment("").empty());
    const std::string word(48, 'a');
    const std::string full = word + " " + word + "b"; // with "# " 100 columns
    CHECK(as_comment(full) == "# " + full + "\n");
    CHECK(as_comment(full + "c") == "# " + word + "\n# " + word + "bc\n");
    const std::string unbroken(120, 'a');
    CHECK(as_comment(unbroken) == "# " + unbroken + "\n");
}

TEST_CASE("what no user can set stands nowhere") {
    for (const auto& text : {settings_text(), keys_manual(), replay_manual(), completion_cases()})
        CHECK_FALSE(contains(text, "published-before"));
}
