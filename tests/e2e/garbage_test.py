"""What isn't a good sentence is counted and named in the debug log, and nothing else happens."""

import random
import re
import time
from pathlib import Path

from harness import SECOND, Case, slow, wait_until
from receiver import Pty, Receiver, burst, sentence

UNIT = 4


def wrong_checksum(second):
    return sentence(f"GPRMC,{time.strftime('%H%M%S.00', time.gmtime(second + 7))},A,,,,,,,150330,,,A"
                    )[:-4] + b"ZZ\r\n"


def off_by_one_bit(second):
    """A sentence of another second, whose checksum doesn't fit."""
    good = bytearray(burst(second + 1).split(b"\r\n")[0])
    good[-1] = ord("0") if good[-1] != ord("0") else ord("1")
    return bytes(good) + b"\r\n"


class Noise:
    """Makes a receiver's talk: each burst, with noise before, between and after its sentences."""

    def __init__(self, seed, make):
        self._random = random.Random(seed)
        self._make = make
        self.bytes = 0

    def noise(self, second):
        data = self._make(self._random, second)
        self.bytes += len(data)
        return data

    def __call__(self, second):
        rmc, gga, _ = burst(second).split(b"\r\n")
        return b"".join((self.noise(second), b"\r\n", rmc, b"\r\n", self.noise(second), b"\r\n", gga,
                         b"\r\n", self.noise(second)))


def random_bytes(source, _):
    return source.randbytes(source.randrange(3000))


def bad_sentences(source, second):
    """Wrong checksums, none, half ones, and fields out of range."""
    kinds = (wrong_checksum(second), off_by_one_bit(second), b"$GPRMC,1234", b"$*00\r\n", b"$\r\n",
             b"$GPRMC,,,,,,,,,,,,*4B\r\n", sentence("GPRMC,246060.00,A,,,,,,,320013,,,A"), b"*" * 9,
             sentence("GPRMC,120000.00,A,,,,,,,-10-10,,,A"), sentence("GPGGA"), sentence(""),
             sentence("GPRMC" + "," * 70), sentence("G"), sentence("GPZDA,0,0,0,0,0,0"), b"\0" * 50)
    return b"".join(source.choices(kinds, k=30))


def endless_sentences(source, _):
    """10,000 characters each: with a good checksum, and with no end."""
    letters = "".join(source.choices("0123456789,ABCDEF", k=10_000))
    return sentence("GPRMC," + letters) + b"$GPRMC," + letters.encode() + sentence("GP" + letters)


def binary_packets(source, _):
    """u-blox UBX and Trimble TSIP, whose payload may hold whole sentences."""
    payload = source.randbytes(200)
    return (b"\xb5\x62\x01\x07" + len(payload).to_bytes(2, "little") + payload + b"\x00\x00" +
            b"\x10\x8f\xab" + source.randbytes(30) + b"\x10\x03")


def memory_kb(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1))


