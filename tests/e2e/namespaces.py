"""Namespaces of a test's own, without the right to set the clock."""

import os
import subprocess

# Ptys, too: their numbers are used again, and a ppsd that waits for its own might open another's.
ENTER = ('mount -t tmpfs tmpfs /run && ip link set lo up && '
         'mount -t devpts -o newinstance,ptmxmode=0666 devpts /dev/pts && '
         'exec setpriv --bounding-set -sys_time --inh-caps -sys_time "$@"')


def unshare(*argv):
    flags = ["--ipc", "--net", "--mount", "--pid", "--uts", "--fork", "--kill-child", "--mount-proc"]
    if os.geteuid() != 0:
        flags.insert(0, "--map-root-user")
    return ["unshare", *flags, "bash", "-c", ENTER, "enter", *argv]


def missing():
    """Why there can be none, or None."""
    try:
        done = subprocess.run(unshare("true"), capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "unshare is missing: apt-get install util-linux"
    if done.returncode:
        return ("namespaces can't be made (apt-get install iproute2 util-linux, and run as root): " +
                done.stderr.strip())
    return None
