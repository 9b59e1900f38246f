"""Files of others are left alone, and ppsd's own are not theirs; descriptors that were closed at the
start, and files that are none."""

import os
import pwd
import shutil
import signal
import stat
from pathlib import Path

from harness import PPSCTL, PPSD, SIM, as_nobody, slow
from sidelines_test import HEAD, LINES, SidelinesCase


class OthersFilesTest(SidelinesCase):
    def setUp(self):
        super().setUp()
        as_nobody() # skips where we aren't root
        self.dir.chmod(0o755)
        # A machine may leave these off; what they hinder must be hindered by ppsd.
        for name in ("protected_symlinks", "protected_hardlinks", "protected_regular"):
            setting = Path("/proc/sys/fs") / name
            try:
                before = setting.read_text()
                setting.write_text("0")
                self.addCleanup(setting.write_text, before)
            except OSError:
                pass # not ours to set: then it is on or off as it is

    def shared(self):
        """A folder that anybody may write to, as /tmp is."""
        folder = self.dir / "shared"
        folder.mkdir()
        folder.chmod(0o1777)
        return folder

    def refused(self, why, path, *options):
        ppsd, _ = self.begin("--record", path, *options)
        ppsd.expect(f"{path}: {why}.*; what comes meanwhile is not recorded")
        ppsd.expect("sentences from")
        self.assertEqual(ppsd.stop(), 0)

    def test_link(self):
        """a symbolic link is not followed, and makes no file where it leads"""
        folder = self.shared()
        path, target = folder / "rec", self.dir / "target"
        path.symlink_to(target)
        os.chown(path, pwd.getpwnam("nobody").pw_uid, -1, follow_symlinks=False)
        self.refused("Too many levels of symbolic links; it is a symbolic link", path)
        self.assertFalse(target.exists())

    def test_linked_folder(self):
        """nor another user's link to a folder; root's own is followed"""
        folder, target = self.shared(), self.dir / "target"
        target.mkdir()
        for name, owner in (("theirs", pwd.getpwnam("nobody").pw_uid), ("roots", 0)):
            (folder / name).symlink_to(target)
            os.chown(folder / name, owner, -1, follow_symlinks=False)
        self.refused("Too many levels of symbolic links; a folder of its path is another user's",
                     folder / "theirs/rec")
        self.assertEqual(list(target.iterdir()), [])
        ppsd, _ = self.begin("--record", folder / "roots/rec")
        ppsd.expect("sentences from")
        self.assertEqual(ppsd.stop(), 0)
        self.assertTrue((target / "rec").exists())

    def test_second_name(self):
        """a file with a second name is given to nobody"""
        root = self.dir / "roots"
        root.touch(0o600)
        path = self.shared() / "rec"
        path.hardlink_to(root)
        self.refused("Too many links; it has a second name", path, "--user", "nobody")
        self.assertEqual((root.stat().st_uid, root.stat().st_size), (0, 0))

    @slow
    def test_owner(self):
        """another user's file is refused, root's own is not given away, what is made is"""
        nobody, daemon = pwd.getpwnam("nobody"), pwd.getpwnam("daemon")
        folder = self.shared()
        theirs, roots, new = folder / "theirs", folder / "roots", folder / "new"
        theirs.touch(0o666)
        os.chown(theirs, daemon.pw_uid, daemon.pw_gid)
        self.refused("Operation not permitted; it belongs to another user", theirs, "--user", "nobody")
        self.assertEqual(theirs.stat().st_size, 0)
        roots.touch(0o600)
        for path, owner in ((roots, 0), (new, nobody.pw_uid)):
            ppsd, _ = self.begin("--record", path, "--user", "nobody")
            ppsd.expect("sentences from")
            self.wait_samples(1, path)
            self.assertEqual(ppsd.stop(), 0)
            self.assertEqual((path.stat().st_uid, stat.S_IMODE(path.stat().st_mode) & 0o7), (owner, 0))

    def test_rights(self):
        """one that everybody could read is closed to them: it holds the receiver's position"""
        self.rec.write_bytes(HEAD + b"option nmea sim:\n" + LINES)
        self.rec.chmod(0o644)
        older = Path(f"{self.rec}.1")
        shutil.copy(self.rec, older)
        other = self.dir / "passwd"
        other.write_text("root:x:0:0\n", encoding="ascii")
        other.chmod(0o644)
        ppsd, _ = self.begin("--record", self.rec)
        ppsd.expect("sentences from")
        for path in (self.rec, older):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o640)
        self.assertEqual(ppsd.stop(), 0)
        self.refused("File exists; it is there and is no recording", other)
        self.assertEqual(stat.S_IMODE(other.stat().st_mode), 0o644)

    def test_socket(self):
        """a link in the status socket's place: left alone, and nothing becomes the user's"""
        target = self.dir / "target"
        target.touch(0o600)
        path = self.shared() / "status"
        path.symlink_to(target)
        ppsd, _ = self.begin("--status-socket", path, "--user", "nobody")
        ppsd.expect("no status socket: .*File exists")
        ppsd.expect("sentences from")
        self.assertEqual(ppsd.stop(), 0)
        self.assertEqual((target.stat().st_uid, path.is_symlink()), (0, True))
        fresh = self.dir / "run/status"
        ppsd, _ = self.begin("--status-socket", fresh, "--user", "nobody")
        ppsd.expect("sentences from")
        for made in (fresh, fresh.parent):
            self.assertEqual(made.stat().st_uid, pwd.getpwnam("nobody").pw_uid)
        self.assertEqual(ppsd.stop(), 0)
        self.assertFalse(fresh.exists())


