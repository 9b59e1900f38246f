"""Reads samples of 64-bit time_t as ntpd does, and tells a mixture of two and a wrong second."""

import struct

import segments
from harness import SECOND

COUNT, VALID = 4, 48
WORDS = struct.Struct("=iiqi4xqiiiiiii") # from DESIGN.md's table
TRUE = SECOND // 1000 # a pulse's two times differ by less, beside a simulated receiver without drift


class Sample:
    """The words of a unit, as they were copied."""

    def __init__(self, words):
        self.words = words
        (self.mode, self.count, clock, self.clock_us, receive, self.receive_us, self.leap, _, _, _,
         self.clock_ns, self.receive_ns) = words
        self.second = clock
        self.received = receive * SECOND + self.receive_ns
        self.offset = clock * SECOND + self.clock_ns - self.received

    def mixed(self):
        """Whether its fields can't be of one sample."""
        return (self.clock_ns // 1000 != self.clock_us or self.receive_ns // 1000 != self.receive_us or
                (self.mode, self.leap) != (1, 0))


class Reader:
    """Copies units over and over: valid, count, all the words, count again."""

    def __init__(self):
        self._last = {} # by address
        self.samples = self.looks = 0

    def look(self, address):
        """The Sample at that address, if it is one that was not there before."""
        self.looks += 1
        if segments.copy(address + VALID, 4) == bytes(4):
            return None
        before = segments.copy(address + COUNT, 4)
        if self._last.get(address) == before:
            return None
        words = WORDS.unpack(segments.copy(address, WORDS.size))
        if segments.copy(address + COUNT, 4) != before:
            return None # a clash: it takes the next one
        sample = Sample(words)
        if sample.received < SECOND:
            return None # stale to its readers: it is being written, or was when it was killed
        self._last[address] = before
        self.samples += 1
        return sample

    def forget(self, address):
        """Another segment may be there from now on."""
        self._last.pop(address, None)
