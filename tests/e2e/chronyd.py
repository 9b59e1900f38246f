"""A chronyd of the test's own, as a case of harness."""

import shutil

import unpack
from harness import SECOND, Case, parse_utc, program, wait_until

CONFIG = """
port 0
cmdport 0
bindcmdaddress {dir}/chronyd.sock
pidfile {dir}/chronyd.pid
driftfile {dir}/drift
logdir {dir}
log refclocks
{refclocks}
"""


class ChronyCase(Case):
    def setUp(self):
        super().setUp()
        self.socket_dir = self.dir / "chrony"
        self.socket_dir.mkdir(mode=0o750)
        # A copy, which no AppArmor profile knows: this one reads and writes in our folder.
        self.chronyd = (shutil.copy(program("chronyd", "chrony"), self.dir),)
        self.chronyc = program("chronyc", "chrony")

    def use_suite(self, suite):
        """chronyd is that of another Debian release from now on; this one's chronyc asks it."""
        if suite == unpack.release():
            return
        root = unpack.suite_root(suite, "chrony")
        if not root.is_dir():
            self.skipTest(f"{root} is missing: apt-get install mmdebstrap, and reach Debian's archive")
        linker = next(root.glob("usr/lib/*/ld-linux*.so*"))
        self.chronyd = (linker, "--library-path", linker.parent, root / "usr/sbin/chronyd")

    def start_chronyd(self, *refclocks):
        config = self.dir / "chrony.conf"
        lines = "\n".join(f"refclock {line}" for line in refclocks)
        config.write_text(CONFIG.format(dir=self.socket_dir, refclocks=lines))
        return self.start(*self.chronyd, "-d", "-x", "-u", "root", "-F", "0", "-f", config)

    def ask(self, command):
        """The rows of chronyc's CSV."""
        done = self.run_to_end(self.chronyc, "-h", self.socket_dir / "chronyd.sock", "-n", "-c", command)
        return [line.split(",") for line in done.out]

    def source(self, refid):
        return next((row for row in self.ask("sources") if row[2] == refid), None)

    def wait_source(self, refid, condition, within, what):
        return wait_until(lambda: (row := self.source(refid)) and condition(row) and row, within, what)

    def logged_offsets(self):
        """What chronyd measured, in ns by second: its log's raw offsets."""
        offsets = {}
        log = self.socket_dir / "refclocks.log"
        for line in log.read_text().splitlines() if log.exists() else ():
            word = line.split()
            if len(word) == 9 and word[2] == "PPS" and word[3].isdigit():
                second = round(parse_utc(f"{word[0]}T{word[1]}Z") / SECOND)
                offsets[second] = round(float(word[6]) * SECOND)
        return offsets
