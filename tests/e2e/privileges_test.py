"""Started as root: what it needs is opened, and then it is somebody else, with nothing but that."""

import os
import pwd
import re
import resource
import signal
import stat
import sys
from pathlib import Path

import segments
from harness import PPSD, SIM, Case, as_nobody, slow, wait_until
from receiver import Pty, Receiver

UNITS = ("--pps-unit", "1", "--nmea-unit", "0")
NUMBER = 4711 # of a user that passwd doesn't know


def status_of(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {key: value.split() for key, value in (line.split(":", 1) for line in lines)}


class PrivilegesCase(Case):
    def setUp(self):
        super().setUp()
        as_nobody() # skips where we aren't root
        self.dir.chmod(0o755)

    def start_as(self, user, *options):
        ppsd = self.start(PPSD, "--config", self.empty, *SIM, *UNITS, "--user", str(user), *options)
        ppsd.expect("sentences from")
        return ppsd

    def assert_powerless(self, pid):
        status = status_of(pid)
        for key in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            self.assertEqual(int(status[key][0], 16), 0, key)
        self.assertEqual(status["NoNewPrivs"], ["1"])


class UserTest(PrivilegesCase):
    def test_nobody(self):
        """it becomes that user, with no capability and no way back, and publishes on units 0 and 1"""
        ppsd = self.start_as("nobody")
        nobody = pwd.getpwnam("nobody")
        status = status_of(ppsd.pid)
        self.assertEqual(status["Uid"], [str(nobody.pw_uid)] * 4)
        self.assertEqual(status["Gid"], [str(nobody.pw_gid)] * 4)
        self.assert_powerless(ppsd.pid)
        self.assert_true_seconds([row for row in self.watch("0", "1").wait_rows(4) if row.unit == 1])
        self.assertEqual({segments.segments()[unit].owner for unit in (0, 1)}, {0})
        self.assertEqual(ppsd.stop(), 0)

    def test_limits(self):
        """its limits become the service's, where root may raise them: priority 50, memory that is locked"""
        limits = Path(f"/proc/{self.start_as('nobody', '--poll', 'auto').pid}/limits").read_text()
        for name, which, wanted in (("Max realtime priority", resource.RLIMIT_RTPRIO, 50),
                                    ("Max locked memory", resource.RLIMIT_MEMLOCK, 2**63)):
            soft, hard = (self.number(limit) for limit in re.search(rf"{name} +(\S+) +(\S+)", limits).groups())
            own_soft, own_hard = (limit if limit >= 0 else 2**63 for limit in resource.getrlimit(which))
            with self.subTest(name):
                if self.may_raise(which, wanted, own_hard):
                    self.assertEqual((soft, hard), (max(wanted, own_soft), max(wanted, own_hard)))
                else:
                    self.assertEqual((soft, hard), (max(own_soft, min(wanted, own_hard)), own_hard))

    def test_limits_as_they_were(self):
        """without poll and lock-memory its limits are what they were"""
        limits = Path(f"/proc/{self.start_as('nobody').pid}/limits").read_text()
        self.assertEqual(limits, Path("/proc/self/limits").read_text())

    @staticmethod
    def number(limit):
        return 2**63 if limit == "unlimited" else int(limit)

    def may_raise(self, which, wanted, hard):
        """Whether root may, which not all containers' may."""
        to = [resource.RLIM_INFINITY if limit == 2**63 else limit for limit in (wanted, max(wanted, hard))]
        return self.run_to_end(sys.executable, "-c",
                               f"import resource; resource.setrlimit({which}, ({to[0]}, {to[1]}))").code == 0

    def test_number(self):
        """a number will do: its group is that number, and there are no others"""
        status = status_of(self.start_as(NUMBER).pid)
        self.assertEqual((status["Uid"], status["Gid"]), ([str(NUMBER)] * 4, [str(NUMBER)] * 4))
        self.assertEqual(status["Groups"], [])

    def test_root(self):
        """user = root: it stays root, with no more than the right to open files again"""
        ppsd = self.start_as("root")
        status = status_of(ppsd.pid)
        self.assertEqual(status["Uid"], ["0"] * 4)
        dac_override = 1 << 1
        for key in ("CapPrm", "CapEff", "CapBnd"):
            self.assertEqual(int(status[key][0], 16) & ~dac_override, 0, key)
        self.assertFalse([line for line in ppsd.err if "stays root" in line])

    def test_threads(self):
        """the recorder's thread has no more rights than the rest"""
        for user in ("root", "nobody"):
            path = self.dir / f"{user}.rec"
            ppsd = self.start_as(user, "--record", path, "--status-socket", "none")
            wait_until(lambda path=path: path.stat().st_size, 10, "something recorded")
            tasks = [status_of(f"{ppsd.pid}/task/{task.name}")
                     for task in Path(f"/proc/{ppsd.pid}/task").iterdir()]
            self.assertEqual(len(tasks), 2)
            for key in ("Uid", "Gid", "Groups", "CapEff", "CapPrm", "CapBnd", "NoNewPrivs"):
                self.assertEqual(tasks[0][key], tasks[1][key], (user, key))
            self.assertEqual(ppsd.stop(), 0)

    def test_default(self):
        """without the option: ppsd if there is such a user, else root, which is said"""
        ppsd = self.start(PPSD, "--config", self.empty, *SIM, *UNITS)
        ppsd.expect("sentences from")
        try:
            wanted = pwd.getpwnam("ppsd").pw_uid
        except KeyError:
            wanted = 0
        self.assertEqual(status_of(ppsd.pid)["Uid"], [str(wanted)] * 4)
        self.assertEqual(len([line for line in ppsd.err if "stays root" in line]), wanted == 0)

    def test_missing(self):
        """a user that doesn't exist, and another one for who isn't root: refused"""
        for options, run in ((("--user", "no-such-user"), {}), (("--user", "daemon"), as_nobody())):
            with self.subTest(options):
                ppsd = self.dir / "ppsd"
                if not ppsd.exists():
                    ppsd.write_bytes(Path(PPSD).read_bytes())
                    ppsd.chmod(0o755)
                done = self.run_to_end(ppsd, "--config", self.empty, *SIM, "--pps-unit", "2",
                                       "--nmea-unit", "3", *options, **run)
                self.assertEqual((done.code, len(done.err)), (2, 1), done.err)
                self.assertRegex(done.err[0], f"user = {options[1]}")


class AfterwardsTest(PrivilegesCase):
    def plug(self, mode):
        line = Pty(self.dir / "gps")
        os.chmod(os.readlink(self.dir / "gps"), mode)
        receiver = Receiver(line.fd)
        return line, receiver

    def start_on_pty(self):
        ppsd = self.start(PPSD, "--config", self.empty, "--nmea", f"uart:{self.dir / 'gps'}",
                          "--nmea-unit", "4", "--lock-count", "2", "--user", "nobody")
        ppsd.expect("sentences from")
        return ppsd

    @slow
    def test_unplugged(self):
        """a UART that its user may open is opened again; no warning at the start"""
        line, receiver = self.plug(0o666)
        ppsd = self.start_on_pty()
        ppsd.expect("^locked")
        receiver.stop()
        line.close()
        ppsd.expect(": gone: ")
        line, receiver = self.plug(0o666)
        self.addCleanup(line.close)
        self.addCleanup(receiver.stop)
        ppsd.expect(": back")
        self.assertFalse([text for text in ppsd.err if "may not open it again" in text])

    def test_warned(self):
        """one that its user may not open again: said at the start"""
        line, receiver = self.plug(0o600)
        self.addCleanup(line.close)
        self.addCleanup(receiver.stop)
        ppsd = self.start_on_pty()
        ppsd.expect("may not open it again.*dialout")

    def test_recording(self):
        """the recording becomes that user's; a folder in which it can't be moved is warned of"""
        path = self.dir / "ppsd.rec"
        ppsd = self.start_as("nobody", "--record", path)
        self.assertEqual(path.stat().st_uid, pwd.getpwnam("nobody").pw_uid)
        ppsd.expect("ppsd.rec: .*may not open it again")


class NoWayInTest(PrivilegesCase):
    def files(self, pid):
        found = []
        for fd in Path(f"/proc/{pid}/fd").iterdir():
            try:
                flags = int(re.search(r"flags:\s+(\d+)", Path(f"/proc/{pid}/fdinfo/{fd.name}")
                                      .read_text()).group(1), 8)
                found.append((os.readlink(fd), flags & os.O_ACCMODE))
            except FileNotFoundError:
                pass # closed meanwhile
        return found

    def test_no_socket_no_file(self):
        """no network socket, one Unix socket, and no file that is open for writing but the recording"""
        recording = self.dir / "ppsd.rec"
        socket = self.dir / "status"
        before = {path for path in Path("/run").rglob("*")}
        ppsd = self.start_as("root", "--record", recording, "--status-socket", socket)
        self.watch("1").wait_rows(2)
        for table in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6", "packet", "netlink"):
            path = Path(f"/proc/{ppsd.pid}/net/{table}")
            sockets = {link for link, _ in self.files(ppsd.pid) if link.startswith("socket:")}
            inodes = {re.search(r"\d+", link).group() for link in sockets}
            if path.exists():
                self.assertFalse([line for line in path.read_text().splitlines()[1:]
                                  if inodes & set(line.split())], table)
        unix = Path(f"/proc/{ppsd.pid}/net/unix").read_text()
        self.assertEqual(len([line for line in unix.splitlines() if line.endswith(str(socket))]), 1)
        written = [link for link, mode in self.files(ppsd.pid)
                   if mode != os.O_RDONLY and link.startswith("/") and not link.startswith("/dev/")]
        self.assertEqual(written, [str(recording)])
        self.assertEqual({path for path in Path("/run").rglob("*")}, before)
        self.assertTrue(stat.S_ISSOCK(socket.stat().st_mode))
        self.assertEqual(ppsd.stop(signal.SIGTERM), 0)
        left = {path.name for path in self.dir.iterdir()}
        self.assertEqual(left, {"ppsd.rec", "empty.conf"})

