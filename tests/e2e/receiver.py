"""A receiver played by a thread: a burst of sentences a little after each of the system's seconds."""

import os
import select
import threading
import time
import tty
from functools import reduce


def sentence(text):
    checksum = reduce(lambda sum, byte: sum ^ byte, text.encode(), 0)
    return f"${text}*{checksum:02X}\r\n".encode()


def burst(second, fix=True):
    """RMC and GGA of that POSIX second."""
    t = time.gmtime(second)
    clock, date = time.strftime("%H%M%S.00", t), time.strftime("%d%m%y", t)
    status, mode, quality = ("A", "A", 1) if fix else ("V", "N", 0)
    return (sentence(f"GPRMC,{clock},{status},4717.114,N,00833.915,E,0.0,77.5,{date},,,{mode}") +
            sentence(f"GPGGA,{clock},4717.114,N,00833.915,E,{quality},08,1.0,499.6,M,48.0,M,,"))


def no_fix(second):
    return burst(second, fix=False)


def write_all(fd, data, within=5.0):
    """Waits for a slow reader; OSError or TimeoutError if there is none."""
    deadline = time.monotonic() + within
    while data:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([], [fd], [], left)[1]:
            raise TimeoutError("nobody reads what the receiver sends")
        try:
            data = data[os.write(fd, data):]
        except BlockingIOError:
            pass


class Pty:
    """A pty, with a link to it whose name stays when another one takes its place."""

    def __init__(self, link):
        self.fd, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(self.fd, False)
        new = f"{link}.new"
        os.symlink(os.ttyname(slave), new)
        os.replace(new, link)
        os.close(slave)

    def close(self):
        os.close(self.fd)


class Fifo:
    """A FIFO's writing side; makes the FIFO if there is none."""

    def __init__(self, path):
        if not os.path.exists(path):
            os.mkfifo(path)
        # For reading as well, so that it can be opened before anybody reads.
        self.fd = os.open(path, os.O_RDWR | os.O_NONBLOCK)

    def close(self):
        os.close(self.fd)


class Receiver:
    """Sends talk(second) `delay` seconds after each second, until it is stopped.

    With a baud rate its bytes trickle, ten at a time as out of a UART's FIFO; else they come at once.
    `talk` may be replaced at any time. `sent` says for each second when its first byte was about to
    be written, by the system's clock in ns. What can't be written is lost, as on a wire.
    """

    def __init__(self, fd, talk=burst, delay=0.1, baud=None):
        self.talk = talk
        self._baud = baud
        self.sent = {}
        self._fd = fd
        self._delay = delay
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self):
        self._stop.set()
        self._thread.join()

    def _run(self):
        second = int(time.time()) + 1
        while not self._stop.wait(max(0.0, second + self._delay - time.time())):
            self._send(second)
            # A thread that overslept says what a receiver would say by then.
            second = max(second + 1, int(time.time() - self._delay) + 1)

    def _send(self, second):
        data = self.talk(second)
        self.sent[second] = time.time_ns()
        pieces = [data] if not self._baud else [data[at:at + 10] for at in range(0, len(data), 10)]
        try:
            for number, piece in enumerate(pieces):
                self._pause(second + self._delay + number * 100 / (self._baud or 1e9))
                write_all(self._fd, piece, within=0.5)
        except OSError:
            pass

    def _pause(self, until):
        self._stop.wait(max(0.0, until - time.time()))
