"""A day of offsets, one a second, as a picture: ours, and what gpsd's and ntpsec's own programs take for
the same. Ours has every series, the histogram and the deviations besides."""

import os
import random
import resource
import subprocess
import sys
from functools import partial

import unpack
from table import Row

DAY = 86400
WHITE = 50 # ns
END = 1_790_000_000 - 1_790_000_000 % DAY # a midnight that is past

# Programs, by who has them; unpacked where they aren't installed. gnuplot draws what both write.
PEERS = {"gpsprof": ("gpsprof", ["gpsd-clients", "gnuplot-nox"]),
         "ntpviz": ("ntpviz", ["ntpsec-ntpviz", "gnuplot-nox"])}


def children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(*argv, env=None, stdin=None, text=None):
    """What it prints. stdin: a file."""
    text = stdin.read_bytes() if stdin else text
    return subprocess.run([str(word) for word in argv], check=True, env=env, input=text or b"",
                          capture_output=True).stdout


def timed(*argv):
    """ms of processor time"""
    before = children()
    run(*argv)
    return (children() - before) * 1000


def least(times, measure):
    """The first one reads the files."""
    return min(measure() for _ in range(times))


def prepare():
    """The environment in which unpacked peers run, and by peer why it can't."""
    why_not = {}
    for name, (program, packages) in PEERS.items():
        # Each into a folder of its own: what is there already isn't asked for again.
        if problem := unpack.unpack(program, packages[0], packages):
            why_not[name] = problem
    kits = sorted(unpack.cache().glob("*"))
    modules = [str(kit / "usr/lib/python3/dist-packages") for kit in kits]
    programs = [str(kit / "usr/bin") for kit in kits]
    env = {**os.environ, "LD_LIBRARY_PATH": unpack.library_path(),
           "PYTHONPATH": os.pathsep.join(modules), "PATH": os.pathsep.join([*programs, os.environ["PATH"]])}
    return env, why_not


def gnuplot(folder, env):
    """Its path, under that name: the package leaves the link to what is set up after unpacking."""
    found = unpack.find("gnuplot") or unpack.find("gnuplot-nox")
    if not found:
        return None
    link = folder / "bin/gnuplot"
    link.parent.mkdir(exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(found)
    env["PATH"] = os.pathsep.join([str(link.parent), env["PATH"]])
    return link


def offsets():
    made = random.Random(1)
    return [round(made.gauss(0, WHITE)) for _ in range(DAY)]


def write_pps(file, end):
    """As gpsd tells its clients."""
    with open(file, "w", encoding="ascii") as told:
        told.write('{"class":"DEVICES","devices":[{"class":"DEVICE","path":"/dev/pps0","driver":"PPS"}]}\n')
        for second, offset in zip(range(end - DAY, end), offsets()):
            clock = second * 10 ** 9 - offset
            told.write(f'{{"class":"PPS","device":"/dev/pps0","real_sec":{second},"real_nsec":0,"clock_sec":'
                       f'{clock // 10 ** 9},"clock_nsec":{clock % 10 ** 9},"precision":-20}}\n')


def write_loopstats(folder, end):
    """As ntpd writes them: modified Julian day, second, offset, frequency, jitter, wander, poll."""
    folder.mkdir(exist_ok=True)
    with open(folder / "loopstats.day", "w", encoding="ascii") as told:
        for second, offset in zip(range(end - DAY, end), offsets()):
            # gnuplot draws no frequency that stands still.
            told.write(f"{second // DAY + 40587} {second % DAY}.000 {offset * 1e-9:.9f} {offset / 1000:.3f} "
                       "0.000000050 0.000100 4\n")


def plotted(env, draws, argv, stdin):
    """ms of processor time from the data to a PNG"""
    before = children()
    program = run(*argv, env=env, stdin=stdin)
    if not run(draws, env=env, text=program).startswith(b"\x89PNG"):
        raise RuntimeError("gnuplot draws no picture")
    return (children() - before) * 1000


def peer_times(folder, end, times):
    """{peer: ms, or why there are none}"""
    env, why_not = prepare()
    draws = gnuplot(folder, env)
    write_pps(folder / "pps.json", end)
    write_loopstats(folder / "stats", end)
    wanted = {
        "gpsprof": (("gpsprof", "-f", "time", "-r", "-t", "a day", "-T", "pngcairo"), folder / "pps.json"),
        "ntpviz": (("ntpviz", "-d", folder / "stats", "-e", end, "-p", 1, "-T", "pngcairo", "--local-offset"), None)}
    found = {}
    for name, (argv, stdin) in wanted.items():
        program = unpack.find(argv[0])
        if not program or not draws:
            found[name] = f"SKIPPED: apt-get install {' '.join(PEERS[name][1])}"
            print(f"{name}: {why_not.get(name, 'not there')}", file=sys.stderr)
            continue
        try:
            found[name] = least(times, partial(plotted, env, draws, (program, *argv[1:]), stdin))
        except (subprocess.CalledProcessError, RuntimeError) as error:
            told = (getattr(error, "stderr", b"") or b"").decode(errors="replace").strip().splitlines()[-1:]
            found[name] = "SKIPPED: it fails here"
            print(f"{name}: {error} {' '.join(told)}", file=sys.stderr)
    return found


def rows(build, folder, quick):
    end, times = END, 1 if quick else 3
    history = folder / "history.db"
    subprocess.run([build / "bin/web_history", history, "--seconds", str(DAY), "--end", str(end), "--steady"],
                   check=True, stdout=subprocess.DEVNULL)
    report = (build / "bin/ppsctl", "report", "--history", history, "--since", "1d", "--until", f"@{end}")
    ours = least(times, partial(timed, *report, "--html", folder / "report.html"))
    found = peer_times(folder, end, times)
    made = []
    for name, peer in found.items():
        figure = None if isinstance(peer, str) else peer
        made.append(Row("a day of offsets as a picture, CPU", "ms", ours, figure,
                        f"{name} and gnuplot" if figure else f"{name}: {peer}", goal=1))
    made.append(Row("a day of offsets as text, CPU", "ms", least(times, partial(timed, *report))))
    return made
