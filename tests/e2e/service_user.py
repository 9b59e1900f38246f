"""As the unit runs it: root prepares the segments, a user without any rights writes them."""

import subprocess
from pathlib import Path

import segments
from harness import PPSD, Case, as_nobody

USER, GROUP = 64123, 64124 # of nobody else; in /etc/passwd and /etc/group while a test runs


class ServiceCase(Case):
    def setUp(self):
        super().setUp()
        as_nobody() # or it is skipped
        self.add_line("/etc/passwd", f"ppsd:x:{USER}:{GROUP}::/:/usr/sbin/nologin")
        self.add_line("/etc/group", f"ppsd:x:{GROUP}:")
        self.dir.chmod(0o755)

    def add_line(self, path, line):
        """In this mount namespace."""
        copy = self.dir / Path(path).name
        copy.write_text(Path(path).read_text() + line + "\n")
        copy.chmod(0o644)
        subprocess.run(["mount", "--bind", copy, path], check=True)
        self.addCleanup(subprocess.run, ["umount", path], check=True)

    def prepare(self, *options, code=0):
        done = self.run_to_end(PPSD, "--prepare", "--config", self.empty, *options)
        self.assertEqual(done.code, code, done.err)
        return done.err

    def service(self, *options, **run):
        return self.start("setpriv", "--reuid", "ppsd", "--regid", "ppsd", "--clear-groups",
                          "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all",
                          PPSD, "--wait", "--config", self.empty, *options, **run)

    def status(self):
        return {unit: (s.owner, s.mode & 0o777) for unit, s in segments.segments().items()}
