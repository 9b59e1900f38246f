"""The Python module: python-ntpdshm's calls, and what goes beyond them."""

import ctypes
import errno
import os
import struct
import subprocess
import sys
import time
import unittest

import ntpdshm

BASE = 0x51510000 + (os.getpid() & 0x7FFF) * 0x100
UNIT = 2
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.shmat.restype = ctypes.c_void_p
LIBC.shmat.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_int]
LIBC.shmdt.argtypes = [ctypes.c_void_p]
IPC_RMID = 0
IPC_CREAT = 0o1000


def remove(key):
    shmid = LIBC.shmget(key, 0, 0)
    if shmid >= 0:
        LIBC.shmctl(shmid, IPC_RMID, None)


def words(size):
    """The segment's bytes through another attachment."""
    address = LIBC.shmat(LIBC.shmget(BASE + UNIT, 0, 0), None, 0)
    data = ctypes.string_at(address, size)
    LIBC.shmdt(address)
    return data


class Case(unittest.TestCase):
    layout = "time64"

    def setUp(self):
        remove(BASE + UNIT)
        self.addCleanup(remove, BASE + UNIT)
        self.shm = self.open()

    def open(self, **more):
        return ntpdshm.NtpdShm(UNIT, BASE, **{"layout": self.layout, **more})


class Fields(Case):
    def test_read_and_write(self):
        for name in (
            "mode count clockTimeStampSec clockTimeStampUSec clockTimeStampNSec "
            "receiveTimeStampSec receiveTimeStampUSec receiveTimeStampNSec leap precision "
            "nsamples valid"
        ).split():
            for value in (0, 1, 5):
                with self.subTest(name=name, value=value):
                    setattr(self.shm, name, value)
                    self.assertEqual(getattr(self.shm, name), value)
                    self.assertIs(type(getattr(self.shm, name)), int)

    def test_mode_of_a_new_segment(self):
        self.assertEqual(self.shm.mode, 1)

    def test_valid_takes_a_bool(self):
        for value in (True, False):
            self.shm.valid = value
            self.assertEqual(self.shm.valid, int(value))
            self.assertIs(type(self.shm.valid), int)

    def test_words_overflow(self):
        for value in (2**31, -(2**31) - 1):
            with self.assertRaises(OverflowError):
                self.shm.precision = value
        self.shm.precision = -(2**31)
        self.assertEqual(self.shm.precision, -(2**31))

    def test_integers_beyond_64_bits_overflow(self):
        for value in (2**63, -(2**63) - 1, 2**70, -(2**70)):
            for name in ("clockTimeStampSec", "receiveTimeStampSec", "precision", "count", "valid"):
                with self.subTest(name=name, value=value), self.assertRaises(OverflowError):
                    setattr(self.shm, name, value)
            for arguments in ((value,), (1, value), (1, 1, value)):
                with self.subTest(arguments=arguments), self.assertRaises(OverflowError):
                    self.shm.update_ns(*arguments)
        for value in (1.5, "1", None):
            with self.subTest(value=value), self.assertRaises(TypeError):
                self.shm.clockTimeStampSec = value

    def test_seconds_below_the_range_overflow(self):
        lowest = -(2**31) if self.layout == "time32" else -(2**63)
        for name in ("clockTimeStampSec", "receiveTimeStampSec"):
            setattr(self.shm, name, lowest)
            self.assertEqual(getattr(self.shm, name), lowest)
            with self.assertRaises(OverflowError):
                setattr(self.shm, name, lowest - 1)
            self.assertEqual(getattr(self.shm, name), lowest)

    def test_words_lie_where_the_design_has_them(self):
        self.shm.update_ns(1_700_000_001_123_456_789, 1_700_000_002_987_654_321, 1, 2, -6, 7)
        data = words(96)
        fields = {0: 1, 4: 2, 16: 123456, 32: 987654, 36: 2, 40: -6, 44: 7, 48: 1,
                  52: 123456789, 56: 987654321}  # fmt: skip
        for offset, value in fields.items():
            self.assertEqual(struct.unpack_from("=i", data, offset)[0], value, offset)
        self.assertEqual(struct.unpack_from("=q", data, 8)[0], 1_700_000_001)
        self.assertEqual(struct.unpack_from("=q", data, 24)[0], 1_700_000_002)


class FieldsOf32Bits(Case):
    layout = "time32"
    test_seconds_below_the_range_overflow = Fields.test_seconds_below_the_range_overflow


