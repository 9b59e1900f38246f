"""The service, as far as it goes without systemd: what it tells the manager, the user without
rights that it runs as, and what its unit files allow.
"""

import os
import re
import resource
import signal
import socket
import time
from pathlib import Path

import segments
from chronyd import CONFIG
from harness import BUILD, PPSD, SIM, Case, program, slow, wait_until
from receiver import Pty, Receiver
from service_user import ServiceCase

ROOTS = ("--pps-unit", "1", "--nmea-unit", "0")
UNITS = ("--pps-unit", "2", "--nmea-unit", "3")


class Manager:
    """systemd's end of the notification socket."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)
        self.heard = [] # (monotonic time, message)

    def close(self):
        self._socket.close()

    def read(self):
        try:
            while True:
                message = self._socket.recv(4096).decode()
                self.heard.append((time.monotonic(), message))
        except BlockingIOError:
            return [message for _, message in self.heard]

    def wait(self, pattern, within=15):
        def found():
            return next((m for m in self.read() if re.search(pattern, m)), None)
        return wait_until(found, within, f'"{pattern}" to the manager')


class NotifyTest(Case):
    def setUp(self):
        super().setUp()
        self.manager = Manager(self.dir / "notify")
        self.addCleanup(self.manager.close)

    def service(self, *options, watchdog_usec=""):
        environment = {**os.environ, "NOTIFY_SOCKET": str(self.dir / "notify")}
        if watchdog_usec:
            environment["WATCHDOG_USEC"] = watchdog_usec
        return self.start(PPSD, "--config", self.empty, *options, env=environment)

    def test_life(self):
        """READY once the segments are there, STATUS at each state, STOPPING at the end"""
        ppsd = self.service(*SIM, *UNITS)
        self.manager.wait("^READY=1$")
        self.assertEqual(sorted(segments.segments()), [2, 3])
        self.manager.wait("^STATUS=locked: ")
        self.assertEqual(ppsd.stop(), 0)
        heard = self.manager.read()
        self.assertEqual(heard[0], "READY=1")
        self.assertEqual(heard[-1], "STOPPING=1")
        self.assertEqual(len(heard), len(set(heard)), heard) # nothing twice
        self.assertFalse([m for m in heard if m.startswith("WATCHDOG")], heard)

    def test_watchdog(self):
        """the watchdog is answered from the loop within half of what it allows"""
        allowed = 2.0
        ppsd = self.service(*SIM, *UNITS, watchdog_usec=str(int(allowed * 1e6)))
        wait_until(lambda: self.manager.read().count("WATCHDOG=1") >= 6, 15, "6 answers")
        times = [at for at, message in self.manager.heard if message == "WATCHDOG=1"]
        steps = [after - before for before, after in zip(times, times[1:])]
        # Not the machine's haste is judged, but the daemon's intention.
        self.assertLess(sorted(steps)[len(steps) // 2], allowed / 2, steps)
        self.assertEqual(ppsd.stop(), 0)

    @slow
    def test_impatient_watchdog(self):
        """a watchdog of a microsecond is answered, and costs little"""
        ppsd = self.service(*SIM, *UNITS, watchdog_usec="1")
        self.manager.wait("^STATUS=locked: ")
        before = self.cpu(ppsd.pid)
        answers = self.manager.read().count("WATCHDOG=1")
        time.sleep(2)
        self.assertLess(self.cpu(ppsd.pid) - before, 0.4) # of 2 s; it was a whole core
        self.assertLess(self.manager.read().count("WATCHDOG=1") - answers, 400)
        self.assertEqual(ppsd.stop(), 0)

    @staticmethod
    def cpu(pid):
        """Seconds that it has used."""
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_fails(self):
        """where it can't start, nothing is READY"""
        ppsd = self.service("--nmea", "uart:/dev/nothing", "--nmea-unit", "3")
        self.assertEqual(ppsd.wait(), 1)
        self.assertEqual(self.manager.read(), [])

    def test_waits(self):
        """--wait: READY without the UART, STATUS names it and why; it comes, and is used"""
        link = self.dir / "gps"
        ppsd = self.service("--wait", "--pps", "sim:drift=0", "--nmea", f"uart:{link}", *UNITS,
                            "--lock-count", "2")
        self.manager.wait("^READY=1$")
        self.manager.wait(f"^STATUS=waiting: uart:{link}: No such file or directory; ")
        ppsd.expect(f"uart:{link}: No such file or directory; .*; waiting for it")
        line = Pty(link)
        self.addCleanup(line.close)
        receiver = Receiver(line.fd)
        self.addCleanup(receiver.stop)
        ppsd.expect(f"uart:{link}: back")
        self.manager.wait("^STATUS=locked: ", within=30)
        self.assertEqual(len([l for l in ppsd.err if "No such file" in l]), 1, ppsd.err)

    def test_waits_for_chip(self):
        """--wait: a GPIO chip that isn't there is waited for, a name that is none is refused"""
        self.service("--wait", "--pps", "gpio:NOT_A_LINE", "--nmea", "sim:", *UNITS)
        self.manager.wait("^STATUS=waiting: gpio:NOT_A_LINE: ")
        config = self.dir / "wrong.conf"
        config.write_text("nmea = uart:/dev/nothing\n\npps = GPIO18\n")
        ppsd = self.start(PPSD, "--wait", "--config", config)
        self.assertEqual(ppsd.wait(), 2)
        self.assertRegex(ppsd.err[0], f'^ppsd: {config}:3: "GPIO18" names no source of pulses')


