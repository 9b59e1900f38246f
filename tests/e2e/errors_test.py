"""What the machine, or the user, has wrong: one line that says what, why and what to do; exit code 2
(usage) or 1 (environment); and no segment that wasn't there before."""

import errno
import os
import re
import shutil
from pathlib import Path

import segments
from harness import PPSCTL, PPSD, SIM, Case, as_nobody, slow
from receiver import Pty

# A simulated time has to be sent somewhere.
PPS = ("--pps", "sim:", "--pps-unit", "2")
NMEA = ("--nmea", "sim:", "--nmea-unit", "3")
GOOD = ("--pps", "sim:", "--nmea", "sim:", "--pps-unit", "2", "--nmea-unit", "3")


class ErrorsCase(Case):
    def check_refused(self, code, says, *options, program=PPSD, config=None, **run):
        """says: regular expressions that the line must match, in any order."""
        before = segments.segments()
        given = ("--config", config or self.empty) if program == PPSD else ()
        done = self.run_to_end(program, *given, *options, **run)
        self.assertEqual(done.out, [])
        self.assertEqual(len(done.err), 1, done.err)
        for pattern in says:
            self.assertRegex(done.err[0], pattern)
        self.assertEqual(done.code, code, done.err)
        self.assertEqual(segments.segments(), before)

    def check_usage(self, says, *options, **more):
        self.check_refused(2, says, *options, **more)

    def check_environment(self, thing, numbers, advice, *options, **more):
        """The line is "THING: ERRNO'S TEXT; ADVICE"."""
        texts = "|".join(os.strerror(number) for number in numbers)
        says = [rf"^ppsd: {re.escape(str(thing))}.*: ({texts}); .*{advice}"]
        self.check_refused(1, says, *options, **more)


class SourcesTest(ErrorsCase):
    def test_no_chip(self):
        """a GPIO chip that isn't there"""
        self.check_environment("gpio:gpiochip77/3", (errno.ENODEV, errno.ENOENT), "gpiodetect|chips here",
                               "--pps", "gpio:gpiochip77/3", "--pps-unit", "2", *NMEA)

    def test_no_line(self):
        """a GPIO line that no chip has"""
        self.check_environment("gpio:NO_SUCH_LINE", (errno.ENODEV, errno.ENOENT), "gpiodetect|gpioinfo",
                               "--pps", "gpio:NO_SUCH_LINE", "--pps-unit", "2", *NMEA)

    def test_malformed_pulses(self):
        """malformed names of pulse sources"""
        for name in ("GPIO18", "gpio:", "gpio:gpiochip0", "gpio:gpiochip0/", "gpio:gpiochip0/x",
                     "gpio:/dev/gpiochip0", "gpoi:GPIO18", "uart:/dev/ttyS0", "sim:drift=much",
                     "sim:drift", "sim:colour=red", "sim:fault=none-such", ":", "gpio:/3"):
            with self.subTest(name):
                self.check_usage([re.escape(name)], "--pps", name, "--pps-unit", "2", *NMEA)

    def test_malformed_bytes(self):
        """malformed names of the receiver's sentences"""
        for name in ("/dev/ttyS0", "uart:", "gpio:GPIO18", "uart", "sim:delay=x"):
            with self.subTest(name):
                self.check_usage([re.escape(name)], *PPS, "--nmea", name, "--nmea-unit", "3")

    def test_no_uart(self):
        """a UART that isn't there"""
        self.check_environment("uart:/dev/ttyNONE9", (errno.ENOENT,), "plugged in",
                               *PPS, "--nmea", "uart:/dev/ttyNONE9", "--nmea-unit", "3")

    def test_regular_file(self):
        """a UART that is a regular file, a folder, or a device that is no tty"""
        (self.dir / "log").write_text("$GPRMC")
        for path in (self.dir / "log", self.dir, "/dev/null"):
            with self.subTest(path):
                self.check_environment(f"uart:{path}", (errno.ENOTTY, errno.EISDIR), "serial device",
                                       "--nmea", f"uart:{path}", "--nmea-unit", "4")

    def test_busy_uart(self):
        """a UART that another ppsd has; and the other one goes on"""
        link = self.dir / "gps"
        pty = Pty(link)
        self.addCleanup(pty.close)
        first = self.ppsd("--nmea", f"uart:{link}", "--nmea-unit", "4")
        first.expect("sentences from")
        self.check_environment(f"uart:{link}", (errno.EBUSY,), "fuser", "--nmea", f"uart:{link}",
                               "--nmea-unit", "5")
        self.assertTrue(first.running())

    def test_forbidden_uart(self):
        """a UART that an ordinary user may not read"""
        path = self.dir / "gps"
        os.mkfifo(path, 0o600)
        self.dir.chmod(0o755)
        ppsd = shutil.copy(PPSD, self.dir)
        given = ("--config", self.empty, "--nmea", f"uart:{path}", "--nmea-unit", "4")
        done = self.run_to_end(ppsd, *given, **as_nobody())
        self.assertEqual((done.code, len(done.err)), (1, 1), done.err)
        self.assertRegex(done.err[0], f"uart:{path}: Permission denied; .*dialout")

    def test_baud(self):
        """baud rates below 4800, above 921600, between the standard ones, and not a number"""
        link = self.dir / "gps"
        pty = Pty(link)
        self.addCleanup(pty.close)
        for rate in ("4799", "921601", "0", "-9600", "9600.5", "fast", "", "1e99", "10000"):
            with self.subTest(rate):
                self.check_usage([f"baud.*{re.escape(rate)}|{re.escape(rate)}.*baud"], "--nmea", f"uart:{link}", "--baud", rate,
                                 "--nmea-unit", "4")

    def test_baud_limits(self):
        """4800 and 921600 baud are taken"""
        for rate in ("4800", "921600"):
            with self.subTest(rate):
                link = self.dir / f"gps{rate}"
                pty = Pty(link)
                self.addCleanup(pty.close)
                ppsd = self.ppsd("--nmea", f"uart:{link}", "--baud", rate, "--nmea-unit", "4")
                ppsd.expect("sentences from")
                self.assertEqual(ppsd.stop(), 0)


