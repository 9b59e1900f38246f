"""Other users of the machine, who make units 0 and 1 first, hold or reset a lock, or use up all of
them; and root, who removes what is in use. ppsd publishes all the same, and says what it found.
"""

import os
import signal
import time
from pathlib import Path

import neighbour
import segments
from harness import PPSCTL, PPSD, SIM, Case, as_nobody, slow, wait_until
from service_test import Manager
from service_user import ServiceCase

ROOTS = ("--pps-unit", "1", "--nmea-unit", "0")
ONE = ("--pps-unit", "2", "--nmea-unit", "none")


class Neighbours:
    """For a Case: lines of Python run as another user, who then waits until he is killed."""

    def neighbour(self, *lines, stays=True, **user):
        process = self.start(*neighbour.command(self.dir / "python", *lines, stays=stays),
                             cwd=self.dir / "python", **(user or as_nobody()))
        if stays:
            wait_until(lambda: process.out or not process.running(), 10, "the neighbour")
        else:
            process.wait()
        self.assertEqual(process.out, ["done"], process.err)
        return process

    def squat(self, *units, more=(), **how):
        return self.neighbour(*neighbour.made(*units), *more, **how)

    def publishes(self, ppsd, unit, *watched):
        ppsd.expect("^locked")
        rows = self.watch(unit, *watched).wait_rows(2)
        self.assert_true_seconds([row for row in rows if row.unit == int(unit)])


class FirstTest(Neighbours, ServiceCase):
    def assert_roots(self):
        self.assertEqual(self.status(), {0: (0, 0o660), 1: (0, 0o660)})
        for unit, lock in segments.locks().items():
            self.assertIn(unit, (0, 1))
            self.assertEqual((lock.owner, lock.creator, lock.mode & 0o777), (0, 0, 0o660))
        self.assertEqual(len(segments.locks()), 2)

    def test_made_first(self):
        """segments and locks that another made first: root's part removes them and names him"""
        self.squat(0, 1, stays=False)
        said = self.prepare(*SIM, *ROOTS)
        self.assertEqual(len(said), 4, said)
        for unit in (0, 1):
            for thing in ("it belonged to nobody: removed, and made anew",
                          "its lock belonged to nobody: removed, and made anew"):
                self.assertEqual(sum(f"SHM unit {unit} " in line and thing in line for line in said),
                                 1, said)
        self.assert_roots()
        ppsd = self.service(*SIM, *ROOTS)
        self.publishes(ppsd, "1")
        self.assertFalse([line for line in ppsd.err if "SHM unit" in line], ppsd.err)

    def test_given_to_root(self):
        """he gave them to root, and stays attached: his all the same"""
        self.squat(1, more=("import ctypes", "L = ctypes.CDLL(None)",
                            "buffer = (ctypes.c_char * 256)()",
                            "i = segments.segments()[1].id",
                            "L.shmctl(i, 2, buffer)",
                            "ctypes.memset(ctypes.addressof(buffer) + 4, 0, 4)", # its uid
                            "L.shmctl(i, 1, buffer)", "segments.attach(i)"))
        self.assertEqual(segments.segments()[1].owner, 0)
        refused = self.service(*SIM, *ROOTS)
        self.assertEqual(refused.wait(), 1)
        said = self.prepare(*SIM, *ROOTS)
        self.assertTrue(any("unit 1 " in line and "belonged to nobody" in line for line in said), said)
        self.assert_roots()

    def test_tries_again(self):
        """he is there again at once, in a tight loop: root's part wins"""
        loop = ("import time", "libc = segments._libc",
                "stop = time.monotonic() + 60",
                "exec('while time.monotonic() < stop: "
                "libc.shmget(0x4E545031, 96, 0o1666); libc.semget(0x4E545031, 1, 0o1666)')")
        squatter = self.start(*neighbour.command(self.dir / "python", *loop, stays=False),
                              cwd=self.dir / "python", **as_nobody())
        wait_until(lambda: 1 in segments.segments() and 1 in segments.locks(), 10, "the squatter")
        self.prepare(*SIM, *ROOTS)
        self.assertTrue(squatter.running())
        self.assert_roots()

    def test_by_hand(self):
        """started by hand as root, ppsd does root's part itself, for the units that it uses"""
        self.squat(0, 1, stays=False)
        ppsd = self.start(PPSD, "--config", self.empty, *SIM, "--pps-unit", "1", "--nmea-unit", "none")
        self.publishes(ppsd, "1")
        self.assertTrue([line for line in ppsd.err if "it belonged to nobody" in line], ppsd.err)
        self.assertEqual(segments.segments()[1].owner, 0)
        self.assertNotEqual(segments.segments()[0].owner, 0)

    def test_readers_attached(self):
        """a reader of root's is attached: one message, nothing is removed; once it is stopped, it is"""
        self.squat(1, stays=False)
        reader = self.neighbour("segments.attach(segments.segments()[1].id)", user="root")
        before = segments.segments()[1]
        said = self.prepare(*SIM, *ROOTS, code=1)
        self.assertEqual(len(said), 1, said)
        self.assertRegex(said[0], rf"^ppsd: SHM unit 1 \(key 0x4e545031\): Device or resource busy; it "
                                  rf"belongs to nobody, .*process {reader.pid} \(.*\) is attached")
        self.assertEqual(segments.segments()[1], before)
        reader.kill()
        self.prepare(*SIM, *ROOTS)
        self.assert_roots()

    def test_rights_of_the_unit(self):
        """the rights that ppsd-units.service has are enough, also to see a reader of root's"""
        self.squat(0, 1, stays=False)
        reader = self.neighbour("segments.attach(segments.segments()[1].id)", user="root")
        few = ("setpriv", "--bounding-set=-all,+sys_admin", "--inh-caps=-all", "--no-new-privs", PPSD,
               "--prepare", "--config", self.empty, *SIM, *ROOTS)
        done = self.run_to_end(*few)
        self.assertEqual(done.code, 1, done.err)
        self.assertRegex(done.err[-1], f"process {reader.pid} .* is attached")
        reader.kill()
        done = self.run_to_end(*few)
        self.assertEqual(done.code, 0, done.err)
        self.assert_roots()


