"""What ppsd-web and ppsctl top make of the answers of chronyc, Debian 12's and 13's, each with its own
chronyd: on the simulated receiver, with a server and a client beside it."""

import json
import os
import shlex
import urllib.request
from pathlib import Path

import unpack
from chronyd import ChronyCase
from harness import BUILD, SIM, program, slow, wait_until

WEB = BUILD / "bin/ppsd-web"
PAGE = Path(__file__).resolve().parents[2] / "daemon/web/page"
STATION, SERVER, PORT = 11123, 11124, 8123
REFCLOCKS = ("refclock SHM 2 refid PPS poll 0 precision 1e-7 prefer", "refclock SHM 3 refid NMEA poll 0 noselect")


class ChronycTest(ChronyCase):
    def suite_programs(self, suite):
        """chronyd and chronyc of that release: as words."""
        if suite == unpack.release():
            return self.chronyd, (program("chronyc", "chrony"),)
        self.use_suite(suite)
        chronyd = self.chronyd[-1]
        return self.chronyd, (*self.chronyd[:-1], chronyd.parents[1] / "bin/chronyc")

    def start_one(self, name, chronyd, *lines):
        folder = self.dir / name
        folder.mkdir(mode=0o750)
        config = folder / "chrony.conf"
        config.write_text("\n".join((f"bindcmdaddress {folder}/chronyd.sock", f"pidfile {folder}/pid",
                                     "cmdport 0", "bindaddress 127.0.0.1", "allow 127.0.0.1", *lines, "")))
        self.start(*chronyd, "-d", "-x", "-u", "root", "-F", "0", "-f", config)
        return folder / "chronyd.sock"

    def path_with(self, chronyc, socket):
        """A PATH on which chronyc is that one, asking there."""
        tools = self.dir / "tools"
        tools.mkdir()
        words = shlex.join(map(str, (*chronyc, "-h", socket)))
        (tools / "chronyc").write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        (tools / "chronyc").chmod(0o755)
        return f"{tools}:{os.environ['PATH']}"

    def answered(self):
        """What the page is told of chronyd."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/api/v1/status", timeout=5) as answer:
                return json.load(answer)["chrony"]
        except OSError:
            return None

    def check_suite(self, suite):
        if not WEB.exists():
            self.skipTest("ppsd-web is not built")
        chronyd, chronyc = self.suite_programs(suite)
        status = self.dir / "status"
        self.ppsd(*SIM, "--pps-unit", "2", "--nmea-unit", "3", "--status-socket", status)
        self.start_one("server", chronyd, f"port {SERVER}", "local stratum 3",
                       f"server 127.0.0.1 port {STATION} minpoll 0 maxpoll 0 noselect")
        socket = self.start_one("station", chronyd, f"port {STATION}", *REFCLOCKS,
                                f"server 127.0.0.1 port {SERVER} minpoll 0 maxpoll 0")
        path = self.path_with(chronyc, socket)
        self.start(WEB, "--config", "/dev/null", "--listen", f"127.0.0.1:{PORT}", "--socket", status,
                   "--history", self.dir / "history.db", "--assets", PAGE, env={**os.environ, "PATH": path})

        def complete():
            told = self.answered()
            return told and told["clients"] and told["tracking"] and told["tracking"]["name"] == "PPS" and told
        told = wait_until(complete, 60, f"tracking, sources and clients: {self.answered()}")
        version = self.run_to_end(*chronyc, "--version").out[0]
        print(f"figure: ppsd-web reads chronyc {version.split()[3]}: {len(told['sources'])} sources, "
              f"{len(told['clients'])} client")
        self.assertEqual((told["program"], told["problem"], told["clients_problem"]), ("chronyd", None, None))
        tracking = told["tracking"]
        self.assertEqual((tracking["stratum"], tracking["leap"]), (1, "Normal"))
        self.assertLess(abs(tracking["offset_s"]), 1e-3)
        sources = {(s["mode"], s["name"]): s for s in told["sources"]}
        self.assertEqual(set(sources), {("refclock", "PPS"), ("refclock", "NMEA"), ("server", "127.0.0.1")})
        pulse = sources["refclock", "PPS"]
        self.assertEqual((pulse["state"], pulse["stratum"], pulse["poll"]), ("selected", 0, 0))
        self.assertLess(abs(pulse["offset_s"]), 1e-4)
        self.assertGreater(pulse["reach"], 0)
        client, = told["clients"]
        self.assertEqual(client["name"], "127.0.0.1")
        self.assertGreater(client["ntp_packets"], 0)

    def test_debian_12(self):
        """Debian 12's: tracking, sources and clients are read"""
        self.check_suite("bookworm")

    @slow
    def test_debian_13(self):
        """Debian 13's: tracking, sources and clients are read"""
        self.check_suite("trixie")
