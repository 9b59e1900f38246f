"""chronyd follows ppsd on the simulated receiver, whose clock drifts.

Signs: beside a system clock that runs fast, `ppsctl watch` and chronyd's log of the refclock show
label - received, which falls below 0; `chronyc sources` shows how far the clock is ahead, above 0.
"""

from chronyd import ChronyCase
from harness import SECOND, slow

DRIFT = 500 # ppm that the system's clock runs fast
SIM = ("--pps", f"sim:drift={DRIFT}", "--nmea", f"sim:drift={DRIFT}", "--lock-count", "2")


class ChronyTest(ChronyCase):
    @slow
    def test_sign(self):
        """chronyc says that the clock is ahead by what ppsctl watch says, on both units"""
        self.ppsd(*SIM, "--pps-unit", "2", "--nmea-unit", "3")
        watch = self.watch("2", "3")
        chronyd = self.start_chronyd("SHM 2 refid PPS poll 0 precision 1e-7 noselect",
                                     "SHM 3 refid NMEA poll 0 precision 1e-1 noselect")
        watch.wait_rows(12)
        for refid, unit in (("PPS", 2), ("NMEA", 3)):
            row = self.wait_source(refid, lambda row: int(row[5], 8) & 7 == 7, 15, f"{refid}'s reach")
            rows = [row for row in watch.rows() if row.unit == unit]
            ahead = float(row[8]) # as measured
            tolerance = 3 * DRIFT * 1e-6 + (0.001 if unit == 2 else 0.2)
            self.assertLess(abs(ahead + rows[-1].offset / SECOND), tolerance, (row, rows[-1]))
            self.assertGreater(-rows[0].offset if unit == 2 else 1, 0)
        self.assertTrue(chronyd.running(), chronyd.told())

    def test_selected(self):
        """chronyd selects the refclock, reach fills, and it measures what ppsctl watch shows"""
        self.ppsd(*SIM, "--pps-unit", "2", "--nmea-unit", "3")
        watch = self.watch("2")
        watch.wait_rows(1)
        chronyd = self.start_chronyd("SHM 2 refid PPS poll 0 precision 1e-7",
                                     "SHM 3 refid NMEA poll 0 precision 1e-1 noselect")
        row = self.wait_source("PPS", lambda row: row[1] == "*" and row[5] == "377", 60,
                               "PPS selected, with reach 377")
        self.assertEqual(row[:2], ["#", "*"])
        self.check_tracking(self.ask("tracking")[0])
        self.check_offsets(watch)
        taken = [float(row.read) for row in watch.rows() if row.read not in ("-", "no")]
        self.assertGreaterEqual(len(taken), 6, "ppsctl watch sees how fast chronyd takes samples")
        self.assertTrue(chronyd.running(), chronyd.told())

    @slow
    def test_order(self):
        """chronyd started first, started anew, and ppsd started anew: it follows each time"""
        refclock = "SHM 2 refid PPS poll 0 precision 1e-7"
        chronyd = self.start_chronyd(refclock)
        self.wait_source("PPS", lambda row: True, 10, "chronyd's answer")
        ppsd = self.ppsd(*SIM, "--pps-unit", "2", "--nmea-unit", "3")

        def follows(what):
            self.wait_source("PPS", lambda row: int(row[5], 8) & 7 == 7 and float(row[6]) < 4, 40, what)
            self.assertTrue(chronyd.running(), chronyd.told())
        follows("after chronyd, then ppsd")
        self.assertEqual(chronyd.stop(), 0)
        chronyd = self.start_chronyd(refclock)
        follows("chronyd started anew")
        ppsd.kill()
        self.wait_source("PPS", lambda row: int(row[5], 8) & 7 == 0, 20, "silence")
        self.ppsd(*SIM, "--pps-unit", "2", "--nmea-unit", "3")
        follows("ppsd started anew")
        for offset in self.logged_offsets().values():
            self.assertLess(abs(offset), SECOND // 10, "a wrong second reached chronyd")

    def check_tracking(self, tracking):
        """Of the reference, and of the virtual clock that -x disciplines in the system's place."""
        reference, stratum, ppm_fast, leap = tracking[1], tracking[2], float(tracking[7]), tracking[13]
        self.assertEqual((reference, stratum, leap), ("PPS", "1", "Normal"))
        self.assertLess(abs(ppm_fast - DRIFT), DRIFT / 10)

    def check_offsets(self, watch):
        """Sample for sample the same, and falling as the clock runs ahead."""
        logged = self.logged_offsets()
        shown = {row.label // SECOND: row.offset for row in watch.rows()}
        both = sorted(logged.keys() & shown.keys())
        self.assertGreaterEqual(len(both), 7, (logged, shown))
        for second in both:
            self.assertLess(abs(logged[second] - shown[second]), 1000, second) # its log has 7 digits
        measured_ppm = (logged[both[0]] - logged[both[-1]]) / (both[-1] - both[0]) / 1000
        self.assertLess(abs(measured_ppm - DRIFT), DRIFT / 10)
