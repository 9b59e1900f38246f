// Plans for machines as public documentation describes them, each with its source. The texts were
// written and read by hand: what a person would have to do on that machine, and nothing else.
#include "daemon/setup/plan.hpp"

#include "daemon/setup/facts_json.hpp"
#include "daemon/setup/plan_text.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <fstream>
#include <sstream>
#include <string>

using namespace ppsd::app;

namespace {

// Raspberry Pi OS bookworm as it comes: github.com/RPi-Distro/pi-gen, stage1/00-boot-files.
const std::string pi_config = "dtparam=audio=on\n"
                              "camera_auto_detect=1\n"
                              "[cm4]\n"
                              "otg_mode=1\n"
                              "[all]\n";
const std::string pi_cmdline =
    "console=serial0,115200 console=tty1 root=PARTUUID=1234-02 rootwait\n";
const std::string ppsd_conf = "# settings\n#pps = gpio:GPIO18\n#nmea = uart:/dev/serial0\n"
                              "#baud = 9600\n";
// Debian's: /etc/chrony/chrony.conf of the package chrony.
const std::string chrony_conf = "confdir /etc/chrony/conf.d\npool 2.debian.pool.ntp.org iburst\n"
                                "makestep 1 3\n";
const std::string our_lines =
    "refclock SHM 1 refid PPS precision 1e-7\nrefclock SHM 0 refid NMEA noselect\n";

void add_chrony(Facts& facts) {
    facts.programs.push_back({"chronyd", "/usr/sbin/chronyd", 700, {}});
    facts.configured.files["/etc/chrony/chrony.conf"] = chrony_conf;
    facts.configured.units["chrony.service"] = "enabled";
    facts.configured.active.insert("chrony.service");
}

Facts debian() {
    Facts facts;
    facts.system.os = "debian";
    facts.configured.files["/etc/ppsd.conf"] = ppsd_conf;
    facts.configured.units["ppsd.service"] = "disabled";
    facts.configured.units["systemd-timesyncd.service"] = "enabled";
    return facts;
}

Facts pi(const std::string& compatible, const std::string& boot = "/boot/firmware/") {
    Facts facts = debian();
    facts.board.compatible = {compatible};
    facts.configured.files[boot + "config.txt"] = pi_config;
    facts.configured.files[boot + "cmdline.txt"] = pi_cmdline;
    return facts;
}

void hear_receiver(Facts& facts, const std::string& path, const std::string& link,
                   const std::string& driver, unsigned baud) {
    PortFacts port;
    port.path = path;
    if (!link.empty()) port.links = {link};
    port.driver = driver;
    port.heard = HeardFacts{};
    port.heard->baud = baud;
    port.heard->good = 20;
    port.heard->label = "2026-11-28T10:00:00Z";
    facts.ports.push_back(port);
}

void see_pulse(Facts& facts, unsigned offset, const std::string& name) {
    facts.lines.push_back(
        {"/dev/gpiochip0", offset, name, "", "", PulseFacts{7, 1.0, 0.1, "rising", 3e-6}});
}

/// A Raspberry Pi whose UART is on, with receiver and pulse.
Facts pi_ready(const std::string& compatible, const std::string& port = "/dev/ttyAMA0") {
    Facts facts = pi(compatible);
    hear_receiver(facts, port, "/dev/serial0", "uart-pl011", 9600);
    see_pulse(facts, 18, "GPIO18");
    return facts;
}

std::string text_of(const Facts& facts, const Wishes& wishes = {}) {
    return plan_text(plan(facts, wishes), facts);
}

const std::string start_up =
    "  1. edit /etc/ppsd.conf: where the pulses and the sentences come from\n"
    "       - #pps = gpio:GPIO18\n"
    "       - #nmea = uart:/dev/serial0\n"
    "       - #baud = 9600\n"
    "       + pps = gpio:GPIO18\n"
    "       + nmea = uart:/dev/serial0\n"
    "       + baud = 9600\n";

} // namespace

// raspberrypi.com/documentation/computers/configuration.html: UARTs; a Zero W, 3 and 4 have their
// PL011 at the Bluetooth chip.
TEST_CASE("Raspberry Pi Zero W, 3 and 4, bookworm, as they come") {
    for (const char* const board :
         {"raspberrypi,model-zero-w", "raspberrypi,3-model-b", "raspberrypi,4-model-b"}) {
        CAPTURE(board);
        Facts facts = pi(board);
        facts.configured.units["hciuart.service"] = "enabled";
        PortFacts port;
        port.path = "/dev/ttyS0";
        port.console = true;
        port.holders = {{"agetty", 600}};
        facts.ports = {port};
        CHECK(text_of(facts) ==
              "  1. edit /boot/firmware/config.txt: connects the UART /dev/ttyAMA0 to the header's "
              "pins; this switches Bluetooth off\n"
              "       + enable_uart=1\n"
              "       + dtoverlay=disable-bt\n"
              "  2. edit /boot/firmware/cmdline.txt: takes the kernel's console off that UART\n"
              "       - console=serial0,115200 console=tty1 root=PARTUUID=1234-02 rootwait\n"
              "       + console=tty1 root=PARTUUID=1234-02 rootwait\n"
              "  3. stop and disable hciuart.service: it starts Bluetooth, which is switched off\n"
              "     then run `sudo reboot`, and after it setup again with the same options: it "
              "continues from there\n");
        CHECK(plan(facts, {}).next == Next::reboot);
    }
}

