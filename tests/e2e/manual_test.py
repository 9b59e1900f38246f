"""The manual pages and the completion say what the programs' own help says; the documents' links lead
somewhere."""

import os
import re
import shlex
import subprocess
from pathlib import Path

from harness import BUILD, PPSCTL, PPSD, Case, program
from links import broken_links

TOP = Path(__file__).resolve().parents[2]
MAN = TOP / "daemon/man"
PAGES = (MAN / "ppsd.8", MAN / "ppsd-web.8", MAN / "ppsd.conf.5", MAN / "ppsctl.1", TOP / "shm/man/ntpdshm.3")


def help_items(text):
    """{option: (placeholder, what it says)} of a --help."""
    items, name = {}, None
    for line in text.splitlines():
        start = re.match(r"  (?:-\w \[ )?--([a-z-]+)(?: \])?(?: ([A-Z|]+))?(?: {2,}|$)(.*)", line)
        if start:
            name = start[1]
            items[name] = [start[2] or "", start[3]]
        elif name and line.startswith("   "):
            items[name][1] += " " + line.strip()
        else:
            name = None
    return {name: (word, " ".join(said.split())) for name, (word, said) in items.items()}


def page_items(text):
    """{option or key: what the page says about it, macros and all}."""
    items = {}
    for head, body in re.findall(r"(?m)^\.It ((?:Fl|Cm) .*)\n((?:(?!\.It |\.El).*\n)*)", text):
        for name in re.findall(r"(?:^Fl |, |^Cm )-?([a-z][a-z-]+)", head):
            items[name] = f"{head} {body}".replace("\n", " ")
    return items


def default(said):
    """What stands in the parentheses at the end of a help text."""
    found = re.search(r"\(([^()]*)\)$", said)
    return found[1] if found else None


