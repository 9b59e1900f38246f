"""What the end-to-end tests share: the programs under test, and waiting for what they do.

Every test runs in namespaces of its own subject (`run` makes them), without the right to set the
clock: no unit, clock, port or process of the machine can be touched. Deadlines are generous, since
machines that run tests are busy; nothing sleeps for a fixed time where it can wait for something.
"""

import calendar
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
from dataclasses import dataclass
from pathlib import Path

import segments
import unpack

BUILD = Path(os.environ["PPSD_E2E_BUILD"])
QUICK = os.environ.get("PPSD_E2E_QUICK") == "1"
PPSD = str(BUILD / "bin/ppsd")
PPSCTL = str(BUILD / "bin/ppsctl")
SECOND = 1_000_000_000

# The simulated receiver beside a clock that doesn't drift: true time is the system's time.
SIM = ("--pps", "sim:drift=0", "--nmea", "sim:drift=0", "--lock-count", "2")


def slow(test):
    """Left out with --quick."""
    test.slow = True
    return test


def program(name, package):
    """The path of a program; the test is skipped, with what to install, where there is none."""
    path = unpack.find(name)
    if path is None:
        raise unittest.SkipTest(f"{name} is missing: apt-get install {package}")
    return path


def as_nobody():
    """Arguments for subprocess to run something as an ordinary user."""
    if int(Path("/proc/self/uid_map").read_text().split()[2]) < 65535:
        raise unittest.SkipTest("run as root: another user is needed")
    return {"user": "nobody", "group": "nogroup", "extra_groups": []}


def wait_until(condition, within, what):
    """The condition's first true value. AssertionError after `within` seconds."""
    deadline = time.monotonic() + within
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {within} s")
        time.sleep(0.02)


class Process:
    """A child; its standard output and error are collected as lines."""

    def __init__(self, argv, **options):
        self.argv = [str(word) for word in argv]
        self.out = []
        self.err = []
        self._child = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True, errors="replace",
                                       **options)
        self._readers = [threading.Thread(target=self._read, args=pair, daemon=True) for pair in
                         ((self._child.stdout, self.out), (self._child.stderr, self.err))]
        for reader in self._readers:
            reader.start()

    def _read(self, stream, lines):
        for line in stream:
            lines.append(line.rstrip("\n"))
        stream.close()

    @property
    def pid(self):
        return self._child.pid

    def running(self):
        return self._child.poll() is None

    def send(self, number):
        self._child.send_signal(number)

    def wait(self, within=10):
        """The exit code (negative: the signal), with all output read."""
        try:
            code = self._child.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.argv[0]} still runs after {within} s") from None
        for reader in self._readers:
            reader.join(5)
        return code

    def stop(self, number=signal.SIGTERM, within=10):
        self.send(number)
        return self.wait(within)

    def kill(self):
        if self.running():
            self._child.kill()
        self.wait()

    def expect(self, pattern, within=15, after=0):
        """Waits for a line on stderr, from number `after` on; returns the number of the next one."""
        def found():
            for number, line in enumerate(list(self.err)[after:], after):
                if re.search(pattern, line):
                    return number + 1
            if not self.running():
                raise AssertionError(f"{self.argv[0]} ended with {self.wait()}; {self.told()}")
            return None
        try:
            return wait_until(found, within, f'"{pattern}"')
        except AssertionError as error:
            raise AssertionError(f"{error}; {self.told()}") from None

    def told(self):
        return "it said: " + " | ".join(self.err[-15:])


@dataclass(frozen=True)
class Row:
    """A line of `ppsctl watch`. Times in ns since 1970; offset: label - received, as it is printed.

    read: how long after the sample before this one a reader took that, "no" if none did, "-" if
    there was none. verdicts: what chrony, ntp.org's ntpd and NTPsec's would say.
    """
    unit: int
    label: int
    received: int
    offset: int
    leap: int
    precision: int
    age: float
    read: str
    verdicts: tuple


def parse_utc(text):
    """ns since 1970 from 2026-01-31T23:59:59Z, with or without a fraction."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    seconds = calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S"))
    return seconds * SECOND + int(fraction.ljust(9, "0") or 0)


def parse_row(line):
    # Verdicts are words with single spaces between them.
    unit, label, offset, leap, precision, age, read, *verdicts = re.split("  +", line.strip())
    label, offset = parse_utc(label), round(float(offset) * SECOND)
    return Row(int(unit), label, label - offset, offset, int(leap), int(precision), float(age), read,
               tuple(verdicts))


class Watch(Process):
    """A running `ppsctl watch`: rows, and between them a header and notes."""

    def rows(self):
        return [parse_row(line) for line in list(self.out) if re.match(r" *\d", line)]

    def notes(self):
        return [line for line in list(self.out) if line.startswith("#")]

    def wait_rows(self, count, within=20, after=0):
        """All rows from number `after` on, at least `count` of them."""
        def enough():
            rows = self.rows()[after:]
            return rows if len(rows) >= count else None
        return wait_until(enough, within, f"{count} samples (there are {len(self.rows()) - after})")


class Case(unittest.TestCase):
    def setUp(self):
        segments.remove_all()
        self.addCleanup(segments.remove_all)
        self.dir = Path(tempfile.mkdtemp(prefix="ppsd-e2e-"))
        self.addCleanup(shutil.rmtree, self.dir)
        self.empty = self.dir / "empty.conf"
        self.empty.touch()

    def start(self, *argv, kind=Process, **options):
        process = kind(argv, **options)
        self.addCleanup(process.kill)
        return process

    def ppsd(self, *options):
        """With nothing of /etc/ppsd.conf. Whom root becomes is not this machine's business."""
        user = () if "--user" in options or os.geteuid() != 0 else ("--user", "root")
        return self.start(PPSD, "--config", self.empty, *options, *user)

    def watch(self, *arguments):
        watch = self.start(PPSCTL, "watch", *arguments, kind=Watch)
        wait_until(lambda: watch.out, 10, "ppsctl watch's first line")
        return watch

    def run_to_end(self, *argv, within=15, **options):
        """For what should end by itself: the process, ended."""
        process = self.start(*argv, **options)
        process.code = process.wait(within)
        return process

    def assert_true_seconds(self, rows, tolerance=SECOND // 1000):
        """Beside the simulated receiver without drift, the label is what the clock showed."""
        for row in rows:
            self.assertLess(abs(row.offset), tolerance, f"a wrong second: {row}")

    def assert_no_gap(self, rows, most=1):
        """Rows of one unit: labels rise, at most by that many seconds."""
        for before, after in zip(rows, rows[1:]):
            step = (after.label - before.label) // SECOND
            self.assertTrue(1 <= step <= most, f"{step} s between {before} and {after}")
