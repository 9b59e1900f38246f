"""What the soak does to the two ppsd: each event is drawn, lasts a while, and runs beside others."""

import contextlib
import multiprocessing
import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import neighbour
import segments
import soak_receiver
from harness import PPSD, SIM, Process, as_nobody, wait_until
from service_user import GROUP, USER

ENDS = {"kill": 6, "term": 2, "int": 1, "quit": 1, "usr1": 1, "abrt": 1} # how often
SPARE = 1000 # units whose locks use up the system's semaphores
MOST_LOCKS = 64


def storm(path, seed):
    """Connections that come, read, stay, leave early, or write what nobody reads."""
    chance, kept = random.Random(seed), []
    for _ in range(chance.randrange(200, 1500)):
        client = socket.socket(socket.AF_UNIX)
        client.setblocking(False)
        with contextlib.suppress(OSError):
            client.connect(str(path))
            kind = chance.randrange(3)
            if kind == 0:
                client.send(bytes(1_000_000))
            elif kind == 1:
                client.recv(4096)
        kept.append(client)
        if len(kept) > 50:
            kept.pop(0).close()
        if chance.random() < 0.02:
            time.sleep(0.01)


class Disk:
    """A small file system of the recordings', in the folder `log` of it."""

    def __init__(self, folder):
        self.top, self.log = folder / "disk", folder / "disk/log"
        self.top.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=755", "tmpfs", self.top], check=True)
        self.make_log()

    def make_log(self):
        self.log.mkdir()
        os.chown(self.log, USER, GROUP)

    def fill(self):
        with contextlib.suppress(OSError), open(self.top / "fill", "ab", buffering=0) as file:
            while True:
                file.write(bytes(1024))

    def tidy(self):
        """Without what rotations left, so that it fills only when it is to."""
        for path in [*self.log.glob("*.rec.*"), *self.log.glob("*.rec-*")]:
            path.unlink(missing_ok=True)