// bookworm and trixie have the boot files at one place (github.com/RPi-Distro/pi-gen,
// export-image), and the 32-bit images those of 64 bits.
TEST_CASE("releases and word sizes have one plan") {
    for (const char* const board : {"raspberrypi,model-zero-w", "raspberrypi,3-model-b",
                                    "raspberrypi,4-model-b", "raspberrypi,5-model-b"})
        for (const char* const version : {"12", "13"})
            for (const char* const machine : {"armv6l", "armv7l", "aarch64"}) {
                CAPTURE(board);
                Facts facts = pi(board);
                facts.system.version = version;
                facts.system.machine = machine;
                CHECK(text_of(facts) == text_of(pi(board)));
                CHECK(plan(facts, {}).next == Next::reboot);
            }
}

// The same page: "UART0 on a Raspberry Pi 5"; serial0 is its debug header there.
TEST_CASE("Raspberry Pi 5, trixie: another line, and its console is on another UART") {
    CHECK(
        text_of(pi("raspberrypi,5-model-b")) ==
        "  1. edit /boot/firmware/config.txt: connects the UART /dev/ttyAMA0 to the header's pins\n"
        "       + dtparam=uart0=on\n"
        "     then run `sudo reboot`, and after it setup again with the same options: it continues "
        "from there\n");
}

// The same page, "CM1, CM3, CM3+ and CM4": their UARTs are off until an overlay enables them.
// Trees: github.com/raspberrypi/linux, arch/arm/boot/dts/broadcom/bcm2710-rpi-cm3.dts (also of a
// 3+), bcm2711-rpi-cm4s.dts; boot/overlays/README, uart0: GPIO14 and 15 by default.
TEST_CASE("Compute Modules 3, 3+ and 4S: no Bluetooth, and the pins are connected by an overlay") {
    for (const char* const board :
         {"raspberrypi,compute-module", "raspberrypi,3-compute-module",
          "raspberrypi,3-compute-module-lite", "raspberrypi,4-compute-module-s"}) {
        CAPTURE(board);
        CHECK(text_of(pi(board)) ==
              "  1. edit /boot/firmware/config.txt: connects the UART /dev/ttyAMA0 to the header's "
              "pins\n"
              "       + enable_uart=1\n"
              "       + dtoverlay=uart0\n"
              "  2. edit /boot/firmware/cmdline.txt: takes the kernel's console off that UART\n"
              "       - console=serial0,115200 console=tty1 root=PARTUUID=1234-02 rootwait\n"
              "       + console=tty1 root=PARTUUID=1234-02 rootwait\n"
              "     then run `sudo reboot`, and after it setup again with the same options: it "
              "continues from there\n");
    }
    // A carrier that has it on other pins.
    Facts facts = pi("raspberrypi,3-compute-module");
    std::string& config = facts.configured.files["/boot/firmware/config.txt"];
    config += "enable_uart=1\ndtoverlay=uart0,txd0_pin=32,rxd0_pin=33\n";
    facts.configured.files["/boot/firmware/cmdline.txt"] = "console=tty1\n";
    CHECK(plan(facts, {}).changes.empty());
    CHECK(text_of(facts).find("receiver TX to GPIO15, PPS to GPIO18") != std::string::npos);
}

// bcm2711-rpi-cm4.dts: its UARTs are a Raspberry Pi 4's, UART0 at the Bluetooth chip.
TEST_CASE("Compute Module 4") {
    Facts facts = pi("raspberrypi,4-compute-module");
    facts.configured.units["hciuart.service"] = "enabled";
    CHECK(text_of(facts) ==
          "  1. edit /boot/firmware/config.txt: connects the UART /dev/ttyAMA0 to the header's "
          "pins; this switches Bluetooth off\n"
          "       + enable_uart=1\n"
          "       + dtoverlay=disable-bt\n"
          "  2. edit /boot/firmware/cmdline.txt: takes the kernel's console off that UART\n"
          "       - console=serial0,115200 console=tty1 root=PARTUUID=1234-02 rootwait\n"
          "       + console=tty1 root=PARTUUID=1234-02 rootwait\n"
          "  3. stop and disable hciuart.service: it starts Bluetooth, which is switched off\n"
          "     then run `sudo reboot`, and after it setup again with the same options: it "
          "continues from there\n");
}