class OptionsTest(ErrorsCase):
    def test_unknown(self):
        """an unknown option, with the nearest known one; no abbreviations; no stray words"""
        self.check_usage(["--bauds", "'baud'"], *GOOD, "--bauds", "9600")
        self.check_usage(["--nmea-uni"], *GOOD, "--nmea-uni", "4")
        self.check_usage(["--help"], *GOOD, "stray")

    def test_twice(self):
        """an option given twice"""
        self.check_usage(["baud"], *GOOD, "--baud", "9600", "--baud", "4800")

    def test_values(self):
        """values out of range, on both sides, or of another kind"""
        for option, values in {
                "pps-unit": ("-1", "256", "two", "", "1.5"), "nmea-unit": ("-1", "256", "nan"),
                "edge": ("up", ""), "pps-delay": ("500000001", "-500000001", "1.5"),
                "nmea-delay": ("2.1", "-2.1", "inf"), "shm-layout": ("time128",),
                "lock-count": ("1", "3601"), "holdover": ("-1", "3601"),
                "not-before": ("2026-13-01", "26-01-01", "2026-02-30", "yesterday"),
                "log-level": ("loud",)}.items():
            for value in values:
                with self.subTest(option=option, value=value):
                    self.check_usage([f"{option}.*{re.escape(value)}"], "--pps", "sim:", "--nmea", "sim:",
                                     f"--{option}={value}" if value else f"--{option}=")

    def test_missing(self):
        """no receiver, or nothing to publish"""
        self.check_usage(["nmea"])
        self.check_usage(["nothing to publish"], "--nmea", "sim:", "--nmea-unit", "none")
        self.check_usage(["nothing to publish"], "--pps", "sim:", "--nmea", "sim:", "--nmea-unit", "none",
                         "--pps-unit", "none")

    def test_simulated(self):
        """a simulated time for units 0 or 1 that nobody asked for"""
        self.check_usage(["SHM unit 1 .*pps-unit.*insist"], "--pps", "sim:", *NMEA)
        self.check_usage(["SHM unit 0 .*nmea-unit.*insist"], *PPS, "--nmea", "sim:")

    def test_unit_conflict(self):
        """one unit for both times"""
        self.check_usage(["pps-unit and nmea-unit are both 3"], "--pps", "sim:", "--nmea", "sim:",
                         "--pps-unit", "3", "--nmea-unit", "3")


