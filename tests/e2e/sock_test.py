"""chronyd's refclock SOCK follows ppsd on the simulated receiver, beside SHM; whoever starts when.

chronyd makes the socket and removes it when it ends; killed, it leaves it behind.
"""

import json
import os
import shlex
import signal
import socket
import struct
from pathlib import Path

from chronyd import ChronyCase
from harness import PPSCTL, PPSD, SECOND, Case, as_nobody, slow, wait_until

DRIFT = 500 # ppm that the system's clock runs fast
SIM = ("--pps", f"sim:drift={DRIFT}", "--nmea", f"sim:drift={DRIFT}", "--lock-count", "2")
PATH = "/run/chrony.ppsd.sock"
SOCK = f"SOCK {PATH} refid PPS poll 0 filter 1 precision 1e-7"
SHM = "SHM 2 refid SHM poll 0 precision 1e-7 noselect"
OUT = ("--pps-out", f"shm:2, sock:{PATH}", "--nmea-unit", "none")


def sock_status(case, path):
    """What ppsctl status says of the outputs of the pulses, by name."""
    done = case.run_to_end(PPSCTL, "status", "--json", "--socket", path)
    return {one["output"]: one for one in json.loads(done.out[0])["pps"]["outputs"]}


class SockChronyTest(ChronyCase):
    def setUp(self):
        super().setUp()
        self.status = self.dir / "status"
        Path(PATH).unlink(missing_ok=True)

    def start_ppsd(self, *more):
        return self.ppsd(*SIM, *OUT, "--status-socket", self.status, *more)

    def follows(self, what):
        for refid in ("PPS", "SHM"):
            self.wait_source(refid, lambda row: int(row[5], 8) & 7 == 7 and float(row[6]) < 4, 40,
                             f"{refid}: {what}")

    def check_offsets(self, watch):
        """What came over the socket is what is in the unit: sample for sample the same."""
        logged = self.logged_offsets()
        shown = {row.label // SECOND: row.offset for row in watch.rows()}
        both = sorted(logged.keys() & shown.keys())
        self.assertGreaterEqual(len(both), 7, (logged, shown))
        for second in both:
            self.assertLess(abs(logged[second] - shown[second]), 2000, second) # us in the datagram

    def check_suite(self, suite):
        self.use_suite(suite)
        ppsd = self.start_ppsd()
        watch = self.watch("2")
        chronyd = self.start_chronyd(SOCK, SHM)
        row = self.wait_source("PPS", lambda row: row[1] == "*" and row[5] == "377", 60,
                               "PPS selected, with reach 377")
        self.assertEqual(row[:2], ["#", "*"])
        self.follows("beside each other")
        self.check_offsets(watch)
        ppsd.kill()
        self.wait_source("PPS", lambda row: int(row[5], 8) & 7 == 0, 20, "silence")
        ppsd = self.start_ppsd()
        self.follows("ppsd started anew")
        told = 0
        for number in (signal.SIGTERM, signal.SIGKILL):
            chronyd.stop(number)
            told = ppsd.expect(f"sock:{PATH}: .*chronyd is gone", within=10, after=told)
            chronyd = self.start_chronyd(SOCK, SHM)
            told = ppsd.expect(f"sock:{PATH}: chronyd is there", within=10, after=told)
            self.follows(f"chronyd started anew after {number}")
        for offset in self.logged_offsets().values():
            self.assertLess(abs(offset), SECOND // 10, "a wrong second reached chronyd")
        self.assertEqual(sum("chronyd is gone" in line for line in ppsd.err), 2, ppsd.told())
        self.assertTrue(chronyd.running(), chronyd.told())

    def test_debian_12(self):
        """Debian 12's chronyd follows, ppsd and it started anew (ended and killed), beside SHM"""
        self.check_suite("bookworm")

    @slow
    def test_debian_13(self):
        """Debian 13's chronyd follows, ppsd and it started anew (ended and killed), beside SHM"""
        self.check_suite("trixie")

    @slow
    def test_stopped(self):
        """a chronyd that hangs: counted, the unit beside it gets every sample in time, and it goes on"""
        ppsd = self.start_ppsd()
        watch = self.watch("2")
        chronyd = self.start_chronyd(SOCK)
        self.wait_source("PPS", lambda row: int(row[5], 8) & 7 == 7, 40, "PPS")
        chronyd.send(signal.SIGSTOP)
        told = ppsd.expect("its queue is full: chronyd is there, and doesn't read", within=20)
        before = watch.rows()
        rows = watch.wait_rows(10, after=len(before))
        self.assert_no_gap(rows)
        usual = max(row.age for row in before)
        for row in rows:
            self.assertLess(row.age, usual + 0.3, row) # a busy machine's
        dropped = sock_status(self, self.status)[f"sock:{PATH}"]
        self.assertGreaterEqual(dropped["full"], 9)
        self.assertIn("queue is full", dropped["problem"])
        chronyd.send(signal.SIGCONT)
        wait_until(lambda: not sock_status(self, self.status)[f"sock:{PATH}"]["problem"], 10, "the next")
        self.wait_source("PPS", lambda row: int(row[5], 8) & 7 == 7, 40, "PPS again")
        self.assertEqual(len(ppsd.err), told, ppsd.told())


class SockTest(Case):
    """With a socket of the test's own in chronyd's place."""

    def setUp(self):
        super().setUp()
        self.path = self.dir / "sock"
        self.status = self.dir / "status"
        self.reader = None
        self.dir.chmod(0o755)

    def bind(self):
        self.path.unlink(missing_ok=True)
        self.reader = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.reader.close)
        self.reader.settimeout(20)
        self.reader.bind(str(self.path))

    def read(self, layout="=qqdiiii"):
        datagram = self.reader.recv(100)
        self.assertEqual(len(datagram), struct.calcsize(layout))
        return struct.unpack(layout, datagram)

    def test_words(self):
        """the datagrams of both layouts: the time it was, whole second and all"""
        for choice, layout in (("time64", "=qqdiiii"), ("time32", "=iidiiii")):
            self.bind()
            ppsd = self.ppsd("--pps", "sim:drift=0", "--nmea", "sim:drift=0", "--lock-count", "2",
                             "--shm-layout", choice, "--pps-out", f"sock:{self.path}", "--nmea-out",
                             "none")
            second, micros, offset, pulse, _, _, magic = self.read(layout)
            self.assertEqual((pulse, magic), (0, 0x534F434B))
            true = second + micros * 1e-6 + offset
            self.assertLess(abs(true - round(true)), 1e-4)
            self.assertLess(abs(offset), 1e-3)
            self.assertEqual(ppsd.stop(), 0)

    def test_both_feeds(self):
        """each time to a socket of its own"""
        self.bind()
        pps, self.path = self.reader, self.dir / "other"
        self.bind()
        self.ppsd("--pps", "sim:drift=0", "--nmea", "sim:drift=0", "--lock-count", "2", "--pps-out",
                  f"sock:{self.dir}/sock", "--nmea-out", f"sock:{self.path}")
        self.assertLess(abs(self.read()[2]), 0.2)
        self.reader = pps
        self.assertLess(abs(self.read()[2]), 1e-3)

    def test_replaced(self):
        """another file in the socket's place is left alone and named; chronyd's socket is found again"""
        self.bind()
        ppsd = self.ppsd("--pps", "sim:drift=0", "--nmea", "sim:drift=0", "--lock-count", "2",
                         "--pps-out", f"shm:2,sock:{self.path}", "--nmea-out", "none")
        self.read()
        watch = self.watch("2")
        self.reader.close()
        self.path.unlink()
        self.path.write_text("a file")
        told = ppsd.expect("sock:.*it is not chronyd's socket", within=10)
        self.assertEqual(self.path.read_text(), "a file")
        self.path.unlink()
        os.mkfifo(self.path)
        watch.wait_rows(2, after=len(watch.rows()))
        self.bind()
        ppsd.expect("sock:.*chronyd is there", within=10, after=told)
        self.read()
        self.assert_no_gap(watch.wait_rows(3))

    def test_rights(self):
        """as chronyd makes it, it is root's: what to do is said, and once that is done it works"""
        user = as_nobody()
        self.bind()
        self.path.chmod(0o755)
        ppsd = self.start_as(user)
        told = ppsd.expect("Permission denied; .*drop-in chrony-ppsd.conf", within=20)
        status = self.run_to_end(PPSCTL, "status", "--socket", self.status)
        self.assertIn("Permission denied", "\n".join(status.out))
        self.run_drop_in()
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o660)
        ppsd.expect("chronyd is there", within=10, after=told)
        self.read()

    def run_drop_in(self):
        """Its command, for this socket and a group that is there."""
        drop_in = Path(__file__).resolve().parents[2] / "daemon/systemd/chrony-ppsd.conf"
        command = next(line.removeprefix("ExecStartPost=+-") for line in drop_in.read_text().splitlines()
                       if line.startswith("ExecStartPost="))
        command = command.replace("/run/chrony.ppsd*.sock", f"{self.dir}/so*k").replace(
            "chgrp ppsd", "chgrp nogroup")
        done = self.run_to_end(*shlex.split(command))
        self.assertEqual((done.code, done.err), (0, []))

    def start_as(self, user):
        self.dir.chmod(0o777)
        return self.start(PPSD, "--config", self.empty, "--pps", "sim:drift=0", "--nmea", "sim:drift=0",
                          "--lock-count", "2", "--pps-out", f"sock:{self.path}", "--nmea-out", "none",
                          "--status-socket", self.status, **user)
