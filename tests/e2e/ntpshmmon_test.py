"""gpsd's ntpshmmon, a reader of its own making, sees what ppsctl watch shows."""

from harness import Case, Process, program, wait_until

DRIFT = ("--pps", "sim:drift=500", "--nmea", "sim:drift=500", "--lock-count", "2")


def parse(line):
    """(unit, label, received, leap, precision), times as text: sample NTP2 SEEN CLOCK REAL L PRC"""
    _, name, _, clock, real, leap, precision = line.split()
    return int(name.removeprefix("NTP")), real, clock, int(leap), int(precision)


def as_text(ns):
    return f"{ns // 1_000_000_000}.{ns % 1_000_000_000:09d}"


class NtpshmmonTest(Case):
    def compare(self, *layout):
        ntpshmmon = program("ntpshmmon", "gpsd (or gpsd-clients)")
        self.ppsd(*DRIFT, *layout, "--pps-unit", "2", "--nmea-unit", "3")
        watch = self.watch("2", "3")
        watch.wait_rows(1)
        monitor = self.start("stdbuf", "-oL", ntpshmmon, "-n", "10", kind=Process)
        self.assertEqual(monitor.wait(30), 0)
        seen = [parse(line) for line in monitor.out if line.startswith("sample ")]
        self.assertGreaterEqual(len(seen), 10)
        wait_until(lambda: watch.rows()[-1].label >= int(seen[-1][1][:10]) * 10**9, 10, "the last")
        shown = {(row.unit, as_text(row.label), as_text(row.received), row.leap, row.precision)
                 for row in watch.rows()}
        self.assertEqual([sample for sample in seen if sample not in shown], [])
        self.assertEqual({sample[0] for sample in seen}, {2, 3})

    def test_same_samples(self):
        """ntpshmmon sees the same seconds, to the nanosecond, on both units"""
        self.compare()
