"""The flight recorder: what it keeps, and what comes out of a replay."""

import json
import re
import signal
import subprocess

from harness import PPSCTL, PPSD, SECOND, SIM, Case, parse_utc, slow, wait_until

UNITS = ("--pps-unit", "3", "--nmea-unit", "2")


class RecordCase(Case):
    def setUp(self):
        super().setUp()
        self.rec = self.dir / "ppsd.rec"

    def record(self, *options):
        """A ppsd that records, once it runs."""
        ppsd = self.ppsd(*SIM, *UNITS, "--record", self.rec, *options)
        ppsd.expect("sentences from")
        return ppsd

    def replay(self, *arguments):
        return self.run_to_end(PPSCTL, "replay", *arguments)

    def lines(self, *words):
        """The recording's lines that begin with one of these words, the torn end left out."""
        whole = self.rec.read_text(encoding="ascii").rpartition("\n")[0]
        return [line for line in whole.splitlines() if line.split()[0] in words]

    def wait_samples(self, count, within=30):
        wait_until(lambda: self.rec.exists() and len(self.lines("sample")) >= count, within,
                   f"{count} samples in the recording")

    def assert_same(self, path=None):
        done = self.replay("--check", path or self.rec)
        self.assertEqual((done.code, done.err), (0, []), done.out)
        self.assertRegex(done.out[0], r": [1-9]\d* samples, the same as recorded$")
        return int(done.out[0].split()[-6])

    def assert_oscillator_known(self):
        """Before what came in at a wake-up, and right before each tick."""
        before = "tick"
        for line in self.lines("raw", "edge", "bytes", "tick"):
            word = line.split()[0]
            if word == "tick":
                self.assertEqual(before, "raw", line)
            elif word != "raw":
                self.assertNotEqual(before, "tick", line)
            before = word