class LockTest(Neighbours, ServiceCase):
    @slow
    def test_stranger_first(self):
        """unit 1's lock was made by another: a warning, and it publishes"""
        self.prepare(*SIM, *ROOTS)
        segments.remove_lock(segments.locks()[1].id)
        self.neighbour("i = segments.make_lock(1)", "segments.set_lock(i, 1)", stays=False)
        ppsd = self.service(*SIM, *ROOTS)
        ppsd.expect("SHM unit 1 .*: no lock keeps a second writer away: the semaphore belongs to nobody")
        self.publishes(ppsd, "1")

    @slow
    def test_none_there(self):
        """unit 1's lock is not there: a warning that says what to do, and it publishes"""
        self.prepare(*SIM, *ROOTS)
        segments.remove_lock(segments.locks()[1].id)
        ppsd = self.service(*SIM, *ROOTS)
        ppsd.expect("SHM unit 1 .*: no lock keeps a second writer away: .*; .*ppsd --prepare")
        self.publishes(ppsd, "1")
        self.assertNotIn(1, segments.locks(), "only root may be the first")

    def test_not_theirs(self):
        """no ordinary user can take, reset or remove the locks of units 0 and 1"""
        self.prepare(*SIM, *ROOTS)
        ppsd = self.service(*SIM, *ROOTS)
        ppsd.expect("^locked")
        before = segments.locks()
        for call in (f"semctl({before[1].id}, 0, segments.SETVAL, 0)",
                     f"semctl({before[1].id}, 0, segments.IPC_RMID)",
                     "semget(0x4E545031, 1, 0o666)"):
            self.neighbour(f"assert segments._libc.{call} == -1", stays=False)
        self.assertEqual(segments.locks(), before)

    def test_kept(self):
        """ppsd ends: segments and locks stay as they are, and are found by the next one"""
        self.prepare(*SIM, *ROOTS)
        before = segments.locks(), segments.segments()
        for number in (signal.SIGTERM, signal.SIGKILL):
            ppsd = self.service(*SIM, *ROOTS)
            ppsd.expect("sentences from")
            self.assertEqual([lock.value for lock in segments.locks().values()], [1, 1])
            ppsd.stop(number)
            wait_until(lambda: segments.locks() == before[0], 5, "the locks given back")
            self.assertEqual(segments.segments(), before[1])
        self.service(*SIM, *ROOTS).expect("sentences from")
        second = self.service(*SIM, *ROOTS)
        self.assertEqual(second.wait(), 1)
        self.assertRegex(second.err[-1], "writes to it already")


