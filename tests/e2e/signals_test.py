"""Signals: what ends ppsd leaves no valid sample and no socket; SIGHUP reads the configuration again."""

import os
import re
import signal

import segments
from harness import PPSCTL, PPSD, SIM, Case, slow, wait_until

LIST = "#@ 4007577600\n3644697600 36\n3692217600 37\n"
ENDING = ("SIGTERM", "SIGINT", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGXCPU", "SIGIO")
FAULTS = ("SIGABRT", "SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGSYS", "SIGTRAP")


class SignalsCase(Case):
    def setUp(self):
        super().setUp()
        self.config = self.dir / "ppsd.conf"
        self.leaps = self.dir / "leap-seconds.list"
        self.leaps.write_text(LIST)
        self.socket = self.dir / "status"
        self.settings = {"pps": "sim:drift=0", "nmea": "sim:drift=0", "pps-unit": "2",
                         "nmea-unit": "3", "lock-count": "2", "status-socket": self.socket,
                         "leap-file": self.leaps}

    def write(self, **changes):
        """None: that setting is taken out."""
        self.settings.update({key.replace("_", "-"): value for key, value in changes.items()})
        self.config.write_text("".join(f"{key} = {value}\n" for key, value in self.settings.items()
                                       if value is not None))

    def ppsd(self, *options):
        if not self.config.exists():
            self.write()
        user = ("--user", "root") if os.geteuid() == 0 else ()
        return self.start(PPSD, "--config", self.config, *options, *user)

    def wait_valid(self, units=(2, 3)):
        wait_until(lambda: set(units) <= set(segments.segments()) and
                   all(segments.words(unit)["valid"] for unit in units), 20, "valid samples")

    def assert_nothing_left(self, units=(2, 3), socket=None):
        self.assertEqual([segments.words(unit)["valid"] for unit in units], [0, 0])
        self.assertFalse((socket or self.socket).exists())


class EndTest(SignalsCase):
    def ends(self, names):
        """By the signal: the exit code of a ppsd that it ended. All at once, each with its units."""
        running = {}
        for number, name in enumerate(names):
            units = (10 + 2 * number, 11 + 2 * number)
            socket = self.dir / f"status-{name}"
            options = ("--pps-unit", units[0], "--nmea-unit", units[1], "--status-socket", socket)
            running[name] = (self.ppsd(*options), units, socket)
        for name, (ppsd, units, socket) in running.items():
            with self.subTest(name):
                self.wait_valid(units)
                self.assertTrue(socket.exists())
                code = ppsd.stop(getattr(signal, name))
                self.assert_nothing_left(units, socket)
                yield name, code

    def test_asked_to_end(self):
        """any signal that somebody sends: exit code 0, no valid sample, no socket"""
        for name, code in self.ends(ENDING):
            self.assertEqual(code, 0, name)

    def test_faults(self):
        """a watchdog's SIGABRT and faults: ended by it, no valid sample, no socket"""
        for name, code in self.ends(FAULTS):
            self.assertEqual(code, -getattr(signal, name))

    def test_killed(self):
        """after SIGKILL the next start takes the sample back before it has one of its own"""
        ppsd = self.ppsd()
        self.wait_valid()
        self.assertEqual(ppsd.stop(signal.SIGKILL), -signal.SIGKILL)
        self.assertEqual(segments.words(2)["valid"], 1)
        silent = self.start(PPSD, "--config", self.config, "--pps", "sim:fault=no-pulses",
                            "--nmea", "sim:fault=no-sentences",
                            *(("--user", "root") if os.geteuid() == 0 else ()))
        silent.expect("sentences from")
        self.assertEqual([segments.words(unit)["valid"] for unit in (2, 3)], [0, 0])
        self.assertEqual(silent.stop(), 0)
        self.assert_nothing_left()

    @slow
    def test_too_large(self):
        """a recording beyond the limit on files: a warning that names it, and samples go on"""
        self.write(record=self.dir / "a.rec")
        ppsd = self.start("prlimit", "--fsize=20000", PPSD, "--config", self.config,
                          *(("--user", "root") if os.geteuid() == 0 else ()))
        ppsd.expect("File too large; set a record-size below the limit on files", within=60)
        watch = self.watch(2)
        self.assert_no_gap(watch.wait_rows(3))
        self.assertEqual(ppsd.stop(), 0)


class ReloadTest(SignalsCase):
    @slow
    def test_log_level(self):
        """log-level is taken over; no second is missed"""
        ppsd = self.ppsd()
        ppsd.expect("^locked")
        watch = self.watch(2)
        watch.wait_rows(2)
        self.write(log_level="debug")
        ppsd.send(signal.SIGHUP)
        ppsd.expect("SIGHUP: the configuration was read again")
        ppsd.expect("log-level: debug, was not set")
        after = ppsd.expect("pps sample .*: used")
        self.write(log_level=None)
        ppsd.send(signal.SIGHUP)
        after = ppsd.expect("log-level: not set, was debug", after=after)
        self.assert_no_gap(watch.wait_rows(5, after=len(watch.rows())))
        self.assertFalse([line for line in ppsd.err[after:] if "sample" in line], ppsd.err)
        self.assert_no_gap(watch.rows())
        self.assertEqual(ppsd.stop(), 0)

    def test_leap_list(self):
        """a newer list is read at once, and one elsewhere; a broken one is not taken"""
        ppsd = self.ppsd()
        ppsd.expect("^locked")
        self.leaps.write_text(LIST + "\n# newer\n")
        ppsd.send(signal.SIGHUP)
        ppsd.expect(f"{self.leaps}: changed, and read again")
        other = self.dir / "other.list"
        other.write_text(LIST)
        self.write(leap_file=other)
        ppsd.send(signal.SIGHUP)
        ppsd.expect(f"leap-file: {other}, was {self.leaps}")
        ppsd.expect(f"{other}: changed, and read again")
        other.write_text("hello\n")
        ppsd.send(signal.SIGHUP)
        ppsd.expect(f"{other}: not a leap-seconds.list; .*; the former list stays")
        self.assertEqual(ppsd.stop(), 0)

    def test_needs_a_start(self):
        """what can't be taken over is said; a wrong configuration is an error, and changes nothing"""
        ppsd = self.ppsd()
        ppsd.expect("^locked")
        self.write(baud="4800")
        ppsd.send(signal.SIGHUP)
        ppsd.expect("baud: 4800, was not set; this waits until ppsd is started again")
        self.config.write_text("nmea = sim:\nbaud = fast\n")
        ppsd.send(signal.SIGHUP)
        ppsd.expect(f"SIGHUP: {self.config}:2: baud = fast: .*; the settings stay as they were")
        self.assertEqual(ppsd.stop(), 0)

    @slow
    def test_rotation(self):
        """as logrotate does it: renamed, SIGHUP: no line is lost, both files replay"""
        recording, old = self.dir / "a.rec", self.dir / "a.rec-20261122"
        self.write(record=recording)
        ppsd = self.ppsd()
        ppsd.expect("^locked")
        watch = self.watch(2)
        watch.wait_rows(2)
        recording.rename(old)
        ppsd.send(signal.SIGHUP)
        ppsd.expect(f"{recording}: opened again")
        watch.wait_rows(6)
        self.assertEqual(ppsd.stop(), 0)
        self.assertFalse([line for line in ppsd.err if "not recorded" in line], ppsd.err)
        self.assertRegex(old.read_text(), "^ppsd-recording ")
        part = re.match("ppsd-recording .*", recording.read_text())
        self.assertTrue(part, recording.read_text()[:200])
        whole = self.dir / "whole.rec"
        whole.write_text(old.read_text() + recording.read_text())
        done = self.run_to_end(PPSCTL, "replay", "--check", whole, within=30)
        self.assertEqual(done.code, 0, done.out + done.err)
