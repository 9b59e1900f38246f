#!/usr/bin/env python3
"""The GPS receiver of an emulated board: one wire, one UART, and a notebook for its console.

At each whole second of this machine's clock it raises the board's GPIO line for 100 ms,
and shortly after writes that second as NMEA into the board's UART, no faster than a receiver would. Another UART may
hear something that is no receiver. Each line of the board's console is written down with the time of its arrival. Ends with QEMU.
"""

import argparse
import contextlib
import fcntl
import json
import os
import random
import socket
import struct
import sys
import termios
import threading
import time

SECOND_NS = 1_000_000_000
PULSE_NS = 100_000_000
# Where QEMU keeps devices that no other one owns.
UNATTACHED = "/machine/unattached"


def connect(path, patience_s=10.0):
    """A connection to one of QEMU's sockets, which appear a moment after its start."""
    deadline = time.monotonic() + patience_s
    while True:
        sock = socket.socket(socket.AF_UNIX)
        try:
            sock.connect(path)
            return sock
        except OSError as error:
            sock.close()
            if time.monotonic() > deadline:
                sys.exit(f"feeder: {path}: {error.strerror}: did QEMU start?")
            time.sleep(0.05)


def discard_unread(sock):
    """QEMU answers each command, a UART may echo: unread, it would block QEMU sooner or later."""
    with contextlib.suppress(BlockingIOError):
        while sock.recv(65536, socket.MSG_DONTWAIT):
            pass


