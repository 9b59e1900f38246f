#!/usr/bin/python3
"""What ppsd-web costs with ten years of history. Run by tests/bench/run, in namespaces of its own:
prints the rows as JSON.

usage: tests/bench/web.py BUILD_DIR SECONDS FOLDER

FOLDER is on a disk: what is written to a tmpfs is not counted.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "web")]

# pylint: disable=wrong-import-position
import meter
from site_web import Site, answers, get, wait_for
from table import Row

DAY = 86400
SPANS = {"hour": 3600, "day": DAY, "week": 7 * DAY, "month": 30 * DAY, "year": 365 * DAY, "ten years": 3650 * DAY}
TEN_YEARS = 3653 * DAY


def processor_time(pid):
    """s, of all threads that were"""
    return time.clock_gettime((~pid << 3) | 2)


def with_children(pid):
    """s, of those that ended, too: chronyc"""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return processor_time(pid) + sum(map(int, words[13:15])) / os.sysconf("SC_CLK_TCK")


def idle(web, seconds):
    alone, both, began = processor_time(web.pid), with_children(web.pid), time.monotonic()
    time.sleep(seconds)
    passed = time.monotonic() - began
    memory = meter.memory(web.pid)
    return [Row("ppsd-web: CPU per second, no page open", "us", (processor_time(web.pid) - alone) / passed * 1e6,
                beside="without chronyc", goal=2000, absolute=True),
            Row("ppsd-web: with the chronyc that it runs", "us", (with_children(web.pid) - both) / passed * 1e6,
                beside=f"chronyc to {1e6 / os.sysconf('SC_CLK_TCK') / passed:.0f} us, as ticks have it", goal=2000,
                absolute=True),
            Row("ppsd-web: memory, Private_Dirty, idle", "KiB", memory["Private_Dirty"], goal=12 * 1024,
                absolute=True)]


def views(web, end):
    """The dearest of what a page asks for, by processor time and by bytes."""
    cost, size = {}, {}
    for span, seconds in SPANS.items():
        for what in ("history", "history.csv", "histogram", "deviation", "events"):
            path = f"/api/v1/{what}?from={end - seconds}&to={end}"
            figures = []
            for _ in range(3): # the first one reads the file
                before = processor_time(web.pid)
                size[f"{what}, {span}"] = len(get(path))
                figures.append(processor_time(web.pid) - before)
            cost[f"{what}, {span}"] = sorted(figures)[1] * 1000
    for name in cost:
        print(f"{name}: {cost[name]:.1f} ms, {size[name]} bytes", file=sys.stderr)
    slowest = max(cost, key=cost.get)
    plots = {name: bytes_ for name, bytes_ in size.items() if not name.startswith("history.csv")}
    largest = max(plots, key=plots.get)
    return [Row("ppsd-web: CPU of the dearest view", "ms", cost[slowest], beside=slowest, goal=100, absolute=True),
            Row("ppsd-web: bytes of the largest view", "", plots[largest], beside=largest, goal=200_000,
                absolute=True),
            Row("ppsd-web: memory, Private_Dirty, after all views", "KiB", meter.memory(web.pid)["Private_Dirty"],
                goal=12 * 1024, absolute=True)]


def write(build, file, *options):
    subprocess.run([build / "bin/web_history", file, *map(str, options)], check=True, stdout=subprocess.DEVNULL)


def blocks(pid):
    return int(Path(f"/proc/{pid}/io").read_text().split("write_bytes: ")[1].split()[0])


def written(build, file, begin):
    """Bytes to the disk in six hours of points, in batches of five minutes, to a history that is full:
    as ppsd-web does it, but faster. Times four."""
    hours = 6
    before = blocks(os.getpid()) # a child's is added to its parent's when it ended
    began = os.times()
    write(build, file, "--seconds", hours * 3600, "--end", begin + hours * 3600, "--batch", 300)
    passed = os.times()
    cpu = passed.children_user + passed.children_system - began.children_user - began.children_system
    beside = f"six hours, times four; {cpu / (hours * 12) * 1000:.0f} ms of CPU a batch of 5 min"
    return [Row("ppsd-web: written to disk a day", "MB", (blocks(os.getpid()) - before) * 24 / hours / 1e6,
                beside=beside)]


def main():
    build, seconds, folder = Path(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3])
    end = int(time.time())
    file = folder / "history.db"
    # Three points each ten minutes, so that their spread takes its room.
    write(build, file, "--seconds", TEN_YEARS, "--step", 200, "--end", end)
    size = file.stat().st_size
    rows = [Row("ppsd-web: the history of ten years", "MB", size / 1e6, goal=100, absolute=True)]
    with Site(build) as site:
        config = site.folder / "chrony.conf"
        # The usual place, in a /run of its own, where chronyc looks.
        config.write_text("port 0\ncmdport 0\nrefclock SHM 10 refid PPS precision 1e-7\n")
        Path("/run/chrony").mkdir(mode=0o750, exist_ok=True)
        site.ppsd()
        site.start("chronyd", "-d", "-x", "-u", "root", "-F", "0", "-f", config)
        web = site.web(file, chrony="yes")
        wait_for(lambda: (s := answers()) and s["ppsd"] and s["ppsd"]["state"] == "locked", 40, "ppsd locks")
        if problem := wait_for(answers, 5, "an answer")["chrony"]["problem"]:
            wait_for(lambda: not answers()["chrony"]["problem"], 30, f"chronyd answers ({problem})")
        time.sleep(12) # threads that served us end
        rows = idle(web, seconds) + rows + views(web, end)
        site.end(web)
    rows += written(build, file, int(time.time()))
    print(json.dumps([row.__dict__ for row in rows]))


main()
