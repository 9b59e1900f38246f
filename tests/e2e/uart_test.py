"""A receiver at a pty or a FIFO: NMEA alone, no fix, gone and back."""

import json
import os
import signal
import time
from pathlib import Path

import segments
from harness import PPSCTL, SECOND, Case, slow, wait_until
from receiver import Fifo, Pty, Receiver, burst, no_fix
from service_user import ServiceCase

UNIT = 4


class UartCase(Case):
    def setUp(self):
        super().setUp()
        self.link = self.dir / "gps"

    def play(self, line, **how):
        """A receiver on that line."""
        receiver = Receiver(line.fd, **how)
        self.addCleanup(line.close)
        self.addCleanup(receiver.stop)
        return receiver

    def start_ppsd(self, *options):
        ppsd = self.ppsd("--nmea", f"uart:{self.link}", "--nmea-unit", str(UNIT), "--lock-count", "2",
                         *options)
        ppsd.expect("sentences from")
        return ppsd

    def assert_of(self, receiver, rows):
        """Each label was sent, and its receive time is between its sending and its showing."""
        for row in rows:
            sent = receiver.sent.get(row.label // SECOND)
            self.assertIsNotNone(sent, f"never sent: {row}")
            self.assertLessEqual(sent, row.received + 1000, f"received before it was sent: {row}")
            self.assertLess(row.received - sent, SECOND, f"of another second: {row}")


class NmeaOnlyTest(UartCase):
    @slow
    def test_samples(self):
        """samples come from a pty without pulses, each of its second"""
        receiver = self.play(Pty(self.link))
        ppsd = self.start_ppsd()
        watch = self.watch(UNIT)
        ppsd.expect("^locked")
        rows = watch.wait_rows(5)
        self.assert_of(receiver, rows)
        self.assertEqual(list(segments.segments()), [UNIT])
        self.assertEqual(ppsd.stop(), 0)

    @slow
    def test_delay(self):
        """nmea-delay is taken off the time of arrival"""
        receiver = self.play(Pty(self.link), delay=0.3)
        self.start_ppsd("--nmea-delay", "0.3")
        for row in self.watch(UNIT).wait_rows(3):
            sent = receiver.sent[row.label // SECOND]
            self.assertLessEqual(sent, row.received + SECOND * 3 // 10 + 1000, row)
            self.assertLess(abs(row.offset), SECOND // 2, row)

    @slow
    def test_fifo(self):
        """a FIFO does as well, and a writer that comes later"""
        fifo = Fifo(self.link)
        ppsd = self.start_ppsd()
        watch = self.watch(UNIT)
        receiver = self.play(fifo)
        self.assert_of(receiver, watch.wait_rows(3))
        self.assertTrue(ppsd.running())

    @slow
    def test_fifo_writers(self):
        """a FIFO outlives its writers"""
        fifo = Fifo(self.link)
        ppsd = self.start_ppsd()
        watch = self.watch(UNIT)
        first = Receiver(fifo.fd)
        watch.wait_rows(1)
        first.stop()
        fifo.close()
        ppsd.expect("^no-bytes", within=20)
        seen = len(watch.rows())
        fifo = Fifo(self.link)
        second = self.play(fifo)
        self.assert_of(second, watch.wait_rows(2, after=seen))
        self.assertFalse([line for line in ppsd.err if "gone" in line])

    @slow
    def test_pulses_and_pty(self):
        """the simulated pulses get their seconds from the pty"""
        receiver = self.play(Pty(self.link))
        self.start_ppsd("--pps", "sim:drift=0", "--pps-unit", "2")
        watch = self.watch(2, UNIT)
        rows = watch.wait_rows(8)
        self.assert_true_seconds([row for row in rows if row.unit == 2])
        self.assertEqual({row.unit for row in rows}, {2, UNIT})
        self.assertTrue(all(row.label // SECOND in receiver.sent for row in rows))


class TrickleTest(UartCase):
    def setUp(self):
        super().setUp()
        self.line = Pty(self.link)
        self.receiver = Receiver(self.line.fd, baud=9600, talk=lambda second: burst(second) + b"$GPXXX*4F\r\n" * 35)

    def wakes(self, ppsd):
        status = Path(f"/proc/{ppsd.pid}/status").read_text(encoding="ascii")
        return int(status.split("\nvoluntary_ctxt_switches:")[1].split()[0])

    def wakes_in_a_second(self, ppsd):
        before = self.wakes(ppsd)
        time.sleep(1)
        return self.wakes(ppsd) - before

    def processor_time(self, ppsd):
        """In s."""
        return int(Path(f"/proc/{ppsd.pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9

    def verdicts(self):
        done = self.run_to_end(PPSCTL, "status", "--socket", self.dir / "status", "--json")
        return json.loads(done.out[0])["verdicts"]["sentences"]

    def wait_paced(self, ppsd):
        # 60 for a line that is listened to. On a busy machine not every second is an even one.
        wait_until(lambda: self.wakes_in_a_second(ppsd) < 15, 60, "fewer than 15 wake-ups in a second")

    @slow
    def test_left_alone(self):
        """a slow line is left alone behind a burst's first byte; labels and sentences are what they were"""
        ppsd = self.start_ppsd("--status-socket", self.dir / "status")
        watch = self.watch(UNIT)
        watch.wait_rows(3)
        self.wait_paced(ppsd)
        before = self.verdicts()
        seen = len(watch.rows())
        rows = watch.wait_rows(4, after=seen)
        self.assert_of(self.receiver, watch.rows())
        self.assert_no_gap(rows, most=2)
        late = sorted(row.received - self.receiver.sent[row.label // SECOND] for row in rows)
        self.assertLess(late[len(late) // 2], SECOND // 10, "not the time of the first byte")
        counted = {verdict for verdict, count in self.verdicts().items() if count != before.get(verdict, 0)}
        self.assertLessEqual(counted, {"used", "unknown-sentence"}, "bytes were lost")

    @slow
    def test_gone_meanwhile(self):
        """a line that goes while its bytes wait costs no processor time"""
        ppsd = self.start_ppsd()
        self.watch(UNIT).wait_rows(3)
        self.wait_paced(ppsd)
        self.receiver.stop()
        half = Receiver(self.line.fd, talk=lambda second: burst(second)[:30], baud=9600)
        wait_until(lambda: half.sent, 5, "the burst that is cut short")
        time.sleep(0.05)
        half.stop()
        self.line.close()
        ppsd.expect("gone", within=5)
        time.sleep(0.7) # the next look would have been before
        before = self.processor_time(ppsd)
        time.sleep(2)
        self.assertLess(self.processor_time(ppsd) - before, 0.05, "s of processor time in 2 s")


class NoFixTest(UartCase):
    def lose_fix(self, receiver):
        """The first second that will have no fix."""
        first = int(time.time()) + 2
        receiver.talk = lambda second: burst(second, fix=second < first)
        wait_until(lambda: first in receiver.sent, 10, "the burst without a fix")
        return first

    def check(self, unit, *options):
        receiver = self.play(Pty(self.link))
        ppsd = self.start_ppsd(*options)
        watch = self.watch(unit)
        watch.wait_rows(2)
        first = self.lose_fix(receiver)
        ppsd.expect("^no-fix")
        count = segments.words(unit)["count"]
        wait_until(lambda: first + 3 in receiver.sent, 10, "more bursts")
        self.assertEqual(segments.words(unit)["count"], count, "published without a fix")
        self.assertLess(watch.rows()[-1].label // SECOND, first, "published without a fix")
        seen = len(watch.rows())
        receiver.talk = burst
        rows = watch.wait_rows(2, after=seen)
        self.assertGreater(rows[0].label // SECOND, first + 3)
        return receiver, watch

    @slow
    def test_nmea(self):
        """no fix: silence at once, and samples again when it is back"""
        receiver, watch = self.check(UNIT)
        self.assert_of(receiver, watch.rows())

    def test_pulses(self):
        """no fix: the pulses are silent at once, too, without holdover"""
        _, watch = self.check(2, "--pps", "sim:drift=0", "--pps-unit", "2", "--holdover", "60")
        self.assert_true_seconds(watch.rows())

    @slow
    def test_never(self):
        """a receiver without a fix makes no sample, and ppsd says so"""
        self.play(Pty(self.link), talk=no_fix)
        ppsd = self.start_ppsd()
        ppsd.expect("^no-fix")
        watch = self.watch(UNIT, "--seconds", "4")
        self.assertEqual(watch.wait(), 1)
        self.assertEqual(watch.rows(), [])


class GoneTest(UartCase):
    def test_back(self):
        """unplugged: ppsd says so; back under the same name: it goes on"""
        line = Pty(self.link)
        receiver = Receiver(line.fd)
        ppsd = self.start_ppsd()
        watch = self.watch(UNIT)
        watch.wait_rows(1)
        receiver.stop()
        line.close()
        gone = ppsd.expect(f"^uart:{self.link}: gone: ", within=5)
        seen = len(watch.rows())
        receiver = self.play(Pty(self.link))
        ppsd.expect(f"^uart:{self.link}: back", within=5, after=gone)
        self.assert_of(receiver, watch.wait_rows(2, after=seen))
        self.assertEqual(len([line for line in ppsd.err if "gone" in line]), 1, ppsd.err)

    @slow
    def test_holdover(self):
        """while it is gone, pulses are held over for as long as the option says, and no longer"""
        line = Pty(self.link)
        receiver = Receiver(line.fd)
        ppsd = self.start_ppsd("--pps", "sim:drift=0", "--pps-unit", "2", "--holdover", "5")
        watch = self.watch(2)
        watch.wait_rows(2)
        receiver.stop()
        line.close()
        last = max(receiver.sent)
        ppsd.expect("^holdover", within=10)
        ppsd.expect("^no-bytes", within=10)
        time.sleep(1.5) # the last one's label is due a little later
        rows = watch.rows()
        held = [row for row in rows if row.label // SECOND > last]
        self.assertTrue(3 <= len(held) <= 5, held)
        self.assert_true_seconds(rows)
        time.sleep(1.5)
        self.assertEqual(watch.rows(), rows, "published after holdover")

    @slow
    def test_absent(self):
        """it tries again each second, says so once, and ends when told"""
        line = Pty(self.link)
        ppsd = self.start_ppsd()
        line.close()
        self.link.unlink()
        ppsd.expect(": gone: ", within=5)
        time.sleep(3)
        self.assertEqual(len([line for line in ppsd.err if "gone" in line]), 1, ppsd.err)
        self.assertEqual(ppsd.stop(), 0)


class KilledTest(ServiceCase):
    def test_next_opens_it(self):
        """killed, without root's rights: the next one opens the pty whose other side went on"""
        link = self.dir / "gps"
        line = Pty(link)
        self.addCleanup(line.close)
        os.chmod(os.readlink(link), 0o666)
        for _ in range(2):
            ppsd = self.service("--nmea", f"uart:{link}", "--nmea-unit", str(UNIT))
            ppsd.expect("sentences from")
            self.assertFalse([text for text in ppsd.err if "busy" in text], ppsd.err)
            ppsd.stop(signal.SIGKILL)