class UserTest(ServiceCase):
    def start_chronyd(self):
        chronyd = program("chronyd", "chrony")
        folder = self.dir / "chrony"
        folder.mkdir(mode=0o750)
        copy = self.dir / "chronyd" # which no AppArmor profile knows
        copy.write_bytes(Path(chronyd).read_bytes())
        copy.chmod(0o755)
        config = self.dir / "chrony.conf"
        config.write_text(CONFIG.format(dir=folder, refclocks="refclock SHM 1 refid PPS poll 0"))
        # Without the right to use another's segment, as Debian's AppArmor profile has it.
        daemon = self.start("setpriv", "--bounding-set=-ipc_owner", "--inh-caps=-ipc_owner", copy,
                            "-d", "-x", "-u", "root", "-F", "0", "-f", config)
        wait_until((folder / "chronyd.sock").exists, 15, "chronyd's socket")
        return daemon, folder / "refclocks.log"

    def wait_chronyd_reads(self, log):
        def reads():
            lines = log.read_text().splitlines() if log.exists() else ()
            return len([l for l in lines if " PPS " in l]) >= 2
        wait_until(reads, 30, "two samples in chronyd's log")

    def test_units_of_root(self):
        """units 0 and 1: root's, group ppsd, 0660; the user writes, chronyd reads"""
        self.prepare(*SIM, *ROOTS)
        self.assertEqual(self.status(), {0: (0, 0o660), 1: (0, 0o660)})
        ppsd = self.service(*SIM, *ROOTS)
        ppsd.expect("^locked")
        rows = self.watch(0, 1).wait_rows(4)
        self.assert_true_seconds([row for row in rows if row.unit == 1])
        daemon, log = self.start_chronyd()
        self.wait_chronyd_reads(log)
        self.assertTrue(daemon.running(), daemon.told())
        self.assertEqual(ppsd.stop(), 0)

    def test_chronyd_first(self):
        """chronyd came first and made its segment for itself alone: the group gets its access"""
        daemon, log = self.start_chronyd()
        self.assertEqual(self.status()[1], (0, 0o600))
        self.prepare(*SIM, *ROOTS)
        self.assertEqual(self.status()[1], (0, 0o660))
        self.service(*SIM, *ROOTS).expect("^locked")
        self.wait_chronyd_reads(log)
        self.assertTrue(daemon.running(), daemon.told())

    def test_prepares_both(self):
        """units 0 and 1 are prepared, used or not; in the layout that is chosen; no others"""
        self.prepare("--nmea", "sim:", "--nmea-unit", "1", "--shm-layout", "time32")
        self.assertEqual({u: s.size for u, s in segments.segments().items()}, {0: 80, 1: 80})
        segments.remove_all()
        self.prepare(*SIM, "--pps-unit", "5", "--nmea-unit", "none")
        self.assertEqual(sorted(segments.segments()), [0, 1])

    def test_prepares_without_sense(self):
        """a configuration that makes no sense doesn't leave the units to whoever comes first"""
        self.empty.write_text("nmae = sim:\n")
        self.assertEqual(self.prepare(), [])
        self.assertEqual(self.status(), {0: (0, 0o660), 1: (0, 0o660)})

    def test_unprepared(self):
        """not prepared: one line that says what is missing, and no segment"""
        ppsd = self.service(*SIM, *ROOTS)
        self.assertEqual(ppsd.wait(), 1)
        self.assertRegex(ppsd.err[-1], "SHM unit 1 .*only root may make")
        self.assertEqual(segments.segments(), {})

    def test_realtime_without_right(self):
        """realtime without the right to it: a line that names the limit"""
        for option, limit in (("--realtime=20", "LimitRTPRIO"), ("--lock-memory=yes", "LimitMEMLOCK")):
            ppsd = self.start("prlimit", "--rtprio=0", "--memlock=0", "setpriv", "--reuid", "ppsd",
                              "--regid", "ppsd", "--clear-groups", "--bounding-set=-all",
                              "--inh-caps=-all", PPSD, "--config", self.empty, *SIM, *UNITS, option)
            self.assertEqual(ppsd.wait(), 1, option)
            self.assertRegex(ppsd.err[-1], limit)

    def test_realtime(self):
        """realtime and lock-memory are what they say; the recorder's thread stays ordinary"""
        # Root, as the account's name service has a library that is locked, too: where root may not
        # raise limits (in a container) the usual 8 MiB are not enough for both.
        ppsd = self.start(PPSD, "--config", self.empty, *SIM, *UNITS, "--realtime", "20", "--user", "root",
                          "--lock-memory", "yes", "--record", self.dir / "a.rec")
        ppsd.expect("^locked")
        policies = {int(task.name): os.sched_getscheduler(int(task.name)) & ~os.SCHED_RESET_ON_FORK
                    for task in Path(f"/proc/{ppsd.pid}/task").iterdir()}
        self.assertEqual(policies.pop(ppsd.pid), os.SCHED_FIFO)
        self.assertEqual(set(policies.values()), {os.SCHED_OTHER})
        self.assertEqual(os.sched_getparam(ppsd.pid).sched_priority, 20)
        status = Path(f"/proc/{ppsd.pid}/status").read_text()
        self.assertGreater(int(re.search(r"VmLck:\s+(\d+)", status)[1]), 1000)

    def test_locked_to_the_limit(self):
        """lock-memory with ever less to lock: ppsd runs, or says at its start which limit to raise"""
        ends = []
        hard = resource.getrlimit(resource.RLIMIT_MEMLOCK)[1]
        enough = 10240 if hard == resource.RLIM_INFINITY else min(10240, hard // 1024)
        for kilobytes in range(enough, 2048, -256):
            recording = self.dir / f"{kilobytes}.rec"
            ppsd = self.start("prlimit", f"--memlock={kilobytes * 1024}:{kilobytes * 1024}",
                              "setpriv", "--bounding-set", "-sys_resource", "--inh-caps", "-sys_resource",
                              PPSD, "--config", self.empty, *SIM, *UNITS, "--user", "root",
                              "--lock-memory", "yes", "--record", recording)
            wait_until(lambda ppsd=ppsd: not ppsd.running() or "searching: " in "".join(ppsd.err), 10, kilobytes)
            ends.append(ppsd.stop() if ppsd.running() else ppsd.wait())
            if ends[-1] != 0:
                self.assertEqual(ends[-1], 1, ppsd.told())
                self.assertRegex(ppsd.err[-1], "^ppsd: .*LimitMEMLOCK", kilobytes)
        self.assertEqual(ends, sorted(ends)) # less is no more than enough
        self.assertEqual((ends[0], ends[-1]), (0, 1))


class UnitFileTest(Case):
    def setUp(self):
        super().setUp()
        self.analyze = program("systemd-analyze", "systemd")
        done = self.run_to_end("cmake", "--install", BUILD, "--prefix", self.dir / "usr", within=60)
        self.assertEqual(done.code, 0, done.err)
        self.units = self.dir / "usr/lib/systemd/system"
        self.unit = self.units / "ppsd.service"

    def analysed(self, *arguments):
        done = self.run_to_end(self.analyze, *arguments, within=60)
        return done.code, done.out + done.err

    def test_verify(self):
        """systemd finds nothing wrong in the units; ppsd's own has no order beside the readers"""
        instance = self.units / "ppsd@gps0.service"
        early = self.units / "ppsd-units.service"
        code, said = self.analysed("verify", "--man=no", self.unit, instance, early)
        ours = [line for line in said if "ppsd" in line]
        self.assertEqual((code, ours), (0, []))
        for path in (self.unit, self.units / "ppsd@.service"):
            self.assertFalse(re.findall("(?m)^(?:Before|After|PrivateIPC)=.*", path.read_text()))
        self.assertIn("--config /etc/ppsd/%i.conf", (self.units / "ppsd@.service").read_text())
        self.assertIn("--config /etc/ppsd.conf", self.unit.read_text())
        # Where root's part fails, its message is the only one: ppsd isn't started.
        self.assertRegex(self.unit.read_text(), r"(?m)^ExecStartPre=\+\S+/ppsd --prepare ")
        before = set(" ".join(re.findall("(?m)^Before=(.*)", early.read_text())).split())
        self.assertLessEqual({"sysinit.target", "systemd-user-sessions.service", "chrony.service",
                              "ntpsec.service"}, before)

    def test_restarts(self):
        """whatever ends it, it is started again, without limit; reload is SIGHUP"""
        for path in (self.unit, self.units / "ppsd@.service"):
            text = path.read_text()
            for line in ("Restart=always", "StartLimitIntervalSec=0", "RestartPreventExitStatus=2"):
                self.assertIn(f"\n{line}\n", text)
            self.assertRegex(text, "(?m)^RestartSec=[1-9]")
            self.assertRegex(text, r"(?m)^ExecReload=.*kill -HUP \$MAINPID")

    def test_security(self):
        """systemd-analyze security: 1.2 or less, each of the units"""
        for unit in ("ppsd.service", "ppsd@gps0.service", "ppsd-units.service"):
            code, said = self.analysed("security", "--offline=true", "--threshold=12",
                                       self.units / unit)
            self.assertEqual(code, 0, said[-1:])
            print("figure:", said[-1].strip("→ "))

    def test_web(self):
        """ppsd-web's unit: nothing is wrong in it, 1.3 or less; what it needs is there"""
        unit = self.units / "ppsd-web.service"
        if not unit.exists():
            self.skipTest("ppsd-web is not built")
        code, said = self.analysed("verify", "--man=no", unit)
        self.assertEqual((code, [line for line in said if "ppsd" in line]), (0, []))
        code, said = self.analysed("security", "--offline=true", "--threshold=13", unit)
        self.assertEqual(code, 0, said[-1:])
        print("figure:", said[-1].strip("→ "))
        text = unit.read_text()
        for line in ("Type=notify", "Restart=always", "StateDirectory=ppsd-web",
                     "SupplementaryGroups=ppsd", "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX"):
            self.assertIn(f"\n{line}\n", text)
        # The shared memory is the group's; ppsd-web is of it only for the status.
        self.assertIn("\nPrivateIPC=yes\n", text)
        self.assertFalse(re.findall("(?m)^(?:PrivateNetwork|IPAddressDeny)=.*", text))

    def allowed_calls(self, unit):
        """The unit's SystemCallFilter, spelled out."""
        allowed = set()
        for line in re.findall("(?m)^SystemCallFilter=(.*)$", unit.read_text()):
            words = line.lstrip("~").split()
            calls = set().union(*(self.calls_of(word) for word in words))
            allowed = allowed - calls if line.startswith("~") else allowed | calls
        return allowed

    def calls_of(self, word):
        if not word.startswith("@"):
            return {word}
        _, said = self.analysed("syscall-filter", "--no-pager", word)
        words = [w for line in said[1:] if not line.strip().startswith("#") for w in line.split()]
        return set().union(*(self.calls_of(w) for w in words))

    def test_system_calls_of_the_units(self):
        """what ppsd-units.service allows is enough to make units and to remove others'"""
        allowed = self.allowed_calls(self.units / "ppsd-units.service")
        self.assertNotIn("mount", allowed)
        trace = self.dir / "trace"
        shmid = segments.make(0, 96)
        segments.give_to(shmid, 1000)
        prepare = (program("strace", "strace"), "-f", "-qq", "-A", "-o", trace, PPSD, "--prepare",
                   "--config", self.empty)
        with segments.attached(shmid, 0): # a reader of root's, that is
            self.run_to_end(*prepare)
            self.assertEqual(segments.segments()[0].owner, 1000)
        done = self.run_to_end(*prepare)
        self.assertEqual(segments.segments()[0].owner, 0)
        if not trace.exists() or not trace.stat().st_size:
            self.skipTest("strace can't trace here: " + done.told())
        used = set(re.findall(r"(?m)^\d+ +(\w+)\(", trace.read_text()))
        self.assertLessEqual({"shmat", "semget", "shmctl"}, used)
        self.assertEqual(used - allowed - {"execve"}, set())

    @slow
    def test_system_calls(self):
        """the system calls of a running daemon are among those that the unit allows"""
        allowed = self.allowed_calls(self.unit)
        self.assertIn("shmget", allowed)
        self.assertNotIn("clock_settime", allowed)
        trace = self.dir / "trace"
        line = Pty(self.dir / "gps")
        self.addCleanup(line.close)
        receiver = Receiver(line.fd)
        self.addCleanup(receiver.stop)
        ppsd = self.start(program("strace", "strace"), "-f", "-qq", "-o", trace, PPSD, "--config",
                          self.empty, "--pps", "sim:drift=0", "--nmea", f"uart:{self.dir / 'gps'}",
                          *UNITS, "--lock-count", "2", "--realtime", "20", "--lock-memory", "yes",
                          "--user", "root", "--record", self.dir / "a.rec")
        if not wait_until(lambda: trace.exists() and trace.stat().st_size or not ppsd.running(), 10,
                          "strace") or not ppsd.running():
            self.skipTest("strace can't trace here: " + ppsd.told())
        self.watch(2).wait_rows(2, within=60)
        tracee = Path(f"/proc/{ppsd.pid}/task/{ppsd.pid}/children").read_text().split()[0]
        os.kill(int(tracee), signal.SIGTERM)
        self.assertEqual(ppsd.wait(), 0)
        used = set(re.findall(r"(?m)^\d+ +(\w+)\(", trace.read_text()))
        self.assertIn("shmat", used)
        # capset: root gives its capabilities up; the service's user has none.
        self.assertEqual(used - allowed - {"execve", "capset"}, set())
