"""ppsctl detect: a receiver at a pty, ports that are taken, nothing at all."""

import json
import os
import re
import signal
import termios
from pathlib import Path

from harness import PPSCTL, Case, slow, wait_until
from receiver import Pty, Receiver


class DetectTest(Case):
    def detect(self, *argv):
        return self.run_to_end(PPSCTL, "detect", *argv)

    def receiver(self):
        line = Pty(self.dir / "gps")
        receiver = Receiver(line.fd)
        self.addCleanup(line.close)
        self.addCleanup(receiver.stop)
        return self.dir / "gps"

    @slow
    def test_receiver(self):
        """a receiver's port, what it sends, and what to write into ppsd.conf"""
        link = self.receiver()
        done = self.detect(link)
        self.assertEqual(done.code, 0, done.err)
        text = "\n".join(done.out)
        self.assertIn(f"nmea = uart:{os.path.realpath(link)}", text)
        self.assertIn("NMEA at 9600 baud", text)
        self.assertIn("baud = 9600", text)

    @slow
    def test_json(self):
        """the same as JSON, with the newest second"""
        done = self.detect(self.receiver(), "--json")
        self.assertEqual(done.code, 0, done.err)
        (port,) = json.loads("\n".join(done.out))["ports"]
        self.assertGreaterEqual(port["heard"]["good"], 2)
        self.assertEqual(port["heard"]["bad"], 0)
        self.assertRegex(port["heard"]["label"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def test_taken(self):
        """a port that ppsd has is named with it, and ppsd goes on"""
        link = self.receiver()
        ppsd = self.ppsd("--nmea", f"uart:{link}", "--nmea-unit", "4")
        ppsd.expect("sentences from")
        done = self.detect(link, "--seconds", "1")
        self.assertEqual(done.code, 1)
        self.assertRegex("\n".join(done.out), rf"in use by ppsd \(process {ppsd.pid}\)")
        self.assertEqual(ppsd.stop(), 0)

    def settings(self, path):
        port = os.open(path, os.O_RDWR | os.O_NOCTTY)
        try:
            return termios.tcgetattr(port)
        finally:
            os.close(port)

    def test_nothing(self):
        """a port on which nothing comes, one that isn't there; its settings stay"""
        line = Pty(self.dir / "gps")
        self.addCleanup(line.close)
        before = self.settings(self.dir / "gps")
        done = self.detect(self.dir / "gps", "/dev/there-is-none", "--seconds", "1")
        self.assertEqual(done.code, 1)
        text = "\n".join(done.out)
        self.assertIn("no bytes received", text)
        self.assertRegex(text, "/dev/there-is-none .*No such file")
        self.assertEqual(self.settings(self.dir / "gps"), before)

    def test_in_use(self):
        """a port that somebody has open is left alone"""
        line = Pty(self.dir / "gps")
        self.addCleanup(line.close)
        port = os.open(self.dir / "gps", os.O_RDWR | os.O_NOCTTY)
        self.addCleanup(os.close, port)
        done = self.detect(self.dir / "gps", "--seconds", "1")
        self.assertRegex("\n".join(done.out), rf"in use by \S+ \(process {os.getpid()}\)")

    def test_usage(self):
        """what makes no sense is exit code 2"""
        for words in (("--seconds", "0"), ("--seconds", "601"), ("--seconds", "x"), ("--colour",)):
            with self.subTest(words):
                self.assertEqual(self.detect(*words).code, 2)

    def test_interrupted(self):
        """Ctrl-C and a terminal that goes away end it, with what came until then, and settings stay"""
        for number in (signal.SIGINT, signal.SIGHUP):
            with self.subTest(number):
                self.interrupt(number)

    def interrupt(self, number):
        line = Pty(self.dir / "gps")
        self.addCleanup(line.close)
        before = self.settings(self.dir / "gps")
        # Twice the same port: it is one.
        process = self.start(PPSCTL, "detect", self.dir / "gps", os.path.realpath(self.dir / "gps"),
                             "--seconds", "600")
        wait_until(lambda: self.catches(process.pid, number), 10, "Ctrl-C caught")
        process.send(number)
        self.assertEqual(process.wait(), 1)
        self.assertEqual(self.settings(self.dir / "gps"), before)
        self.assertIn("interrupted: the results are incomplete", process.err)
        self.assertIn("clock software", process.out)

    @staticmethod
    def catches(pid, number):
        """Whether that process has a handler for that signal."""
        (mask,) = re.findall(r"SigCgt:\s*(\w+)", Path(f"/proc/{pid}/status").read_text())
        return bool(int(mask, 16) >> (number - 1) & 1)
