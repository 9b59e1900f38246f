"""Another user of the machine, played by lines of Python."""

import sys
from pathlib import Path


def command(folder, *lines, stays=True):
    """What to run in that folder, which is made if it is missing. It prints "done" when the lines
    are through, and with `stays` then waits until it is killed. The lines may use segments.py."""
    if not folder.exists():
        folder.mkdir()
        (folder / "segments.py").write_bytes(Path(__file__).with_name("segments.py").read_bytes())
    text = "; ".join(("import segments, signal", *lines, "print('done', flush=True)",
                      *(("signal.pause()",) if stays else ())))
    return sys.executable, "-c", text


def made(*units):
    """Lines that make the segments and the locks of these units."""
    return [f"segments.make({unit}, 96); segments.make_lock({unit})" for unit in units]
