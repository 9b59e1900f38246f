#include "daemon/setup/text_edits.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;

TEST_CASE("a line for all boards is put at the end of config.txt, once") {
    CHECK(with_boot_line("", "enable_uart=1") == "enable_uart=1\n");
    CHECK(with_boot_line("a=1\n", "enable_uart=1") == "a=1\nenable_uart=1\n");
    CHECK(with_boot_line("a=1", "enable_uart=1") == "a=1\nenable_uart=1\n");
    CHECK(with_boot_line("enable_uart=1\n[pi4]\nx=1\n", "enable_uart=1") ==
          "enable_uart=1\n[pi4]\nx=1\n");
    CHECK(with_boot_line("[all]\n enable_uart=1 \n", "enable_uart=1") ==
          "[all]\n enable_uart=1 \n");
}

TEST_CASE("a section of one board doesn't count for all, and a comment not at all") {
    CHECK(with_boot_line("[pi4]\nenable_uart=1\n", "enable_uart=1") ==
          "[pi4]\nenable_uart=1\n[all]\nenable_uart=1\n");
    CHECK(with_boot_line("#enable_uart=1\n", "enable_uart=1") == "#enable_uart=1\nenable_uart=1\n");
    CHECK(with_boot_line("[cm4]\n[all]\nx=1\n", "y=1") == "[cm4]\n[all]\nx=1\ny=1\n");
}

TEST_CASE("of a setting the last line counts; overlays add up") {
    CHECK(with_boot_line("enable_uart=1\nenable_uart=0\n", "enable_uart=1") ==
          "enable_uart=1\nenable_uart=0\nenable_uart=1\n");
    CHECK(with_boot_line("enable_uart=0\nenable_uart=1\n", "enable_uart=1") ==
          "enable_uart=0\nenable_uart=1\n");
    CHECK(with_boot_line("dtoverlay=disable-bt\ndtoverlay=x\n", "dtoverlay=disable-bt") ==
          "dtoverlay=disable-bt\ndtoverlay=x\n");
}

TEST_CASE("lines are put out where they stand") {
    const auto is_b = [](std::string_view line) { return line == "b"; };
    CHECK(put_out("a\n  b\nc\n", is_b) == "a\n#  b\nc\n");
    CHECK(put_out("#b\nb", is_b) == "#b\n#b");
    CHECK(put_out("", is_b) == "");
}

TEST_CASE("the console goes from the command line, by any of the port's names") {
    CHECK(without_console("console=serial0,115200 console=tty1 root=X\n", {"ttyAMA0", "serial0"}) ==
          "console=tty1 root=X\n");
    CHECK(without_console("console=ttyAMA0 quiet\n", {"ttyAMA0"}) == "quiet\n");
    CHECK(without_console("console=ttyAMA00 quiet\n", {"ttyAMA0"}) == "console=ttyAMA00 quiet\n");
    CHECK(without_console("a  console=ttyAMA0,9600 b#c \"d  e\" root=X \nold console=ttyAMA0\n",
                          {"ttyAMA0"}) == "a  b#c \"d  e\" root=X \nold console=ttyAMA0\n");
    CHECK(without_console("noconsole=ttyAMA0", {"ttyAMA0"}) == "noconsole=ttyAMA0");
    // Nothing to do: not a blank is changed.
    CHECK(without_console("console=tty1  root=X", {"ttyAMA0", ""}) == "console=tty1  root=X");
}

TEST_CASE("a setting's value, of the last line that has it in force") {
    CHECK(setting("pps = gpio:A\n", "pps") == "gpio:A");
    CHECK(setting("pps=gpio:A\npps = gpio:B # the second\n", "pps") == "gpio:B");
    CHECK_FALSE(setting("#pps = gpio:A\npps-out = shm:1\n", "pps"));
}

TEST_CASE("a setting takes the place of the one that is there, or of the one that is offered") {
    CHECK(with_setting("a = 1\npps = x\n", "pps", " = ", "y") == "a = 1\npps = y\n");
    CHECK(with_setting("#pps = x\nb = 2\n", "pps", " = ", "y") == "pps = y\nb = 2\n");
    CHECK(with_setting("# pps=x\n", "pps", "=", "y") == "pps=y\n");
    CHECK(with_setting("# of pps: pps = x\n", "pps", " = ", "y") == "# of pps: pps = x\npps = y\n");
    CHECK(with_setting("pps = y # mine\n", "pps", " = ", "y") == "pps = y # mine\n");
    CHECK(with_setting("#pps = x\npps = z\n", "pps", " = ", "y") == "#pps = x\npps = y\n");
}

TEST_CASE("the words that a line begins with") {
    CHECK(begins_with_words("refclock  SHM\t1 refid PPS", {"refclock", "SHM", "1"}));
    CHECK(begins_with_words("refclock SHM 1:perm=0600", {"refclock", "SHM", "1"}));
    CHECK_FALSE(begins_with_words("refclock SHM 10", {"refclock", "SHM", "1"}));
    CHECK_FALSE(begins_with_words("refclock SHM", {"refclock", "SHM", "1"}));
    CHECK_FALSE(begins_with_words("refclock # SHM 1", {"refclock", "SHM", "1"}));
}
