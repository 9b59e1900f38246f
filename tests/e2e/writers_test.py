"""Two writers to one unit: the second is refused with the first one's process id, whoever they are;
one that can't be refused is noticed. And a segment that is lost, and can't be had again for a while."""

import shutil
import signal
import struct
import time

import segments
from harness import PPSCTL, PPSD, SIM, Case, as_nobody, slow, wait_until

ONE = ("--pps-unit", "2", "--nmea-unit", "none")


class WritersCase(Case):
    def setUp(self):
        super().setUp()
        self.dir.chmod(0o755)
        self.empty.chmod(0o644)

    def nobodys(self, *options):
        """ppsd as an ordinary user."""
        copy = self.dir / "ppsd"
        if not copy.exists():
            shutil.copy(PPSD, copy)
        return self.start(copy, "--config", self.empty, *options, **as_nobody())

    def assert_refused(self, second, unit, first, name="ppsd"):
        self.assertEqual(second.wait(), 1, second.err)
        self.assertEqual(len(second.err), 1, second.err)
        self.assertRegex(second.err[0], rf"SHM unit {unit} \(key 0x4e5450..\): Device or resource busy; "
                                        rf"process {first.pid} \({name}\) writes to it already: ")


class RefusedTest(WritersCase):
    def test_two_daemons(self):
        """a second ppsd on the same unit is refused, and the first goes on; killed, it makes room"""
        first = self.ppsd(*SIM, *ONE)
        watch = self.watch("2")
        watch.wait_rows(1)
        before = segments.segments()
        self.assert_refused(self.ppsd(*SIM, *ONE), 2, first)
        self.assert_refused(self.ppsd(*SIM, "--pps-unit", "3", "--nmea-unit", "2"), 2, first)
        self.assertEqual(segments.segments(), before, "the refused one left a segment behind")
        self.assert_true_seconds(watch.wait_rows(1, after=len(watch.rows())))
        first.stop(signal.SIGKILL)
        second = self.ppsd(*SIM, *ONE)
        second.expect("sentences from")
        self.assert_true_seconds(watch.wait_rows(1, after=len(watch.rows())))
        self.assert_refused(self.ppsd(*SIM, *ONE), 2, second)
        self.assertEqual(second.stop(), 0)
        self.ppsd(*SIM, *ONE).expect("sentences from")

    def test_feed(self):
        """ppsctl feed and ppsd keep each other away"""
        first = self.ppsd(*SIM, *ONE)
        first.expect("sentences from")
        self.assert_refused(self.start(PPSCTL, "feed", "--unit", "2"), 2, first)
        self.assertEqual(first.stop(), 0)
        feed = self.start(PPSCTL, "feed", "--unit", "2")
        wait_until(lambda: feed.out, 10, "a sample")
        self.assert_refused(self.ppsd(*SIM, *ONE), 2, feed, "ppsctl")

    def test_users(self):
        """root and an ordinary user, too, on a unit that is the user's"""
        first = self.nobodys(*SIM, *ONE)
        first.expect("sentences from")
        second = self.ppsd(*SIM, *ONE)
        self.assert_refused(second, 2, first)
        self.assertEqual(first.stop(), 0)

    def test_stopped(self):
        """one that is stopped (SIGSTOP) is still the writer"""
        first = self.ppsd(*SIM, *ONE)
        first.expect("sentences from")
        first.send(signal.SIGSTOP)
        self.assert_refused(self.ppsd(*SIM, *ONE), 2, first)
        first.send(signal.SIGCONT)

    @slow
    def test_eight(self):
        """eight at once on units of their own don't disturb each other; one more finds no room"""
        daemons = [self.ppsd(*SIM, "--pps-unit", unit, "--nmea-unit", "none") for unit in range(2, 10)]
        watch = self.watch(*range(2, 10))
        wait_until(lambda: {row.unit for row in watch.rows()} == set(range(2, 10)), 30, "all units")
        self.assert_true_seconds(watch.rows())
        self.assert_refused(self.ppsd(*SIM, "--pps-unit", "9", "--nmea-unit", "none"), 9, daemons[7])
        for daemon in daemons:
            self.assertEqual(daemon.stop(), 0)


class NoticedTest(WritersCase):
    def test_stranger(self):
        """one that asks nobody, as gpsd does: one line, however often it writes"""
        ppsd = self.ppsd(*SIM, *ONE)
        watch = self.watch("2")
        watch.wait_rows(1)
        shmid = segments.segments()[2].id
        for count in (1001, 2001, 3001):
            segments.write(shmid, struct.pack("=ii", 1, count))
            rows = len(watch.rows())
            watch.wait_rows(1, after=rows)
        ppsd.expect(r"SHM unit 2 .*: something else writes to it, too; .*ipcs -mp")
        self.assertEqual(sum("something else" in line for line in ppsd.err), 1, ppsd.err)


class LostTest(WritersCase):
    @slow
    def test_no_right_to_remake(self):
        """an ordinary user's ppsd whose unit 1 root removed: one line, and on as root makes it anew"""
        segments.make(1, 96, 0o666)
        segments.make_lock(1)
        ppsd = self.nobodys(*SIM, "--pps-unit", "1", "--nmea-unit", "none")
        watch = self.watch("1")
        watch.wait_rows(1)
        segments.remove(segments.segments()[1].id)
        ppsd.expect("SHM unit 1 .*: Operation not permitted; .*only root.*it was removed; tried again")
        time.sleep(3)
        self.assertEqual(sum("SHM unit 1" in line for line in ppsd.err), 1, ppsd.err)
        segments.make(1, 96, 0o666)
        ppsd.expect("SHM unit 1 .*it was removed; there is a new one")
        self.assert_true_seconds(watch.wait_rows(1, after=len(watch.rows())))

    @slow
    def test_lock_lost_as_well(self):
        """segment and lock removed, as logind does it at logout: both are taken anew"""
        first = self.ppsd(*SIM, *ONE)
        self.watch("2").wait_rows(1)
        key = hex(segments.KEY_BASE + 2)
        removed = self.run_to_end("ipcrm", "-M", key, "-S", key)
        self.assertEqual(removed.code, 0, removed.err)
        first.expect("it was removed; made anew")
        self.assert_refused(self.ppsd(*SIM, *ONE), 2, first)