// arch/arm64/boot/dts/broadcom/bcm2712-rpi-cm5.dtsi includes bcm2712-rpi.dtsi and rp1.dtsi, as a
// Raspberry Pi 5's does: parameter uart0, and the console on UART10.
TEST_CASE("Compute Module 5") {
    CHECK(
        text_of(pi("raspberrypi,5-compute-module")) ==
        "  1. edit /boot/firmware/config.txt: connects the UART /dev/ttyAMA0 to the header's pins\n"
        "       + dtparam=uart0=on\n"
        "     then run `sudo reboot`, and after it setup again with the same options: it continues "
        "from there\n");
}

TEST_CASE("an old image has its boot files in /boot") {
    CHECK(text_of(pi("raspberrypi,model-zero", "/boot/")) ==
          "  1. edit /boot/config.txt: connects the UART /dev/ttyAMA0 to the header's pins\n"
          "       + enable_uart=1\n"
          "  2. edit /boot/cmdline.txt: takes the kernel's console off that UART\n"
          "       - console=serial0,115200 console=tty1 root=PARTUUID=1234-02 rootwait\n"
          "       + console=tty1 root=PARTUUID=1234-02 rootwait\n"
          "     then run `sudo reboot`, and after it setup again with the same options: it "
          "continues from there\n");
}

TEST_CASE("between the changes and the reboot nothing else is planned") {
    Facts facts = pi("raspberrypi,4-model-b");
    facts.configured.files["/boot/firmware/config.txt"] =
        pi_config + "enable_uart=1\ndtoverlay=disable-bt\n";
    facts.configured.files["/boot/firmware/cmdline.txt"] = "console=tty1 root=X\n";
    facts.configured.reboot_pending = true;
    CHECK(text_of(facts) == "     then run `sudo reboot`, and after it setup again with the same "
                            "options: it continues from there\n");
    facts.configured.reboot_pending = false;
    const Plan then = plan(facts, {});
    CHECK(then.changes.empty());
    CHECK(then.next == Next::person);
    CHECK(text_of(facts) ==
          "no receiver was heard on any port. Check its power, its ground, and the wire from its "
          "TX: receiver TX to pin 10 (GPIO15), PPS to pin 12 (GPIO18). `sudo ppsctl detect` shows "
          "what arrives on each port. If you know the port and the rate, name them: `sudo ppsctl "
          "setup --nmea uart:/dev/… --baud …`\n");
}

TEST_CASE("Raspberry Pi 4 after the reboot: chrony is installed first, then all the rest") {
    Facts facts = pi_ready("raspberrypi,4-model-b");
    CHECK(text_of(facts) == start_up + "  2. install chrony: no NTP daemon that can read ppsd is "
                                       "installed; chrony replaces systemd-timesyncd\n");
    CHECK(plan(facts, {}).next == Next::look_again);

    add_chrony(facts);
    CHECK(text_of(facts) ==
          start_up +
              "  2. edit /etc/chrony/conf.d/ppsd.conf: chronyd follows the pulses (PPS); the "
              "sentences (NMEA) are only for comparison\n"
              "       + refclock SHM 1 refid PPS precision 1e-7\n"
              "       + refclock SHM 0 refid NMEA noselect\n"
              "  3. restart chrony.service: so that it reads its new lines\n"
              "  4. enable and start ppsd.service: it reads the receiver and passes the pulses to "
              "the NTP daemon\n");
    CHECK(plan(facts, {}).next == Next::wait);
}

TEST_CASE("no pulse yet: nothing is set up half") {
    Facts facts = pi_ready("raspberrypi,4-model-b");
    facts.lines.clear();
    const Plan none = plan(facts, {});
    CHECK(none.changes.empty());
    CHECK(none.next == Next::person);
    CHECK(none.advice.front().find("only with a fix") != std::string::npos);
    CHECK(plan(facts, {"gpio:GPIO18", "", ""}).changes.size() == 2);
}

// daemon/doc/ntp.md and cross/boards.md, "By hand": what they ask for.
TEST_CASE("a board that is set up, and runs: nothing to do") {
    Facts facts = pi("raspberrypi,4-model-b");
    add_chrony(facts);
    facts.configured.files["/boot/firmware/config.txt"] =
        pi_config + "enable_uart=1\ndtoverlay=disable-bt\n";
    facts.configured.files["/boot/firmware/cmdline.txt"] = "console=tty1 root=X\n";
    facts.configured.files["/etc/ppsd.conf"] =
        "pps = gpio:GPIO18\nnmea = uart:/dev/serial0\nbaud = 9600\n";
    facts.configured.files["/etc/chrony/conf.d/ppsd.conf"] = our_lines;
    facts.configured.units["ppsd.service"] = "enabled";
    facts.configured.active.insert("ppsd.service");
    facts.programs.push_back({"ppsd", "/usr/bin/ppsd", 800, {0, 1}});
    PortFacts port;
    port.path = "/dev/ttyAMA0";
    port.holders = {{"ppsd", 800}};
    facts.ports = {port};
    CHECK(text_of(facts).empty());
    CHECK(plan(facts, {}).next == Next::wait);
}

