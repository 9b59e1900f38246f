"""The two programs' --help and --version, and what they don't know."""

import re
from pathlib import Path

from harness import PPSCTL, PPSD, SIM, Case, slow
from receiver import burst, no_fix

OPTIONS = ("pps", "nmea", "baud", "edge", "pps-unit", "nmea-unit", "pps-delay", "nmea-delay",
           "shm-layout", "lock-count", "holdover", "not-before", "leap-file", "log-level", "config",
           "version", "help")


class ProgramsTest(Case):
    def good(self, *argv):
        done = self.run_to_end(*argv)
        self.assertEqual((done.code, done.err), (0, []), argv)
        return done.out

    def refused(self, *argv):
        """The one line on stderr; exit code 2."""
        done = self.run_to_end(*argv)
        self.assertEqual((done.code, done.out, len(done.err)), (2, [], 1), (argv, done.out, done.err))
        return done.err[0]

    def commands(self):
        return [line.split()[1] for line in self.good(PPSCTL, "--help") if line.startswith("  ppsctl ")]

    def test_help(self):
        """--help of both, within 80 columns, with every option"""
        text = self.good(PPSD, "--help")
        self.assertEqual(text, self.good(PPSD, "-h"))
        for option in OPTIONS:
            self.assertTrue([line for line in text if f"--{option} " in f"{line} "], option)
        self.assertLessEqual(max(map(len, text)), 80)
        self.assertTrue({"watch", "labels"} <= set(self.commands()))

    def test_commands_help(self):
        """--help of each of ppsctl's commands names it and its options"""
        for command in self.commands():
            with self.subTest(command):
                text = self.good(PPSCTL, command, "--help")
                self.assertTrue(text[0].startswith(f"ppsctl {command}"), text[0])
                for option in re.findall(r"--[a-z-]+", text[0]):
                    self.assertTrue([line for line in text[1:] if option in line], option)

    def test_version(self):
        """--version of both: the same, a name and a number"""
        versions = {}
        for name, path in (("ppsd", PPSD), ("ppsctl", PPSCTL)):
            (line,) = self.good(path, "--version")
            self.assertRegex(line, rf"^{name} \d+\.\d+\.\d+\S*$")
            versions[name] = line.split()[1]
        self.assertEqual(len(set(versions.values())), 1)

    def test_no_json_parser(self):
        """the daemon carries no JSON parser; a parser shows by its errors, as in ppsctl"""
        self.assertIn(b"while parsing", Path(PPSCTL).read_bytes())
        self.assertNotIn(b"while parsing", Path(PPSD).read_bytes())

    def test_help_first(self):
        """--help and --version work beside a configuration that doesn't"""
        config = self.dir / "bad.conf"
        config.write_text("nonsense\n")
        self.good(PPSD, "--config", config, "--help")
        self.good(PPSD, "--config", config, "--version")

    def test_unknown_command(self):
        """an unknown command, with the nearest one; none at all"""
        self.assertRegex(self.refused(PPSCTL, "wach"), "unknown command 'wach'; did you mean 'watch'")
        self.assertRegex(self.refused(PPSCTL, "fly"), "unknown command 'fly'.*--help")
        self.assertRegex(self.refused(PPSCTL), "command is wanted.*--help")
        self.assertRegex(self.refused(PPSCTL, "--colour"), "--colour.*--help")

    def test_unknown_option(self):
        """an unknown option of a command, with the nearest one"""
        self.assertRegex(self.refused(PPSCTL, "watch", "--cuont", "2"), "--cuont.*'count'")

    def test_labels(self):
        """ppsctl labels: seconds with a date and a fix, comments and binary passed over"""
        log = self.dir / "log"
        log.write_bytes(b"# a comment\n\xb5\x62\x01\x02\x03\x04\r\n" + burst(1426699166) +
                        no_fix(1426699167))
        out = self.good(PPSCTL, "labels", "--not-before", "2015-01-01", log)
        self.assertEqual(out, ["2015-03-18T17:19:26Z RMC"])
        self.assertRegex(self.refused(PPSCTL, "labels"), "FILE")
        self.assertRegex(self.refused(PPSCTL, "labels", "--not-before", "2015", log), "not-before 2015")
        missing = self.run_to_end(PPSCTL, "labels", self.dir / "none")
        self.assertEqual((missing.code, len(missing.err)), (1, 1), missing.err)
        self.assertRegex(missing.err[0], "none: No such file or directory")

    @slow
    def test_closed_output(self):
        """a reader of its output that goes away ends ppsctl watch"""
        self.ppsd(*SIM, "--pps-unit", "2", "--nmea-unit", "none")
        self.run_to_end("bash", "-c", '"$0" watch 2 | head -n 3', PPSCTL, within=20)
