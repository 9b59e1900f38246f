"""ppsd on the simulated receiver, ppsd-web beside it, and questions to it: what the tests share.

All run in namespaces of their own (tests/e2e/namespaces.py): any port, segment and mount is theirs.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "e2e"))

# pylint: disable=wrong-import-position
import namespaces

PORT = 8123
LEVELS = {"second": 1, "ten_seconds": 10, "ten_minutes": 600, "six_hours": 21600}
SERIES = ("offset", "jitter", "delay", "frequency", "temperature", "satellites", "signal", "chrony_offset")


def enter(build):
    """Runs this script again in namespaces of its own, and ends with its exit code; 77 where that
    can't be. Returns inside of them."""
    if os.environ.get("PPSD_WEB_INSIDE") == "1":
        return
    if not all(os.access(build / "bin" / name, os.X_OK) for name in ("ppsd", "ppsd-web", "web_history")):
        print(f"SKIPPED: {build}/bin has no ppsd-web or web_history")
        sys.exit(77)
    if why_not := namespaces.missing():
        print(f"SKIPPED: {why_not}")
        sys.exit(77)
    done = subprocess.run(namespaces.unshare(sys.executable, *sys.argv), check=False,
                          env={**os.environ, "PPSD_WEB_INSIDE": "1", "PYTHONDONTWRITEBYTECODE": "1"})
    sys.exit(done.returncode)


def build_dir(arguments):
    """The last argument, or build/default."""
    return Path(arguments[-1] if arguments else TOP / "build/default").resolve()


def wait_for(condition, within, what):
    deadline = time.monotonic() + within
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {within} s")
        time.sleep(0.05)
    return value


def get(path, port=PORT):
    """The body's bytes."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return answer.read()


def ask(path, port=PORT):
    return json.loads(get(f"/api/v1/{path}", port))


def answers(port=PORT):
    try:
        return ask("status", port)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return None


class Site:
    """Ends what it started, and takes its folder away, when it is left."""

    def __init__(self, build):
        self.build = build
        self.folder = Path(tempfile.mkdtemp(prefix="ppsd-web-"))
        self.socket = self.folder / "status"
        self.children = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for child in self.children:
            child.kill()
            child.wait()
        if (self.folder / "disk").is_mount(): # a test that failed left it
            subprocess.run(["umount", self.folder / "disk"], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, *argv, log="log", **options):
        with open(self.folder / log, "ab") as told:
            child = subprocess.Popen([str(word) for word in argv], stdin=subprocess.DEVNULL,
                                     **{"stdout": told, **options}, stderr=told)
        self.children.append(child)
        return child

    def ppsd(self, *options, before=()):
        return self.start(*before, self.build / "bin/ppsd", "--config", "/dev/null", "--pps", "sim:drift=0",
                          "--nmea", "sim:drift=0", "--lock-count", "2", "--pps-unit", "10", "--nmea-unit",
                          "none", "--user", "root", "--status-socket", self.socket, *options, log="ppsd.log")

    def web(self, history, *options, before=(), port=PORT, chrony="no"):
        return self.start(*before, self.build / "bin/ppsd-web", "--listen", f"127.0.0.1:{port}", "--socket",
                          self.socket, "--history", history, "--chrony", chrony, "--assets",
                          TOP / "daemon/web/page", *options, log="web.log")

    def told(self, log="web.log"):
        return (self.folder / log).read_text(errors="replace").splitlines()

    def make(self, file, *options):
        """A made-up history; its points as (time, offset), with --print."""
        done = subprocess.run([str(self.build / "bin/web_history"), str(file), *map(str, options)],
                              capture_output=True, text=True, check=True)
        return [(int(time_), float(offset)) for time_, offset in
                (line.split() for line in done.stdout.splitlines())]

    def end(self, child, number=signal.SIGTERM):
        child.send_signal(number)
        child.wait(20)
        self.children.remove(child)


def open_file(file):
    return closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10))
