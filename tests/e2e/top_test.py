"""What ppsctl shows on a terminal: top's full screen, and colours."""

import os
import re
import signal
from pathlib import Path

from harness import PPSCTL, SIM, Case, wait_until
from terminal import Screen, on_terminal

DRIFTING = ("--pps", "sim:drift=50", "--nmea", "sim:drift=50", "--lock-count", "2")
OFFSET = re.compile(r"^offset +([-+][0-9.]+ [mun]?s)")
PULSES = re.compile(r"^pulses +[ |.0-9+]*\|\|\|.* (\d+)$")
BRAILLE = re.compile("[\u2801-\u28ff]")
ESCAPE = "\033["
TRACKING = ("50505300,PPS,1,1790000000.1,0.000000012,-0.000000045,0.000000101,-20.123,0.001,0.010,"
            "0.000000001,0.000010,16.0,Normal")


class TerminalCase(Case):
    def setUp(self):
        super().setUp()
        self.socket = self.dir / "status"
        self.top = f"{PPSCTL} top --socket {self.socket}"

    def start_ppsd(self, *options):
        return self.ppsd(*(options or SIM), "--pps-unit", "2", "--nmea-unit", "none",
                         "--status-socket", self.socket)

    def fake_chronyc(self, script):
        """A PATH on which chronyc is this."""
        tools = self.dir / "tools"
        tools.mkdir()
        chronyc = tools / "chronyc"
        chronyc.write_text(f"#!/bin/sh\n{script}\n")
        chronyc.chmod(0o755)
        return f"{tools}:{os.environ['PATH']}"


class TopTest(TerminalCase):
    def setUp(self):
        super().setUp()
        _, said = on_terminal([PPSCTL, "top", "--seconds", "0"])
        if "without ncurses" in said:
            self.assertEqual(said.count("\n"), 1)
            self.skipTest("this ppsctl was built without ncurses: apt-get install libncurses-dev")

    def test_live(self):
        """verdict, pulses and offset as they come, chronyd's choice; in 40x10, too; q restores"""
        path = self.fake_chronyc(f"echo {TRACKING}\n"
                                 "echo '#,*,PPS,0,4,377,11,-0.000000045,-0.00000006,0.0000001'")
        self.start_ppsd(*DRIFTING)
        screen = Screen(self, self.top, LC_ALL="C.UTF-8", PATH=path)
        screen.wait_for(re.compile(r"^locked: "))
        screen.wait_for(re.compile(r"^\* PPS  stratum 0, reach 377, offset -45.0 ns$"))
        screen.wait_for(re.compile(r"^chronyd follows PPS: stratum 1, rms offset 101 ns$"))
        first = screen.wait_for(OFFSET)[1]
        wait_until(lambda: screen.wait_for(OFFSET)[1] != first, 10, "another offset")
        pulses = int(screen.wait_for(PULSES)[1])
        wait_until(lambda: int(screen.wait_for(PULSES)[1]) > pulses, 10, "more pulses")
        screen.wait_for(BRAILLE)
        screen.wait_for(re.compile(r"^edges +.*used \d"))
        self.assertRegex("\n".join(screen.lines("-e")), ESCAPE.replace("[", r"\[") + "32mlocked:")
        screen.resize(40, 10)
        wait_until(lambda: len(screen.lines()) == 10, 5, "the new size")
        screen.wait_for(re.compile(r"^locked: .{,32}$"))
        screen.wait_for(OFFSET)
        screen.resize(120, 40)
        screen.wait_for(re.compile(r"^ppsctl top: ppsd .* {40}q ends$"))
        screen.press("q")
        self.assertEqual(screen.wait_end(), 0)
        self.assertTrue(screen.is_restored())

    def test_not_running(self):
        """no ppsd: said in a line, it is asked again until it comes; Ctrl-C ends"""
        screen = Screen(self, self.top)
        gone = re.compile(r"^no answer: \S+: no ppsd is running there")
        screen.wait_for(gone)
        ppsd = self.start_ppsd()
        screen.wait_for(re.compile("^locked: "))
        ppsd.stop()
        screen.wait_for(gone)
        screen.wait_for(re.compile("^before: locked$"))
        screen.press("C-c")
        self.assertEqual(screen.wait_end(), 0)
        self.assertTrue(screen.is_restored())

    def test_silent(self):
        """a chronyc that hangs, then a ppsd that is stopped: the screen goes on, q restores at once"""
        path = self.fake_chronyc("exec sleep 1000")
        ppsd = self.start_ppsd()
        screen = Screen(self, self.top, PATH=path)
        screen.wait_for(PULSES)
        screen.wait_for(re.compile("^NTP daemon unknown: chronyc is missing, or doesn't answer$"))
        ppsd.send(signal.SIGSTOP)
        screen.wait_for(re.compile("^no answer: .*ppsd is there, but silent"))
        screen.resize(40, 10)
        wait_until(lambda: len(screen.lines()) == 10, 5, "the new size")
        screen.press("q")
        self.assertEqual(screen.wait_end(10), 0) # when both questions are over
        self.assertTrue(screen.is_restored())
        ppsd.send(signal.SIGCONT)

    def test_ascii(self):
        """where the locale isn't UTF-8, all is ASCII; NO_COLOR: no colour; --seconds ends it"""
        self.start_ppsd(*DRIFTING)
        screen = Screen(self, f"{self.top} --seconds 12", LC_ALL="C", NO_COLOR="1")
        screen.wait_for(re.compile("^locked: "))
        screen.wait_for(re.compile(r"^ +[-+][0-9.]+ [mun]s  .*[-'.]$"))
        text = "\n".join(screen.lines("-e"))
        self.assertTrue(text.isascii(), text)
        self.assertNotIn("32m", text)
        self.assertEqual(screen.wait_end(20), 0)
        self.assertTrue(screen.is_restored())

    def test_terminal_gone(self):
        """the terminal is closed: it ends"""
        screen = Screen(self, self.top)
        screen.wait_for(re.compile("^no answer: "))
        mine = [path for path in Path("/proc").glob("[0-9]*")
                if str(self.socket).encode() in (path / "cmdline").read_bytes().split(b"\0")]
        self.assertEqual(len(mine), 1)
        screen.close()
        # Or nobody has asked yet how it ended.
        wait_until(lambda: not mine[0].exists() or not (mine[0] / "cmdline").read_bytes(), 5, "its end")

    def test_no_terminal(self):
        """a pipe, or a terminal that nobody knows: an error of one line"""
        done = self.run_to_end(PPSCTL, "top")
        self.assertEqual((done.code, done.out, len(done.err)), (1, [], 1), done.err)
        self.assertIn("must be a terminal", done.err[0])
        code, said = on_terminal([PPSCTL, "top"], TERM="nonsense")
        self.assertEqual((code, said.count("\n")), (1, 1), said)
        self.assertIn("doesn't know the terminal 'nonsense'", said)