// austinsnerdythings.com, "Raspberry Pi PPS NTP server", and others like it: pps-gpio, gpsd, and
// chrony with /dev/pps0.
TEST_CASE("a board set up by a guide for pps-gpio and gpsd") {
    Facts facts = pi("raspberrypi,4-model-b");
    add_chrony(facts);
    facts.configured.files["/boot/firmware/config.txt"] =
        pi_config + "enable_uart=1\ndtoverlay=disable-bt\ndtoverlay=pps-gpio,gpiopin=18\n";
    facts.configured.files["/boot/firmware/cmdline.txt"] = "console=tty1 root=X\n";
    facts.configured.files["/etc/chrony/chrony.conf"] =
        chrony_conf + "refclock SHM 0 refid NMEA offset 0.2\n"
                      "refclock PPS /dev/pps0 refid PPS lock NMEA\n";
    facts.configured.units["gpsd.socket"] = "enabled";
    facts.configured.units["gpsd.service"] = "enabled";
    PortFacts port;
    port.path = "/dev/ttyAMA0";
    port.holders = {{"gpsd", 650}};
    facts.ports = {port};
    facts.kernel_pps = {{"/dev/pps0", "pps@12.-1", 1.0}};
    CHECK(text_of(facts) ==
          "  1. stop and disable gpsd.socket: it holds /dev/ttyAMA0, and writes the same SHM units "
          "as ppsd\n"
          "  2. stop and disable gpsd.service: it holds /dev/ttyAMA0, and writes the same SHM "
          "units as ppsd\n");
    CHECK(plan(facts, {}).next == Next::look_again);

    // gpsd has stopped, and the receiver is heard.
    facts.ports.clear();
    hear_receiver(facts, "/dev/ttyAMA0", "/dev/serial0", "uart-pl011", 9600);
    CHECK(text_of(facts) ==
          "  1. edit /boot/firmware/config.txt: pps-gpio holds the GPIO line that ppsd needs\n"
          "       - dtoverlay=pps-gpio,gpiopin=18\n"
          "       + #dtoverlay=pps-gpio,gpiopin=18\n"
          "  2. edit /etc/chrony/chrony.conf: without pps-gpio there is no /dev/pps0, and then "
          "chronyd doesn't start\n"
          "       - refclock PPS /dev/pps0 refid PPS lock NMEA\n"
          "       + #refclock PPS /dev/pps0 refid PPS lock NMEA\n"
          "     then run `sudo reboot`, and after it setup again with the same options: it "
          "continues from there\n");

    // Who wants the kernel's PPS device keeps it.
    CHECK(plan(facts, {"pps:/dev/pps0", "", ""}).changes.front().target == "/etc/ppsd.conf");

    // After the reboot.
    Facts after = pi_ready("raspberrypi,4-model-b");
    add_chrony(after);
    after.configured.files["/etc/chrony/chrony.conf"] =
        chrony_conf + "refclock SHM 0 refid NMEA offset 0.2\n#refclock PPS /dev/pps0 lock NMEA\n";
    CHECK(text_of(after) ==
          start_up +
              "  2. edit /etc/chrony/chrony.conf: these refclocks are from an earlier set-up; ppsd "
              "replaces them\n"
              "       - refclock SHM 0 refid NMEA offset 0.2\n"
              "       + #refclock SHM 0 refid NMEA offset 0.2\n"
              "  3. edit /etc/chrony/conf.d/ppsd.conf: chronyd follows the pulses (PPS); the "
              "sentences (NMEA) are only for comparison\n"
              "       + refclock SHM 1 refid PPS precision 1e-7\n"
              "       + refclock SHM 0 refid NMEA noselect\n"
              "  4. restart chrony.service: so that it reads its new lines\n"
              "  5. enable and start ppsd.service: it reads the receiver and passes the pulses to "
              "the NTP daemon\n");
}

// Debian's package gpsd: its udev rules (60-gpsd.rules) hand a USB receiver to gpsd, which a socket
// unit starts.
TEST_CASE("gpsd reads a USB receiver: it is stopped, and then all is looked at anew") {
    Facts facts = debian();
    facts.configured.units["gpsd.socket"] = "enabled";
    facts.configured.units["gpsd.service"] = "disabled";
    PortFacts port;
    port.path = "/dev/ttyACM0";
    port.holders = {{"gpsd", 650}};
    facts.ports = {port};
    const Plan first = plan(facts, {});
    REQUIRE(first.changes.size() == 2);
    CHECK(first.changes[0].kind == Change::Kind::stop);
    CHECK(first.changes[0].target == "gpsd.socket");
    CHECK(first.next == Next::look_again);
}

