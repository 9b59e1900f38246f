"""Recording, status socket and leap list can't keep ppsd from starting or publishing."""

import os
import random
import shutil
import socket
import stat
from pathlib import Path

from harness import PPSCTL, PPSD, SIM, Case, as_nobody, slow, wait_until

HEAD = b"ppsd-recording 2 5 0\n"
LINES = b"raw 1 2\ntick 1\nraw 2 2\ntick 2\n"
LEAPS = b"#@ 4007577600\n3644697600 36\n3692217600 37\n"


class SidelinesCase(Case):
    def setUp(self):
        super().setUp()
        self.rec = self.dir / "ppsd.rec"
        self.units = iter(range(20, 60))

    def begin(self, *options, **more):
        """A ppsd on a unit of its own, with that unit."""
        unit = next(self.units)
        ppsd = self.start(PPSD, "--config", self.empty, *SIM, "--pps-unit", unit, "--nmea-unit", "none",
                          *(() if "--user" in options or os.geteuid() != 0 else ("--user", "root")),
                          *(() if "--status-socket" in options else ("--status-socket", "none")),
                          *options, **more)
        return ppsd, unit

    def assert_publish(self, started):
        """Each of them gets at its second, within the time that any ppsd needs."""
        units = {unit for _, unit in started}
        watch = self.watch(*sorted(units))
        wait_until(lambda: {row.unit for row in watch.rows()} >= units, 30, "a sample of each")
        self.assert_true_seconds(watch.rows())

    def samples(self, path):
        return [line for line in path.read_bytes().splitlines() if line.startswith(b"sample")]

    def wait_samples(self, count, path=None):
        path = path or self.rec
        wait_until(lambda: path.exists() and len(self.samples(path)) >= count, 30,
                   f"{count} samples in {path}")

    def assert_replays(self, path=None):
        done = self.run_to_end(PPSCTL, "replay", "--check", path or self.rec)
        self.assertEqual(done.code, 0, (done.out, done.err))

    def said(self, ppsd, pattern):
        ppsd.expect(pattern)
        return len([line for line in ppsd.err if str(self.dir) in line])


class UnpolledTest(SidelinesCase):
    def test_poll_where_nothing_can_be_polled(self):
        """poll = auto, and no gpio: line: a line says so, and it publishes"""
        started = [self.begin("--poll", "auto")]
        started[0][0].expect(r"sim:.*: edges are stamped by interrupts: only a gpio: line is polled")
        self.assert_publish(started)


class DamagedRecordingTest(SidelinesCase):
    def test_at_the_start(self):
        """emptied, zeros, no head, a damaged head: it starts, says so once, keeps it and records anew"""
        started = []
        texts = {"emptied": b"", "zeros": bytes(4096), "power-cut": bytes(4096) + b"2 3\n" + LINES,
                 "headless": LINES, "damaged": b"ppsd-recordinx 2 5 0\n" + LINES}
        for name, text in texts.items():
            path = self.dir / name
            path.write_bytes(text)
            ppsd, unit = self.begin("--record", path)
            started.append((ppsd, unit))
            ppsd.expect("sentences from")
            kept = self.dir / f"{name}.damaged"
            if text:
                self.assertEqual(self.said(ppsd, f"{path}: its beginning is damaged; .*{kept}, and a new"), 1)
                self.assertEqual(kept.read_bytes(), text)
            else:
                self.assertFalse(kept.exists())
        self.assert_publish(started)
        for name in texts:
            self.wait_samples(1, self.dir / name)
        for ppsd, _ in started:
            self.assertEqual(ppsd.stop(), 0)
        for name in texts:
            self.assert_replays(self.dir / name)

    def test_kept(self):
        """what was set aside before is never overwritten"""
        for number in range(3):
            self.rec.write_bytes(LINES + b"tick %d\n" % number)
            ppsd, _ = self.begin("--record", self.rec)
            ppsd.expect("sentences from")
            self.assertEqual(ppsd.stop(), 0)
        for number, name in enumerate(("damaged", "damaged-2", "damaged-3")):
            kept = Path(f"{self.rec}.{name}").read_bytes()
            self.assertTrue(kept.endswith(b"tick %d\n" % number), name)

    @slow
    def test_cut_short(self):
        """copied and emptied while it runs (logrotate's copytruncate): noticed, and recorded anew"""
        ppsd, unit = self.begin("--record", self.rec)
        watch = self.watch(unit)
        self.wait_samples(2)
        copy = self.dir / "copy"
        shutil.copy(self.rec, copy)
        os.truncate(self.rec, 0)
        said = ppsd.expect("it was moved, removed or cut short; a new one is begun")
        ppsd.expect("recording goes on", after=said)
        self.wait_samples(2)
        self.assert_no_gap(watch.rows())
        self.assertEqual(ppsd.stop(), 0)
        self.assert_replays()
        self.assert_replays(copy)

    @slow
    def test_next_head(self):
        """a recording whose head is damaged replays from the next one, and says what it left out"""
        for count in (2, 4):
            ppsd, _ = self.begin("--record", self.rec)
            self.wait_samples(count)
            self.assertEqual(ppsd.stop(), 0)
        whole = self.rec.read_bytes()
        second = whole.index(b"ppsd-recording ", 10)
        count = len([line for line in whole[second:].splitlines() if line.startswith(b"sample")])
        place = whole[:second].count(b"\n") + 1
        option = whole.index(b"\noption") + 3
        for name, damaged in (("cut", whole[whole.index(b"\n", 2000) + 1:]),
                              ("zeros", bytes(512) + whole[512:]),
                              ("letter", b"q" + whole[1:]),
                              ("option", whole[:option] + b"\xff" + whole[option + 1:])):
            with self.subTest(name):
                path = self.dir / name
                path.write_bytes(damaged)
                done = self.run_to_end(PPSCTL, "replay", path)
                self.assertEqual((done.code, len(done.out)), (0, count), done.err)
                line = place if name in ("letter", "option") else r"\d+"
                self.assertRegex(done.err[0], f"^{path}:.*; left out up to the next head, {path}:{line}$")
                self.assert_replays(path)


