#!/usr/bin/python3
"""ppsd beside gpsd as processes, on the same trickling receiver. Run by tests/bench/run, in
namespaces of its own: prints the rows as JSON.

usage: tests/bench/processes.py BUILD_DIR GPSD|- STATIC_PPSD|- SECONDS GROWTH
"""

import json
import math
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

# pylint: disable=wrong-import-position
import meter
import segments
from receivers import DELAY, Line, burst
from table import Row

LOCK_COUNT = 5


class Started:
    """Processes that are ended in the end."""

    def __init__(self):
        self._running = []

    def start(self, *argv):
        told = tempfile.TemporaryFile() # pylint: disable=R1732
        child = subprocess.Popen([str(word) for word in argv], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=told)
        child.told = told
        self._running.append(child)
        return child

    def check(self):
        """Says so if one has ended by itself: figures of it would be none."""
        for child in self._running:
            if child.poll() is not None:
                child.told.seek(0)
                last = (child.told.read().decode(errors="replace").strip().splitlines() or [""])[-1]
                sys.exit(f"{' '.join(child.args)} ended with {child.returncode}: {last}")

    def end(self):
        for child in self._running:
            child.terminate()
        for child in self._running:
            child.wait()
        self._running = []


class Server:
    """The same receiver over TCP, for one client."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._stop = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self):
        self._stop.set()
        self._socket.close()

    def _serve(self):
        try:
            connection, _ = self._socket.accept()
            with connection:
                while not self._stop.wait(1 + DELAY - time.time() % 1):
                    connection.sendall(burst(int(time.time())))
        except OSError:
            pass


def edges_to_verdicts(recording):
    """us from each pulse's stamp to the turn in which it has its verdict: the turn's first line is a
    note of the oscillator, with the time."""
    words = [line.split() for line in recording.read_text().splitlines()]
    return [(int(before[1]) - int(line[1])) / 1000 for before, line in zip(words, words[1:])
            if before[0] == "raw" and line[0] == "edge"]


def spread_row(what, unit, figures):
    figures = sorted(figures)
    most = figures[math.ceil(len(figures) * 0.99) - 1]
    return Row(what, unit, statistics.median(figures),
               beside=f"99 %: {most:.4g}, slowest of {len(figures)}: {figures[-1]:.4g}")


class Bench:
    def __init__(self, build, gpsd, static, seconds, latency_seconds):
        self.ppsd_program = Path(build) / "bin/ppsd"
        self.static_program = static
        self.gpsd_program = gpsd
        self.seconds = seconds
        self.latency_seconds = latency_seconds
        self.started = Started()
        self.config = tempfile.NamedTemporaryFile("w", suffix=".conf") # pylint: disable=R1732
        self.units = iter(range(10, 250, 2))

    def ppsd(self, path, *more, baud=9600, program=None):
        unit = next(self.units)
        # As its service runs it, it has nobody to become; to look for one would load libraries.
        child = self.started.start(
            program or self.ppsd_program, "--config", self.config.name, "--pps", "sim:drift=0", "--edge",
            "rising", "--nmea", f"uart:{path}", "--baud", baud, "--pps-unit", unit, "--nmea-unit",
            unit + 1, "--lock-count", LOCK_COUNT, "--user", "root", *more)
        child.unit = unit
        return child

    def gpsd(self, *devices):
        return self.started.start(self.gpsd_program, "-N", "-n", *devices)

    def first_samples(self, units, began, within=20):
        """s from `began` to the first sample in each unit's segment, or None."""
        found = dict.fromkeys(units)
        while None in found.values() and time.monotonic() - began < within:
            time.sleep(0.01)
            for unit in segments.segments().keys() & found.keys():
                if found[unit] is None and segments.words(unit)["count"] > 0:
                    found[unit] = time.monotonic() - began
        return list(found.values())

    def side_by_side(self):
        """CPU, wake-ups, system calls, memory on one receiver, 9600 baud, 600 bytes a second."""
        line = Line(links=3)
        ours = self.ppsd(line.slaves[0])
        static = self.ppsd(line.slaves[2], program=self.static_program) if self.static_program else None
        peer = self.gpsd(line.slaves[1]) if self.gpsd_program else None
        pids = [ours.pid] + ([peer.pid] if peer else [])
        time.sleep(LOCK_COUNT + 12) # locked
        self.started.check()
        running = meter.rates(pids, self.seconds)
        memory = {pid: meter.memory(pid) for pid in pids + ([static.pid] if static else [])}
        calls = meter.system_calls(pids, self.seconds / 2)
        self.started.end()
        line.stop()

        def row(what, unit, figures, who=ours, **goal):
            return Row(what, unit, figures.get(who.pid), figures.get(peer.pid) if peer else None,
                       "gpsd" if peer else "no gpsd", **goal)
        rows = [row("CPU per second", "us", {pid: cpu for pid, (cpu, _) in running.items()}, goal=0.1),
                row("wake-ups per second", "", {pid: wakes for pid, (_, wakes) in running.items()},
                    goal=15, absolute=True),
                row("system calls per second", "", calls, goal=0.2)]
        for name in ("Rss", "Pss", "Private_Dirty"):
            rows.append(row(f"memory, {name}", "KiB",
                            {pid: figures[name] for pid, figures in memory.items()}, goal=0.8))
            if static:
                rows.append(row(f"memory, {name}, static", "KiB",
                                {pid: figures[name] for pid, figures in memory.items()}, who=static,
                                goal=0.5))
        return rows

    def delays(self, line, *units):
        """{unit: ms from a burst's last byte to its pulse's sample, of some seconds}"""
        found = {unit: [] for unit in units}
        until = time.monotonic() + self.latency_seconds
        counts = {unit: segments.words(unit)["count"] for unit in units}
        while time.monotonic() < until or not all(found.values()):
            time.sleep(0.0005)
            for unit in units:
                count = segments.words(unit)["count"]
                if count % 2 == 0 and count != counts[unit]: # an update takes two steps
                    found[unit].append((time.monotonic() - line.ended) * 1000)
                    counts[unit] = count
        return found

    def latencies(self):
        """Alone; and with four processes to a core that are always ready, where it is shown what
        realtime and lock-memory bring."""
        rows = self._latencies({"idle": ()})
        for _ in range(4 * os.cpu_count()):
            self.started.start("sh", "-c", "while :; do :; done")
        return rows + self._latencies({"busy": (), "busy, realtime and lock-memory":
                                       ("--realtime", 20, "--lock-memory", "yes")})

    def _latencies(self, ways):
        with tempfile.TemporaryDirectory() as folder:
            line = Line(links=len(ways))
            children = {way: self.ppsd(path, "--record", f"{folder}/{way}", *options)
                        for path, (way, options) in zip(line.slaves, ways.items())}
            for thread in threading.enumerate(): # or the bursts, and the look at the clock, were late
                os.sched_setscheduler(thread.native_id, os.SCHED_FIFO, os.sched_param(30))
            time.sleep(LOCK_COUNT + 12)
            self.started.check()
            delays = self.delays(line, *(child.unit for child in children.values()))
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
            self.started.end()
            line.stop()
            rows = []
            for way, child in children.items():
                rows.append(spread_row(f"edge to verdict, {way}", "us",
                                       edges_to_verdicts(Path(folder) / way)))
                rows.append(spread_row(f"burst's last byte to valid, {way}", "ms", delays[child.unit]))
        return rows

    def disk(self):
        peer = meter.bytes_on_disk(self.gpsd_program) if self.gpsd_program else None
        rows = [Row("on disk, stripped, with its libraries", "KiB",
                    meter.bytes_on_disk(self.ppsd_program), peer, "gpsd", goal=0.8)]
        if self.static_program:
            rows.append(Row("on disk, static", "KiB", meter.bytes_on_disk(self.static_program), peer,
                            "gpsd", goal=0.5))
        return rows

    def first(self):
        """gpsd writes no segment for a pty, but does for TCP, to unit 0."""
        line = Line()
        server = Server()
        time.sleep(2)
        began = time.monotonic()
        units = [self.ppsd(line.path).unit]
        if self.gpsd_program:
            self.gpsd(f"tcp://127.0.0.1:{server.port}")
            units.append(0)
        ours, peer = (self.first_samples(units, began) + [None])[:2]
        self.started.end()
        line.stop()
        server.stop()
        return [Row("start to first sample", "s", ours, peer, "gpsd, over TCP", goal=LOCK_COUNT + 1,
                    absolute=True)]

    def growth(self):
        """us a second: by bursts, by baud rate, by processes; each set at the same time."""
        rates = {rate: Line(baud=115200, rate=rate) for rate in (1, 2, 5, 10, 25)}
        bauds = {baud: Line(baud=baud, size=300) for baud in (4800, 9600, 38400, 115200, 921600)}
        rows = []
        rows += self._grow("bursts a second at 115200 baud",
                           {rate: [self.ppsd(line.path, baud=115200)] for rate, line in rates.items()})
        rows += self._grow("baud, 350 bytes a second",
                           {baud: [self.ppsd(line.path, baud=baud)] for baud, line in bauds.items()})
        for line in (*rates.values(), *bauds.values()):
            line.stop()
        for count in (1, 4, 16):
            line = Line(links=count)
            rows += self._grow("process" if count == 1 else "processes",
                               {count: [self.ppsd(path) for path in line.slaves]})
            line.stop()
        return rows

    def _grow(self, what, children):
        time.sleep(LOCK_COUNT + 12)
        pids = [child.pid for group in children.values() for child in group]
        running = meter.rates(pids, min(self.seconds, 15))
        self.started.end()
        return [Row(f"growth: {key} {what}", "us/s", sum(running[child.pid][0] for child in group),
                    beside=f"{sum(running[child.pid][1] for child in group):.0f} wake-ups a second")
                for key, group in children.items()]


def main():
    build, gpsd, static, seconds, growth = sys.argv[1:]
    bench = Bench(build, None if gpsd == "-" else gpsd, None if static == "-" else static,
                  float(seconds), 120 if growth == "yes" else float(seconds))
    if not shutil.which("strip"):
        sys.exit("strip is missing: apt-get install binutils")
    os.sync() # pages of a program that was just linked would count as its own, dirty ones
    try:
        rows = bench.side_by_side() + bench.disk() + bench.latencies() + bench.first()
        if growth == "yes":
            rows += bench.growth()
    finally:
        bench.started.end()
        segments.remove_all()
    print(json.dumps([row.__dict__ for row in rows]))


main()