class GarbageTest(Case):
    def play(self, talk):
        line = Pty(self.dir / "gps")
        receiver = Receiver(line.fd, talk=talk)
        self.addCleanup(line.close)
        self.addCleanup(receiver.stop)
        return receiver

    def start_ppsd(self, *options):
        ppsd = self.ppsd("--nmea", f"uart:{self.dir / 'gps'}", "--nmea-unit", str(UNIT),
                         "--lock-count", "2", "--pps", "sim:drift=0", "--pps-unit", "2", *options)
        ppsd.expect("sentences from")
        return ppsd

    def check(self, make, verdict):
        """Samples on both units, all of them right, and the debug log says what was wrong."""
        talk = Noise(7, make)
        receiver = self.play(talk)
        ppsd = self.start_ppsd("--log-level", "debug")
        watch = self.watch(2, UNIT)
        wait_until(lambda: all(sum(row.unit == unit for row in watch.rows()) >= 4
                               for unit in (2, UNIT)), 30, "four samples on each unit")
        rows = watch.rows()
        self.assert_true_seconds([row for row in rows if row.unit == 2])
        for row in rows:
            self.assertIn(row.label // SECOND, receiver.sent)
            self.assertLess(abs(row.offset), SECOND // 2, row)
        self.assertTrue(ppsd.running(), ppsd.told())
        self.assertTrue([line for line in ppsd.err if re.search(verdict, line)], ppsd.told())
        self.assertTrue(all(line.isprintable() and len(line) <= 1000 for line in ppsd.err))
        self.assertEqual(ppsd.stop(), 0)

    @slow
    def test_random(self):
        """random bytes between good sentences"""
        self.check(random_bytes, "sentence at|burst at")

    @slow
    def test_bad_sentences(self):
        """wrong checksums and broken sentences between good ones, some of another second"""
        self.check(bad_sentences, "checksum")

    @slow
    def test_endless(self):
        """sentences of 10,000 characters between good ones"""
        self.check(endless_sentences, "too.long")

    @slow
    def test_binary(self):
        """binary packets between good sentences"""
        self.check(binary_packets, "label|sample")

    def test_memory(self):
        """megabytes of garbage: memory doesn't grow, and samples come all the same"""
        makers = (random_bytes, bad_sentences, endless_sentences, binary_packets)
        talk = Noise(8, lambda source, second: b"".join(make(source, second) for make in makers) * 5)
        receiver = self.play(talk)
        ppsd = self.start_ppsd()
        watch = self.watch(2)
        watch.wait_rows(2, within=30)
        wait_until(lambda: talk.bytes > 1_000_000, 30, "the first megabyte")
        before, seen = memory_kb(ppsd.pid), len(watch.rows())
        wait_until(lambda: talk.bytes > 4_000_000, 60, "four megabytes")
        self.assertLess(memory_kb(ppsd.pid) - before, 300, "kB")
        rows = watch.wait_rows(2, after=seen)
        self.assert_true_seconds(rows)
        self.assertTrue(all(row.label // SECOND in receiver.sent for row in rows))

    @slow
    def test_nothing_but_garbage(self):
        """nothing but garbage: no sample, and the state says what to look at"""
        source = random.Random(9)
        self.play(lambda second: source.randbytes(500) + bad_sentences(source, second))
        ppsd = self.start_ppsd()
        ppsd.expect("^no-labels: .*look at", within=20)
        watch = self.watch(2, UNIT, "--seconds", "3")
        self.assertEqual(watch.wait(), 1)
        self.assertEqual(ppsd.stop(), 0)


class SimFaultsTest(Case):
    def check_silent(self, fault, state):
        ppsd = self.ppsd("--pps", f"sim:drift=0,fault={fault}", "--nmea", f"sim:drift=0,fault={fault}",
                         "--pps-unit", "2", "--nmea-unit", "none", "--lock-count", "2")
        ppsd.expect(f"^{state}: ", within=20)
        watch = self.watch(2, "--seconds", "2")
        self.assertEqual(watch.wait(), 1)
        self.assertEqual(ppsd.stop(), 0)

    @slow
    def test_silent_faults(self):
        """no fix, no pulses, no sentences, wrong checksums: no sample, and the state says which"""
        for fault, state in (("no-fix", "no-fix"), ("no-pulses", "no-pulses"),
                             ("no-sentences", "no-labels"), ("bad-checksum", "no-labels")):
            with self.subTest(fault):
                self.check_silent(fault, state)

    @slow
    def test_faults_lived_with(self):
        """garbage, missing pulses, glitches and late labels: samples, all of them right"""
        fault = "garbage+missing-pulse+glitches+late-label"
        self.ppsd("--pps", f"sim:drift=0,fault={fault}", "--nmea", f"sim:drift=0,fault={fault}",
                  "--pps-unit", "2", "--nmea-unit", "none", "--lock-count", "2", "--edge", "rising")
        # A late label while the pulses' phase isn't known yet may be another second's: it takes 120 more.
        self.assert_true_seconds(self.watch(2).wait_rows(12, within=200))