class LeftBehindTest(SidelinesCase):
    def damage(self, source, path):
        """A file as a power cut, a full disk or a careless script leaves it; sometimes there is none."""
        data = bytearray(path.read_bytes() if path.exists() and not path.is_dir() else b"")
        size = len(data)
        cut, until = source.randrange(size + 1), source.randrange(min(size, 9000) + 1)
        kind = source.randrange(6)
        if kind == 0:
            del data[cut:]
        elif kind == 1:
            data[:until] = bytes(until)
        elif kind == 2:
            del data[:until]
        elif kind == 3:
            for _ in range(20 if size else 0):
                data[source.randrange(min(size, 2000))] = source.randrange(256)
        elif kind == 4:
            data += bytes(source.randrange(9000))
        else:
            path.unlink(missing_ok=True)
            return
        path.write_bytes(data)

    @slow
    def test_whatever(self):
        """killed and damaged forty times at random: it starts each time, and loses no recording"""
        source = random.Random(16)
        status, leaps = self.dir / "status", self.dir / "leaps"
        lost = 0
        for number in range(40):
            if self.rec.exists() and self.rec.stat().st_size > 100_000:
                self.rec.unlink()
            if not self.rec.exists():
                self.rec.write_bytes(b"".join((HEAD, b"option nmea sim:\n", LINES * 40)) * 3)
            self.damage(source, self.rec)
            leaps.write_bytes(LEAPS)
            self.damage(source, leaps)
            kept = len(list(self.dir.glob("*.damaged*")))
            ppsd, _ = self.begin("--record", self.rec, "--status-socket", status, "--leap-file", leaps)
            ppsd.expect("sentences from", within=5)
            told = [line for line in ppsd.err if str(self.rec) in line]
            new = len(list(self.dir.glob("*.damaged*"))) - kept
            self.assertEqual(len([line for line in told if "it is kept as" in line]), new, told)
            self.assertLessEqual(len(told), 1, told)
            lost += new
            wait_until(status.exists, 5, "the status socket")
            wait_until(lambda: self.rec.exists() and self.rec.stat().st_size or told, 5, "a recording")
            ppsd.kill()
            self.units = iter(range(20 + number % 40, 61))
        self.assertGreater(lost, 3, "hardly anything was damaged")


class CannotRecordTest(SidelinesCase):
    def test_samples(self):
        """no folder, a folder, a device, a FIFO, another's file, one that is taken: a warning, samples"""
        text = self.dir / "text"
        text.write_text("precious\n", encoding="ascii")
        os.mkfifo(self.dir / "fifo")
        taken = self.dir / "taken"
        started = [self.begin("--record", taken)]
        started[0][0].expect("sentences from")
        for path, why in ((self.dir / "no/rec", "No such file"), (self.dir, "Is a directory"),
                          ("/dev/null", "File exists"), (self.dir / "fifo", "File exists"),
                          (text, "File exists; it is there and is no recording"),
                          (taken, "busy; another ppsd")):
            ppsd, unit = self.begin("--record", path)
            ppsd.expect(f"{path}: .*{why}.*; what comes meanwhile is not recorded")
            started.append((ppsd, unit))
        self.assert_publish(started)
        for ppsd, _ in started:
            self.assertLessEqual(len([line for line in ppsd.err if "not recorded" in line]), 1, ppsd.err)
        self.assertEqual(text.read_text(encoding="ascii"), "precious\n")
        (self.dir / "no").mkdir()
        started[1][0].expect("recording goes on")
        self.wait_samples(2, self.dir / "no/rec")
        self.assertEqual(started[0][0].stop(), 0)
        started[-1][0].expect("recording goes on")
        for ppsd, _ in started[1:]:
            self.assertEqual(ppsd.stop(), 0)

    @slow
    def test_folder_gone(self):
        """its folder is moved away and made again while it runs"""
        folder = self.dir / "log"
        folder.mkdir()
        self.rec = folder / "ppsd.rec"
        ppsd, unit = self.begin("--record", self.rec)
        watch = self.watch(unit)
        self.wait_samples(2)
        folder.rename(self.dir / "old")
        said = ppsd.expect("cut short; a new one is begun")
        said = ppsd.expect("No such file or directory; its folder must exist", after=said)
        folder.mkdir()
        ppsd.expect("recording goes on", after=said)
        self.wait_samples(2)
        self.assert_no_gap(watch.rows())
        self.assertEqual(ppsd.stop(), 0)
        self.assert_replays()

    def test_no_thread(self):
        """where the system has no thread for it, samples come all the same"""
        nobody = as_nobody()
        self.dir.chmod(0o777)
        ppsd = shutil.copy(PPSD, self.dir)
        unit = next(self.units)
        # The limit counts all of that user's; the child itself is the first of them.
        process = self.start("prlimit", "--nproc=1", ppsd, "--config", self.empty, *SIM, "--pps-unit",
                             unit, "--nmea-unit", "none", "--record", self.rec, "--status-socket", "none",
                             **nobody)
        process.expect("not recorded")
        self.assert_publish([(process, unit)])
        self.assertEqual(process.stop(), 0)