class ConfigTest(ErrorsCase):
    def write(self, *lines):
        path = self.dir / "ppsd.conf"
        path.write_text("\n".join(lines) + "\n")
        return path

    def test_used(self):
        """a configuration file is used, and the command line goes before it"""
        config = self.write("# a receiver", "pps = sim:drift=0", "nmea = sim:drift=0", "", "pps-unit=5",
                            "nmea-unit = 6", "lock-count = 2")
        ppsd = self.start(PPSD, "--config", config, "--nmea-unit", "7")
        ppsd.expect("sentences from")
        self.assertEqual(sorted(segments.segments()), [5, 7])
        self.assertEqual(ppsd.stop(), 0)

    def test_unknown_key(self):
        """an unknown key: file, line, and the nearest key"""
        config = self.write("# comment", "nmea = sim:", "", "holdovr = 4")
        self.check_usage([f"{config}:4: ", "'holdovr'", "'holdover'"], config=config)

    def test_no_value(self):
        """a line that is no KEY = VALUE, a section, and a key that is set twice: file and line"""
        for line in ("nmea", "[ppsd]", "baud = 4800"):
            with self.subTest(line):
                config = self.write("nmea = sim:", "baud = 9600", line)
                self.check_usage([f"{config}:3: "], config=config)

    def test_bad_value(self):
        """a value out of range in the file"""
        config = self.write("nmea = sim:", "baud = 100")
        self.check_usage(["baud", "100", "4800", "921600"], config=config)

    def test_missing_file(self):
        """a configuration file that isn't there, or is a folder"""
        self.check_environment(self.dir / "none", (errno.ENOENT,), "config", config=self.dir / "none")
        self.check_environment(self.dir, (errno.EISDIR,), "config", config=self.dir)

    def test_unreadable(self):
        """a configuration file that an ordinary user may not read"""
        config = self.write("nmea = sim:")
        config.chmod(0o600)
        self.dir.chmod(0o755)
        ppsd = shutil.copy(PPSD, self.dir)
        done = self.run_to_end(ppsd, "--config", config, **as_nobody())
        self.assertEqual((done.code, len(done.err)), (1, 1), done.err)
        self.assertRegex(done.err[0], f"^ppsd: {config}: Permission denied; .*mode")


class SegmentTest(ErrorsCase):
    def check_segment(self, unit, number, advice, *options):
        self.check_environment(f"SHM unit {unit} (key 0x{segments.KEY_BASE + unit:08x})", (number,),
                               advice, *options)

    def test_size(self):
        """a segment of 80 bytes where 96 are wanted, of 96 where 80 are, and of 50"""
        for size, layout in ((80, "time64"), (96, "time32"), (50, "time64"), (50, "time32")):
            with self.subTest(size=size, layout=layout):
                segments.remove_all()
                segments.make(2, size)
                self.check_segment(2, errno.EINVAL, f"it has {size} bytes.*option {layout} wants.*ipcrm",
                                   "--pps", "sim:", "--nmea", "sim:", "--pps-unit", "2", "--nmea-unit",
                                   "none", "--shm-layout", layout)

    def test_second_unit(self):
        """where the second unit's segment is wrong, the first one's isn't left behind"""
        segments.make(3, 50)
        self.check_segment(3, errno.EINVAL, "ipcrm", *GOOD)

    def test_first_existed(self):
        """and it stays if it was there before"""
        segments.make(3, 50)
        segments.make(2, 96)
        self.check_segment(3, errno.EINVAL, "ipcrm", *GOOD, "--shm-layout", "time64")

    def make_as_nobody(self, unit, size, mode):
        make = f"import segments; segments.make({unit}, {size}, {mode})"
        module = shutil.copy(segments.__file__, self.dir)
        self.dir.chmod(0o755)
        done = self.run_to_end("/usr/bin/python3", "-c", make, cwd=self.dir, **as_nobody())
        self.assertEqual(done.code, 0, (done.err, module))

    def test_owner(self):
        """a segment of another owner, with the owner's name"""
        self.make_as_nobody(2, 96, 0o666)
        self.check_segment(2, errno.EPERM, "belongs to nobody.*ipcrm", *GOOD)

    def run_as_nobody(self, *options):
        """Its only line on stderr; nothing is left behind."""
        self.dir.chmod(0o755)
        ppsd = shutil.copy(PPSD, self.dir)
        before = segments.segments()
        done = self.run_to_end(ppsd, "--config", self.empty, *options, **as_nobody())
        self.assertEqual((done.code, len(done.err)), (1, 1), done.err)
        self.assertEqual(segments.segments(), before)
        return done.err[0]

    def test_owner_of_unit_0(self):
        """one of another owner for unit 0, too, where ppsd isn't root and so can't remove it"""
        self.make_as_nobody(0, 96, 0o666)
        self.assertRegex(self.run_as_nobody("--nmea", "sim:", "--nmea-unit", "0"),
                         "SHM unit 0 .*: Operation not permitted; it belongs to nobody, not to root: "
                         "as root, .*ppsd --prepare")

    def test_roots_units(self):
        """an ordinary user may not make units 0 and 1"""
        self.assertRegex(self.run_as_nobody("--pps", "sim:", "--pps-unit", "1", *NMEA),
                         "SHM unit 1 .*: Operation not permitted; .*unit 2 or above")

    def test_forbidden_segment(self):
        """an ordinary user, and root's segment of mode 0600"""
        segments.make(2, 96, 0o600)
        self.assertRegex(self.run_as_nobody("--nmea", "sim:", "--nmea-unit", "2"),
                         "SHM unit 2 .*: Permission denied; .*root.*0600")

    def test_used_up(self):
        """where no more segments can be made, it says which limit, and leaves none behind"""
        for unit in range(100, 102):
            segments.make(unit, 96)
        limit = Path("/proc/sys/kernel/shmmni") # of this namespace
        self.addCleanup(limit.write_text, limit.read_text())
        limit.write_text("3")
        self.check_segment(3, errno.ENOSPC, "shmmni", *GOOD)