// docs.beagleboard.org, "U-Boot: /boot/uEnv.txt"; the lines as Debian 12's image has them.
TEST_CASE("BeagleBone Black") {
    Facts facts = debian();
    facts.board.compatible = {"ti,am335x-bone-black", "ti,am335x-bone", "ti,am33xx"};
    facts.configured.files["/boot/uEnv.txt"] = "uname_r=6.1.83-ti-r40\nenable_uboot_overlays=1\n"
                                               "#uboot_overlay_addr4=<file4>.dtbo\n"
                                               "enable_uboot_cape_universal=1\n";
    CHECK(text_of(facts) ==
          "  1. edit /boot/uEnv.txt: connects the UART /dev/ttyS1 to the header's pins; the "
          "universal cape holds the GPIO lines that ppsd needs\n"
          "       - #uboot_overlay_addr4=<file4>.dtbo\n"
          "       - enable_uboot_cape_universal=1\n"
          "       + uboot_overlay_addr4=BB-UART1-00A0.dtbo\n"
          "       + #enable_uboot_cape_universal=1\n"
          "     then run `sudo reboot`, and after it setup again with the same options: it "
          "continues from there\n");
}

// gpsd.gitlab.io, "GPSD Time Service HOWTO": a receiver on a serial port, its pulse on DCD,
// ldattach.
TEST_CASE("PC with a USB receiver, and the pulse from the kernel") {
    Facts facts = debian();
    add_chrony(facts);
    hear_receiver(facts, "/dev/ttyACM0", "/dev/serial/by-id/usb-u-blox_7-if00", "cdc_acm", 9600);
    CHECK(plan(facts, {}).next == Next::person); // no pulse
    facts.kernel_pps = {{"/dev/pps0", "serial0", 1.0}};
    const Plan all = plan(facts, {});
    REQUIRE(all.changes.size() == 4);
    CHECK(all.changes[0].text == "# settings\npps = pps:/dev/pps0\n"
                                 "nmea = uart:/dev/serial/by-id/usb-u-blox_7-if00\n"
                                 "baud = 115200\n");
}

// docs.ntpsec.org, refclock_shm: the lines; packages.debian.org/ntpsec: the path.
TEST_CASE("with ntpsec instead of chrony") {
    Facts facts = pi_ready("raspberrypi,3-model-b-plus");
    facts.programs = {{"ntpd", "/usr/sbin/ntpd", 500, {}}};
    facts.configured.files["/etc/ntpsec/ntp.conf"] = "driftfile /var/lib/ntpsec/ntp.drift\n";
    facts.configured.units["ntpsec.service"] = "enabled";
    facts.configured.active.insert("ntpsec.service");
    CHECK(text_of(facts) ==
          start_up + "  2. edit /etc/ntpsec/ntp.conf: ntpd follows the pulses (PPS); the sentences "
                     "(NMEA) are only for comparison\n"
                     "       + refclock shm unit 1 refid PPS prefer minpoll 4 maxpoll 4\n"
                     "       + refclock shm unit 0 refid NMEA noselect\n"
                     "  3. restart ntpsec.service: so that it reads its new lines\n"
                     "  4. enable and start ppsd.service: it reads the receiver and passes the "
                     "pulses to the NTP daemon\n");
}

// For those who do it by hand.
TEST_CASE("the lines for each NTP daemon are in the example that is packaged") {
    struct Row {
        const char *example, *program, *path;
    };
    for (const Row& row : {Row{"chrony.conf", "chronyd", "/etc/chrony/chrony.conf"},
                           Row{"ntpsec.conf", "ntpd", "/etc/ntpsec/ntp.conf"},
                           Row{"ntp.conf", "ntpd", "/etc/ntp.conf"}}) {
        CAPTURE(row.example);
        Facts facts = pi_ready("raspberrypi,4-model-b");
        facts.programs = {{row.program, "", 500, {}}};
        facts.configured.files[row.path] = "";
        std::ifstream file{PPSD_SOURCE_DIR "/daemon/examples/" + std::string{row.example}};
        const std::string example{std::istreambuf_iterator<char>{file}, {}};
        const auto changes = plan(facts, {}).changes;
        REQUIRE(changes.size() > 1);
        REQUIRE(changes[1].target == row.path);
        std::istringstream lines{changes[1].text};
        for (std::string line; std::getline(lines, line);)
            CHECK(example.find(line + '\n') != std::string::npos);
    }
}

// raspberrypi.com/documentation/computers/configuration.html, "Overlay File System".
TEST_CASE("a read-only root, and one without systemd: nothing is planned, and why is said") {
    Facts facts = pi("raspberrypi,4-model-b");
    facts.configured.read_only = true;
    CHECK(plan(facts, {}).changes.empty());
    CHECK(text_of(facts).starts_with("the root file system is mounted read only"));
    facts.configured.read_only = false;
    facts.configured.units.clear();
    CHECK(plan(facts, {}).changes.empty());
    CHECK(text_of(facts).find("systemd") != std::string::npos);
}