class StatusSocketTest(SidelinesCase):
    def ask(self, path):
        return self.run_to_end(PPSCTL, "status", "--socket", path).code

    def test_samples(self):
        """a file in its place, another ppsd's, no right, too long a name: a warning, and samples"""
        mine = self.dir / "mine"
        mine.write_text("mine", encoding="ascii")
        taken = self.dir / "taken"
        started = [self.begin("--status-socket", taken)]
        started[0][0].expect("sentences from")
        for path, why in ((mine, "File exists; it is no socket"), (taken, "another ppsd answers"),
                          ("/proc/status-of-ppsd/x", "No such file"), ("/" + "x" * 150, "too long")):
            ppsd, unit = self.begin("--status-socket", path)
            ppsd.expect(f"no status socket: {path}: .*{why}")
            started.append((ppsd, unit))
        self.assert_publish(started)
        self.assertIn(self.ask(taken), (0, 1))
        self.assertEqual(mine.read_text(encoding="ascii"), "mine")
        for ppsd, _ in started:
            self.assertEqual(ppsd.stop(), 0)

    @slow
    def test_made_later(self):
        """removed while it runs, its folder too, or there late: it is made again and answers"""
        folder = self.dir / "run"
        removed, late, whole = self.dir / "removed", self.dir / "late", folder / "status"
        late.write_text("mine", encoding="ascii")
        paths = (removed, late, whole)
        started = [self.begin("--status-socket", path)[0] for path in paths]
        for ppsd in started:
            ppsd.expect("sentences from")
        removed.unlink()
        late.unlink()
        shutil.rmtree(folder)
        started[0].expect("removed: the status socket was removed, and is made again")
        started[1].expect("late: the status socket is there now")
        started[2].expect("status: the status socket was removed, and is made again")
        for ppsd, path in zip(started, paths):
            self.assertIn(self.ask(path), (0, 1))
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o660)
            self.assertEqual(ppsd.stop(), 0)
            self.assertFalse(path.exists())

    def test_anothers_stays(self):
        """one that another program made in its place is not taken away at the end"""
        path = self.dir / "status"
        ppsd, _ = self.begin("--status-socket", path)
        ppsd.expect("sentences from")
        path.unlink()
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(str(path))
            self.assertEqual(ppsd.stop(), 0)
            self.assertTrue(path.exists())


class LeapFileTest(SidelinesCase):
    def test_samples(self):
        """missing, damaged, a FIFO, a folder, a device: one warning, and samples"""
        os.mkfifo(self.dir / "fifo")
        (self.dir / "damaged").write_bytes(LEAPS.replace(b"@", b"\0"))
        (self.dir / "huge").write_bytes(b"# a comment\n" * 100_000)
        started = []
        for path, why in ((self.dir / "none", "No such file"), (self.dir / "damaged", "not a leap-seconds"),
                          (self.dir / "fifo", "Invalid argument"), (self.dir, "Is a directory"),
                          (self.dir / "huge", "File too large"), ("/dev/zero", "Invalid argument")):
            ppsd, unit = self.begin("--leap-file", path, "--record", self.dir / f"{len(started)}.rec")
            ppsd.expect(f"{path}: {why}.*; no leap second is known")
            ppsd.expect("sentences from")
            started.append((ppsd, unit))
        self.assert_publish(started)
        for ppsd, _ in started:
            self.assertEqual(len([line for line in ppsd.err if "leap second" in line]), 1, ppsd.err)
            self.assertEqual(ppsd.stop(), 0)
