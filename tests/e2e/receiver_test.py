"""ppsctl receiver: what simulated receivers at a pty are, and setting them for time and back."""

import json
import os
import time

from harness import PPSCTL, Case, slow
from receiver import Pty, Receiver
from simulated import Simulated

# One that is set by values, and one by messages; unit/setup/session_test has each kind.
KINDS = ("ublox9", "casic")


class ReceiverTest(Case):
    def setUp(self):
        super().setUp()
        self.link = self.dir / "gps"
        self.note = self.dir / "undo.json"

    def simulate(self, kind, baud, *refused):
        simulated = Simulated(kind, self.link, baud, *refused)
        self.addCleanup(simulated.stop)
        return simulated

    def receiver(self, *argv):
        return self.run_to_end(PPSCTL, "receiver", "--port", self.link, "--undo-file", self.note,
                               *argv, within=120)

    @slow
    def test_set_and_undo(self):
        """a receiver of each kind is set for time, keeps it without power, and is set back"""
        for kind in KINDS:
            with self.subTest(kind):
                simulated = Simulated(kind, self.link, 38400)
                try:
                    self.set_and_undo(simulated)
                finally:
                    simulated.stop()

    def set_and_undo(self, simulated):
        factory = simulated.settings()
        done = self.receiver("--set", "time", "--baud", "115200", "--save")
        self.assertEqual(done.code, 0, (done.out, done.err))
        self.assertIn("saved", done.out)
        self.assertIn("line: 115200 baud (was 38400); write `baud = 115200` into /etc/ppsd.conf",
                      done.out)
        time.sleep(0.2)
        changed = simulated.settings()
        simulated.off_and_on()
        self.assertEqual(simulated.settings(), changed)
        done = self.receiver("--undo")
        self.assertEqual(done.code, 0, (done.out, done.err))
        time.sleep(0.2)
        self.assertEqual(simulated.settings(), factory)
        self.assertFalse(self.note.exists())

    @slow
    def test_read(self):
        """asking changes nothing, and says who it is, as text and as JSON"""
        simulated = self.simulate("ublox8", 38400)
        factory = simulated.settings()
        done = self.receiver("--json")
        self.assertEqual(done.code, 0, done.err)
        told = json.loads("\n".join(done.out))
        self.assertEqual((told["model"], told["baud"], told["antenna"], told["leap_seconds"]),
                         ("LEA-M8T-0", 38400, "ok", 18))
        self.assertTrue(told["leap_from_sky"])
        done = self.receiver("--set", "time", "--dry-run")
        self.assertEqual(done.code, 0, done.err)
        self.assertRegex("\n".join(done.out), "would set pulse: .*only with a fix")
        self.assertEqual(simulated.settings(), factory)
        self.assertFalse(self.note.exists())

    @slow
    def test_refused(self):
        """what is refused is named with what holds, and the rest is set"""
        self.simulate("ublox8", 115200, "0631")
        done = self.receiver("--set", "time")
        self.assertEqual(done.code, 1)
        self.assertRegex("\n".join(done.out), "pulse: the receiver refuses .*; it holds ")
        self.assertRegex("\n".join(done.out), "fixes: every 1000 ms")

    @slow
    def test_unknown(self):
        """one that answers nothing is unknown, with what it sends; nothing is changed"""
        line = Pty(self.link)
        player = Receiver(line.fd)
        self.addCleanup(line.close)
        self.addCleanup(player.stop)
        done = self.receiver("--set", "time")
        self.assertEqual(done.code, 1)
        self.assertRegex("\n".join(done.err), r"unknown: .*\n.*GPRMC")
        self.assertFalse(self.note.exists())

    def test_taken(self):
        """a port that ppsd has is left alone, and who has it is said"""
        self.simulate("ublox8", 9600)
        ppsd = self.ppsd("--nmea", f"uart:{self.link}", "--nmea-unit", "4")
        ppsd.expect("sentences from")
        done = self.receiver("--set", "time")
        self.assertEqual(done.code, 2)
        self.assertRegex("\n".join(done.err), f"ppsd has it \\(process {ppsd.pid}\\); stop it meanwhile")
        self.assertEqual(ppsd.stop(), 0)

    def share(self, baud):
        """A ppsd that has the receiver, with pulses of its own, and its ppsd.conf."""
        options = {"nmea": f"uart:{self.link}", "baud": baud, "share": self.dir / "nmea",
                   "status-socket": self.dir / "status"}
        config = self.dir / "ppsd.conf"
        config.write_text("".join(f"{key} = {value}\n" for key, value in options.items()),
                          encoding="ascii")
        words = [str(word) for key, value in options.items() for word in (f"--{key}", value)]
        self.recording = self.dir / "ppsd.rec"
        ppsd = self.ppsd(*words, "--record", self.recording, "--pps", "sim:", "--pps-unit", "5", "--nmea-unit", "4",
                         "--lock-count", "2")
        watch = self.watch(5)
        watch.wait_rows(2, within=60) # on a busy machine labels scatter at first
        return ppsd, watch, config

    @slow
    def test_shared(self):
        """a ppsd that shares its receiver is asked through, and loses no second"""
        self.simulate("ublox8", 115200)
        ppsd, watch, config = self.share(115200)
        done = self.receiver("--config", config, "--json")
        self.assertEqual(done.code, 0, done.err)
        told = json.loads("\n".join(done.out))
        self.assertEqual((told["model"], told["baud"], told["antenna"]), ("LEA-M8T-0", 115200, "ok"))
        self.assert_no_gap(watch.wait_rows(2, after=len(watch.rows())))
        self.assertEqual(ppsd.stop(), 0)

    @slow
    def test_set_while_it_runs(self):
        """receivers are set and set back while ppsd has them: the pulses lose no second"""
        for kind in os.environ.get("PPSD_E2E_KINDS", "ublox9,skytraq").split(","):
            with self.subTest(kind):
                simulated = Simulated(kind, self.link, 38400)
                try:
                    self.set_while_it_runs(simulated)
                finally:
                    simulated.stop()

    def set_while_it_runs(self, simulated):
        factory = simulated.settings()
        ppsd, watch, config = self.share(38400)
        sentences = self.watch(4)
        done = self.receiver("--config", config, "--set", "time", "--baud", "115200", "--save")
        self.assertEqual(done.code, 0, (done.out, done.err))
        self.assertIn("line: 115200 baud (was 38400); write `baud = 115200` into /etc/ppsd.conf",
                      done.out)
        self.assertNotEqual(simulated.settings(), factory)
        if simulated.kind.startswith("ublox"):
            ppsd.expect(r"how many nanoseconds each pulse is off the second \(TIM-TP\)")
        ppsd.expect("the receiver sends at 115200 baud now, not 38400, and ppsd follows")
        sentences.wait_rows(2, after=len(sentences.rows()))
        status = json.loads("\n".join(self.run_to_end(
            PPSCTL, "status", "--socket", self.dir / "status", "--json").out))
        self.assertEqual((status["state"], status["baud"]), ("locked", 115200))
        done = self.receiver("--config", config, "--undo")
        self.assertEqual(done.code, 0, (done.out, done.err))
        self.assertEqual(simulated.settings(), factory)
        ppsd.expect("the receiver sends at 38400 baud again")
        sentences.wait_rows(2, after=len(sentences.rows()))
        self.assertEqual(status["renumbered"], 0)
        self.assert_no_gap(watch.wait_rows(2, after=len(watch.rows())))
        self.assertEqual(ppsd.stop(), 0)
        self.assertIn("rate ", self.recording.read_text(encoding="ascii"))
        self.assertEqual(self.run_to_end(PPSCTL, "replay", "--check", self.recording).code, 0)

    @slow
    def test_lost_settings(self):
        """a receiver that has lost its settings, and its rate, is followed"""
        self.simulate("ublox8", 9600)
        ppsd = self.ppsd("--nmea", f"uart:{self.link}", "--baud", "115200", "--nmea-unit", "4",
                         "--lock-count", "2")
        watch = self.watch(4)
        ppsd.expect("listening at others")
        ppsd.expect("sends at 9600 baud now, not 115200, and ppsd follows; write `baud = 9600`")
        watch.wait_rows(2, within=60)
        self.assertEqual(ppsd.stop(), 0)

    def test_usage(self):
        """no port, a word that there is not, options that don't go together"""
        for argv in (["--set", "space"], ["--save"], ["--set", "time", "--undo"],
                     ["--set", "time", "--baud", "9601"], ["--undo"],
                     ["--set", "time", "--fixed-position", "91,0,0"]):
            with self.subTest(argv):
                self.assertEqual(self.receiver(*argv).code, 2)
        done = self.run_to_end(PPSCTL, "receiver", "--config", self.dir / "none")
        self.assertEqual(done.code, 2)
        self.assertRegex("\n".join(done.err), "names no serial port: give one with --port")