class StartTest(SidelinesCase):
    def test_runtime_folder(self):
        """a RUNTIME_DIRECTORY that leads up, or is no whole path, is refused"""
        for folder in ("/run/ppsd/../../tmp", "run"):
            with self.subTest(folder):
                done = self.run_to_end(PPSD, "--config", self.empty, *SIM, "--pps-unit", "2",
                                       "--nmea-unit", "none", cwd=self.dir,
                                       env={"RUNTIME_DIRECTORY": folder})
                self.assertEqual((done.code, len(done.err)), (2, 1), done.err)
                self.assertRegex(done.err[0], f"^ppsd: RUNTIME_DIRECTORY = {folder}: ")

    def test_descriptors(self):
        """0, 1 and 2 closed at the start: they are /dev/null, and nothing else gets their numbers"""
        command = (f"exec {PPSD} --config {self.empty} {' '.join(SIM)} --pps-unit 2 --nmea-unit none "
                   f"--status-socket {self.dir}/status --record {self.rec} <&- >&- 2>&-")
        ppsd = self.start("bash", "-c", command)
        self.assert_publish([(ppsd, 2)])
        for number in (0, 1, 2):
            self.assertEqual(os.readlink(f"/proc/{ppsd.pid}/fd/{number}"), "/dev/null")
        self.assertEqual(ppsd.stop(signal.SIGTERM), 0)
        done = self.run_to_end("bash", "-c", f"{PPSCTL} replay --write {self.dir}/new {self.rec} <&- >&- 2>&-")
        self.assertEqual(done.code, 0)
        self.assertTrue((self.dir / "new").read_bytes().startswith(b"ppsd-recording "))

    def test_scenario(self):
        """simulate --scenario of a folder, a device or a FIFO: one clear line"""
        os.mkfifo(self.dir / "fifo")
        for path, why in ((self.dir, "Is a directory"), ("/dev/zero", "Invalid argument"),
                          ("/dev/null", "Invalid argument"), (self.dir / "fifo", "Invalid argument")):
            with self.subTest(path):
                done = self.run_to_end(PPSCTL, "simulate", "--scenario", path)
                self.assertEqual((done.code, len(done.err)), (1, 1), done.err)
                self.assertRegex(done.err[0], f"^ppsctl: {path}: {why}; it is no ordinary file")

    def test_simulate_record(self):
        """simulate --record where it can't record is an error, since that is all that was asked for"""
        done = self.run_to_end(PPSCTL, "simulate", "--scenario", "clock-agrees", "--seconds", "10", "--record",
                               self.dir / "no/rec")
        self.assertEqual((done.code, len(done.err)), (1, 1), (done.out, done.err))
        self.assertRegex(done.err[0], f"^ppsctl: {self.dir}/no/rec: No such file")
