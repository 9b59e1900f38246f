"""ppsctl setup on a Raspberry Pi that is made of files: its reboot, and cut off at each of its steps."""

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness import PPSCTL, Case, program, slow

FILES = {
    "boot/firmware/config.txt": "dtparam=audio=on\n[cm4]\notg_mode=1\n[all]\n",
    "boot/firmware/cmdline.txt": "console=serial0,115200 console=tty1 root=PARTUUID=1-02 rootwait\n",
    "etc/ppsd.conf": "#pps = gpio:GPIO18\n#nmea = uart:/dev/serial0\n#baud = 9600\n",
    "etc/chrony/chrony.conf": "confdir /etc/chrony/conf.d\npool 2.debian.pool.ntp.org iburst\n",
    "etc/chrony/conf.d/README": "Debian's\n",
    "var/lib/dpkg/status": "",
    # What the kernel says: its device tree, and chronyd's process.
    "proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\0",
    "proc/device-tree/compatible": "raspberrypi,4-model-b\0brcm,bcm2711\0",
    "proc/mounts": "/dev/mmcblk0p2 / ext4 rw,noatime 0 0\n",
    "proc/sys/kernel/random/boot_id": "first\n",
    "proc/700/comm": "chronyd\n",
    "run/systemd/system/.": "",
    # Of a unit: is it enabled, does it run.
    "units/ppsd.service": "disabled inactive\n",
    "units/chrony.service": "enabled active\n",
    "units/hciuart.service": "enabled active\n",
}
SYSTEMCTL = """#!/bin/sh
verb=$1; shift
for unit; do :; done
test -e "/units/$unit" || { echo not-found; exit 1; }
read -r enabled active <"/units/$unit"
case $verb in
  is-enabled) echo "$enabled"; exit ;;
  is-active) echo "$active"; exit ;;
  cat) exit ;;
  enable | disable) enabled=${verb}d; case $* in *--now*) verb=$verb-now ;; esac ;;
esac
case $verb in
  enable-now | start | restart) active=active ;;
  disable-now | stop) active=inactive ;;
esac
echo "$enabled $active" >"/units/$unit"
"""
# The port that is to be freed, and pulses that need no line.
WISHES = ("--pps", "sim:", "--nmea", "uart:/dev/ttyAMA0", "--baud", "9600")
REBOOT = "then run `sudo reboot`, and after it setup again with the same options"


class Board:
    """A root of its own; programs and libraries are this machine's."""

    def __init__(self, root):
        self.root = root
        self.mounted = []
        for path, text in FILES.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.is_dir():
                place.write_text(text)
        for name in ("bin", "sbin", "lib", "lib64"):
            if Path("/", name).exists():
                (root / name).symlink_to("usr/" + name)
        (root / "tools").mkdir()
        (root / "tools/systemctl").write_text(SYSTEMCTL)
        (root / "tools/systemctl").chmod(0o755)
        shutil.copy(PPSCTL, root / "tools/ppsctl")
        (root / "dev").mkdir()
        (root / "dev/null").touch()
        (root / "usr").mkdir()
        self.mount("/dev/null", "dev/null")
        self.mount("/usr", "usr")
        self.before = self.files()

    def mount(self, what, where):
        subprocess.run(["mount", "--bind", what, self.root / where], check=True)
        self.mounted.append(self.root / where)

    def remove(self):
        for place in self.mounted:
            subprocess.run(["umount", place], check=True)

    def text(self, path):
        return (self.root / path).read_text()

    def files(self):
        """All that setup may change: kind, rights and text."""
        return {str(place.relative_to(self.root)): (place.stat().st_mode, place.read_bytes())
                for folder in ("boot", "etc", "units", "var")
                for place in sorted((self.root / folder).rglob("*")) if place.is_file()}

    def setup(self, *options, under=()):
        done = subprocess.run([*under, "chroot", self.root, "/tools/ppsctl", "setup", "--yes",
                               *options], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False, timeout=120,
                              env={**os.environ, "PATH": "/tools:" + os.environ["PATH"]})
        return done.returncode, done.stdout + done.stderr

    def boot_again(self):
        (self.root / "proc/sys/kernel/random/boot_id").write_text("second\n")