class Events:
    """Those of one ppsd wait for each other, as do those of the disk and of the UART's line."""

    def __init__(self, folder, seed, roots, line, receiver, timeline):
        self._chance, self._timeline = random.Random(seed), timeline
        self._receiver, self._disk, self._python = receiver, Disk(folder), folder / "python"
        self.drawn = {} # by name: how often
        both, one = (roots, line), (line,)
        disk, wire, locks = (threading.Lock() for _ in range(3))
        # name: how often, to which ppsd, what it needs for itself (None: that ppsd), what it does
        self._kinds = {
            **{name: (often, both, None, self._end) for name, often in ENDS.items()},
            "stop": (5, both, None, self._stop),
            "hangup": (5, both, None, self._hang_up),
            "renamed": (4, both, disk, self._rename),
            "emptied": (3, both, disk, self._empty),
            "deleted": (3, both, disk, self._delete),
            "disk full": (3, both, disk, self._fill_disk),
            "folder read-only": (2, both, disk, self._read_only),
            "folder gone": (2, both, disk, self._folder_gone),
            "socket removed": (3, both, None, self._remove_socket),
            "storm": (4, both, None, self._storm),
            "squatter": (3, (roots,), None, self._squat), # a unit from 2 up is his who makes it first
            "lock held": (2, one, None, self._hold),
            "lock reset": (3, one, None, self._reset),
            "locks used up": (2, one, locks, self._use_up),
            "second writer": (4, both, None, self._second_writer),
            "segments removed": (2, both, None, self._remove_segments),
            "flood": (6, one, wire, self._flood)}
        Path("/proc/sys/kernel/sem").write_text(f"32000 1024000000 500 {MOST_LOCKS}")

    def draw(self):
        """Begins an event; it may be over at once, if what it needs is taken."""
        names = list(self._kinds)
        name = self._chance.choices(names, [often for often, *_ in self._kinds.values()])[0]
        chance = random.Random(self._chance.randrange(2**32))
        threading.Thread(target=self._run, args=(name, chance), daemon=True).start()

    def _run(self, name, chance):
        _, stations, needed, act = self._kinds[name]
        station = chance.choice(stations)
        needed = needed or station.busy
        if not needed.acquire(blocking=False):
            return
        try:
            if station.alive() if name in ENDS else station.runs():
                self.drawn[name] = self.drawn.get(name, 0) + 1
                self._timeline.event(name, station.name)
                act(name, chance, station)
                self._timeline.note("OVER", f"{name} {station.name}")
        except (OSError, AssertionError, subprocess.SubprocessError) as error:
            self._timeline.fail(f"{name}: {error!r}")
        finally:
            needed.release()

    def _nobody(self, *lines, stays=False):
        process = Process(neighbour.command(self._python, *lines, stays=stays), cwd=self._python,
                          **as_nobody())
        if not stays:
            process.wait()
        else:
            wait_until(lambda: process.out or not process.running(), 10, "the neighbour")
        if process.out != ["done"]:
            self._timeline.note("nobody", process.err)
        return process

    # What ends it, or holds it up.
    def _end(self, name, chance, station):
        child = station.child
        station.end(getattr(signal, f"SIG{name.upper()}"), name)
        wait_until(lambda: child.process.poll() is not None, 20, f"the end after {name}")

    def _stop(self, _, chance, station):
        station.stop(45 ** chance.random())

    def _remove_segments(self, name, _, station):
        there = segments.segments()
        child = station.child
        if 1 in station.units:
            # As a service, it ends so that root makes them again.
            child.to_end = (1,)
            station.begin_outage(name)
        for unit in station.units:
            segments.remove(there[unit].id)
        if 1 in station.units:
            wait_until(lambda: child.process.poll() is not None, 20, "the service ends")

    # Signals and files.
    def _hang_up(self, _, chance, station):
        station.configure(*chance.choice((("debug",), ("notice",), ("debug", "baud = fast\n"))))
        station.hang_up()
        time.sleep(1)
        station.configure()
        station.hang_up()

    def _rename(self, _, chance, station):
        with contextlib.suppress(FileNotFoundError):
            station.recording.rename(f"{station.recording}-{chance.randrange(9)}")
        self._after_rotation(chance, station)

    def _empty(self, _, chance, station):
        with contextlib.suppress(OSError):
            shutil.copy(station.recording, f"{station.recording}-{chance.randrange(9)}")
        with contextlib.suppress(FileNotFoundError):
            os.truncate(station.recording, chance.choice((0, 0, 1000)))
        self._after_rotation(chance, station)

    def _delete(self, _, chance, station):
        station.recording.unlink(missing_ok=True)
        self._after_rotation(chance, station)

    def _after_rotation(self, chance, station):
        if chance.random() < 0.7:
            station.hang_up()
        time.sleep(chance.uniform(0, 5))
        self._disk.tidy()

    def _fill_disk(self, _, chance, station):
        for _ in range(chance.randrange(3, 40)):
            self._disk.fill()
            time.sleep(1)
        (self._disk.top / "fill").unlink()

    def _read_only(self, _, chance, station):
        """Another file system is in the folder's place; one with open files can't be made so."""
        subprocess.run(("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", self._disk.log), check=True)
        time.sleep(chance.uniform(1, 30))
        subprocess.run(("umount", self._disk.log), check=True)

    def _folder_gone(self, _, chance, station):
        old = self._disk.top / "old"
        self._disk.log.rename(old)
        time.sleep(chance.uniform(0, 20))
        self._disk.make_log()
        shutil.rmtree(old)

    # Neighbours.
    def _remove_socket(self, _, chance, station):
        station.socket.unlink(missing_ok=True)

    def _storm(self, _, chance, station):
        storming = multiprocessing.get_context("fork").Process(
            target=storm, args=(station.socket, chance.randrange(2**32)), daemon=True)
        storming.start()
        storming.join(60)

    def _squat(self, name, chance, station):
        """In the moment of a restart; at times all was removed before."""
        with station.held_down(name):
            if chance.random() < 0.7:
                there, locks = segments.segments(), segments.locks()
                for unit in station.units:
                    segments.remove(there[unit].id)
                    if unit in locks:
                        segments.remove_lock(locks[unit].id)
            lines = [line for made in neighbour.made(*station.units) for line in made.split("; ")]
            lines += [f"segments.attach(segments.segments()[{unit}].id)" for unit in station.units]
            # What is root's is refused to him, and he goes on.
            squatter = self._nobody(*[f"exec('try: {line}\\nexcept OSError: pass')" for line in lines],
                                    stays=True)
        time.sleep(chance.uniform(0, 10))
        squatter.kill()

    def _hold(self, name, chance, station):
        """On units from 2 up a living holder keeps it from starting."""
        unit = station.units[0]
        station.refused = True
        with station.held_down(name):
            holder = self._nobody(f"segments.set_lock(segments.make_lock({unit}), 1)", stays=True)
        time.sleep(chance.uniform(0, 15))
        holder.kill()
        wait_until(station.runs, 20, "a start after the lock's holder was gone")
        station.refused = False

    def _reset(self, _, chance, station):
        if lock := segments.locks().get(station.units[0]):
            self._nobody(f"segments.set_lock({lock.id}, 0)")
        time.sleep(3)

    def _use_up(self, _, chance, station):
        self._nobody(f"exec('for unit in range({SPARE}, {SPARE + MOST_LOCKS}): "
                     "segments._libc.semget(segments.KEY_BASE + unit, 1, 0o1666)')")
        time.sleep(chance.uniform(5, 60))
        for unit, lock in segments.locks().items():
            if unit >= SPARE:
                segments.remove_lock(lock.id)

    def _second_writer(self, _, chance, station):
        unit = chance.choice(station.units)
        if unit not in segments.locks():
            return # there was none to be had
        second = Process([PPSD, "--config", "/dev/null", *SIM, "--pps-unit", unit, "--nmea-unit", "none",
                          "--status-socket", "none", "--user", "root"])
        try:
            if second.wait(5) != 1:
                raise AssertionError(second.told())
        finally:
            second.kill()

    def _flood(self, _, chance, station):
        self._receiver.flood(chance.choice(list(soak_receiver.KINDS)), chance.random() < 0.5)
        time.sleep(chance.uniform(2, 40))
        self._receiver.flood(None, False)
