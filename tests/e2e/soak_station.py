"""A ppsd as its unit file runs it, started anew however it ended, and the seconds that this excuses."""

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time

import segments
from harness import PPSD, wait_until
from service_user import GROUP, USER

RESTART = 1.0 # s; the unit file's RestartSec is 5

# From its start or the end of a stop until a second must have its sample again. Half a second to
# start the program on a busy machine; 7 pulses, the first within a second: 2 tell which edge it is,
# 5 in a row find the phase (edges.hpp), and the seventh is published once its label has come. 5
# labels (lock-count) come meanwhile. After a stop it is less: a label that agrees and, if several
# were late, 5 more (numbering.hpp).
LOCKED_WITHIN = 0.5 + 7
# A second is published once its label is complete: delay, length at 9600 baud, 0.1 s of silence, or
# in a flood, which is never silent, the next label.
PUBLISHED_WITHIN = 1.5

RIGHTS = ("setpriv", "--reuid", str(USER), "--regid", str(GROUP), "--clear-groups", "--no-new-privs",
          "--bounding-set=-all", "--inh-caps=-all")


class Timeline:
    """What happened, with the time: a file that is kept if something fails."""

    def __init__(self, path):
        self.path = path
        self._file = open(path, "w", encoding="utf-8", buffering=1)
        self._events = []
        self.failures = []

    def note(self, who, what):
        self._file.write(f"{time.time():.3f} {who}: {what}\n")

    def event(self, name, to=""):
        self._events.append((time.time(), name))
        self.note("EVENT", f"{name} {to}")

    def fail(self, what):
        self.failures.append(what)
        self.note("FAILED", what)
        print(f"FAILED: {what}", flush=True)

    def before(self, second):
        """The last events before it, the nearest first."""
        near = [(second - at, name) for at, name in self._events if -3 < second - at < 60]
        return ", ".join(f"{name} {ago:.1f} s before" for ago, name in sorted(near)[:4]) or "no event"


class Child:
    """A ppsd that was started."""

    def __init__(self, station, argv, environment):
        self.ready = False
        self.to_end = None # why it is to end, and with which exit code
        self._station = station
        self.process = subprocess.Popen(argv, env=environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                        errors="replace")
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            self._station.timeline.note(self._station.name, line.rstrip())
            self.ready = self.ready or "sentences from" in line
        self.process.stderr.close()

    def send(self, number):
        self.process.send_signal(number)


class Station(threading.Thread):
    def __init__(self, name, folder, sources, units, timeline):
        super().__init__(daemon=True)
        self.name, self.units, self.timeline = name, units, timeline
        self.free = threading.Event() # clear: not started anew
        self.free.set()
        self.busy = threading.Lock()  # of an event that needs it for a while
        self.child = None
        self.starts = 0
        self.ending = False
        self.refused = False # somebody holds its lock: it may end with 1
        self._outages = [] # [begin, end, why]
        self._config = folder / f"{name}.conf"
        self.run_folder = folder / f"run-{name}"
        self.socket = self.run_folder / "status"
        self.recording = folder / "disk/log" / f"{name}.rec"
        self._settings = {**sources, "pps-unit": units[0], "nmea-unit": units[1], "record-size": 0.0625,
                          "record": self.recording, "status-socket": self.socket}
        self.configure()
        self.run_folder.mkdir()
        os.chown(self.run_folder, USER, GROUP)
        self._notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._notify.bind(str(folder / f"notify-{name}"))
        (folder / f"notify-{name}").chmod(0o777)
        threading.Thread(target=self._hear, daemon=True).start()
        self._environment = {**os.environ, "RUNTIME_DIRECTORY": str(self.run_folder),
                             "NOTIFY_SOCKET": str(folder / f"notify-{name}")}

    def configure(self, level="debug", more=""):
        text = "".join(f"{key} = {value}\n" for key, value in self._settings.items())
        self._config.write_text(f"{text}log-level = {level}\n{more}", encoding="ascii")

    def _hear(self):
        while True:
            self._notify.recv(65536)

    # Outages: what an event excuses.
    def begin_outage(self, why):
        outage = [time.time(), float("inf"), why]
        self._outages.append(outage)
        return outage

    def excused(self, second):
        return any(begin - PUBLISHED_WITHIN <= second <= end for begin, end, _ in self._outages)

    # Restart=always.
    def run(self):
        while not self.ending:
            self.free.wait()
            outage = self.begin_outage("start")
            self._prepare()
            self.child = child = Child(self, [*RIGHTS, PPSD, "--wait", "--config", self._config],
                                       self._environment)
            self.starts += 1
            self._close(outage)
            code = child.process.wait()
            self._ended(child, code)
            time.sleep(RESTART)

    def _close(self, outage):
        """It is over, and what led to it."""
        now = time.time()
        outage[1] = now + LOCKED_WITHIN
        for other in self._outages:
            other[1] = min(other[1], outage[1])

    def _prepare(self):
        done = subprocess.run([PPSD, "--prepare", "--config", self._config], env=self._environment,
                              capture_output=True, text=True, check=False)
        for line in done.stderr.splitlines():
            self.timeline.note(self.name, f"prepare: {line}")
        if done.returncode:
            self.timeline.fail(f"{self.name}: --prepare ended with {done.returncode}: {done.stderr}")

    def _ended(self, child, code):
        self.begin_outage("ended")
        child.reader.join(5)
        self.timeline.note(self.name, f"ended with {code}")
        if self.ending:
            return
        if child.to_end is None and not (self.refused and code == 1):
            self.timeline.fail(f"{self.name}: ended by itself with {code}, at {time.time():.3f}")
        elif child.ready and child.to_end and code not in child.to_end:
            self.timeline.fail(f"{self.name}: ended with {code}, not {child.to_end}")
        if code != -signal.SIGKILL and child.ready:
            self._expect_nothing_left(code)

    def _expect_nothing_left(self, code):
        there = segments.segments()
        for unit in self.units:
            if unit in there and segments.words(unit)["valid"]:
                self.timeline.fail(f"{self.name}: ended with {code}, and left unit {unit} valid")
        if self.socket.exists():
            self.timeline.fail(f"{self.name}: ended with {code}, and left its socket")

    # What events do.
    def end(self, number, why):
        """Ends it by a signal, if it runs."""
        if not self.alive():
            return
        child = self.child
        asked = number not in (signal.SIGKILL, signal.SIGABRT)
        child.to_end = (0,) if asked else (-number,)
        self.begin_outage(why)
        child.send(number)

    def stop(self, seconds):
        """Holds it up."""
        child = self.child
        outage = self.begin_outage("stop")
        child.send(signal.SIGSTOP)
        time.sleep(seconds)
        child.send(signal.SIGCONT)
        outage[1] = time.time() + LOCKED_WITHIN

    def hang_up(self):
        if self.runs():
            self.child.send(signal.SIGHUP)

    @contextlib.contextmanager
    def held_down(self, why):
        """Killed, and not started anew meanwhile."""
        self.free.clear()
        try:
            self.end(signal.SIGKILL, why)
            wait_until(lambda: self.child.process.poll() is not None, 10, "it was killed")
            yield
        finally:
            self.free.set()

    def alive(self):
        """There is a process, and nobody has ended it."""
        child = self.child
        return child is not None and child.to_end is None and child.process.poll() is None

    def runs(self):
        """It has started."""
        return self.alive() and self.child.ready

    def finish(self):
        self.ending = True
        self.free.set()
        if self.child:
            self.child.send(signal.SIGCONT)
            self.child.process.terminate()
        self.join(15)
