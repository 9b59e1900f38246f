"""The soak's reader: a process of an ordinary user in ppsd's group, which looks at all units."""

import multiprocessing
import os
import time
from dataclasses import dataclass, field

import segments
from harness import SECOND
from sample_reader import TRUE, Reader
from service_user import GROUP

NOBODY = 65534
LOOK_AGAIN = 0.02 # s, after which another segment of the unit is found


@dataclass
class Found:
    """Since the last time it was asked for."""
    seconds: list = field(default_factory=list) # (unit, second, how long after it, in s)
    mixed: list = field(default_factory=list)
    wrong: list = field(default_factory=list)
    unseen: list = field(default_factory=list)  # (unit, samples that the count says were between)
    samples: int = 0
    looks: int = 0
    slept: float = 0.0 # s, the longest time between two looks


class Looker:
    def __init__(self, pulse_units, label_units):
        self._limits = {**{unit: TRUE for unit in pulse_units},
                        **{unit: SECOND // 2 for unit in label_units}}
        self._at = {}    # by unit: segment id, address
        self._last = {}  # by unit: second
        self._count = {} # by unit: count
        self._reader = Reader()
        self.found = Found()

    def attach(self):
        """What is there by now."""
        there = segments.segments()
        for unit in self._limits:
            shmid = there[unit].id if unit in there and there[unit].size == 96 else None
            if self._at.get(unit, (None,))[0] == shmid:
                continue
            if unit in self._at:
                segments.detach(self._at[unit][1])
            self._at.pop(unit, None)
            self._count.pop(unit, None)
            try:
                if shmid is not None:
                    self._at[unit] = (shmid, segments.attach(shmid, segments.SHM_RDONLY))
                    self._reader.forget(self._at[unit][1])
            except OSError:
                pass # another's, or gone already

    def look(self):
        for unit, (_, address) in self._at.items():
            if sample := self._reader.look(address):
                self._judge(unit, sample)

    def _judge(self, unit, sample):
        now = time.time()
        before = self._last.get(unit, 0)
        age = now - sample.received / SECOND
        if sample.mixed():
            self.found.mixed.append(f"unit {unit}: {sample.words}")
        elif abs(sample.offset) >= self._limits[unit] or sample.second <= before or not 0 <= age < 6:
            self.found.wrong.append(f"unit {unit}: after {before}, {age:.3f} s old: {sample.words}")
        skipped = (sample.count - self._count.get(unit, sample.count)) // 2 - 1
        if skipped > 0:
            self.found.unseen.append((unit, sample.second, skipped))
        self._count[unit] = sample.count
        self._last[unit] = sample.second
        self.found.seconds.append((unit, sample.second, now - sample.second))

    def run(self, pipe):
        os.setgroups([])
        os.setgid(GROUP)
        os.setuid(NOBODY)
        attach_at = last = time.monotonic()
        while True:
            now = time.monotonic()
            self.found.slept = max(self.found.slept, now - last)
            last = now
            if now >= attach_at:
                self.attach()
                attach_at = now + LOOK_AGAIN
                if pipe.poll():
                    self._answer(pipe)
            self.look()
            time.sleep(0.0002)

    def _answer(self, pipe):
        pipe.recv()
        found, self.found = self.found, Found()
        found.samples, found.looks = self._reader.samples, self._reader.looks
        pipe.send(found)


class ReaderProcess:
    def __init__(self, pulse_units, label_units):
        fork = multiprocessing.get_context("fork")
        self._pipe, pipe = fork.Pipe()
        looker = Looker(pulse_units, label_units)
        self._process = fork.Process(target=looker.run, args=(pipe,), daemon=True)
        self._process.start()

    def found(self):
        self._pipe.send("tell")
        return self._pipe.recv()

    def stop(self):
        self._process.kill()
        self._process.join()
