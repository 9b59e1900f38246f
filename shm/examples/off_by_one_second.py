#!/usr/bin/python3
"""A clock that is always exactly one second behind.

Unit 2; look at it with "ntpq -pn": the refclock 127.127.28.2 (NTPsec: SHM(2)) has the offset
-1000 ms.
"""

import time

import ntpdshm


def main():
    shm = ntpdshm.NtpdShm(unit=2)
    shm.precision = -6  # 16 ms
    shm.leap = ntpdshm.LEAP_NOWARNING

    while True:
        # In the middle of the second: readers compare it with time(2), which lags a little.
        time.sleep(1.0 - (time.time() + 0.5) % 1.0)
        now = time.time_ns()
        shm.update_ns(now - 10**9, now)
        print(shm.clockTimeStamp, shm.count, flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