TEST_CASE("what a person has set otherwise is shown, not overwritten; what he names is") {
    Facts facts = pi_ready("raspberrypi,4-model-b");
    add_chrony(facts);
    facts.configured.files["/etc/ppsd.conf"] = "pps = gpio:GPIO23\nnmea = uart:/dev/ttyAMA0\n";
    const Plan other = plan(facts, {});
    CHECK(other.changes.empty());
    CHECK(other.next == Next::person);
    CHECK(other.advice.front() ==
          "/etc/ppsd.conf has pps = gpio:GPIO23, but setup found gpio:GPIO18. Correct that line, "
          "or replace it: `sudo ppsctl setup --pps gpio:GPIO18`");
    // The port is the same, by another name.
    CHECK(plan(facts, {"gpio:GPIO18", "", ""}).changes.front().text ==
          "pps = gpio:GPIO18\nnmea = uart:/dev/ttyAMA0\nbaud = 9600\n");
}

TEST_CASE("chrony without conf.d gets the lines in its own file, and makestep where it has none") {
    Facts facts = pi_ready("raspberrypi,4-model-b");
    add_chrony(facts);
    facts.configured.files["/etc/chrony/chrony.conf"] = "pool pool.ntp.org iburst\n";
    const auto changes = plan(facts, {}).changes;
    const auto edit = std::ranges::find(changes, "/etc/chrony/chrony.conf", &Change::target);
    REQUIRE(edit != changes.end());
    CHECK(edit->text == "pool pool.ntp.org iburst\n" + our_lines + "makestep 1 3\n");
    // A last line without its end stays a line of its own.
    facts.configured.files["/etc/chrony/chrony.conf"] = "makestep 1 3";
    CHECK(plan(facts, {}).changes[1].text == "makestep 1 3\n" + our_lines);
}

TEST_CASE("a receiver at USB that gpsd has: the board's UART is left alone") {
    Facts facts = pi("raspberrypi,4-model-b");
    facts.configured.units["gpsd.socket"] = "enabled";
    PortFacts port;
    port.path = "/dev/ttyACM0";
    port.holders = {{"gpsd", 650}};
    facts.ports = {port};
    const Plan first = plan(facts, {});
    REQUIRE(first.changes.size() == 1);
    CHECK(first.changes[0].target == "gpsd.socket");
    // One that sends, but no sentences that are whole, is no reason either.
    facts.ports[0].holders.clear();
    facts.ports[0].heard = HeardFacts{};
    facts.ports[0].heard->bytes = 500;
    CHECK(plan(facts, {}).changes.empty());
}

TEST_CASE("overlays of one's own stay: a BeagleBone has four places") {
    Facts facts = debian();
    facts.board.compatible = {"ti,am335x-bone-black"};
    std::string& env = facts.configured.files["/boot/uEnv.txt"];
    env = "enable_uboot_overlays=1\nuboot_overlay_addr4=/lib/firmware/BB-CAN1-00A0.dtbo\n";
    CHECK(plan(facts, {}).changes.front().text == env + "uboot_overlay_addr5=BB-UART1-00A0.dtbo\n");
    env = "enable_uboot_overlays=1\nuboot_overlay_addr6=/lib/firmware/BB-UART1-00A0.dtbo\n";
    CHECK(plan(facts, {}).changes.empty());
    env = "enable_uboot_overlays=1\nuboot_overlay_addr4=a\nuboot_overlay_addr5=b\n"
          "uboot_overlay_addr6=c\nuboot_overlay_addr7=d\n";
    CHECK(plan(facts, {}).changes.empty());
    CHECK(plan(facts, {}).advice.front().find("all four") != std::string::npos);
}

TEST_CASE("Bluetooth on the mini UART leaves the pins their UART") {
    Facts facts = pi("raspberrypi,3-model-b");
    facts.configured.files["/boot/firmware/config.txt"] =
        pi_config + "enable_uart=1\ndtoverlay=miniuart-bt\n";
    facts.configured.files["/boot/firmware/cmdline.txt"] = "console=tty1\n";
    facts.configured.units["hciuart.service"] = "enabled";
    CHECK(plan(facts, {}).changes.empty());
}

// wiki.debian.org/RaspberryPi, raspi-firmware: the files' first line.
TEST_CASE("boot files that Debian's package makes are not edited, but said how") {
    Facts facts = pi("raspberrypi,4-model-b");
    facts.configured.files["/boot/firmware/config.txt"] =
        "# Do not modify this file!\n# It is generated by raspi-firmware.\n";
    const Plan none = plan(facts, {});
    CHECK(none.changes.empty());
    CHECK(none.advice.front().find("/etc/default/raspi-firmware-custom") != std::string::npos);
}

TEST_CASE("two pulses, two receivers: which one is meant, a person has to say") {
    Facts facts = pi_ready("raspberrypi,4-model-b");
    add_chrony(facts);
    see_pulse(facts, 23, "GPIO23");
    CHECK(plan(facts, {}).changes.empty());
    CHECK(text_of(facts).starts_with("2 sources have a pulse once a second: gpio:GPIO18, "
                                     "gpio:GPIO23. Name the receiver's, "));
    CHECK(plan(facts, {"gpio:GPIO18", "", ""}).next == Next::wait);
    facts.lines.pop_back();
    hear_receiver(facts, "/dev/ttyACM0", "", "cdc_acm", 9600);
    CHECK(
        text_of(facts).starts_with("2 receivers were heard: uart:/dev/ttyAMA0 uart:/dev/ttyACM0."));
}