class PulseLine:
    """GPIO line 3, set through QEMU's qtest: a QMP command keeps QEMU ten times as long, and the board's reads wait."""

    def __init__(self, qmp_path, qtest_path):
        controller = self._controller(qmp_path)
        self._sock = connect(qtest_path)
        self._commands = [f"set_irq_in {controller} unnamed-gpio-in 3 {level}\n".encode() for level in (0, 1)]

    @staticmethod
    def _controller(path):
        """The PL061's place among QEMU's objects."""
        with connect(path) as sock, sock.makefile("rw") as qmp:
            for command in ({"execute": "qmp_capabilities"},
                            {"execute": "qom-list", "arguments": {"path": UNATTACHED}}):
                qmp.write(json.dumps(command) + "\n")
            qmp.flush()
            for line in qmp:
                for child in json.loads(line).get("return") or []:
                    if child["type"] == "child<pl061>":
                        return f"{UNATTACHED}/{child['name']}"
        sys.exit("feeder: QEMU's machine has no GPIO controller PL061")

    def qemu(self):
        """Its process, and so its main thread."""
        pid, _, _ = struct.unpack("3i", self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        return pid

    def set(self, level):
        """Leaves the answer of the last time unread until now: this one is not to wait for it."""
        self._sock.sendall(self._commands[level])
        discard_unread(self._sock)


class Uart:
    """The board's UART. QEMU takes bytes at once: the baud rate is kept here."""

    CHUNK = 8

    def __init__(self, path, baud):
        self._sock = connect(path)
        self._ns_per_byte = 10 * SECOND_NS // baud

    def write(self, data, start_ns):
        """Each chunk arrives when its last byte would have; the first byte at start_ns.

        While the board hasn't opened its UART, what is sent is lost, as on a wire: QEMU's socket
        would keep it, and hand over many seconds at once.
        """
        if self._unread():
            return
        for at in range(0, len(data), self.CHUNK):
            chunk = data[at : at + self.CHUNK]
            sleep_until(start_ns + (at + len(chunk)) * self._ns_per_byte)
            self._sock.sendall(chunk)
        discard_unread(self._sock)

    def _unread(self):
        waiting = fcntl.ioctl(self._sock, termios.TIOCOUTQ, bytes(4))
        return int.from_bytes(waiting, sys.byteorder) > 0


def sleep_until(when_ns):
    delay_ns = when_ns - time.time_ns()
    if delay_ns > 0:
        time.sleep(delay_ns / SECOND_NS)


def spin_until(when_ns, spin_ns):
    """Asleep until spin_ns before, then awake: sleeping alone is late. Returns how late it is, in ns."""
    sleep_until(when_ns - spin_ns)
    while (now_ns := time.time_ns()) < when_ns:
        pass
    return now_ns - when_ns


def sentence(body):
    checksum = 0
    for byte in body.encode():
        checksum ^= byte
    return f"${body}*{checksum:02X}\r\n"


def satellites_in_view(count):
    """GSV sentences of up to four satellites each."""
    total = (count + 3) // 4
    for number in range(1, total + 1):
        in_this = range(4 * (number - 1) + 1, min(4 * number, count) + 1)
        each = "".join(f",{prn:02d},{5 + 5 * prn:02d},{(47 * prn) % 360:03d},{20 + prn}"
                       for prn in in_this)
        yield sentence(f"GPGSV,{total},{number},{count:02d}{each}")


def burst(second):
    """What a common receiver says about a second: its length varies with the satellites."""
    utc = time.gmtime(second)
    clock, date = time.strftime("%H%M%S.00", utc), time.strftime("%d%m%y", utc)
    position = "4807.03800,N,01131.00000,E"
    lines = [
        sentence(f"GPRMC,{clock},A,{position},0.004,,{date},,,A"),
        sentence(f"GPGGA,{clock},{position},1,08,1.01,545.4,M,46.9,M,,"),
        sentence("GPGSA,A,3,01,02,03,04,05,06,07,08,,,,,1.84,1.01,1.53"),
        *satellites_in_view(8 + second % 6),
    ]
    return "".join(lines).encode()


# What a port that has no receiver may hear, a function that makes it from a random.Random.
OTHERS = {
    "silence": lambda _: b"",
    "text": lambda draw: draw.choice([
        b"\r\nDebian GNU/Linux 13 board ttyS0\r\n\r\nboard login: ",
        b"\r\n+CSQ: 17,99\r\n\r\nOK\r\n",
        b"$PPSD is no receiver, whatever it begins with, and has no checksum\r\n",
    ]),
    "noise": lambda draw: draw.randbytes(draw.randrange(400)),
}


class Other(threading.Thread):
    """Sends what is no receiver's, all the time and at no time in particular."""

    def __init__(self, uart, what, seed):
        super().__init__(daemon=True)
        self._uart, self._make, self._draw = uart, OTHERS[what], random.Random(seed)

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                self._uart.write(self._make(self._draw), time.time_ns())
                time.sleep(self._draw.uniform(0.05, 0.8))


class Console(threading.Thread):
    """Writes the board's console into a file, each line with this machine's time of its arrival."""

    def __init__(self, path, log):
        super().__init__(daemon=True)
        self._lines = connect(path).makefile("rb")
        self._log = log

    def run(self):
        with open(self._log, "w", buffering=1, encoding="utf-8") as log:
            for line in self._lines:
                arrival = time.time()
                text = line.decode(errors="replace").replace("\r", "").rstrip()
                log.write(f"{arrival:.6f} {text}\n")


def feed(line, uart, delay_ns, spin_ns):
    """Second after second, until QEMU goes away. Prints how late the pulses were sent."""
    late_ns = []
    try:
        while True:
            second = time.time_ns() // SECOND_NS + 1
            # Before the pulse: QEMU may need this processor to set the line.
            sentences = burst(second)
            late_ns.append(spin_until(second * SECOND_NS, spin_ns))
            line.set(1)
            sleep_until(second * SECOND_NS + PULSE_NS)
            line.set(0)
            uart.write(sentences, second * SECOND_NS + delay_ns)
    except OSError:
        late_ns.sort()
        median_us, worst_us = late_ns[len(late_ns) // 2] / 1e3, late_ns[-1] / 1e3
        print(f"feeder: {len(late_ns)} pulses, sent late by {median_us:.0f} us in the median, "
              f"{worst_us:.0f} us at most")


def keep_time(qemu):
    """Where that is allowed: ahead of the compilers that may run beside us and of the emulated processors. QEMU's
    main thread, which sets the line while those wait, is ahead of all."""
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(2))
        os.sched_setscheduler(qemu, os.SCHED_FIFO, os.sched_param(3))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--qmp", required=True, help="QEMU's control socket")
    parser.add_argument("--qtest", required=True, help="QEMU's socket for qtest, which sets the line")
    parser.add_argument("--uart", required=True, help="the socket of the board's UART")
    parser.add_argument("--console", required=True, help="the socket of the board's console")
    parser.add_argument("--console-log", required=True, help="file for what the console says")
    parser.add_argument("--baud", type=int, default=9600)
    parser.add_argument("--delay", type=float, default=0.12, help="s from pulse to first byte")
    parser.add_argument("--spin", type=float, default=0.002,
                        help="s for which a processor is busy before each pulse, and not QEMU's")
    parser.add_argument("--other-uart", help="the socket of a UART without a receiver")
    parser.add_argument("--other-sends", choices=sorted(OTHERS), default="silence",
                        help="what comes there")
    parser.add_argument("--seed", type=int, default=1, help="of what comes there")
    args = parser.parse_args()
    console = Console(args.console, args.console_log)
    console.start()
    line, uart = PulseLine(args.qmp, args.qtest), Uart(args.uart, args.baud)
    if args.other_uart:
        Other(Uart(args.other_uart, args.baud), args.other_sends, args.seed).start()
    keep_time(line.qemu())
    feed(line, uart, round(args.delay * SECOND_NS), round(args.spin * SECOND_NS))
    console.join(timeout=2)


if __name__ == "__main__":
    main()
