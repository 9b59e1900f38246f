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
# and is silent, since its labels may be late then (line_load.hpp).
RATE = 6_000
PIECE = 200 # bytes, at least


def whole(kind, data):
    """A piece after which a sentence may begin: none of it swallows what follows."""
    return data if kind == "other protocols" else data + b"\r\n"


class Flooded(Receiver):
    """Besides its bursts, which stay whole, its line is full of something else."""

    def __init__(self, fd):
        self.kind = None
        self._line = threading.Lock()
        self._source = random.Random(16)
        super().__init__(fd)
        threading.Thread(target=self._flood, daemon=True).start()

    def _send(self, second):
        with self._line:
            # A wire keeps nothing for who doesn't read; a pty does, and it would come late.
            termios.tcflush(self._fd, termios.TCOFLUSH)
            super()._send(second)

    def _flood(self):
        data = bytes(PIECE)
        while True:
            time.sleep(len(data) / RATE)
            kind = self.kind
            if kind is None:
                continue
            data = b""
            while len(data) < PIECE:
                data += KINDS[kind](self._source, int(time.time()))
            try:
                with self._line:
                    write_all(self._fd, whole(kind, data), within=0.05)
            except OSError:
                pass


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
        receiver = Flooded(self._pty.fd)
        while True:
            kind, between = pipe.recv()
            receiver.kind = None if between else kind
            receiver.talk = garbage_test.Noise(16, KINDS[kind]) if between else burst

    def flood(self, kind, between):
        """between: before, between and after the sentences of each burst; else all the time. None:
        no more."""
        self._pipe.send((kind, between))

    def stop(self):
        self._process.kill()
        self._process.join()
