"""`cmake --install` puts the programs where the FHS says, and they run from there."""

import os
import re
import subprocess

from harness import BUILD, SIM, Case, program, slow
from links import broken_links, relative_links


class InstallTest(Case):
    def install(self):
        """Into a staging folder, as a package's build would."""
        stage = self.dir / "stage"
        done = subprocess.run([program("cmake", "cmake"), "--install", BUILD, "--prefix", "/usr"],
                              env={**os.environ, "DESTDIR": str(stage)}, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return stage

    def test_places(self):
        """in every user's PATH; nothing outside the prefix but /etc, nothing of the build"""
        stage = self.install()
        for place in ("usr/bin/ppsd", "usr/bin/ppsctl"):
            self.assertTrue(os.access(stage / place, os.X_OK), place)
        self.assertLessEqual({path.name for path in stage.iterdir()}, {"usr", "etc", "lib"})
        for path in stage.rglob("*"):
            if path.suffix in (".cmake", ".pc", ".service", ".conf") and path.is_file():
                self.assertNotIn(str(stage), path.read_text(), path)
        for place in ("usr/bin/ppsd", "usr/bin/ppsctl"):
            headers = self.run_to_end("readelf", "-d", stage / place)
            self.assertFalse([line for line in headers.out if re.search("R(UN)?PATH", line)], place)

    def test_links(self):
        """each link of an installed document leads to what is installed beside it"""
        stage = self.install()
        pages = list(stage.rglob("*.md"))
        self.assertLessEqual({"README.md", "boards.md", "recording.md", "tuning.md"}, {page.name for page in pages})
        readme = (stage / "usr/share/doc/ppsd/README.md").read_text()
        self.assertIn(("tuning.md", "which-second"), relative_links(readme))
        self.assertIn("daemon/README.md (in ppsd's source)", readme)
        self.assertEqual([link for page in pages for link in broken_links(page)], [])
        for page in pages:
            self.assertFalse([name for name, _ in relative_links(page.read_text()) if "/" in name], page)

    @slow
    def test_runs(self):
        """the installed programs run together"""
        stage = self.install()
        ppsd = self.start(stage / "usr/bin/ppsd", "--config", self.empty, *SIM, "--pps-unit", "2",
                          "--nmea-unit", "none")
        ppsd.expect("^locked")
        watch = self.start(stage / "usr/bin/ppsctl", "watch", "2", "--count", "1")
        self.assertEqual(watch.wait(20), 0)
        self.assertEqual(ppsd.stop(), 0)
