"""What happens to a machine in a cupboard: after each of it ppsd goes on, and no second is wrong."""

import json
import os
import resource
import signal
import socket
import struct
import subprocess
import time
from pathlib import Path

import segments
from harness import BUILD, PPSCTL, PPSD, SECOND, SIM, Case, slow, wait_until
from receiver import Pty, Receiver

UNITS = ("--pps-unit", "2", "--nmea-unit", "3")


class UartTest(Case):
    @slow
    def test_repointed(self):
        """unplugged, and back under another name that the udev link points to: it goes on"""
        link = self.dir / "gps"
        line = Pty(link)
        receiver = Receiver(line.fd)
        ppsd = self.ppsd("--pps", "sim:drift=0", "--nmea", f"uart:{link}", *UNITS, "--lock-count", "2")
        ppsd.expect("^locked", within=40)
        first_name = os.readlink(link)
        other = Pty(self.dir / "other") # while the first is there, so that its name is another
        receiver.stop()
        line.close()
        gone = ppsd.expect(": gone: ")
        watch = self.watch("2")
        os.unlink(link)
        ppsd.expect("^(holdover|no-bytes)", after=gone - 1, within=30)
        os.symlink(os.readlink(self.dir / "other"), link)
        self.assertNotEqual(os.readlink(link), first_name)
        receiver = Receiver(other.fd)
        self.addCleanup(other.close)
        self.addCleanup(receiver.stop)
        back = ppsd.expect(": back", after=gone)
        ppsd.expect("^locked", after=back, within=30)
        watch.wait_rows(3, after=len(watch.rows()))
        self.assert_true_seconds(watch.rows())
        for word in (": gone: ", ": back"):
            self.assertEqual(len([text for text in ppsd.err if word in text]), 1, ppsd.err)

    @slow
    def test_loose_cable(self):
        """a cable that comes and goes twenty times: no wrong second, and the log stays short"""
        link = self.dir / "gps"
        ppsd = None
        for number in range(20):
            line = Pty(link)
            receiver = Receiver(line.fd)
            if ppsd is None:
                ppsd = self.ppsd("--pps", "sim:drift=0", "--nmea", f"uart:{link}", *UNITS,
                                 "--lock-count", "2")
                watch = self.watch("2")
            time.sleep(0.2 + number % 5 * 0.4)
            receiver.stop()
            line.close()
        line = Pty(link)
        receiver = Receiver(line.fd)
        self.addCleanup(line.close)
        self.addCleanup(receiver.stop)
        watch.wait_rows(3, after=len(watch.rows()), within=40)
        self.assert_true_seconds(watch.rows())
        self.assertLess(len(ppsd.err), 120, ppsd.err)


