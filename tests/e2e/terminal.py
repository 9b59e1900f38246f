"""A terminal for programs that want one."""

import os
import pty
import subprocess

from harness import program, wait_until


def on_terminal(argv, within=15, **environment):
    """Runs a program to its end, with its input and output on a terminal: its exit code, and what it
    wrote, its errors among it."""
    ours, theirs = pty.openpty()
    with open(ours, "rb", buffering=0) as screen:
        child = subprocess.Popen([str(word) for word in argv], stdin=theirs, stdout=theirs,
                                 stderr=theirs, env={**os.environ, "TERM": "xterm", **environment})
        os.close(theirs)
        text = b""
        try:
            while part := screen.read(65536):
                text += part
        except OSError: # EIO: nobody has it open any more
            pass
        return child.wait(within), text.decode().replace("\r\n", "\n")


class Screen:
    """tmux with one window, in which a command runs in bash; and what is seen there."""

    def __init__(self, case, command, columns=80, rows=24, **environment):
        self._tmux = (program("tmux", "tmux"), "-u", "-f", "/dev/null", "-S", case.dir / "tmux")
        settings = [f"{name}={value}" for name, value in environment.items()]
        # What ends with the command would take the screen with it.
        script = f"stty -g >{case.dir}/before; {command}; echo $? >{case.dir}/code; " \
                 f"stty -g >{case.dir}/after; touch {case.dir}/ended; sleep 1000"
        self.dir = case.dir
        subprocess.run([*map(str, self._tmux), "new-session", "-d", "-x", str(columns), "-y", str(rows),
                        "env", *settings, "bash", "-c", script], check=True,
                       env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm"})
        case.addCleanup(self._ask, "kill-server", check=False)

    def _ask(self, *words, check=True):
        done = subprocess.run([*map(str, self._tmux), *words], check=check, capture_output=True,
                              text=True, encoding="utf-8")
        return done.stdout

    def lines(self, *options):
        return [line.rstrip() for line in self._ask("capture-pane", "-p", *options).split("\n")[:-1]]

    def wait_for(self, pattern, within=15):
        """The first line in which the compiled pattern is found: its match."""
        def found():
            return next(filter(None, map(pattern.search, self.lines())), None)
        try:
            return wait_until(found, within, pattern.pattern)
        except AssertionError as error:
            raise AssertionError("\n".join([str(error), *self.lines()])) from None

    def resize(self, columns, rows):
        self._ask("resize-window", "-x", str(columns), "-y", str(rows))

    def press(self, key):
        self._ask("send-keys", key)

    def wait_end(self, within=5):
        """The exit code of the command."""
        wait_until((self.dir / "ended").exists, within, "the end")
        return int((self.dir / "code").read_text())

    def is_restored(self):
        """Whether the terminal is as it was before the command: settings, screen and cursor."""
        same = (self.dir / "before").read_text() == (self.dir / "after").read_text()
        state = self._ask("display-message", "-p", "#{alternate_on} #{cursor_flag} #{keypad_flag}")
        return same and state.split() == ["0", "1", "0"]

    def close(self):
        self._ask("kill-server")