class SetupTest(Case):
    def setUp(self):
        super().setUp()
        if os.geteuid() != 0:
            self.skipTest("run as root: setup is root's")

    def board(self, name="board"):
        board = Board(self.dir / name)
        self.addCleanup(board.remove)
        return board

    @slow
    def test_reboot(self):
        """the boot files first; nothing more before the reboot; after it the rest; and back again"""
        board = self.board()
        code, said = board.setup(*WISHES)
        self.assertEqual(code, 0, said)
        self.assertIn(REBOOT, said)
        self.assertEqual(board.text("boot/firmware/config.txt"),
                         FILES["boot/firmware/config.txt"] + "enable_uart=1\ndtoverlay=disable-bt\n")
        self.assertEqual(board.text("boot/firmware/cmdline.txt"),
                         "console=tty1 root=PARTUUID=1-02 rootwait\n")
        self.assertEqual(board.text("units/hciuart.service"), "disabled inactive\n")
        self.assertEqual(board.text("etc/ppsd.conf"), FILES["etc/ppsd.conf"])
        then = board.files()
        code, said = board.setup(*WISHES)
        self.assertEqual(code, 0, said)
        self.assertIn(REBOOT, said)
        self.assertEqual(board.files(), then)
        board.boot_again()
        code, said = board.setup("--no-wait", *WISHES)
        self.assertEqual(code, 0, said)
        self.assertNotIn("reboot", said)
        self.assertEqual(board.text("etc/ppsd.conf"),
                         "pps = sim:\nnmea = uart:/dev/ttyAMA0\nbaud = 9600\n")
        self.assertIn("refclock SHM 1 refid PPS", board.text("etc/chrony/conf.d/ppsd.conf"))
        self.assertEqual(board.text("units/ppsd.service"), "enabled active\n")
        then = board.files()
        code, said = board.setup("--no-wait", *WISHES)
        self.assertEqual(code, 0, said)
        self.assertIn("Nothing to change", said)
        self.assertEqual(board.files(), then)
        code, said = board.setup("--undo")
        self.assertEqual(code, 0, said)
        self.assertIn("Reboot to return to the former boot configuration", said)
        self.assertEqual(board.files(), board.before)

    def cut_off(self, number, fault, rebooted):
        """At the rename(2) of that number, since each step begins and each file comes by one."""
        board = self.board(f"{fault}-{number}-{rebooted}")
        if rebooted:
            for path in ("boot/firmware/config.txt", "boot/firmware/cmdline.txt"):
                (board.root / path).write_text("enable_uart=1\ndtoverlay=disable-bt\n")
            board.before = board.files()
        strace = program("strace", "strace")
        log = self.dir / f"{fault}-{number}-{rebooted}.strace"
        code, said = board.setup("--no-wait", *WISHES, under=(
            strace, "-qq", "-o", log, "-e", "trace=rename", "-e",
            f"inject=rename:{fault}:when={number}"))
        reached = any(mark in log.read_text() for mark in ("INJECTED", "SIGINT", "SIGKILL"))
        done = board.files()
        undone, what = board.setup("--undo")
        return (fault, number, reached, code, said, done == board.before, undone, what,
                {path: (board.before.get(path), text) for path, text in board.files().items()
                 if board.before.get(path) != text},
                sorted(set(board.before) - set(board.files())))

    @slow
    def test_cut_off(self):
        """Ctrl-C, kill -9 and a full disk at each step: one command brings back what was there"""
        faults = ("signal=INT", "signal=KILL", "error=ENOSPC")
        steps = [(number, fault, rebooted) for rebooted in (False, True) for fault in faults
                 for number in range(1, 9)]
        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(lambda step: self.cut_off(*step), steps))
        for fault, number, reached, code, said, _, undone, what, changed, lost in results:
            with self.subTest(fault=fault, number=number):
                self.assertEqual((undone, changed, lost), (0, {}, []), said + what)
                if reached and fault == "signal=KILL":
                    self.assertEqual(code, 137 if code > 0 else -9, said)
                elif reached and fault == "error=ENOSPC":
                    self.assertEqual(code, 1, said)
                    self.assertIn("No space left on device", said)
        # Before the reboot: its note, those of three steps, two files; then of five, and two files.
        self.assertEqual(sum(result[2] for result in results), len(faults) * (6 + 7))
