"""ppsctl watch."""

import re
import struct
import time

import segments
from harness import PPSCTL, SECOND, SIM, Case, slow, wait_until


class WatchTest(Case):
    def test_columns(self):
        """watch prints what it reads, a header, and rows under it"""
        self.ppsd(*SIM, "--pps-unit", "2", "--nmea-unit", "none")
        watch = self.watch("2", "--count", "2")
        self.assertEqual(watch.wait(20), 0)
        rows = watch.rows()
        self.assertEqual(len(rows), 2)
        header = next(line for line in watch.out if not line.startswith("#"))
        self.assertEqual(re.split("  +", header.strip()),
                         ["unit", "label", "offset", "leap", "prec", "age", "read", "chrony", "ntp.org",
                          "ntpsec"])
        self.assertLessEqual(max(map(len, watch.out)), 100)
        notes = watch.notes()
        self.assertRegex(notes[0], "^# (/usr.*/(chronyd|ntpd) is installed: it reads layout time64|no chronyd)")
        segment = next(note for note in notes if note.startswith("# unit 2: "))
        self.assertRegex(segment, "96 bytes, layout time64, owner .*, group .*, mode 0666, 2 attached")
        self.assertEqual(notes[-1], "# unit 2: 2 samples; nobody fetched any: no chronyd or ntpd that runs "
                                    "reads this unit")
        self.assert_true_seconds(rows)
        for row in rows:
            self.assertTrue(0.02 <= row.age < 2, row)
            self.assertEqual(row.verdicts, ("ok",) * 3)
        self.assertEqual([row.read for row in rows], ["-", "no"])

    @slow
    def test_count(self):
        """--count counts the samples of all units"""
        self.ppsd(*SIM, "--pps-unit", "2", "--nmea-unit", "3")
        # The sentences are believed some seconds before five pulses have shown the phase.
        watch = self.watch("3", "2", "--count", "15")
        self.assertEqual(watch.wait(30), 0)
        self.assertEqual(len(watch.rows()), 15)
        self.assertEqual({row.unit for row in watch.rows()}, {2, 3})

    @slow
    def test_all_units(self):
        """without units, all that exist are shown, and those that come later"""
        self.ppsd(*SIM, "--pps-unit", "2", "--nmea-unit", "none")
        watch = self.watch()
        watch.wait_rows(1)
        self.ppsd(*SIM, "--pps-unit", "255", "--nmea-unit", "none")
        wait_until(lambda: {row.unit for row in watch.rows()} == {2, 255}, 20, "both units")
        self.assertEqual(watch.err, [])
        self.assertEqual(watch.stop(), 0)

    def test_seconds(self):
        """--seconds ends it, with exit code 1 where there was no sample"""
        began = time.monotonic()
        watch = self.watch("7", "--seconds", "1.5")
        self.assertEqual(watch.wait(15), 1)
        self.assertGreaterEqual(time.monotonic() - began, 1.5)
        self.assertEqual(watch.rows(), [])
        self.assertEqual(watch.err, ["unit 7: no segment yet; waiting for one"])

    def test_waits(self):
        """it waits for a unit that doesn't exist yet, without making it"""
        watch = self.watch("2")
        wait_until(lambda: watch.err, 5, "the note that it waits")
        self.assertEqual(segments.segments(), {})
        self.ppsd(*SIM, "--pps-unit", "2", "--nmea-unit", "none")
        self.assert_true_seconds(watch.wait_rows(2))
        self.assertEqual(watch.err, ["unit 2: no segment yet; waiting for one"])

    def test_time32(self):
        """a unit of 80 bytes (time32) is read as one of 96, and its words lie where they should"""
        self.check_layout("time32", 80)

    @slow
    def test_time64(self):
        """a unit of 96 bytes (time64): its words lie where they should"""
        self.check_layout("time64", 96)

    def check_layout(self, layout, size):
        self.ppsd(*SIM, "--shm-layout", layout, "--pps-unit", "2", "--nmea-unit", "none")
        watch = self.watch("2")
        self.assert_true_seconds(watch.wait_rows(2))
        self.assertEqual(segments.segments()[2].size, size)
        words = segments.words(2)
        row = wait_until(lambda: next((row for row in watch.rows()
                                       if row.label == words["clock_sec"] * SECOND), None),
                         5, f"the row of second {words['clock_sec']}")
        self.assertEqual((words["mode"], words["count"] % 2, words["valid"]), (1, 0, 1))
        self.assertEqual((words["clock_usec"], words["clock_nsec"]), (0, 0))
        self.assertEqual(words["receive_sec"] * SECOND + words["receive_nsec"], row.received)
        self.assertEqual(words["receive_usec"], words["receive_nsec"] // 1000)
        self.assertEqual((words["leap"], words["precision"]), (row.leap, row.precision))

    def test_forced_layout(self):
        """--shm-layout against the segment's size is refused, with both sizes"""
        segments.make(2, 80)
        watch = self.start(PPSCTL, "watch", "2", "--shm-layout", "time64", "--seconds", "1")
        self.assertEqual(watch.wait(), 1)
        self.assertEqual(len(watch.err), 1)
        self.assertRegex(watch.err[0], "SHM unit 2 .*Invalid argument.*80 bytes.*96 bytes")

    @slow
    def test_reads_only(self):
        """it leaves `valid` to the real reader"""
        self.ppsd(*SIM, "--pps-unit", "2", "--nmea-unit", "none")
        self.watch("2").wait_rows(2)
        self.assertEqual(segments.words(2)["valid"], 1)

    def test_stranger(self):
        """what a stranger wrote, off by one second, is shown as it is"""
        watch = self.watch("4")
        wait_until(lambda: watch.err, 5, "the note that it waits")
        shmid = segments.make(4, 96)
        time.sleep(1.5) # it looks for new segments each second, and shows what changes afterwards
        now = int(time.time())
        segments.write(shmid, struct.pack("=iiqi4xqiiiiiII", 1, 2, now - 1, 0, now, 7, 3, -6, 1, 1,
                                          0, 7001))
        row = watch.wait_rows(1)[0]
        self.assertEqual((row.unit, row.offset, row.leap, row.precision), (4, -SECOND - 7001, 3, -6))
