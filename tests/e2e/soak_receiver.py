"""A receiver in a process of its own, since its seconds must be punctual, and floods on its line."""

import contextlib
import multiprocessing
import os
import random
import termios
import threading
import time

import garbage_test
from receiver import Pty, Receiver, burst, write_all

KINDS = {"random bytes": garbage_test.random_bytes, "bad sentences": garbage_test.bad_sentences,
         "endless sentences": garbage_test.endless_sentences,
         "other protocols": garbage_test.binary_packets}
# Bytes a second, of the 11,520 that 115200 baud carry: where a line is nearly full ppsd says line-full
# and is silent, since its labels may be late then (line_load.hpp). No more comes at once, either: a
# line can't do that.
RATE = 6_000
PIECE = 200 # bytes


def fitting(kind):
    """That noise, for three places in a second."""
    return lambda source, second: KINDS[kind](source, second)[:RATE // 3]


class Flooded(Receiver):
    """Besides its bursts, which stay whole, its line is full of something else."""

    def __init__(self, fd, talk):
        self.kind = None
        self._line = threading.Lock()
        self._source = random.Random(16)
        super().__init__(fd, talk)
        threading.Thread(target=self._flood, daemon=True).start()

    def _send(self, second):
        with self._line:
            # A wire keeps nothing for who doesn't read; a pty does, and it would come late.
            termios.tcflush(self._fd, termios.TCOFLUSH)
            super()._send(second)

    def _flood(self):
        data = b""
        while True:
            time.sleep(PIECE / RATE)
            kind = self.kind
            if kind is None:
                data = b""
                continue
            if not data:
                data = KINDS[kind](self._source, int(time.time()))
            # Of a packet that is cut the rest would be what comes next, a sentence too.
            at = len(data) if kind == "other protocols" else PIECE
            piece, data = data[:at], data[at:]
            with self._line, contextlib.suppress(OSError):
                write_all(self._fd, piece, within=0.05)


def talk(second):
    """After whatever came before it."""
    return b"\r\n" + burst(second)


class ReceiverProcess:
    def __init__(self, link):
        self._pty = Pty(link)
        os.chmod(os.readlink(link), 0o666)
        fork = multiprocessing.get_context("fork")
        self._pipe, pipe = fork.Pipe()
        self._process = fork.Process(target=self._run, args=(pipe,), daemon=True)
        self._process.start()

    def _run(self, pipe):
        # A busy machine makes no receiver late.
        with contextlib.suppress(PermissionError):
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))
        receiver = Flooded(self._pty.fd, talk)
        while True:
            kind, between = pipe.recv()
            receiver.kind = None if between else kind
            receiver.talk = garbage_test.Noise(16, fitting(kind)) if between else talk

    def flood(self, kind, between):
        """between: before, between and after the sentences of each burst; else all the time. None:
        no more."""
        self._pipe.send((kind, between))

    def stop(self):
        self._process.kill()
        self._process.join()
