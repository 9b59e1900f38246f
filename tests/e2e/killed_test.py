"""ppsd is killed (SIGKILL) within 50 ms around a publication, a thousand times: whatever it leaves in
its segment, a reader never finds a mixture of two samples, nor a wrong second, and the next ppsd
takes the segment over.

Beside the simulated receiver without drift, all publish at the same moment of each second, and a
sample's two times are the same to a millisecond: one of another sample would be a second away. A
publication takes some 100 ns, so few of the kills hit the inside of one; tests/stress has a writer
that does nothing else, killed as often.
"""

import multiprocessing
import os
import random
import signal
import struct
import time

import segments
from harness import QUICK, SIM, Case
from sample_reader import COUNT, TRUE, Reader

KILLS = 60 if QUICK else 1000
UNITS = range(2, 2 + (30 if QUICK else 160)) # a ppsd on each, since it takes seconds to lock
SEED = int(os.environ.get("PPSD_E2E_SEED") or random.SystemRandom().randrange(2**32))
AFTER_SECOND = 0.020 # when it publishes (publisher.hpp)
WINDOW = 0.050
MOST_AT_ONCE = 24 # in a second, so that the machine has time for the others' publications


def read(addresses, pipe):
    """Until something comes; then what was found goes back."""
    reader, wrong = Reader(), []
    while not pipe.poll():
        for unit, address in addresses.items():
            sample = reader.look(address)
            if sample and (sample.mixed() or abs(sample.offset) >= TRUE):
                wrong.append(f"unit {unit}: {sample.words}")
        time.sleep(0.002) # what a killed one leaves behind stays until the next one comes
    pipe.send((wrong, reader.samples, reader.looks))


class KilledTest(Case):
    def setUp(self):
        super().setUp()
        self.addresses = {unit: segments.attach(segments.make(unit, 96)) for unit in UNITS}
        fork = multiprocessing.get_context("fork")
        self.pipe, pipe = fork.Pipe()
        self.reader = fork.Process(target=read, args=(self.addresses, pipe), daemon=True)
        self.reader.start()
        self.daemons = {}
        self.first = {} # count that each one found

    def count(self, unit):
        return struct.unpack("=i", segments.copy(self.addresses[unit] + COUNT, 4))[0]

    def start_on(self, unit):
        self.first[unit] = self.count(unit)
        self.daemons[unit] = self.ppsd(*SIM, "--pps-unit", unit, "--nmea-unit", "none",
                                       "--status-socket", "none", "--log-level", "error")

    def has_published(self, unit, samples):
        return self.count(unit) - self.first[unit] >= 2 * samples

    def kill_at(self, moments):
        """Each at its moment; when they were, and how many left an odd count behind."""
        were = []
        for moment, unit in sorted(moments):
            time.sleep(max(0.0, moment - time.time()))
            were.append(time.time())
            self.daemons[unit].send(signal.SIGKILL)
        for _, unit in moments:
            self.daemons[unit].kill()
        return were, sum(self.count(unit) % 2 for _, unit in moments)

    def kill_all(self, chance):
        """Until KILLS were in time: how many were, how many were late, and hit a publication."""
        in_time = late = inside = 0
        deadline = time.monotonic() + 300
        while in_time < KILLS:
            self.assertLess(time.monotonic(), deadline, f"seed {SEED}: {in_time} kills")
            ready = [unit for unit in UNITS if self.has_published(unit, 2)]
            chosen = chance.sample(ready, min(len(ready), MOST_AT_ONCE))
            middle = int(time.time() + 0.5) + 1 + AFTER_SECOND
            were, odd = self.kill_at([(middle + chance.uniform(-WINDOW / 2, WINDOW / 2), unit)
                                      for unit in chosen])
            hits = sum(abs(moment - middle) <= WINDOW / 2 for moment in were)
            in_time, late, inside = in_time + hits, late + len(were) - hits, inside + odd
            for unit in chosen:
                self.start_on(unit)
            time.sleep(0.1)
        return in_time, late, inside

    def test_killed(self):
        """killed around publication: no mixture, no wrong second, and the next one takes over"""
        print(f"figure: killed: PPSD_E2E_SEED={SEED} draws the same", flush=True)
        began = time.monotonic()
        for unit in UNITS:
            self.start_on(unit)
        in_time, late, inside = self.kill_all(random.Random(SEED))
        took = time.monotonic() - began
        deadline = time.monotonic() + 60
        while not all(self.has_published(unit, 1) for unit in UNITS):
            self.assertLess(time.monotonic(), deadline, f"seed {SEED}: the last ones don't publish")
            time.sleep(0.2)
        self.pipe.send("enough")
        wrong, samples, looks = self.pipe.recv()
        print(f"figure: killed: {in_time} times within {WINDOW * 1e3:.0f} ms around publication, "
              f"{late} times later, in {took:.0f} s; {inside} inside one; {samples} samples in "
              f"{looks} looks, {len(wrong)} wrong", flush=True)
        self.assertEqual(wrong, [], f"seed {SEED}")
        self.assertGreater(samples, KILLS)
