"""The receiver shared: programs that read it, one that never does, and one that writes to it."""

import os
import time

from harness import SECOND, slow, wait_until
from receiver import Pty, burst
from uart_test import UNIT, UartCase


class ShareTest(UartCase):
    def setUp(self):
        super().setUp()
        self.shared = self.dir / "nmea"

    @slow
    def test_share(self):
        """cat gets each sentence, a write reaches the receiver; one that never reads loses ppsd nothing"""
        line = Pty(self.link)
        # So much that what the system keeps for one that doesn't read is full within the test.
        receiver = self.play(line, talk=lambda second: burst(second) + b"$GPXXX*4F\r\n" * 2000)
        ppsd = self.start_ppsd("--share", self.shared, "--baud", "921600")
        never = os.open(self.shared, os.O_RDONLY | os.O_NOCTTY)
        self.addCleanup(os.close, never)
        watch = self.watch(UNIT)
        rows = watch.wait_rows(12)
        self.assert_of(receiver, rows)
        self.assert_no_gap(rows)

        receiver.talk = burst
        os.set_blocking(never, False)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:  # it gives up, and reads
            try:
                os.read(never, 1 << 16)
            except BlockingIOError:
                time.sleep(0.05)
        cat = self.start("cat", self.shared)
        wait_until(lambda: any(line.startswith("$GPRMC,") for line in cat.out), 5, "a sentence from cat")
        writer = os.open(self.shared, os.O_WRONLY | os.O_NOCTTY)
        time.sleep(1.2)
        os.write(writer, b"$PMTK605*31\r\n")
        heard = b""

        def passed():
            nonlocal heard
            try:
                heard += os.read(line.fd, 1000)
            except BlockingIOError:
                pass
            return b"$PMTK605*31\r\n" in heard
        wait_until(passed, 5, "the question at the receiver")
        os.close(writer)
        self.assertEqual(heard, b"$PMTK605*31\r\n") # and nothing that was echoed
        cat.stop()
        before = watch.rows()[-1].label // SECOND
        watch.wait_rows(2, after=len(watch.rows()))
        self.assertLess(before, watch.rows()[-1].label // SECOND)
        self.assertEqual(ppsd.stop(), 0)
        self.assertFalse(os.path.lexists(self.shared))

    @slow
    def test_refused(self):
        """where it can't be, ppsd says so and serves time"""
        self.shared.write_text("mine", encoding="ascii")
        receiver = self.play(Pty(self.link))
        ppsd = self.start_ppsd("--share", self.shared)
        ppsd.expect("the receiver is not shared: .*nmea: File exists; move it away")
        self.assert_of(receiver, self.watch(UNIT).wait_rows(2))
        self.assertEqual(self.shared.read_text(encoding="ascii"), "mine")
        self.assertEqual(ppsd.stop(), 0)
