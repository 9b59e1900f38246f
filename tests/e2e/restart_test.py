"""ppsd is stopped, killed, held up, and robbed of its segment: it goes on, with no wrong second."""

import signal
import time

import segments
from harness import PPSCTL, SECOND, SIM, Case, slow, wait_until
from receiver import Pty, Receiver

UNITS = ("--pps-unit", "2", "--nmea-unit", "3")


class EndTest(Case):
    def test_signals(self):
        """SIGTERM and SIGINT end it with exit code 0, without a word"""
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                ppsd = self.ppsd(*SIM, *UNITS)
                ppsd.expect("sentences from")
                self.assertEqual(ppsd.stop(number), 0)
                self.assertFalse([line for line in ppsd.err if "rror" in line], ppsd.err)

    def test_segment_stays(self):
        """its segment outlives it, for the readers that are attached"""
        ppsd = self.ppsd(*SIM, *UNITS)
        ppsd.expect("sentences from")
        before = segments.segments()
        self.assertEqual(ppsd.stop(), 0)
        self.assertEqual(segments.segments(), before)
        self.assertEqual(sorted(before), [2, 3])


class KilledTest(Case):
    @slow
    def test_takes_over(self):
        """killed by SIGKILL and started anew, it takes its segments over"""
        watch = self.watch(2, 3)
        for times in range(1, 4):
            ppsd = self.ppsd(*SIM, *UNITS)
            rows = watch.wait_rows(4 * times)
            ids = {unit: segment.id for unit, segment in segments.segments().items()}
            if times > 1:
                self.assertEqual(ids, first_ids)
            first_ids = ids
            ppsd.kill()
        self.assert_true_seconds([row for row in rows if row.unit == 2])
        for unit in (2, 3):
            self.assert_no_gap([row for row in rows if row.unit == unit], most=30)

    @slow
    def test_other_layout(self):
        """started anew with another layout it refuses, and leaves the segments alone"""
        ppsd = self.ppsd(*SIM, *UNITS, "--shm-layout", "time64")
        self.watch(2).wait_rows(1)
        ppsd.kill()
        before = segments.segments()
        other = self.ppsd(*SIM, *UNITS, "--shm-layout", "time32")
        self.assertEqual(other.wait(), 1)
        self.assertEqual(len(other.err), 1, other.err)
        self.assertRegex(other.err[0], "SHM unit 2 .*96 bytes.*80 bytes")
        self.assertEqual(segments.segments(), before)

    @slow
    def test_killed_while_writing(self):
        """an odd count, as of a writer that was killed in mid-update, is no obstacle"""
        shmid = segments.make(2, 96)
        segments.write(shmid, (1).to_bytes(4, "little") + (1001).to_bytes(4, "little"))
        self.ppsd(*SIM, "--pps-unit", "2", "--nmea-unit", "none")
        self.assert_true_seconds(self.watch(2).wait_rows(2))
        self.assertEqual(segments.words(2)["count"] % 2, 0)


class RemovedTest(Case):
    def test_removed(self):
        """its segment removed with ipcrm: it makes it anew, and ppsctl watch goes on"""
        ppsd = self.ppsd(*SIM, *UNITS)
        watch = self.watch(2)
        watch.wait_rows(2)
        old = segments.segments()
        removed = self.run_to_end("ipcrm", "-M", hex(segments.KEY_BASE + 2))
        self.assertEqual(removed.code, 0, removed.err)
        seen = len(watch.rows())
        ppsd.expect("SHM unit 2 .*removed; made anew", within=10)
        rows = watch.wait_rows(3, within=10, after=seen)
        self.assert_true_seconds(rows)
        new = segments.segments()
        self.assertNotEqual(new[2].id, old[2].id)
        self.assertEqual((new[2].size, new[2].mode, new[3]), (old[2].size, old[2].mode, old[3]))

    @slow
    def test_replaced_by_stranger(self):
        """replaced by one of the wrong size: it says so once, publishes elsewhere, and comes back"""
        ppsd = self.ppsd(*SIM, *UNITS, "--shm-layout", "time64")
        watch = self.watch(2, 3)
        watch.wait_rows(2)
        segments.remove(segments.segments()[2].id)
        stranger = segments.make(2, 50)
        ppsd.expect("SHM unit 2 .*50 bytes", within=10)
        seen = len(watch.rows())
        rows = wait_until(lambda: [row for row in watch.rows()[seen:] if row.unit == 3][2:], 10, "unit 3")
        self.assertEqual(len([line for line in ppsd.err if "50 bytes" in line]), 1, ppsd.err)
        segments.remove(stranger)
        rows = wait_until(lambda: [row for row in watch.rows()[seen:] if row.unit == 2], 10, "unit 2")
        self.assert_true_seconds(rows)


