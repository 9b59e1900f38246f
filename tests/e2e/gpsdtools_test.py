"""gpsd's own tools read what our simulated receivers say, so that these are not only our own mirror: who
they are, what ppsctl receiver has set, and what they say of leap seconds."""

import json
import os
import sys

import unpack
from harness import PPSCTL, Case, program, slow
from simulated import Simulated

BAUD = 38400


class GpsdToolsTest(Case):
    def setUp(self):
        super().setUp()
        self.link = self.dir / "gps"

    def simulate(self, kind):
        simulated = Simulated(kind, self.link, BAUD)
        self.addCleanup(simulated.stop)

    def port(self):
        """The tools want the device, not a link to it."""
        return os.path.realpath(self.link)

    def set_time(self, *argv):
        done = self.run_to_end(PPSCTL, "receiver", "--port", self.link, "--undo-file", self.dir / "undo.json",
                               "--set", "time", *argv, within=120)
        self.assertEqual(done.code, 0, (done.out, done.err))

    def ubxtool(self, *argv):
        modules = [str(path) for path in unpack.cache().glob("*/usr/lib/python3/dist-packages")]
        done = self.run_to_end(sys.executable, program("ubxtool", "gpsd python3-gps python3-serial"), "-f",
                               self.port(), "-s", str(BAUD), "-w", "3", *argv, within=30,
                               env={**os.environ, "PYTHONPATH": os.pathsep.join(modules)})
        return " ".join(" ".join(done.out).split())

    @slow
    def test_who(self):
        """gpsctl finds out what each is of which its gpsd knows the protocol"""
        for kind, who in (("ublox8", "u-blox.*00080000"), ("ublox9", "u-blox.*000A0000"), ("mediatek", "MTK-3301")):
            with self.subTest(kind):
                simulated = Simulated(kind, self.link, BAUD)
                try:
                    done = self.run_to_end(program("gpsctl", "gpsd"), "-f", "-T", "8", self.port(), within=30,
                                           env={**os.environ, "LD_LIBRARY_PATH": unpack.library_path()})
                finally:
                    simulated.stop()
                self.assertRegex("\n".join([*done.out, *done.err]), f"identified as a {who}.* at {BAUD} baud")

    @slow
    def test_pulse(self):
        """ubxtool reads the pulse that was set: 1 Hz, 100 ms, rising, on UTC, with a fix only, the cable's delay"""
        self.simulate("ublox8")
        self.set_time("--cable-ns", "25")
        told = self.ubxtool("-P", "22", "-p", "CFG-TP5")
        self.assertIn("antCableDelay 25 ", told)
        self.assertIn(" freqPeriodLock 1000000 ", told)
        self.assertIn("pulseLenRatio 0 pulseLenRatioLock 100000 ", told)
        # UBX-13003221, CFG-TP5: active, locked to GNSS, another one if locked, a length, aligned, rising; grid 0.
        self.assertIn("flags x77", told)

    @slow
    def test_leap_seconds(self):
        """ubxtool reads the same of leap seconds as ppsctl receiver"""
        self.simulate("ublox9")
        told = self.ubxtool("-P", "32.01", "-p", "NAV-TIMELS")
        self.assertIn("srcOfCurrLs 2 currLs 18 srcOfLsChange 2 lsChange 0 ", told)
        done = self.run_to_end(PPSCTL, "receiver", "--port", self.link, "--json", within=60)
        ours = json.loads("\n".join(done.out))
        self.assertEqual((ours["leap_seconds"], ours["leap_from_sky"]), (18, True))
