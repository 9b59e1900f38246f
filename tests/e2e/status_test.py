"""ppsctl status, and the socket that it asks; what a slow or hostile asker can't do."""

import json
import os
import resource
import signal
import socket
import stat

from harness import PPSCTL, SIM, Case, as_nobody, slow, wait_until
from receiver import Pty, Receiver, burst, no_fix

UNITS = ("--pps-unit", "2", "--nmea-unit", "3")


class StatusCase(Case):
    def setUp(self):
        super().setUp()
        self.socket = self.dir / "status"

    def start_ppsd(self, *options):
        ppsd = self.ppsd(*SIM, *UNITS, "--status-socket", self.socket, *options)
        ppsd.expect("sentences from")
        return ppsd

    def status(self, *arguments):
        return self.run_to_end(PPSCTL, "status", "--socket", self.socket, *arguments)

    def ask(self):
        with socket.socket(socket.AF_UNIX) as asker:
            asker.settimeout(5)
            asker.connect(str(self.socket))
            data = b""
            while part := asker.recv(65536):
                data += part
        return json.loads(data)


class StatusTest(StatusCase):
    def test_locked(self):
        """locked: exit code 0, what is known is said, and the JSON agrees with the segment"""
        ppsd = self.start_ppsd()
        ppsd.expect("^locked")
        watch = self.watch("2")
        watch.wait_rows(2)
        done = self.status()
        self.assertEqual(done.code, 0, done.err)
        self.assertRegex(done.out[0], "^locked: ")
        done = self.status("--json")
        self.assertEqual((done.code, len(done.out)), (0, 1), done.err)
        said = json.loads(done.out[0])
        self.assertEqual((said["state"], said["pid"]), ("locked", ppsd.pid))
        self.assertEqual(said["pps"]["unit"], 2)
        self.assertIn(said["pps"]["last_sample"]["second"],
                      [row.label // 1_000_000_000 for row in watch.rows()])
        self.assertGreater(said["verdicts"]["labels"]["used"], 0)
        self.assertGreater(said["verdicts"]["edges"]["used"], 0)
        self.assertLess(abs(said["period_s"] - 1), 0.01)
        self.assertAlmostEqual(said["pulse_width_s"], 0.1, delta=0.01)
        self.assertTrue(said["pulses"]["open"] and said["sentences"]["open"])
        self.assertGreater(said["delay_s"], 0)
        self.assertEqual((said["missed"], said["renumbered"], said["clock_steps"], said["last_unlock"]),
                         (0, 0, 0, None))
        # As the simulated receiver's GSA and GSV have it: 8 used, 10 announced, four with a signal.
        satellites = said["satellites"]
        self.assertEqual((satellites["used"], satellites["in_view"], satellites["signal_db"]), (8, 10, 42))
        self.assertLess(satellites["s_ago"], 3)

    @slow
    def test_missing(self):
        """each tenth pulse is missing: locked, exit code 0, and the first line says it"""
        source = "sim:drift=0,fault=missing-pulse"
        self.ppsd("--pps", source, "--nmea", source, "--lock-count", "2", *UNITS,
                  "--status-socket", self.socket).expect("^locked")
        wait_until(lambda: self.ask()["reason"] == "no-edge", 150, "three missing pulses")
        done = self.status()
        self.assertEqual(done.code, 0, done.err)
        self.assertRegex(done.out[0], r"^locked: samples are published, but [0-9]+ of the last [0-9]+ "
                                      "are missing; for .* no edge came")
        self.assertGreaterEqual(self.ask()["missed"], 3)

    def test_unlocked(self):
        """the fix is lost: since when and why, until it is locked again; and what was missed"""
        line = Pty(self.dir / "gps")
        self.addCleanup(line.close)
        receiver = Receiver(line.fd)
        self.addCleanup(receiver.stop)
        ppsd = self.ppsd("--pps", "sim:drift=0", "--nmea", f"uart:{self.dir / 'gps'}", *UNITS,
                         "--lock-count", "2", "--status-socket", self.socket)
        locked = ppsd.expect("^locked", within=40)
        receiver.talk = no_fix
        wait_until(lambda: self.ask()["missed"] >= 2, 20, "missed seconds")
        unlock = self.ask()["last_unlock"]
        self.assertEqual((unlock["state"], unlock["for_s"]), ("no-fix", None))
        self.assertIn("no fix", unlock["explanation"])
        self.assertRegex("\n".join(self.status().out), r"last unlocked  .* not locked since: no-fix: ")
        receiver.talk = burst
        ppsd.expect("^locked", after=locked, within=20)
        unlock = self.ask()["last_unlock"]
        self.assertGreater(unlock["for_s"], 2)
        self.assertGreater(unlock["s_ago"], unlock["for_s"] - 0.1)
        self.assertRegex("\n".join(self.status().out), "last unlocked  .* for .* s: no-fix: ")

    def test_not_locked(self):
        """not locked: exit code 1 and the state"""
        self.ppsd("--pps", "sim:fault=no-pulses", "--nmea", "sim:fault=no-pulses", *UNITS,
                  "--status-socket", self.socket)
        wait_until(self.socket.exists, 10, "the socket")
        done = self.status()
        self.assertEqual(done.code, 1, done.err)
        self.assertRegex(done.out[0], "^(starting|no-pulses|searching): ")

    def test_not_running(self):
        """not running, and killed: exit code 3; the next start takes the socket over"""
        self.assertEqual(self.status().code, 3)
        ppsd = self.start_ppsd()
        self.assertNotEqual(self.status().code, 3)
        ppsd.kill()
        self.assertTrue(self.socket.exists())
        done = self.status()
        self.assertEqual((done.code, len(done.err)), (3, 1), done.err)
        ppsd = self.start_ppsd()
        self.assertNotEqual(self.status().code, 3)
        self.assertEqual(ppsd.stop(), 0)
        self.assertFalse(self.socket.exists())

    def test_default_place(self):
        """by default it is /run/ppsd/status; an instance's is found by its name"""
        self.ppsd(*SIM, *UNITS).expect("sentences from")
        self.assertIn(self.run_to_end(PPSCTL, "status").code, (0, 1))
        os.mkdir("/run/ppsd/second")
        second = self.start("env", "RUNTIME_DIRECTORY=/run/ppsd/second", PPSCTL.replace("ppsctl", "ppsd"),
                            "--config", self.empty, *SIM, "--user", "root", "--pps-unit", "4",
                            "--nmea-unit", "none")
        second.expect("sentences from")
        named = self.run_to_end(PPSCTL, "status", "second", "--json")
        self.assertEqual(json.loads(named.out[0])["pps"]["unit"], 4)
        self.assertEqual(self.run_to_end(PPSCTL, "status", "third").code, 3)

    def test_mode(self):
        """its mode is 0660: another user may not ask"""
        self.start_ppsd()
        self.assertEqual(stat.S_IMODE(self.socket.stat().st_mode), 0o660)
        self.dir.chmod(0o755)
        copy = self.dir / "ppsctl"
        copy.write_bytes(open(PPSCTL, "rb").read())
        copy.chmod(0o755)
        done = self.run_to_end(copy, "status", "--socket", self.socket, **as_nobody())
        self.assertEqual((done.code, len(done.err)), (2, 1), done.err)
        self.assertIn("Permission denied", done.err[0])


class HostileTest(StatusCase):
    def test_hostile(self):
        """askers that never read, that write, and that come without end: samples go on"""
        ppsd = self.start_ppsd()
        watch = self.watch("2")
        watch.wait_rows(2)
        idle = []
        for _ in range(30):
            asker = socket.socket(socket.AF_UNIX)
            asker.setblocking(False)
            try:
                asker.connect(str(self.socket))
                asker.send(b"\0{[" * 1000)
            except OSError:
                pass
            idle.append(asker)
        before = cpu_seconds(ppsd.pid)
        flood = self.start("bash", "-c", f"while true; do {PPSCTL} status --socket {self.socket}; "
                                         "done >/dev/null 2>&1", start_new_session=True)
        self.addCleanup(os.killpg, flood.pid, signal.SIGKILL)
        seen = len(watch.rows())
        rows = watch.wait_rows(4, after=seen)
        self.assertLess(cpu_seconds(ppsd.pid) - before, 2)
        os.killpg(flood.pid, signal.SIGTERM)
        self.assert_true_seconds(rows)
        self.assert_no_gap(rows)
        for asker in idle:
            asker.close()
        wait_until(lambda: self.ask()["state"] == "locked", 10, "an answer")

    @slow
    def test_no_descriptors(self):
        """no descriptor left for askers: it doesn't spin, and answers when there is one again"""
        ppsd = self.start_ppsd()
        watch = self.watch("2")
        watch.wait_rows(1)
        used = max(int(name) for name in os.listdir(f"/proc/{ppsd.pid}/fd")) + 1
        resource.prlimit(ppsd.pid, resource.RLIMIT_NOFILE, (used, 4096))
        before = cpu_seconds(ppsd.pid)
        with socket.socket(socket.AF_UNIX) as asker:
            asker.settimeout(20)
            asker.connect(str(self.socket))
            watch.wait_rows(3, after=len(watch.rows()))
            self.assertLess(cpu_seconds(ppsd.pid) - before, 1)
            resource.prlimit(ppsd.pid, resource.RLIMIT_NOFILE, (1024, 4096))
            self.assertTrue(asker.recv(10))

    def test_stopped(self):
        """a ppsd that is stopped: ppsctl status gives up"""
        ppsd = self.start_ppsd()
        ppsd.send(signal.SIGSTOP)
        done = self.status()
        ppsd.send(signal.SIGCONT)
        self.assertEqual((done.code, len(done.err)), (2, 1), done.err)

    def test_not_ppsd(self):
        """something else that listens there: said in one line"""
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(str(self.socket))
            other.listen()
            asking = self.start(PPSCTL, "status", "--socket", self.socket)
            answer, _ = other.accept()
            with answer:
                answer.sendall(b'{"state": [1, ')
            self.assertEqual((asking.wait(), len(asking.err)), (2, 1), asking.err)


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