class HeldUpTest(Case):
    def hold_up(self, process, seconds):
        process.send(signal.SIGSTOP)
        time.sleep(seconds)
        process.send(signal.SIGCONT)

    def test_stopped(self):
        """SIGSTOP for 3 s and SIGCONT: no wrong second, and samples go on"""
        ppsd = self.ppsd(*SIM, *UNITS)
        watch = self.watch(2)
        watch.wait_rows(3)
        self.hold_up(ppsd, 3)
        seen = len(watch.rows())
        rows = watch.wait_rows(4, after=seen)
        self.assert_true_seconds(watch.rows())
        self.assert_no_gap(rows, most=20)

    def start_on_pty(self):
        line = Pty(self.dir / "gps")
        receiver = Receiver(line.fd)
        self.addCleanup(line.close)
        self.addCleanup(receiver.stop)
        ppsd = self.ppsd("--pps", "sim:drift=0", "--nmea", f"uart:{self.dir / 'gps'}", *UNITS,
                         "--lock-count", "2")
        ppsd.expect("sentences from")
        return ppsd

    def hold_up_often(self, ppsd):
        for seconds in (0.3, 1.0, 0.9, 1.1, 0.5, 2.0, 1.5, 3.0, 0.7, 1.0, 1.0, 1.0):
            self.hold_up(ppsd, seconds)
            time.sleep(0.7)

    @slow
    def test_stopped_often(self):
        """held up for 0.3 to 3 s, again and again: no wrong second, and samples go on"""
        ppsd = self.start_on_pty()
        watch = self.watch(2)
        watch.wait_rows(2)
        self.hold_up_often(ppsd)
        watch.wait_rows(4, within=30, after=len(watch.rows()))
        self.assert_true_seconds(watch.rows())

    @slow
    def test_stopped_while_locking(self):
        """held up while it locks, too: rather no sample than a wrong one"""
        ppsd = self.start_on_pty()
        watch = self.watch(2)
        self.hold_up_often(ppsd)
        self.assertTrue(ppsd.running(), ppsd.told())
        self.assert_true_seconds(watch.rows())

    @slow
    def test_late_watch(self):
        """a reader that was held up itself finds one sample, and a true one"""
        self.ppsd(*SIM, *UNITS)
        watch = self.watch(2)
        watch.wait_rows(2)
        self.hold_up(watch, 3)
        self.assert_true_seconds(watch.wait_rows(2, after=len(watch.rows())))


class CompanyTest(Case):
    @slow
    def test_two_daemons(self):
        """two of them on units of their own don't disturb each other"""
        self.ppsd(*SIM, "--pps-unit", "2", "--nmea-unit", "none")
        self.ppsd(*SIM, "--pps-unit", "5", "--nmea-unit", "none")
        watch = self.watch(2, 5)
        wait_until(lambda: all(sum(row.unit == unit for row in watch.rows()) >= 2 for unit in (2, 5)),
                   20, "two samples each")
        self.assert_true_seconds(watch.rows())

    @slow
    def test_unread(self):
        """nobody reads it, for longer than holdover: samples go on all the same"""
        self.ppsd(*SIM, *UNITS, "--holdover", "0")
        done = self.start(PPSCTL, "watch", "2", "--count", "5")
        self.assertEqual(done.wait(20), 0)
        words = segments.words(2)
        self.assertLess(abs(words["receive_sec"] - time.time()), 5)
        self.assertLess(words["clock_sec"] * SECOND - time.time_ns(), 0)