class Stamps(Case):
    def test_clock(self):
        self.shm.clockTimeStamp = 12345.987654321
        self.assertEqual(self.shm.clockTimeStamp, 12345.987654)
        self.assertEqual(self.shm.clockTimeStampSec, 12345)
        self.assertEqual(self.shm.clockTimeStampUSec, 987654)
        self.assertAlmostEqual(self.shm.clockTimeStampNSec, 987654321, delta=1)

    def test_receive(self):
        self.shm.receiveTimeStamp = 54321.123456789
        self.assertEqual(self.shm.receiveTimeStamp, 54321.123456)
        self.assertEqual(self.shm.receiveTimeStampSec, 54321)
        self.assertEqual(self.shm.receiveTimeStampUSec, 123456)
        self.assertAlmostEqual(self.shm.receiveTimeStampNSec, 123456789, delta=1)

    def test_whole_numbers(self):
        self.shm.clockTimeStamp = 7
        self.assertEqual(self.shm.clockTimeStamp, 7.0)
        self.assertEqual(self.shm.clockTimeStampNSec, 0)

    def test_microseconds_are_the_truncated_nanoseconds(self):
        for i in range(2000):
            self.shm.clockTimeStamp = 1.7e9 + i * 0.000513
            self.assertEqual(self.shm.clockTimeStampNSec // 1000, self.shm.clockTimeStampUSec)

    def test_not_a_time(self):
        for value in (float("nan"), float("inf")):
            with self.assertRaises(ValueError):
                self.shm.clockTimeStamp = value
        with self.assertRaises(OverflowError):
            self.shm.clockTimeStamp = 1e10


class Update(Case):
    def check(self, **expected):
        usual = {"valid": 1, "count": 1, "leap": 0, "precision": 0, "nsamples": 0, "mode": 0}
        for name, value in {**usual, **expected}.items():
            self.assertEqual(getattr(self.shm, name), value, name)

    def setUp(self):
        super().setUp()
        self.shm.mode = 0

    def test_clock_alone(self):
        before = int(time.time())
        self.shm.update(654321.214365879)
        self.assertLessEqual(before, self.shm.receiveTimeStamp)
        self.assertLessEqual(self.shm.receiveTimeStamp, time.time())
        self.check(clockTimeStamp=654321.214365, clockTimeStampUSec=214365)
        self.assertAlmostEqual(self.shm.clockTimeStampNSec, 214365879, delta=1)

    def test_each_option(self):
        for name, value in (("leap", 1), ("precision", -1), ("nsamples", 5), ("mode", 6)):
            with self.subTest(name=name):
                for word in ("count", "leap", "precision", "nsamples", "mode"):
                    setattr(self.shm, word, 0)
                self.shm.update(654322.314365879, **{name: value})
                self.check(**{name: value})

    def test_receive_by_both_names(self):
        for name in ("receiveTimeStamp", "recv_time"):
            self.shm.update(254324.524365879, **{name: 76543.219876543})
            self.assertEqual(self.shm.receiveTimeStamp, 76543.219876)
            self.assertAlmostEqual(self.shm.receiveTimeStampNSec, 219876543, delta=1)
        with self.assertRaises(TypeError):
            self.shm.update(1.0, 2.0, recv_time=2.0)

    def test_positions(self):
        self.shm.update(1.0, 2.0, 1, 3, -4, 5)
        self.check(clockTimeStamp=1.0, receiveTimeStamp=2.0, mode=1, leap=3, precision=-4,
                   nsamples=5)  # fmt: skip

    def test_count_is_one_higher_each_time(self):
        self.shm.mode = 1
        self.shm.count = 41
        self.shm.update(1.0)
        self.assertEqual(self.shm.count, 42)
        self.assertEqual(struct.unpack_from("=i", words(96), 4)[0], 84)
        self.shm.count += 1
        self.assertEqual(self.shm.count, 43)

    def test_the_cumbersome_way(self):
        self.shm.valid = False
        self.shm.clockTimeStamp = 5.5
        self.shm.receiveTimeStamp = 6.5
        self.shm.precision = -5
        self.shm.count += 1
        self.shm.valid = True
        self.check(clockTimeStamp=5.5, receiveTimeStamp=6.5, precision=-5)

    def test_nanoseconds(self):
        self.shm.update_ns(1_700_000_000_123_456_789, 1_700_000_000_999_999_999, precision=-29)
        self.check(clockTimeStampSec=1_700_000_000, clockTimeStampNSec=123456789,
                   receiveTimeStampNSec=999999999, receiveTimeStampUSec=999999,
                   precision=-29)  # fmt: skip
        self.shm.update_ns(10**9)
        self.assertLess(abs(time.time() - self.shm.receiveTimeStamp), 60)

    def test_before_1970(self):
        with self.assertRaises(OverflowError):
            self.shm.update(-0.5)
        self.assertEqual(self.shm.count, 0)


class Past2038(Case):
    def test_time64(self):
        for second in (2**31 - 1, 2**31, 2**32, 2**32 + 1):
            self.shm.update_ns(second * 10**9 + 5, second * 10**9 + 6)
            self.assertEqual(self.shm.clockTimeStampSec, second)
            self.assertEqual(self.shm.receiveTimeStampSec, second)
            self.assertEqual(struct.unpack_from("=q", words(96), 8)[0], second)

    def test_time32(self):
        self.shm.close()
        remove(BASE + UNIT)
        shm = self.open(layout="time32")
        shm.update(2.0**31 - 1)
        with self.assertRaises(OverflowError):
            shm.update(2.0**31)
        with self.assertRaises(OverflowError):
            shm.clockTimeStampSec = 2**31
        with self.assertRaises(OverflowError):
            shm.receiveTimeStamp = 2.0**31
        self.assertEqual(shm.clockTimeStampSec, 2**31 - 1)
        self.assertEqual(shm.count, 1)


class Opening(Case):
    def test_constants(self):
        self.assertEqual(ntpdshm.NTPD_SHM_KEY, 0x4E545030)
        self.assertEqual(
            (ntpdshm.LEAP_NOWARNING, ntpdshm.LEAP_ADDSECOND, ntpdshm.LEAP_DELSECOND,
             ntpdshm.LEAP_NOTINSYNC), (0, 1, 2, 3))  # fmt: skip

    def test_keywords(self):
        with ntpdshm.NtpdShm(unit=UNIT, shm_key_base=BASE, layout="time64") as shm:
            self.assertEqual((shm.unit, shm.layout), (UNIT, "time64"))

    def test_units(self):
        for unit in (-1, 256):
            with self.assertRaises(ValueError):
                ntpdshm.NtpdShm(unit, BASE)
        for unit in (0, 255):
            self.addCleanup(remove, BASE + unit)
            self.assertEqual(ntpdshm.NtpdShm(unit, BASE).unit, unit)

    def test_wrong_size(self):
        with self.assertRaises(OSError) as caught:
            self.open(layout="time32")
        self.assertEqual(caught.exception.errno, errno.EINVAL)
        self.assertIn("96 bytes (time64)", str(caught.exception))
        self.assertIn("80 bytes (time32)", str(caught.exception))

    def test_wrong_layout_word(self):
        with self.assertRaises(ValueError):
            self.open(layout="time16")

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_not_permitted(self):
        remove(BASE + UNIT)
        LIBC.shmget(BASE + UNIT, 96, IPC_CREAT)
        program = (
            "import os, ntpdshm\nos.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
            "try: ntpdshm.NtpdShm(%d, %d, 'time64')\n"
            "except PermissionError as error: print(error.errno)" % (UNIT, BASE)
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        self.assertEqual(done.stdout.strip(), str(errno.EACCES), done.stderr)

    def test_with_closes(self):
        with self.open() as shm:
            shm.update(1.0)
        self.assertTrue(shm.closed)
        with self.assertRaises(ValueError):
            shm.count
        shm.close()
        self.assertEqual(self.shm.count, 1)

    def test_everything_has_a_docstring(self):
        for name, member in own_members().items():
            if not name.startswith("__"):
                self.assertTrue(member.__doc__, name)
        self.assertIn("twice", ntpdshm.NtpdShm.count.__doc__)


def own_members():
    # pybind11 puts names of its own into a class, from 2.13.6 on.
    return {name: member for name, member in vars(ntpdshm.NtpdShm).items()
            if not name.startswith("_pybind11_")}


class Stubs(unittest.TestCase):
    def test_stub_names_everything(self):
        stub = os.path.join(os.path.dirname(ntpdshm.__file__), "_ntpdshm.pyi")
        with open(stub, encoding="utf-8") as file:
            text = file.read()
        for name in ntpdshm.__all__:
            self.assertIn(name, text)
        for name in own_members():
            if not name.startswith("__") or name in ("__init__", "__enter__", "__exit__"):
                self.assertRegex(text, r"\b%s\b" % name)
        self.assertTrue(os.path.exists(os.path.join(os.path.dirname(stub), "py.typed")))


if __name__ == "__main__":
    unittest.main()