class ColourTest(TerminalCase):
    def test_status(self):
        """ppsctl status: the state, on a terminal alone, without NO_COLOR and not a dumb one"""
        self.start_ppsd().expect("^locked")
        asked = (PPSCTL, "status", "--socket", self.socket)
        code, said = on_terminal(asked)
        self.assertEqual(code, 0, said)
        self.assertTrue(said.startswith("\033[32mlocked\033[0m: "), said)
        self.assertEqual(said.count(ESCAPE), 2)
        for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            self.assertNotIn("\033", on_terminal(asked, **environment)[1])
        self.assertNotIn("\033", on_terminal((*asked, "--json"))[1])
        self.assertNotIn("\033", "".join(self.run_to_end(*asked, env={**os.environ, "TERM": "xterm"}).out))

    def test_watch(self):
        """ppsctl watch: verdicts that are not ok"""
        self.start(PPSCTL, "feed", "--unit", "2", "--leap", "3")
        self.start(PPSCTL, "feed", "--unit", "3")
        for unit, verdict in (("2", "\033\\[31mbad leap *\033\\[0m"), ("3", "ok")):
            _, said = on_terminal([PPSCTL, "watch", unit, "--count", "2"])
            rows = [line for line in said.split("\n") if re.match(f" *{unit} ", line)]
            self.assertEqual(len(rows), 2)
            for row in rows:
                self.assertRegex(row, f"(  {verdict} *){{3}}$")
            done = self.run_to_end(PPSCTL, "watch", unit, "--count", "1")
            self.assertNotIn("\033", "".join(done.out))

    def test_check(self):
        """ppsctl check: its marks"""
        config = self.dir / "ppsd.conf"
        config.write_text("pps = sim:\nnmea = sim:\npps-unit = 2\nnmea-unit = none\n")
        asked = (PPSCTL, "check", "--config", config, "--socket", self.socket)
        _, said = on_terminal(asked)
        self.assertIn("\033[31mbad      \033[0m ", said)
        self.assertIn("\033[32mgood     \033[0m ", said)
        plain = re.sub("\033\\[\\d+m", "", said)
        self.assertEqual(plain.split("\n")[0], self.run_to_end(*asked).out[0])