class ClockTest(Case):
    """The programs see clocks that are moved; the machine's stay as they are."""

    def setUp(self):
        super().setUp()
        self.file = self.dir / "ahead"
        self.file.touch()
        self.set_clocks()
        library = BUILD / "lib/clock_shim.so"
        if not library.exists():
            self.skipTest("lib/clock_shim.so was not built: cmake --build")
        self.shim = {**os.environ, "LD_PRELOAD": str(library), "PPSD_CLOCK_SHIM": str(self.file)}

    def set_clocks(self, realtime=0.0, boottime=0.0, raw=0.0, synchronised=False):
        ahead = [round(seconds * SECOND) for seconds in (realtime, boottime, raw)]
        with open(self.file, "r+b", buffering=0) as file:
            file.write(struct.pack("=4q", *ahead, synchronised))

    def start_locked(self):
        ppsd = self.start(PPSD, "--config", self.empty, *SIM, *UNITS, "--status-socket", "none",
                          env=self.shim)
        ppsd.expect("^locked")
        wait_until(lambda: segments.words(2)["valid"], 10, "a sample")
        return ppsd

    def peek(self, _):
        words = segments.words(2)
        label = words["clock_sec"] * SECOND + words["clock_nsec"]
        received = words["receive_sec"] * SECOND + words["receive_nsec"]
        return words["count"], label - received

    def wait_offset(self, ppsd, expected):
        """All samples from now on: the step's old side at first, then only the new one."""
        first = segments.words(2)["count"]
        seen = []
        deadline = time.monotonic() + 20
        while len(seen) < 3:
            count, offset = self.peek(ppsd)
            if count % 2 == 0 and count >= first + 4 and count not in [c for c, _ in seen]:
                seen.append((count, offset))
            self.assertLess(time.monotonic(), deadline, ppsd.told())
            time.sleep(0.05)
        for _, offset in seen:
            self.assertLess(abs(offset - expected * SECOND), SECOND // 1000, (seen, expected))

    @slow
    def test_steps(self):
        """stepped by 0.3 s, an hour back and forth, and to 1970: one line each, no wrong second"""
        ppsd = self.start_locked()
        to_1970 = 1000 - int(time.time())
        said = 0
        for ahead in (0.3, 0.0, -3600.0, 3600.0, to_1970, 0.0):
            with self.subTest(ahead):
                self.set_clocks(realtime=ahead)
                said = ppsd.expect("the system clock was set", after=said)
                self.wait_offset(ppsd, -ahead)
        self.assertEqual(len([text for text in ppsd.err if "clock was set" in text]), 6, ppsd.err)
        self.assertFalse([text for text in ppsd.err if text.startswith("unlocked")], ppsd.err)

    @slow
    def test_sleep(self):
        """suspend: CLOCK_BOOTTIME runs ahead; it says so, begins anew, and no second is wrong"""
        ppsd = self.start_locked()
        self.set_clocks(realtime=5.0, boottime=5.0)
        slept = ppsd.expect("^the machine slept 5.0 s: unlocked")
        ppsd.expect("^locked", after=slept)
        self.wait_offset(ppsd, -5.0)
        self.assertEqual(len([text for text in ppsd.err if "slept" in text]), 1, ppsd.err)

    @slow
    def test_oscillator(self):
        """pulses that CLOCK_MONOTONIC_RAW says to have moved: implausible, and nothing handed over"""
        ppsd = self.start_locked()
        self.set_clocks(raw=0.024) # an interrupt may be that late
        before = segments.words(2)["count"]
        wait_until(lambda: segments.words(2)["count"] >= before + 4, 10, "two more samples")
        self.assertFalse([text for text in ppsd.err if "implausible" in text], ppsd.err)
        self.set_clocks(raw=0.124)
        ppsd.expect("implausible: pulses come, but not where", within=20)
        before = segments.words(2)["count"]
        self.run_to_end(PPSCTL, "watch", "2", "--count", "1", "--seconds", "4")
        self.assertEqual(segments.words(2)["count"], before)

    @slow
    def test_independent_clock(self):
        """a clock that was synchronised before the first sample, and then 3 s off: silence until it is right"""
        mark = Path("/run/ppsd/published") # /run is the subject's own
        mark.unlink(missing_ok=True) # as after a boot
        self.set_clocks(synchronised=True)
        ppsd = self.start(PPSD, "--config", self.empty, *SIM, *UNITS, "--trust", "clock",
                          env=self.shim)
        ppsd.expect("^locked")
        wait_until(lambda: segments.words(2)["valid"], 10, "a sample")
        self.set_clocks(realtime=3.0, synchronised=True) # a receiver that is 3 s behind is no other
        ppsd.expect("the labels are 3.000 s behind the system clock; nothing is published")
        ppsd.expect("^contradicted")
        before = segments.words(2)["count"]
        self.run_to_end(PPSCTL, "watch", "2", "--count", "1", "--seconds", "4")
        self.assertEqual(segments.words(2)["count"], before)
        self.set_clocks(synchronised=True)
        ppsd.expect("the receiver and the system clock agree again")
        self.wait_offset(ppsd, 0.0)
        self.assertEqual(mark.stat().st_size, 0)
        ppsd.stop()
        # One that nobody keeps may follow ppsd from its first sample on, until the next boot.
        self.set_clocks()
        ppsd = self.start(PPSD, "--config", self.empty, *SIM, *UNITS, "--trust", "clock",
                          env=self.shim)
        wait_until(lambda: mark.stat().st_size, 20, "the mark of the first sample")
        ppsd.stop()
        # The next one knows that, whatever the kernel calls the clock by then.
        self.set_clocks(synchronised=True)
        ppsd = self.start(PPSD, "--config", self.empty, *SIM, *UNITS, "--trust", "clock",
                          env=self.shim)
        ppsd.expect("^locked")
        self.set_clocks(realtime=3.0, synchronised=True)
        self.wait_offset(ppsd, -3.0)
        self.assertFalse([text for text in ppsd.err if "contradict" in text], ppsd.err)


class LimitsTest(Case):
    def test_no_descriptors(self):
        """file descriptors exhausted at the start: one line that names the thing and the limit"""
        refused = 0
        for most in range(5, 14):
            with self.subTest(most):
                ppsd = self.start(PPSD, "--config", self.empty, *SIM, *UNITS, "--user", "root",
                                  preexec_fn=lambda most=most: resource.setrlimit(
                                      resource.RLIMIT_NOFILE, (most, most)))
                wait_until(lambda p=ppsd: not p.running() or "pulses from" in " ".join(p.err), 10,
                           "its end, or its first line")
                if ppsd.running():
                    ppsd.kill()
                    continue
                self.assertEqual((ppsd.wait(), len(ppsd.err)), (1, 1), ppsd.err)
                self.assertRegex(ppsd.err[0], "Too many open files")
                self.assertRegex(ppsd.err[0], "ulimit|limit")
                refused += 1
        self.assertGreater(refused, 0)

    @slow
    def test_eight(self):
        """eight of them at once on units of their own: each publishes, and no other's samples"""
        for number in range(8):
            self.ppsd(*SIM, "--pps-unit", str(10 + 2 * number), "--nmea-unit", str(11 + 2 * number),
                      "--status-socket", self.dir / str(number))
        watch = self.watch(*range(10, 26, 2))
        wait_until(lambda: all(sum(row.unit == unit for row in watch.rows()) >= 3
                               for unit in range(10, 26, 2)), 60, "three samples each")
        self.assert_true_seconds(watch.rows())
        for number in range(8):
            done = self.run_to_end(PPSCTL, "status", "--json", "--socket", self.dir / str(number))
            self.assertEqual(json.loads(done.out[0])["pps"]["unit"], 10 + 2 * number)

    @slow
    def test_load(self):
        """eight busy processes beside it: no label is lost"""
        path = self.dir / "status"
        ppsd = self.ppsd(*SIM, *UNITS, "--status-socket", path)
        ppsd.expect("^locked")
        busy = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(8)]
        for one in busy:
            self.addCleanup(one.wait)
            self.addCleanup(one.kill)
        before, at = self.labels(path), time.monotonic()
        time.sleep(8)
        after, then = self.labels(path), time.monotonic()
        self.assertEqual({key: after[key] - before[key] for key in after if key != "used"},
                         {key: 0 for key in after if key != "used"})
        self.assertAlmostEqual(after["used"] - before["used"], then - at, delta=1.5)

    def labels(self, path):
        done = self.run_to_end(PPSCTL, "status", "--json", "--socket", path, within=30)
        return json.loads(done.out[0])["verdicts"]["labels"]


