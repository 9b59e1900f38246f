"""Programs of Debian packages that can't be installed beside others, or that start services when
installed: downloaded by apt, unpacked into the cache, and run from there."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path


def cache():
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("PPSD_CACHE") or Path(base) / "ppsd") / "e2e" / release()


def release():
    """The distribution's name: packages of one don't run on another."""
    for line in Path("/etc/os-release").read_text().splitlines():
        key, _, value = line.partition("=")
        if key == "VERSION_CODENAME":
            return value.strip('"')
    return "unknown"


def run(*argv, cwd=None):
    done = subprocess.run(argv, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          env={**os.environ, "LC_ALL": "C"})
    if done.returncode:
        told = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
        raise RuntimeError(f"{argv[0]} {argv[1]}: {told[-1]}")
    return done.stdout


def missing_packages(packages):
    """Those, and what they depend on, as far as it isn't installed here."""
    plan = run("apt-get", "-s", "install", "--no-install-recommends", *packages)
    return [line.split()[1] for line in plan.splitlines() if line.startswith("Inst ")]


def download(packages, folder):
    """Asks for new package lists if the old ones don't do, where it may."""
    try:
        run("apt-get", "download", *missing_packages(packages), cwd=folder)
    except RuntimeError:
        if os.geteuid() != 0:
            raise
        run("apt-get", "update")
        run("apt-get", "download", *missing_packages(packages), cwd=folder)


def link_ntp_module(kit):
    """Python's ntp package looks for its library in its own folder."""
    for module in kit.glob("usr/lib/python3/dist-packages/ntp"):
        for library in kit.glob("usr/lib/*/ntp/libntpc.so*"):
            shutil.copy(library, module)


def fill(kit, packages):
    """The folder appears whole or not at all."""
    fresh = kit.parent / f"{kit.name}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    download(packages, fresh)
    for package in fresh.glob("*.deb"):
        run("dpkg-deb", "-x", str(package), str(fresh))
    link_ntp_module(fresh)
    fresh.rename(kit)


def find(program):
    """Its path: unpacked, or installed; None if it is neither."""
    unpacked = [str(folder) for kit in sorted(cache().glob("*"))
                for folder in (kit / "usr/sbin", kit / "usr/bin")]
    return shutil.which(program, path=os.pathsep.join([*unpacked, os.environ["PATH"], "/usr/sbin"]))


def library_path():
    """LD_LIBRARY_PATH for what was unpacked: the libraries that aren't installed."""
    folders = [str(folder) for folder in sorted(cache().glob("*/usr/lib/*-linux-gnu*"))]
    return os.pathsep.join([*folders, *filter(None, [os.environ.get("LD_LIBRARY_PATH")])])


def suite_root(suite, package):
    """Where a package of another release is, with all that it depends on."""
    return cache().parent / f"{suite}-{package}"


def fetch_suite(suite, package):
    """Makes that, as cross/ makes its sysroots. Says in one line why that couldn't be done, or None."""
    if suite == release():
        return None
    top = Path(__file__).resolve().parents[2]
    script = f'. "{top}/cross/lib.sh"; extract "$(dpkg --print-architecture)" "$@"'
    done = subprocess.run(["bash", "-euc", script, "unpack", suite, str(suite_root(suite, package)), package],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return None if done.returncode == 0 else (done.stderr.strip().splitlines() or ["?"])[-1]


def unpack(program, name, packages):
    """Unpacks them into cache()/name unless the program is there, or installed, already.
    Says in one line why that couldn't be done, or None."""
    kit = cache() / name
    kit.parent.mkdir(parents=True, exist_ok=True)
    with open(kit.parent / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if kit.is_dir() or find(program):
            return None
        try:
            fill(kit, packages)
        except (RuntimeError, FileNotFoundError) as error:
            return f"{' '.join(packages)} can't be unpacked: {error}"
    return None