class WorksTest(ErrorsCase):
    @slow
    def test_ordinary_user(self):
        """an ordinary user may run it on units above 1"""
        self.dir.chmod(0o755)
        ppsd = self.start(shutil.copy(PPSD, self.dir), "--config", self.empty, *SIM, "--pps-unit", "2",
                          "--nmea-unit", "3", **as_nobody())
        ppsd.expect("locked")
        self.assertEqual(ppsd.stop(), 0)

    def test_ppsctl(self):
        """ppsctl watch: units out of range, --count 0, words that are no numbers"""
        for words in (("256",), ("-1",), ("two",), ("2", "--count", "0"), ("2", "--count", "many"),
                      ("2", "--seconds", "long"), ("2", "--shm-layout", "time128")):
            with self.subTest(words):
                self.check_usage(["ppsctl: "], "watch", *words, program=PPSCTL)


class ConfigTest(ErrorsCase):
    """The configuration file itself, and --check-config."""

    def check(self, text, leaps=None):
        """Of --check-config: the exit code, and the lines on stderr without the file's name."""
        config = self.dir / "ppsd.conf"
        config.write_bytes(text if isinstance(text, bytes) else text.encode())
        good = self.dir / "leaps"
        good.write_text("#@ 4007577600\n3644697600 36\n")
        done = self.run_to_end(PPSD, "--check-config", "--config", config, "--leap-file",
                               leaps or good)
        self.assertEqual(segments.segments(), {})
        return done.code, [line.replace(f"ppsd: {config}", "") for line in done.err]

    def test_right(self):
        """nothing is wrong: exit code 0, also where the devices are missing"""
        for text in ("nmea = uart:/dev/nothing\npps = gpio:NO_LINE\n", "\ufeffnmea = uart:/dev/x\n",
                     "nmea = uart:/dev/x\r\nbaud = 4800\r\n"):
            with self.subTest(text):
                self.assertEqual(self.check(text), (0, []))

    def test_all_that_is_wrong(self):
        """each thing that is wrong, with its line; exit code 2"""
        code, said = self.check("nmea = uart:\nholdover = long\n[pps]\nbuad = 9600\n"
                                "record = /nonexistent/a.rec\nuser = nobody-at-all\n"
                                "status-socket = /nonexistent/folder/status\npps = GPIO18\n")
        self.assertEqual(code, 2)
        wanted = (":3: there are no sections", ":4: unknown key 'buad'; did you mean 'baud'",
                  ":2: holdover = long", ":8: \"GPIO18\" names no source", ":1: uart:: a path must",
                  ":5: /nonexistent: No such file or directory", ":7: /nonexistent",
                  ":6: user = nobody-at-all")
        self.assertEqual(len(said), len(wanted), said)
        for start, line in zip(wanted, said):
            self.assertTrue(line.startswith(start), (start, said))

    def test_leap_file(self):
        """what a running daemon only warns of is an error"""
        code, said = self.check("nmea = uart:/dev/x\n", leaps="/nonexistent")
        self.assertEqual(code, 2)
        self.assertRegex(said[0], "/nonexistent: No such file or directory; install tzdata")

    def test_not_a_file(self):
        """a FIFO, a folder or a device as configuration, or a file too large: no waiting"""
        fifo, large = self.dir / "fifo", self.dir / "large"
        os.mkfifo(fifo)
        with open(large, "wb") as file:
            file.truncate(1 << 33)
        for path, says in ((fifo, "Invalid argument; it is no regular file"),
                           (self.dir, "Is a directory; it is no regular file"),
                           ("/dev/zero", "it is no regular file"),
                           (large, "File too large; .* is it another file")):
            for options in ((), ("--check-config",)):
                with self.subTest(path):
                    self.check_refused(1, [re.escape(str(path)), says], *options, config=path)

    def test_byte_order_mark(self):
        """a file that an editor began with a byte order mark is read as any other"""
        config = self.dir / "ppsd.conf"
        config.write_text("\ufeffbaud = fast\n")
        self.check_usage([f"{config}:1: baud = fast"], config=config)
