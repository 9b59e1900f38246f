"""What a running process costs, by what the kernel says of it."""

import re
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Account:
    """Of a process with all its threads, since its start."""
    when: float
    cpu_us: float
    wakes: int # voluntary context switches


def account(pid):
    cpu = wakes = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        cpu += int((task / "schedstat").read_text().split()[0])
        status = (task / "status").read_text()
        wakes += int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", status, re.M).group(1))
    return Account(time.monotonic(), cpu / 1000, wakes)


def rates(pids, seconds):
    """By pid: (us of processor time, wake-ups) a second, all over the same seconds."""
    before = {pid: account(pid) for pid in pids}
    time.sleep(seconds)
    after = {pid: account(pid) for pid in pids}
    found = {}
    for pid, end in after.items():
        begin = before[pid]
        passed = end.when - begin.when
        found[pid] = ((end.cpu_us - begin.cpu_us) / passed, (end.wakes - begin.wakes) / passed)
    return found


def system_calls(pids, seconds):
    """By pid: system calls a second, while strace watches; {} without strace, or without the right
    to trace."""
    if not shutil.which("strace"):
        return {}
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        tracers = {pid: subprocess.Popen(["strace", "-f", "-c", "-p", str(pid), "-o", f"{folder}/{pid}"],
                                         stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                   for pid in pids}
        time.sleep(seconds)
        for pid, tracer in tracers.items():
            tracer.send_signal(signal.SIGINT)
            tracer.wait()
            told = Path(f"{folder}/{pid}")
            # "% time, seconds, usecs/call, calls, (errors,) total"
            total = re.search(r"^.* total$", told.read_text() if told.exists() else "", re.M)
            if total:
                found[pid] = int(total.group().split()[3]) / seconds
    return found


def memory(pid):
    """{"Rss": KiB, "Pss": KiB, "Private_Dirty": KiB}"""
    told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return {name: int(re.search(rf"^{name}:\s+(\d+) kB", told, re.M).group(1))
            for name in ("Rss", "Pss", "Private_Dirty")}


def bytes_on_disk(program):
    """KiB, stripped, with the libraries that it loads."""
    with tempfile.TemporaryDirectory() as folder:
        stripped = Path(folder) / "program"
        shutil.copy(program, stripped)
        subprocess.run(["strip", stripped], check=True)
        size = stripped.stat().st_size
    told = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    libraries = {Path(path).resolve() for path in re.findall(r"(?:=> )?(/\S+) \(0x", told)}
    return (size + sum(library.stat().st_size for library in libraries)) / 1024