class ManualTest(Case):
    def help_of(self, *argv):
        done = self.run_to_end(*argv, "--help")
        self.assertEqual(done.code, 0, done.err)
        items = help_items("\n".join(done.out))
        self.assertIn("help", items)
        del items["help"]
        return items

    def assert_documented(self, shown, written, page):
        for name, (placeholder, said) in shown.items():
            self.assertIn(name, written, f"{page}: --{name} is missing")
            value = default(said)
            if value and not value.startswith("auto:"):
                self.assertIn(value.split(",")[0], written[name], f"{page}: --{name}'s default")
            if placeholder and placeholder != "VALUE":
                self.assertIn(placeholder, written[name], f"{page}: --{name}'s value")
        self.assertLessEqual(set(written) - {"help"}, set(shown), f"{page}: what is no option")

    def test_ppsd(self):
        """each option of ppsd is in ppsd(8) or ppsd.conf(5), with its default, and no other"""
        shown = self.help_of(PPSD)
        keys = page_items((MAN / "ppsd.conf.5").read_text())
        own = page_items((MAN / "ppsd.8").read_text())
        self.assertGreaterEqual(len(keys), 18)
        self.assert_documented(shown, {**own, **keys}, "ppsd(8), ppsd.conf(5)")
        self.assertFalse(keys.keys() & own.keys())

    def test_ppsctl(self):
        """each command and option of ppsctl is in ppsctl(1), with its default, and no other"""
        sections = re.split(r"(?m)^\.S[sh] ", (MAN / "ppsctl.1").read_text())
        written = {part.split("\n")[0]: page_items(part) for part in sections}
        commands = {line.split()[1] for line in self.run_to_end(PPSCTL, "--help").out
                    if line.startswith("  ppsctl ")}
        self.assertEqual({name for name in written if name.islower()}, commands)
        for command in commands:
            self.assert_documented(self.help_of(PPSCTL, command), written[command],
                                   f"ppsctl(1), {command}")

    def test_web(self):
        """each option of ppsd-web is in ppsd-web(8), and each key in its default configuration"""
        web = BUILD / "bin/ppsd-web"
        if not web.exists():
            self.skipTest("ppsd-web is not built")
        shown = set(re.findall(r"(?m)^  (?:-h \[ )?--([a-z-]+)", "\n".join(self.run_to_end(web, "--help").out)))
        page = page_items((MAN / "ppsd-web.8").read_text())
        self.assertEqual(set(page), shown)
        text = (TOP / "daemon/ppsd-web.conf").read_text()
        keys = dict(re.findall(r"(?m)^#([a-z-]+) = (.*)$", text))
        self.assertEqual(set(keys), shown - {"config", "help", "version", "report", "since", "until", "html"})
        for key, value in keys.items():
            self.assertIn(value, page[key], key)
        config = self.dir / "all.conf"
        config.write_text(re.sub(r"(?m)^#(?=[a-z-]+ = )", "", text).replace("/var/lib/ppsd-web", str(self.dir))
                          .replace("/usr/share/ppsd-web", "/nothing"))
        done = self.run_to_end(web, "--config", config)
        self.assertEqual(done.code, 1, done.err)
        self.assertIn("/nothing", done.told())

    def test_config(self):
        """the installed configuration has each key, commented out, with its default"""
        text = (TOP / "daemon/ppsd.conf").read_text()
        keys = dict(re.findall(r"(?m)^#([a-z-]+) = (.*)$", text))
        short = {"pps-unit", "nmea-unit"} # forms of pps-out and nmea-out
        self.assertEqual(set(keys) | short, set(page_items((MAN / "ppsd.conf.5").read_text())))
        self.assertFalse(set(keys) & short)
        self.assertFalse([line for line in text.splitlines() if line and line[0] != "#"])
        shown = self.help_of(PPSD)
        for key in set(keys) - {"pps", "nmea", "nmea-delay", "not-before", "record", "share"}:
            self.assertEqual(keys[key], default(shown[key][1]), key)
        # As a file without the "#" it is one that ppsd takes.
        config = self.dir / "all.conf"
        text = re.sub(r"(?m)^#(?=[a-z-]+ = )", "", text)
        config.write_text(text.replace("user = ppsd", f"user = {os.geteuid()}")) # who may be missing
        done = self.run_to_end(PPSD, "--config", config, "--nmea", "uart:/dev/nothing")
        self.assertEqual(done.code, 1, done.err)

    def test_lint(self):
        """mandoc has nothing to warn about"""
        mandoc = program("mandoc", "mandoc")
        for page in PAGES:
            done = self.run_to_end(mandoc, "-T", "lint", "-W", "style", page)
            # Which other pages are installed here says nothing of this one.
            told = [line for line in done.out if "referenced manual not found" not in line]
            self.assertEqual(told, [], page)

    def test_links(self):
        """each link of a document in the source leads to a file, and to a heading of it"""
        page = self.dir / "page.md"
        page.write_text("# What's `this`?\n[a](#whats-this) [b](page.md) [c](#this) [d](none.md) ![e](page.md#none)\n")
        self.assertEqual([link.removeprefix(f"{page}: ") for link in broken_links(page)],
                         ["#this", "none.md", "page.md#none"])
        rooms = [room for room in TOP.iterdir() if room.is_dir() and room.name not in ("build", ".git")]
        pages = [*TOP.glob("*.md"), *(page for room in rooms for page in room.rglob("*.md")
                                      if "node_modules" not in page.parts)]
        self.assertIn(TOP / "hal/README.md", pages)
        self.assertEqual([link for page in pages for link in broken_links(page)], [])

    def complete(self, name, *words):
        """What bash offers for the last of the words."""
        script = (f"source {TOP}/daemon/completion/{name}; PATH={BUILD}/bin:$PATH; "
                  f"COMP_WORDS=({shlex.join((name, *words))}); COMP_CWORD={len(words)}; "
                  f"_{name}; printf '%s\\n' \"${{COMPREPLY[@]}}\"; complete -p {name}")
        done = subprocess.run(["bash", "-euc", script], capture_output=True, text=True, check=False,
                              cwd=self.dir, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 0, done.stderr)
        *offered, registered = done.stdout.splitlines()
        self.assertEqual(registered, f"complete -F _{name} {name}")
        return offered

    def test_completion(self):
        """bash completes options, commands and values, as the programs name them"""
        options = {f"--{name}" for name in self.help_of(PPSD)} | {"--help"}
        self.assertEqual(set(self.complete("ppsd", "--")), options)
        self.assertEqual(self.complete("ppsd", "--lo"), ["--lock-count", "--lock-memory", "--log-level"])
        self.assertEqual(self.complete("ppsd", "--edge", "r"), ["rising"])
        (self.dir / "a.conf").touch()
        self.assertEqual(self.complete("ppsd", "--config", "a."), ["a.conf"])
        self.assertEqual(self.complete("ppsctl", "w"), ["watch"])
        self.assertEqual(self.complete("ppsctl", "watch", "--c"), ["--count"])
        self.assertEqual(self.complete("ppsctl", "replay", "a"), ["a.conf"])