class ReplayTest(RecordCase):
    @slow
    def test_same(self):
        """20 s of the simulated receiver give the same samples again, bit for bit"""
        ppsd = self.record("--edge", "rising")
        watch = self.watch("3", "--seconds", "20")
        self.assertEqual(watch.wait(40), 0)
        self.assertEqual(ppsd.stop(), 0)
        self.assertGreater(self.assert_same(), 20)
        recorded = {(int(line.split()[2]), int(line.split()[3])) for line in self.lines("sample")
                    if line.split()[1] == "pps"}
        self.assert_oscillator_known()
        for row in watch.rows():
            self.assertIn((row.label // SECOND, row.received), recorded, "a reader saw another sample")

    @slow
    def test_faults(self):
        """and so do those of one with every fault that leaves samples"""
        faults = "sim:drift=50,jitter=20000,fault=glitches+missing-pulse+late-label+garbage"
        ppsd = self.ppsd("--pps", faults, "--nmea", faults, *UNITS, "--record", self.rec,
                         "--edge", "rising")
        # Five pulses in a row find the phase, and hardly five are undisturbed; a label that is late
        # before that asks for 120, and each 20th is late.
        self.wait_samples(16, within=240)
        self.assertEqual(ppsd.stop(), 0)
        self.assert_same()

    def test_output(self):
        """replay prints what a reader got, as text and as JSON; an option changes it; and a report"""
        ppsd = self.record()
        self.wait_samples(6)
        self.assertEqual(ppsd.stop(), 0)
        samples = [line.split()[1:] for line in self.lines("sample")]
        text = self.replay(self.rec)
        self.assertEqual((text.code, len(text.out)), (0, len(samples)))
        shown = [line.split() for line in text.out]
        self.assertEqual([[s[0], str(parse_utc(s[1]) // SECOND), str(parse_utc(s[2]))] for s in shown],
                         [s[:3] for s in samples])
        rows = [json.loads(line) for line in self.replay("--json", self.rec).out]
        self.assertEqual([[r["feed"], r["clock"], r["receive_ns"]] for r in rows],
                         [[s[0], int(s[1]), int(s[2])] for s in samples])
        later = self.replay("--pps-delay", "1000000", "--check", self.rec)
        self.assertEqual(later.code, 1)
        self.assertRegex(later.out[0], rf"^{self.rec}:\d+: ")
        self.assertRegex(later.out[1], "^  recorded: sample pps ")
        self.assertRegex(later.out[2], "^  replayed: sample pps ")
        self.assert_report(len([s for s in samples if s[0] == "pps"]))

    def assert_report(self, offsets):
        """ppsctl report of it: how many samples, the states; as text, and as one page"""
        report = self.run_to_end(PPSCTL, "report", self.rec)
        self.assertEqual(report.code, 0, report.err)
        self.assertRegex(report.out[0], "^At the end: locked: ")
        self.assertIn(f"Histogram of the offset: {offsets} of 1 s", report.out)
        self.assertRegex("\n".join(report.out), r"(?m)^\d{4}-\d\d-\d\dT\S+Z  state       locked: ")
        page = self.dir / "report.html"
        done = self.run_to_end(PPSCTL, "report", "--html", page, self.rec)
        self.assertEqual((done.code, done.out), (0, []), done.err)
        text = page.read_text()
        self.assertRegex(text, '<h1 class="good">At the end: locked: ')
        self.assertEqual(re.findall(r"(?i)src=|href=|url\(|@import|<script|<link|<iframe", text), [])
        for title in ("Pulse offset", "Histogram of the offset"):  # deviations need more samples
            self.assertRegex(text, f'<h2>{title}</h2>\n<p class="words">[^<]*</p>\n<svg ')
        none = self.run_to_end(PPSCTL, "report", "--since", "2100-01-01", self.rec)
        self.assertEqual((none.code, none.err[-1].endswith("holds nothing of that time")), (1, True), none.err)

    def test_write(self):
        """what replay writes anew passes, and overwrites nothing"""
        ppsd = self.record()
        self.wait_samples(4)
        self.assertEqual(ppsd.stop(), 0)
        new = self.dir / "new.rec"
        self.assertEqual(self.replay("--lock-count", "3", "--write", new, self.rec).code, 0)
        self.assertEqual(self.replay("--write", new, self.rec).code, 1)

    @slow
    def test_real_time(self):
        """a recording's receiver is there again for ppsd, on units that nobody takes for the time"""
        ppsd = self.record()
        self.wait_samples(12)
        self.assertEqual(ppsd.stop(), 0)
        source = f"replay:{self.rec}"
        watch = self.watch("3", "2")
        again = self.ppsd("--pps", source, "--nmea", source, *UNITS, "--lock-count", "2")
        again.expect("^locked")
        recorded = {int(line.split()[2]) for line in self.lines("sample")}
        for row in watch.wait_rows(4):
            self.assertIn(row.label // SECOND, recorded)
        self.assertEqual(again.stop(), 0)


class LossTest(RecordCase):
    def test_killed(self):
        """SIGKILL: all but the last second or two is there, and replays"""
        ppsd = self.record()
        self.wait_samples(5)
        before = len(self.lines("sample"))
        self.assertEqual(ppsd.stop(signal.SIGKILL), -signal.SIGKILL)
        self.assertGreaterEqual(self.assert_same(), before)

    def test_torn(self):
        """a torn last line is no error, and the next run cuts it off and goes on"""
        ppsd = self.record()
        self.wait_samples(3)
        ppsd.kill()
        with self.rec.open("a", encoding="ascii") as file:
            file.write("sample pps 12")
        count = self.assert_same()
        ppsd = self.record()
        self.wait_samples(count + 3)
        self.assertEqual(ppsd.stop(), 0)
        self.assertEqual(len(self.lines("ppsd-recording")), 2)
        self.assertGreater(self.assert_same(), count)

    def tmpfs(self, *options):
        """A disk of 256 kB of our own (this is a private mount namespace)."""
        disk = self.dir / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", disk], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", disk], check=True)
        self.rec = disk / "ppsd.rec"
        return disk

    def test_disk_full(self):
        """a full disk: one warning, samples all the while, and recording goes on when it can"""
        disk = self.tmpfs("-o", "size=256k")
        ppsd = self.record()
        watch = self.watch("3")
        self.wait_samples(3)
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        full = ppsd.expect(r"ppsd\.rec: No space left on device; make room.*not recorded")
        seen = len(watch.rows())
        watch.wait_rows(3, after=seen)
        self.assertEqual(len([line for line in ppsd.err if "No space left" in line]), 1, ppsd.err)
        filler.unlink()
        ppsd.expect("recording goes on", after=full)
        rows = watch.wait_rows(2, after=len(watch.rows()))
        self.assert_true_seconds(rows)
        self.assert_no_gap(watch.rows())
        self.wait_samples(8)
        self.assertEqual(ppsd.stop(), 0)
        parts = [int(line.split()[3]) for line in self.lines("ppsd-recording")]
        self.assertEqual((parts[0], len(parts)), (0, 2))
        self.assertGreater(parts[1], 1, "no number is missing")
        done = self.replay("--check", self.rec)
        self.assertEqual(done.code, 0, done.out)
        self.assertRegex(done.err[0], "begins in the middle of a run")

    def test_read_only(self):
        """a read-only disk at the start: a warning, samples, and a recording once it is writable"""
        disk = self.tmpfs("-o", "ro")
        ppsd = self.record()
        ppsd.expect(r"ppsd\.rec: Read-only file system; mount it writable")
        self.watch("3").wait_rows(2)
        self.assertFalse(self.rec.exists())
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        ppsd.expect("recording goes on")
        self.wait_samples(4)
        self.assertEqual(ppsd.stop(), 0)
        self.assertEqual(self.replay("--check", self.rec).code, 0)

    def test_moved(self):
        """a recording that is moved away is whole, and a new one is begun"""
        ppsd = self.record()
        self.wait_samples(3)
        kept = self.dir / "kept.rec"
        self.rec.rename(kept)
        ppsd.expect("Stale file handle; it was moved, removed or cut short; a new one is begun")
        ppsd.expect("recording goes on")
        self.wait_samples(3)
        self.assertEqual(ppsd.stop(), 0)
        self.assert_same(kept)


class RefusalTest(RecordCase):
    def check(self, code, pattern, *argv):
        done = self.run_to_end(*argv)
        self.assertEqual((done.code, len(done.err)), (code, 1), done.err)
        self.assertRegex(done.err[0], pattern)

    def test_record(self):
        """ppsd: a size of nothing"""
        self.check(2, "record-size = 0: ", PPSD, "--config", self.empty, *SIM, *UNITS,
                   "--record-size", "0")

    def test_source(self):
        """ppsd: a recording's seconds as the time for ntpd, and half of a recording"""
        self.rec.write_text("", encoding="ascii")
        source = f"replay:{self.rec}"
        for words, why in (((source, source), "SHM unit 1 is what ntpd"),
                           (("sim:", source, *UNITS), "belongs together"),
                           ((source, "sim:", *UNITS), "belongs together")):
            with self.subTest(words):
                self.check(2, why, PPSD, "--config", self.empty, "--pps", words[0], "--nmea", words[1],
                           *words[2:])

    def test_replay(self):
        """ppsctl: no file, no recording, a line that can't be read, another version"""
        bad = self.dir / "bad.rec"
        head = "ppsd-recording 2 5 0\n"
        for text, code, why in (("$GPRMC\n", 2, ":1: no line of a recording"),
                                (f"{head}tick 1\ntick x\n", 2, ":3: a number is wanted; if nothing"),
                                ("ppsd-recording 3 5 0\n", 2, ":1: not version 1 or 2 .*; use the ppsctl"),
                                (f"{head}option edge up\n", 2, ":1: in the head that begins here: edge")):
            with self.subTest(text):
                bad.write_text(text, encoding="ascii")
                self.check(code, f"^ppsctl: {bad}{why}", PPSCTL, "replay", "--check", bad)
        self.check(1, "No such file", PPSCTL, "replay", self.rec)
        self.check(2, "one FILE", PPSCTL, "replay")
        bad.write_text(head, encoding="ascii")
        self.check(2, "lock-count = 0", PPSCTL, "replay", "--lock-count", "0", bad)
