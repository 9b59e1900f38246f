from types import TracebackType
from typing import Literal, Optional, Type

__version__: str
NTPD_SHM_KEY: int
LEAP_NOWARNING: int
LEAP_ADDSECOND: int
LEAP_DELSECOND: int
LEAP_NOTINSYNC: int

class NtpdShm:
    def __init__(
        self,
        unit: int = 0,
        shm_key_base: int = ...,
        layout: Literal["auto", "native", "time32", "time64"] = "auto",
    ) -> None: ...
    mode: int
    count: int
    clockTimeStampSec: int
    clockTimeStampUSec: int
    clockTimeStampNSec: int
    receiveTimeStampSec: int
    receiveTimeStampUSec: int
    receiveTimeStampNSec: int
    leap: int
    precision: int
    nsamples: int
    valid: int
    clockTimeStamp: float
    receiveTimeStamp: float
    @property
    def unit(self) -> int: ...
    @property
    def layout(self) -> Literal["time32", "time64"]: ...
    @property
    def closed(self) -> bool: ...
    def update(
        self,
        clockTimeStamp: float,
        receiveTimeStamp: Optional[float] = None,
        mode: Optional[int] = None,
        leap: Optional[int] = None,
        precision: Optional[int] = None,
        nsamples: Optional[int] = None,
        *,
        recv_time: Optional[float] = None,
    ) -> None: ...
    def update_ns(
        self,
        clock_ns: int,
        receive_ns: Optional[int] = None,
        mode: Optional[int] = None,
        leap: Optional[int] = None,
        precision: Optional[int] = None,
        nsamples: Optional[int] = None,
    ) -> None: ...
    def close(self) -> None: ...
    def __enter__(self) -> NtpdShm: ...
    def __exit__(
        self,
        exc_type: Optional[Type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None: ...