// A network card's (PTP), a serial port's (ldattach): kernel.org/doc, driver-api/pps.
TEST_CASE("several PPS devices of the kernel that tick: which one is meant, a person has to say") {
    Facts facts = debian();
    add_chrony(facts);
    hear_receiver(facts, "/dev/ttyACM0", "", "cdc_acm", 9600);
    facts.kernel_pps = {
        {"/dev/pps0", "ptp0", 1.0}, {"/dev/pps1", "serial0", 1.0}, {"/dev/pps2", "ptp1", {}}};
    const Plan asks = plan(facts, {});
    CHECK(asks.changes.empty());
    CHECK(asks.next == Next::person);
    CHECK(asks.advice.front() ==
          "2 sources have a pulse once a second: pps:/dev/pps0, pps:/dev/pps1. Name the "
          "receiver's, the one that stops without its PPS wire: `sudo ppsctl setup --pps "
          "pps:/dev/pps0`");
    const Plan named = plan(facts, {"pps:/dev/pps1", "", ""});
    CHECK(named.next == Next::wait);
    CHECK(named.changes.front().text.find("pps = pps:/dev/pps1\n") != std::string::npos);
    facts.kernel_pps[0].period_s = 2.0;
    CHECK(plan(facts, {}).changes.front().text.find("pps = pps:/dev/pps1\n") != std::string::npos);
    // A line beside a device is asked about as well.
    see_pulse(facts, 18, "GPIO18");
    CHECK(plan(facts, {}).next == Next::person);
    CHECK(plan(facts, {"gpio:GPIO18", "", ""}).next == Next::wait);
}

TEST_CASE("a pulse of half a second: which edge is on the second, the manual has to say") {
    Facts facts = pi_ready("raspberrypi,4-model-b");
    add_chrony(facts);
    facts.lines[0].seen = PulseFacts{7, 1.0, {}, "", 3e-6};
    const Plan asks = plan(facts, {});
    CHECK(asks.changes.empty());
    CHECK(asks.next == Next::person);
    CHECK(asks.advice.front().find("edge = rising (most receivers) or edge = falling") !=
          std::string::npos);
    CHECK(plan(facts, {"gpio:gpiochip0/18", "", ""}).next == Next::person);
    facts.configured.files["/etc/ppsd.conf"] += "edge = auto\n";
    CHECK(plan(facts, {}).next == Next::person);
    facts.configured.files["/etc/ppsd.conf"] += "edge = falling\n";
    CHECK(plan(facts, {}).next == Next::wait);
}

TEST_CASE("the NTP daemon that runs counts, not the files of another that was removed") {
    Facts facts = pi_ready("raspberrypi,4-model-b");
    facts.configured.files["/etc/chrony/chrony.conf"] = chrony_conf;
    facts.configured.files["/etc/ntpsec/ntp.conf"] = "driftfile x\n";
    CHECK(plan(facts, {}).changes.back().kind == Change::Kind::install);
    facts.programs = {{"ntpd", "/usr/sbin/ntpd", 500, {}}};
    CHECK(plan(facts, {}).changes[1].target == "/etc/ntpsec/ntp.conf");
    facts.programs.push_back({"chronyd", "/usr/sbin/chronyd", 0, {}});
    CHECK(plan(facts, {}).changes[1].target == "/etc/ntpsec/ntp.conf");
}

TEST_CASE("chronyd's lines are for the units that ppsd.conf names, and what is there stays") {
    Facts facts = pi_ready("raspberrypi,4-model-b");
    add_chrony(facts);
    facts.configured.files["/etc/ppsd.conf"] += "pps-unit = 2\nnmea-unit = 3\n";
    facts.configured.files["/etc/chrony/conf.d/ppsd.conf"] = "allow 10/8\n";
    facts.configured.files["/etc/chrony/conf.d/gpsd.conf"] =
        "refclock SOCK /run/chrony.ttyAMA0.sock refid GPS\nrefclock PPS /dev/pps1\n";
    const auto changes = plan(facts, {}).changes;
    REQUIRE(changes.size() == 5);
    CHECK(changes[1].text == "#refclock SOCK /run/chrony.ttyAMA0.sock refid GPS\n"
                             "refclock PPS /dev/pps1\n");
    CHECK(changes[2].text == "allow 10/8\nrefclock SHM 2 refid PPS precision 1e-7\n"
                             "refclock SHM 3 refid NMEA noselect\n");
    facts.configured.files["/etc/ppsd.conf"] += "pps-out = sock:/run/chrony.ppsd.sock\n";
    CHECK(plan(facts, {}).changes.size() == 2);
    CHECK(plan(facts, {}).advice.size() == 1);
}