class HeldTest(Neighbours, Case):
    def setUp(self):
        super().setUp()
        as_nobody()
        self.dir.chmod(0o755)

    @slow
    def test_holder_gone(self):
        """held by a process that is gone: a warning that names it, and it publishes"""
        holder = self.neighbour("i = segments.make_lock(2)", "segments.set_lock(i, 1)", stays=False)
        ppsd = self.ppsd(*SIM, *ONE)
        ppsd.expect(rf"SHM unit 2 .*left held by process {holder.pid}, which is gone: taken over")
        self.publishes(ppsd, "2")
        second = self.ppsd(*SIM, *ONE)
        self.assertEqual(second.wait(), 1)
        self.assertRegex(second.err[-1], rf"process {ppsd.pid} \(ppsd\) writes to it already")

    def nobodys(self, *options):
        copy = self.dir / "ppsd"
        copy.write_bytes(Path(PPSD).read_bytes())
        copy.chmod(0o755)
        return self.start(copy, "--config", self.empty, *options, **as_nobody())

    @slow
    def test_no_right(self):
        """a lock that may not be asked: a warning, and it publishes"""
        segments.make_lock(2, 0o600)
        ppsd = self.nobodys(*SIM, *ONE)
        ppsd.expect("SHM unit 2 .*: no lock keeps a second writer away: Permission denied; ")
        self.publishes(ppsd, "2")

    @slow
    def test_used_up(self):
        """the system's semaphores are used up: a warning that names the limit, and it publishes"""
        limit = Path("/proc/sys/kernel/sem")
        before = limit.read_text()
        self.addCleanup(limit.write_text, before)
        limit.write_text("32000 1024000000 500 0")
        ppsd = self.ppsd(*SIM, *ONE)
        ppsd.expect("SHM unit 2 .*: no lock keeps a second writer away: .*kernel.sem")
        self.publishes(ppsd, "2")

    @slow
    def test_reset(self):
        """a unit from 2 up: another resets the lock; said once, taken anew, and a second is refused"""
        ppsd = self.ppsd(*SIM, *ONE)
        self.publishes(ppsd, "2")
        reset = f"segments.set_lock({segments.locks()[2].id}, 0)"
        culprit = self.neighbour(reset)
        ppsd.expect(rf"SHM unit 2 .*: its lock was reset by process {culprit.pid} \(python.*taken anew")
        self.neighbour(reset, stays=False)
        wait_until(lambda: segments.locks()[2].value == 1, 5, "the lock taken anew")
        self.assertEqual(sum("its lock was reset" in line for line in ppsd.err), 1, ppsd.err)
        second = self.ppsd(*SIM, *ONE)
        self.assertEqual(second.wait(), 1)

    @slow
    def test_reset_and_taken(self):
        """reset, and a second one comes in: each names what it can, and both go on"""
        first = self.ppsd(*SIM, *ONE)
        self.publishes(first, "2")
        first.send(signal.SIGSTOP)
        segments.set_lock(segments.locks()[2].id, 0)
        second = self.ppsd(*SIM, *ONE)
        second.expect("sentences from")
        first.send(signal.SIGCONT)
        first.expect(rf"process {second.pid} \(ppsd\) writes to it already.*its lock was lost")

    @slow
    def test_reader_not_named(self):
        """something writes without asking: who only reads is not named"""
        ppsd = self.ppsd(*SIM, *ONE)
        watch = self.watch("2")
        watch.wait_rows(1)
        shmid = segments.segments()[2].id
        # Who uses it last is the reader.
        self.neighbour(f"segments.write({shmid}, bytes([1, 0, 0, 0, 0xE9, 3, 0, 0]))", stays=False)
        reader = self.watch("2")
        line = ppsd.expect("SHM unit 2 .*: something else writes to it, too") - 1
        self.assertNotIn(str(reader.pid), ppsd.err[line])
        self.assertNotIn("perhaps", ppsd.err[line])

    @slow
    def test_writer_named(self):
        """something that stays attached for writing is named, where ppsd may see that"""
        ppsd = self.nobodys(*SIM, *ONE)
        self.watch("2").wait_rows(1)
        writer = self.neighbour(
            f"a = segments.attach({segments.segments()[2].id})",
            "segments.ctypes.memmove(a, bytes([1, 0, 0, 0, 0xE9, 3, 0, 0]), 8)")
        ppsd.expect(rf"something else writes to it, too; perhaps process {writer.pid} \(python")


class RemovedTest(ServiceCase):
    def remove_both(self):
        for unit in (0, 1):
            segments.remove(segments.segments()[unit].id)

    def test_service_ends(self):
        """both segments removed: the service ends with 1; prepared and started anew, it publishes"""
        self.prepare(*SIM, *ROOTS)
        manager = Manager(self.dir / "notify")
        self.addCleanup(manager.close)
        (self.dir / "notify").chmod(0o777)
        run = {"env": {**os.environ, "NOTIFY_SOCKET": str(self.dir / "notify")}}
        ppsd = self.service(*SIM, *ROOTS, **run)
        ppsd.expect("^locked")
        self.remove_both()
        self.assertEqual(ppsd.wait(10), 1, ppsd.err)
        self.assertTrue([line for line in ppsd.err if "only root may make" in line], ppsd.err)
        self.assertRegex(ppsd.err[-1] + ppsd.err[-2] + "".join(ppsd.err), "ppsd --prepare")
        self.prepare(*SIM, *ROOTS)
        again = self.service(*SIM, *ROOTS, **run)
        again.expect("^locked")
        self.assert_true_seconds([row for row in self.watch("1").wait_rows(2)])

    @slow
    def test_state(self):
        """by hand: the state is unit-removed, the exit code 1; root makes the units, and it is locked"""
        self.prepare(*SIM, *ROOTS)
        folder = self.dir / "run"
        folder.mkdir()
        folder.chmod(0o777)
        ppsd = self.service(*SIM, *ROOTS, "--status-socket", folder / "status")
        ppsd.expect("^locked")
        status = lambda: self.run_to_end(PPSCTL, "status", "--socket", folder / "status")
        self.assertEqual(status().code, 0)
        self.remove_both()
        wait_until(lambda: status().code == 1, 10, "exit code 1")
        done = status()
        self.assertRegex(done.out[0], r"^unit-removed: SHM unit [01] .*only root may make")
        self.assertTrue(ppsd.running())
        time.sleep(1)
        self.prepare(*SIM, *ROOTS)
        wait_until(lambda: status().code == 0, 15, "locked again")
        self.assert_true_seconds([row for row in self.watch("1").wait_rows(2)])
