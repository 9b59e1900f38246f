"""Killed fifty times, and held up for up to 100 s: what takes long."""

import random
import signal
import time

import segments
from harness import SECOND, SIM, Case, slow

UNITS = ("--pps-unit", "2", "--nmea-unit", "3")


class KilledTest(Case):
    @slow
    def test_killed_often(self):
        """SIGKILL 50 times at random moments: the segments are taken over, no sample is mixed"""
        chance = random.Random(3)
        watch = self.watch("2", "3")
        ids = None
        for number in range(50):
            seen = len(watch.rows())
            ppsd = self.ppsd(*SIM, *UNITS)
            if number % 10 == 0: # the others may be killed before there is a sample
                watch.wait_rows(2, after=seen)
            else:
                ppsd.expect("sentences from")
                time.sleep(chance.uniform(0, 1.5))
            now = {unit: segment.id for unit, segment in segments.segments().items()}
            self.assertIn(ids, (None, now))
            ids = now
            ppsd.kill()
        self.assert_true_seconds([row for row in watch.rows() if row.unit == 2])
        for row in watch.rows():
            self.assertLess(abs(row.offset), SECOND // 2, row)


class HeldUpTest(Case):
    def hold_up(self, seconds):
        ppsd = self.ppsd(*SIM, *UNITS)
        watch = self.watch("2")
        watch.wait_rows(3)
        ppsd.send(signal.SIGSTOP)
        time.sleep(seconds)
        ppsd.send(signal.SIGCONT)
        rows = watch.wait_rows(4, after=len(watch.rows()), within=40)
        self.assert_true_seconds(watch.rows())
        self.assert_no_gap(rows, most=20)
        return ppsd

    @slow
    def test_short(self):
        """SIGSTOP for 1 s, and for 10 s: samples go on, all of them right"""
        for seconds in (1, 10):
            with self.subTest(seconds):
                self.hold_up(seconds).stop()

    @slow
    def test_long(self):
        """SIGSTOP for 100 s: samples go on, all of them right"""
        self.hold_up(100)
