"""The shared memory of ntpd's driver 28 and chrony's "refclock SHM".

>>> import ntpdshm
>>> shm = ntpdshm.NtpdShm(unit=2)
>>> shm.update(clock_time, precision=-6)
"""

from ._ntpdshm import (
    LEAP_ADDSECOND,
    LEAP_DELSECOND,
    LEAP_NOTINSYNC,
    LEAP_NOWARNING,
    NTPD_SHM_KEY,
    NtpdShm,
    __version__,
)

__all__ = [
    "LEAP_ADDSECOND",
    "LEAP_DELSECOND",
    "LEAP_NOTINSYNC",
    "LEAP_NOWARNING",
    "NTPD_SHM_KEY",
    "NtpdShm",
    "__version__",
]