class BlockedLogTest(Case):
    def check_blocked(self, ends, options):
        reading, writing = ends
        writing.setblocking(False)
        try:
            while True:
                writing.send(b"x" * 4096)
        except BlockingIOError:
            pass
        writing.setblocking(True)
        ppsd = subprocess.Popen([PPSD, "--config", str(self.empty), *SIM, *UNITS, "--log-level", "debug",
                                 *options], stderr=writing.fileno(), stdin=subprocess.DEVNULL)
        self.addCleanup(ppsd.wait)
        self.addCleanup(ppsd.kill)
        watch = self.watch("2")
        rows = watch.wait_rows(4)
        self.assert_true_seconds(rows)
        self.assert_no_gap(rows)
        ppsd.terminate()
        self.assertEqual(ppsd.wait(10), 0)
        del reading

    def test_socket(self):
        """nobody reads the log, which is a socket as journald's: samples go on"""
        ends = socket.socketpair()
        for end in ends:
            self.addCleanup(end.close)
        self.check_blocked(ends, ("--user", "root") if os.geteuid() == 0 else ())

    def test_pipe(self):
        """the same with a pipe; read at last, it says how many lines were lost"""
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        os.set_blocking(writing, False)
        try:
            while True:
                os.write(writing, b"x" * 4096)
        except BlockingIOError:
            pass
        os.set_blocking(writing, True)
        user = ("--user", "root") if os.geteuid() == 0 else ()
        ppsd = subprocess.Popen([PPSD, "--config", str(self.empty), *SIM, *UNITS, "--log-level", "debug",
                                 *user], stderr=writing, stdin=subprocess.DEVNULL)
        os.close(writing)
        self.addCleanup(ppsd.wait)
        self.addCleanup(ppsd.kill)
        rows = self.watch("2").wait_rows(4)
        self.assert_true_seconds(rows)
        self.assert_no_gap(rows)
        text = b""
        deadline = time.monotonic() + 10
        while b"lines of the log were lost" not in text:
            text += os.read(reading, 65536)
            self.assertLess(time.monotonic(), deadline)


class FirehoseTest(Case):
    @slow
    def test_uart(self):
        """a UART that never stops: the pulses' edges are still taken, and it ends when told"""
        line = Pty(self.dir / "gps")
        self.addCleanup(line.close)
        path = self.dir / "status"
        ppsd = self.ppsd("--pps", "sim:drift=0", "--nmea", f"uart:{self.dir / 'gps'}", *UNITS,
                         "--status-socket", path)
        ppsd.expect("sentences from")
        os.set_blocking(line.fd, True)
        hose = subprocess.Popen(["yes", "$GPRMC,garbage"], stdout=line.fd)
        self.addCleanup(hose.wait)
        self.addCleanup(hose.kill)

        def edges():
            done = self.run_to_end(PPSCTL, "status", "--json", "--socket", path, within=30)
            return sum(json.loads(done.out[0])["verdicts"]["edges"].values()) if done.out else 0
        before = wait_until(edges, 20, "edges")
        wait_until(lambda: edges() >= before + 6, 20, "edges")
        self.assertEqual(ppsd.stop(), 0)
