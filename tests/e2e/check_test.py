"""ppsctl check: where all is well, and where one thing isn't."""

import json
import os
import signal

from chronyd import ChronyCase
from harness import PPSCTL, PPSD, slow, wait_until

CONFIG = """
pps = sim:drift=0
nmea = sim:drift=0
lock-count = 2
pps-unit = 2
nmea-unit = none
status-socket = {dir}/status
"""


class CheckTest(ChronyCase):
    def setUp(self):
        super().setUp()
        self.config = self.dir / "ppsd.conf"
        self.config.write_text(CONFIG.format(dir=self.dir))
        # ppsctl asks the machine's chronyd; here it is this test's.
        tools = self.dir / "tools"
        tools.mkdir()
        chronyc = tools / "chronyc"
        chronyc.write_text(f'#!/bin/sh\nexec {self.chronyc} -h {self.socket_dir}/chronyd.sock "$@"\n')
        chronyc.chmod(0o755)
        self.environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}

    def check(self, *options):
        process = self.start(PPSCTL, "check", "--config", self.config, "--socket", self.dir / "status",
                             *options, env=self.environment)
        code = process.wait(20)
        return code, process.out

    def findings(self):
        _, out = self.check("--json")
        return {one["check"]: one for one in json.loads("\n".join(out))["findings"]}

    def start_ppsd(self):
        return self.start(PPSD, "--user", "root", "--config", self.config)

    @slow
    def test_well(self):
        """ppsd is locked and chronyd has selected it: nothing is bad"""
        self.start_ppsd()
        self.start_chronyd("SHM 2 refid PPS poll 0 precision 1e-7")
        self.wait_source("PPS", lambda row: row[1] == "*", 60, "PPS selected")
        code, out = self.check()
        self.assertEqual(code, 0, out)
        findings = self.findings()
        for name in ("configuration", "state", "labels", "output shm:2", "unit 2", "reader",
                     "source PPS"):
            self.assertEqual(findings[name]["verdict"], "good", (name, findings.get(name)))
        code, out = self.check("--monitoring")
        # This machine's list of leap seconds may be old.
        self.assertIn(code, (0, 1), out)
        self.assertRegex(out[0], r"^PPSD (OK: locked for .*, selected|WARNING: leap.*) \| jitter=")

    def test_nothing_runs(self):
        """no ppsd, no chronyd: both are named, with what to do"""
        code, out = self.check()
        self.assertEqual(code, 1)
        text = "\n".join(out)
        self.assertRegex(text, r"bad +state +ppsd does not run; sudo systemctl enable --now ppsd")
        self.assertRegex(text, r"bad +unit 2 +there is no such segment")
        code, out = self.check("--monitoring")
        self.assertEqual(code, 2)
        self.assertRegex(out[0], "^PPSD CRITICAL: state: ppsd does not run$")

    @slow
    def test_not_read(self):
        """chronyd that reads another unit, and one that has no refclock"""
        self.start_ppsd().expect("^locked")
        chronyd = self.start_chronyd("SHM 3 refid OTHR poll 0")
        self.wait_source("OTHR", lambda row: True, 10, "chronyd's answer")
        findings = self.findings()
        self.assertEqual(findings["reads"]["verdict"], "bad", findings)
        self.assertIn("refclock SHM 2", findings["reads"]["advice"])
        self.assertEqual(findings["source OTHR"]["verdict"], "bad")
        chronyd.stop()
        self.start_chronyd()
        wait_until(lambda: self.ask("tracking"), 10, "chronyd's answer")
        self.assertIn("no refclock", self.findings()["selection"]["text"])

    def test_config(self):
        """what is wrong with the configuration is named as --check-config names it"""
        self.config.write_text("nmea = sim:\nbuad = 9600\n")
        code, out = self.check()
        self.assertEqual(code, 1)
        self.assertRegex(out[0], r"^bad +configuration +\S*ppsd.conf:2: .*buad.*baud")
        self.config.unlink()
        _, out = self.check()
        self.assertRegex(out[0], r"^bad +configuration +\S*ppsd.conf: No such file")

    def test_usage(self):
        """what makes no sense is exit code 2"""
        for words in (("a", "b"), ("a/b",), ("--colour",)):
            with self.subTest(words):
                self.assertEqual(self.run_to_end(PPSCTL, "check", *words).code, 2)
                done = self.run_to_end(PPSCTL, "check", "--monitoring", *words)
                self.assertEqual(done.code, 3) # a plugin's own code
                self.assertRegex(done.out[0], "^PPSD UNKNOWN: ")

    def test_socket(self):
        """the configuration says where ppsd answers; one that is stopped doesn't"""
        ppsd = self.start_ppsd()
        ppsd.expect("sentences from")
        def ask():
            process = self.start(PPSCTL, "check", "--config", self.config, env=self.environment)
            process.wait(20)
            return "\n".join(process.out)
        self.assertNotIn("does not run", ask())
        ppsd.send(signal.SIGSTOP)
        self.assertRegex(ask(), "bad +state +ppsd does not answer; sudo systemctl restart ppsd")
        ppsd.send(signal.SIGCONT)