TEST_CASE("a service is started if it doesn't run, and restarted if it has not read its file") {
    Facts facts = pi_ready("raspberrypi,4-model-b");
    add_chrony(facts);
    facts.configured.files["/etc/ppsd.conf"] =
        "pps = gpio:GPIO18\nnmea = uart:/dev/serial0\nbaud = 9600\n";
    facts.configured.files["/etc/chrony/conf.d/ppsd.conf"] = our_lines;
    facts.configured.units["ppsd.service"] = "enabled";
    facts.configured.active = {"ppsd.service"};
    const auto stopped = plan(facts, {}).changes;
    REQUIRE(stopped.size() == 1);
    CHECK(stopped[0].kind == Change::Kind::start);
    CHECK(stopped[0].target == "chrony.service");

    facts.configured.active.insert("chrony.service");
    CHECK(plan(facts, {}).changes.empty());
    facts.configured.unread = {"/etc/chrony/conf.d/ppsd.conf"};
    const auto old = plan(facts, {}).changes;
    REQUIRE(old.size() == 1);
    CHECK(old[0].kind == Change::Kind::restart);

    facts.configured.unread.clear();
    facts.configured.units["chrony.service"] = "masked";
    CHECK(plan(facts, {}).changes.empty());
    CHECK(plan(facts, {}).advice.front().find("unmask") != std::string::npos);
}

TEST_CASE("a line that stands there twice is shown, too") {
    Facts facts = pi("raspberrypi,model-zero");
    facts.configured.files["/boot/firmware/config.txt"] = "[all]\n[pi4]\nenable_uart=1\n";
    CHECK(text_of(facts).find("       + [all]\n       + enable_uart=1\n") != std::string::npos);
}

TEST_CASE("an NTP daemon that is not Debian's is left to its owner") {
    Facts facts = pi_ready("raspberrypi,4-model-b");
    facts.programs = {{"chronyd", "/usr/local/sbin/chronyd", 500, {}}};
    CHECK(plan(facts, {}).next == Next::person);
    facts.programs = {{"ntpd", "/usr/sbin/ntpd", 500, {}}};
    CHECK(plan(facts, {}).next == Next::person);
}

TEST_CASE("the board's port is freed where it is named, whatever others send") {
    Facts facts = pi("raspberrypi,4-model-b");
    hear_receiver(facts, "/dev/ttyACM0", "", "cdc_acm", 9600);
    CHECK(plan(facts, {}).changes.empty());
    CHECK(plan(facts, {"", "uart:/dev/ttyAMA0", ""}).next == Next::reboot);
}

TEST_CASE("one source by two names is one; and any rate will do at USB") {
    Facts facts = pi_ready("raspberrypi,4-model-b");
    add_chrony(facts);
    facts.configured.files["/etc/ppsd.conf"] =
        "pps = gpio:gpiochip0/18\nnmea = uart:/dev/serial0\nbaud = 4800\n";
    CHECK(plan(facts, {}).next == Next::person); // the rate
    facts.ports[0].driver = "cdc_acm";
    CHECK(plan(facts, {}).next == Next::wait);
}

TEST_CASE("a plan's facts survive JSON") {
    Facts facts = pi_ready("raspberrypi,4-model-b");
    add_chrony(facts);
    facts.configured.unread = {"/etc/chrony/chrony.conf"};
    facts.configured.reboot_pending = true;
    facts.configured.read_only = true;
    const Facts again = parse_facts(facts_json(facts));
    CHECK(again.configured.files == facts.configured.files);
    CHECK(again.configured.units == facts.configured.units);
    CHECK(again.configured.active == facts.configured.active);
    CHECK(again.configured.unread == facts.configured.unread);
    CHECK(again.configured.reboot_pending);
    CHECK(again.configured.read_only);
    CHECK(text_of(again) == text_of(facts));
}

TEST_CASE("a receiver that is set for a map: setup offers to set it for time") {
    Facts facts = pi_ready("raspberrypi,4-model-b");
    add_chrony(facts);
    HeardFacts& heard = *facts.ports.front().heard;
    heard.seconds = 10;
    heard.sentences = {{"GPGSV", 40}, {"GNRMC", 14}};
    heard.load = 0.66;
    CHECK(plan(facts, {}).advice.empty());
    heard.load = 0.67;
    REQUIRE(plan(facts, {}).advice.size() == 1);
    CHECK(plan(facts, {}).advice[0].find(
              "its line is 67 % full. `sudo ppsctl receiver --set time") != std::string::npos);
    CHECK(plan(facts, {}).next == Next::wait);
    heard.load.reset();
    heard.sentences["GNRMC"] = 50;
    REQUIRE(plan(facts, {}).advice.size() == 1);
    CHECK(plan(facts, {}).advice[0].find("needs: 5 fixes a second. ") != std::string::npos);
    facts.programs.push_back({"ppsd", "/usr/bin/ppsd", 800, {}}); // it has the port now
    CHECK(plan(facts, {}).advice.empty());
}
