"""A receiver that answers and can be set, at a pty."""

import os
import subprocess
import time

SIMULATED = os.path.join(os.environ["PPSD_E2E_BUILD"], "bin", "simulated_receiver")


class Simulated:
    """The program that plays one; settings() is what it printed last."""

    def __init__(self, kind, link, baud, *refused):
        self.kind = kind
        self.process = subprocess.Popen([SIMULATED, kind, str(link), str(baud), *refused],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.said = ""
        deadline = time.monotonic() + 5
        while not self.settings() and time.monotonic() < deadline:
            time.sleep(0.02)

    def settings(self):
        try:
            self.said += os.read(self.process.stdout.fileno(), 1 << 16).decode()
        except BlockingIOError:
            pass
        blocks = self.said.split(".\n")
        return dict(line.split("=") for line in blocks[-2].splitlines()) if len(blocks) > 1 else {}

    def off_and_on(self):
        self.process.stdin.write(b"off\n")
        self.process.stdin.flush()
        time.sleep(0.1)

    def stop(self):
        self.process.stdin.close()
        self.process.wait(5)
        self.process.stdout.close()
