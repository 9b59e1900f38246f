"""Receivers that trickle their sentences into ptys, as a UART at some baud rate would."""

import os
import threading
import time
import tty
from dataclasses import dataclass, field

from receiver import sentence


# From the second to the burst, at one a second. (Below 0.1 s ppsd would want to be told which second
# is meant.)
DELAY = 0.15


def burst(when, size=600):
    """What a receiver says about that time (POSIX, s): RMC, GGA and so on, of about that size."""
    t = time.gmtime(int(when))
    clock = time.strftime("%H%M%S", t) + f"{when % 1:.2f}"[1:]
    said = [f"GNRMC,{clock},A,4717.11437,N,00833.91522,E,0.004,77.52,{time.strftime('%d%m%y', t)},,,A",
            "GNVTG,77.52,T,,M,0.004,N,0.008,K,A",
            f"GNGGA,{clock},4717.11399,N,00833.91590,E,1,08,1.01,499.6,M,48.0,M,,"]
    data = b"".join(sentence(text) for text in said)
    number = 0
    while len(data) < size:
        number += 1
        data += sentence(f"GPGSV,6,{number},24,23,38,230,44,29,71,156,47,07,29,116,41,08,09,081,36")
    return data


def ahead():
    """This thread goes ahead of all else, where that is allowed: a receiver doesn't wait for a
    processor."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        pass


@dataclass
class Line:
    """A pty and what a receiver sends into it. Pieces of at least 10 ms, as a UART's FIFO and a
    driver hand them over."""
    baud: int = 9600
    rate: int = 1 # bursts a second
    size: int = 600
    links: int = 1 # ptys that get the same
    slaves: list = field(default_factory=list)
    ended: float = 0.0 # when the last burst's last byte was sent, by time.monotonic()

    def __post_init__(self):
        self._masters = []
        for _ in range(self.links):
            master, slave = os.openpty()
            tty.setraw(slave)
            os.set_blocking(master, False)
            os.chmod(os.ttyname(slave), 0o666) # gpsd reads as nobody
            self._masters.append(master)
            self.slaves.append(os.ttyname(slave))
            self._keep = slave
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def path(self):
        return self.slaves[0]

    def stop(self):
        self._stop.set()
        self._thread.join()
        for master in self._masters:
            os.close(master)

    def _write(self, data):
        for master in self._masters:
            try:
                os.write(master, data)
            except BlockingIOError:
                pass # nobody reads: lost, as on a wire

    def _trickle(self, begin, data):
        byte_time = 10 / self.baud
        piece = max(1, int(0.0105 / byte_time))
        # The first byte is handed over at once: the FIFO's timer doesn't wait for more.
        self._write(data[:1])
        for at in range(1, len(data), piece):
            part = data[at:at + piece]
            due = begin + (at + len(part)) * byte_time
            if self._stop.wait(max(0.0, due - time.time())):
                return
            self._write(part)
        self.ended = time.monotonic()

    def _run(self):
        ahead()
        when = int(time.time()) + 1
        number = 0
        while not self._stop.is_set():
            label = when + number / self.rate
            begin = label + DELAY / self.rate
            if self._stop.wait(max(0.0, begin - time.time())):
                return
            self._trickle(begin, burst(label, self.size))
            number += 1
            behind = time.time() - (when + number / self.rate)
            if behind > 1 / self.rate:
                number += int(behind * self.rate)
