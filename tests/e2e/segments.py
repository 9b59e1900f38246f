"""The shared memory segments of this IPC namespace, read and made without any of ppsd's code."""

import contextlib
import ctypes
import struct
from dataclasses import dataclass
from pathlib import Path

KEY_BASE = 0x4E545030
GETPID, GETVAL, SETVAL = 11, 12, 16
IPC_CREAT = 0o1000
IPC_RMID = 0
SHM_RDONLY = 0o10000
SHM_DEST = 0o1000

_libc = ctypes.CDLL(None, use_errno=True)
_libc.shmat.restype = ctypes.c_void_p
_libc.shmat.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_int]
_libc.shmdt.argtypes = [ctypes.c_void_p]
_libc.shmget.argtypes = [ctypes.c_int, ctypes.c_size_t, ctypes.c_int]

# size: (struct format of a time_t, offset by name), from DESIGN.md's table.
_NAMES = ("clock_sec", "clock_usec", "receive_sec", "receive_usec", "leap", "precision", "nsamples",
          "valid", "clock_nsec", "receive_nsec")
_OFFSETS = {96: ("q", (8, 16, 24, 32, 36, 40, 44, 48, 52, 56)),
            80: ("i", (8, 12, 16, 20, 24, 28, 32, 36, 40, 44))}


@dataclass(frozen=True)
class Segment:
    unit: int
    id: int
    size: int
    mode: int
    owner: int


def segments():
    """What exists in this namespace, by unit; keys that aren't NTP's have negative numbers. What was
    removed and is still attached isn't there."""
    found = {}
    for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]:
        key, shmid, mode, size, _, _, _, owner = line.split()[:8]
        unit = (int(key) & 0xFFFFFFFF) - KEY_BASE
        if int(mode, 8) & SHM_DEST:
            continue
        found[unit] = Segment(unit, int(shmid), int(size), int(mode, 8), int(owner))
    return found


def _check(result, what):
    if result in (-1, None, ctypes.c_void_p(-1).value):
        raise OSError(ctypes.get_errno(), what)
    return result


def make(unit, size, mode=0o666):
    """As a program of another layout would; returns the id."""
    return _check(_libc.shmget(KEY_BASE + unit, size, IPC_CREAT | mode), f"shmget unit {unit}")


def give_to(shmid, owner):
    """Its owner is that uid from now on; its mode 0666."""
    status = (ctypes.c_char * 256)()
    _check(_libc.shmctl(shmid, 2, status), f"look at segment {shmid}") # IPC_STAT
    struct.pack_into("=IIIIII", status, 4, owner, owner, 0, 0, 0o666, 0)
    _check(_libc.shmctl(shmid, 1, status), f"change segment {shmid}") # IPC_SET


def remove(shmid):
    _check(_libc.shmctl(shmid, IPC_RMID, None), f"remove segment {shmid}")


def remove_all():
    for segment in segments().values():
        remove(segment.id)
    for lock in locks().values():
        remove_lock(lock.id)


@dataclass(frozen=True)
class Lock:
    """The semaphore of a unit."""
    id: int
    mode: int
    owner: int
    group: int
    creator: int
    value: int


def locks():
    """What exists in this namespace, by unit."""
    found = {}
    for line in Path("/proc/sysvipc/sem").read_text().splitlines()[1:]:
        key, semid, mode, _, owner, group, creator = line.split()[:7]
        found[(int(key) & 0xFFFFFFFF) - KEY_BASE] = Lock(
            int(semid), int(mode, 8), int(owner), int(group), int(creator),
            _libc.semctl(int(semid), 0, GETVAL))
    return found


def make_lock(unit, mode=0o666):
    return _check(_libc.semget(KEY_BASE + unit, 1, IPC_CREAT | mode), f"semget unit {unit}")


def set_lock(semid, value):
    _check(_libc.semctl(semid, 0, SETVAL, value), f"set semaphore {semid}")


def remove_lock(semid):
    _check(_libc.semctl(semid, 0, IPC_RMID), f"remove semaphore {semid}")


def copy(address, length):
    return ctypes.string_at(address, length)


def attach(shmid, flags=0):
    """For as long as this process runs."""
    return _check(_libc.shmat(shmid, None, flags), f"shmat segment {shmid}")


def detach(address):
    _libc.shmdt(ctypes.c_void_p(address))


@contextlib.contextmanager
def attached(shmid, flags):
    address = _check(_libc.shmat(shmid, None, flags), f"shmat segment {shmid}")
    try:
        yield address
    finally:
        detach(address)


def write(shmid, raw):
    """Scribbles over a segment from its beginning."""
    with attached(shmid, 0) as address:
        ctypes.memmove(address, raw, len(raw))


def words(unit):
    """The fields of a unit by name, at the offsets that its size stands for."""
    segment = segments()[unit]
    with attached(segment.id, SHM_RDONLY) as address:
        raw = ctypes.string_at(address, segment.size)
    time_t, offsets = _OFFSETS[segment.size]
    fields = dict(zip(("mode", "count"), struct.unpack_from("=ii", raw, 0)))
    for name, offset in zip(_NAMES, offsets):
        fields[name] = struct.unpack_from("=" + (time_t if name.endswith("_sec") else "i"), raw, offset)[0]
    return fields
