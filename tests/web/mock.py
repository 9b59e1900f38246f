#!/usr/bin/python3
"""Serves the page with made-up data, so that the page can be worked on without ppsd-web.

usage: tests/web/mock.py [--port N] [--dygraphs DIR]

The same addresses, answers and headers as ppsd-web. What a second held is computed from its number, so
there is a history of 400 days at once, the same each time. Ends with SIGTERM or SIGINT.
"""

import argparse
import json
import math
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "daemon/web/page"
DYGRAPHS = Path("/usr/share/javascript/dygraphs")
KINDS = {".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript"}
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
          "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
DAY = 86400
KEPT = 400 * DAY
STEPS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600, 7200, 21600, 43200, DAY, 5 * DAY, 20 * DAY)
STARTED = time.time()
GAP = (2.2 * DAY, 2.1 * DAY) # s before the start: nothing was kept between
LOST = (1500, 1320) # s before the start: no pulses between

SERIES = [
    ("offset", "Pulse offset", "s", "true time by the pulse less the system clock; positive: the clock is behind"),
    ("jitter", "Pulse jitter", "s", "mean distance of the pulses from where they are due"),
    ("delay", "Label delay", "s", "from a pulse to the first byte of the sentence that names it"),
    ("frequency", "Oscillator frequency", "1", "by how much the board's oscillator is fast; 1e-6 is 1 ppm"),
    ("temperature", "Board temperature", "degC", "of the processor, as the kernel reports it"),
    ("satellites", "Satellites used", "1", "as the receiver reports them (GSA)"),
    ("signal", "Signal", "dB-Hz", "mean C/N0 of the satellites received (GSV)"),
    ("chrony_offset", "NTP daemon's offset", "s", "NTP time less the system clock, as chronyd or ntpd has it; positive: the clock is behind"),
]
NAMES = [name for name, *_ in SERIES]


def noise(t, salt):
    """About normal, of standard deviation 1, the same for the same second."""
    total = 0
    for i in range(3):
        x = (int(t) * 2654435761 + salt * 40503 + i * 97003) & 0xFFFFFFFF
        x = ((x ^ (x >> 16)) * 0x45D9F3B) & 0xFFFFFFFF
        x = ((x ^ (x >> 16)) * 0x45D9F3B) & 0xFFFFFFFF
        total += ((x ^ (x >> 16)) & 0xFFFFFFFF) / 0x100000000 - 0.5
    return total * 2


def temperature(t):
    return 47 + 4 * math.sin(2 * math.pi * (t - 50400) / DAY) + 2.5 * math.sin(2 * math.pi * t / (365 * DAY)) \
        + 0.6 * math.sin(2 * math.pi * t / 5400)


# By name: what is slow, and how far a second's value scatters about it.
SLOW = {
    "offset": (lambda t: 60e-9 * math.sin(2 * math.pi * t / 5400) + 40e-9 * math.sin(2 * math.pi * t / 777), 140e-9),
    "jitter": (lambda t: 150e-9 + 30e-9 * math.sin(2 * math.pi * t / 9000), 12e-9),
    "delay": (lambda t: 0.1384 + 0.002 * math.sin(2 * math.pi * t / 7200), 0.0011),
    "frequency": (lambda t: 20.3e-6 - 0.06e-6 * (temperature(t - 300) - 47), 0.004e-6),
    "temperature": (temperature, 0.3),
    "satellites": (lambda t: 9.5 + 1.5 * math.sin(2 * math.pi * t / (DAY / 2)), 0.6),
    "signal": (lambda t: 38 + 2 * math.sin(2 * math.pi * t / (DAY / 2) + 1), 0.8),
    "chrony_offset": (lambda t: 45e-9 * math.sin(2 * math.pi * t / 5400 + 0.5), 25e-9),
}


def kept(t):
    if not STARTED - KEPT <= t <= time.time():
        return False
    return not STARTED - GAP[0] <= t < STARTED - GAP[1]


def lost(t):
    return STARTED - LOST[0] <= t < STARTED - LOST[1]


def known(name, t):
    return kept(t) and not (lost(t) and name in ("offset", "jitter", "delay", "frequency"))


def value(name, t):
    if not known(name, t):
        return None
    slow, scatter = SLOW[name]
    if name == "chrony_offset": # asked each 10 s
        t = t // 10 * 10
    got = slow(t) + scatter * noise(t, NAMES.index(name))
    return round(got) if name == "satellites" else got


def step_values(name, t, step):
    """mean, low, high, sd of what a step held."""
    middle = t + step / 2
    if not known(name, middle):
        return None, None, None, None
    slow, scatter = SLOW[name]
    within = [slow(t + step * part / 4) for part in range(5)]
    mean = sum(within) / 5 + scatter * noise(t, NAMES.index(name) + 50) / math.sqrt(step)
    spread = scatter * min(4, 1 + 0.5 * math.log(step)) * (1 + 0.2 * noise(t, 99))
    return mean, min(within) - spread, max(within) + spread, scatter


def brief(x):
    return None if x is None else float(f"{x:.5g}")


def step_for(first, last, points):
    return next((step for step in STEPS if (last - first) / step <= points), STEPS[-1])


def history(query):
    first, last, points = int(query["from"]), int(query["to"]), int(query.get("points", 700))
    names = query["series"].split(",") if "series" in query else NAMES
    step = step_for(first, last, points)
    times = [t for t in range(first // step * step, last, step) if kept(t + step / 2)]
    series = {}
    for name in names:
        if step == 1:
            series[name] = {"mean": [brief(value(name, t)) for t in times]}
            continue
        columns = list(zip(*(step_values(name, t, step) for t in times))) or [[]] * 4
        series[name] = {key: [brief(x) for x in column]
                        for key, column in zip(("mean", "low", "high", "sd"), columns)}
    return {"from": first, "to": last, "step": step, "time": times, "series": series}


def all_events():
    def event(age, kind, level, text):
        return {"time": int(STARTED - age), "kind": kind, "level": level, "text": text}
    events = [event(age, "state", "good", "locked: pulses and labels agree") for age in range(9 * DAY, KEPT, 11 * DAY)]
    events += [event(age, "restart", "info", "ppsd 1.0 started") for age in range(9 * DAY + 60, KEPT, 11 * DAY)]
    events += [
        event(GAP[1], "gap", "info", "nothing was kept for 2 h 24 min: ppsd-web did not run"),
        event(3 * DAY + 9000, "chrony", "info", "chronyd follows PPS instead of 192.0.2.1"),
        event(4 * DAY, "step", "warning", "the system clock was stepped by -0.24 s"),
        event(20000, "renumbered", "bad", "the receiver's seconds moved by 1 s and stayed; samples were withheld for 61 s"),
        event(LOST[0], "state", "bad", "no pulses: none for 3 s; is the antenna connected?"),
        event(LOST[1], "state", "good", "locked: pulses and labels agree, after 3 min"),
    ]
    return sorted((e for e in events if e["time"] >= STARTED - KEPT), key=lambda e: e["time"])


def events(query):
    found = [e for e in all_events() if int(query["from"]) <= e["time"] <= int(query["to"])]
    limit = int(query.get("limit", 1000))
    return {"events": found[-limit:], "more": len(found) > limit}


def offsets(query):
    first, last = int(query["from"]), int(query["to"])
    step = step_for(first, last, 4000)
    times = range(first, last, step)
    found = [value("offset", t) if step == 1 else step_values("offset", t, step)[0] for t in times]
    return step, [x for x in found if x is not None]


def histogram(query):
    step, found = offsets(query)
    if not found:
        return {"from": 0, "to": 0, "step": step, "low": 0, "width": 0, "counts": [], "n": 0, "mean": None, "sd": None}
    low, bins = min(found), 50
    width = (max(found) - low) / bins or 1e-9
    counts = [0] * bins
    for x in found:
        counts[min(bins - 1, int((x - low) / width))] += 1
    mean = sum(found) / len(found)
    sd = math.sqrt(sum((x - mean) ** 2 for x in found) / len(found))
    return {"from": int(query["from"]), "to": int(query["to"]), "step": step, "low": low, "width": width,
            "counts": counts, "n": len(found), "mean": mean, "sd": sd}


def deviation(query):
    step, found = offsets(query)
    answer = {"step": step, "n": len(found), "tau": [], "adev": [], "mdev": [], "tdev": []}
    m = 1
    while len(found) > 3 * m + 8:
        square = [(found[i + 2 * m] - 2 * found[i + m] + found[i]) ** 2 for i in range(len(found) - 2 * m)]
        adev = math.sqrt(sum(square) / len(square) / 2) / (m * step)
        mdev = adev / math.sqrt(m)
        for key, x in (("tau", m * step), ("adev", adev), ("mdev", mdev), ("tdev", mdev * m * step / math.sqrt(3))):
            answer[key].append(brief(x))
        m *= 2
    return answer


def csv(query):
    answer = history({**query, "points": 1000})
    names = list(answer["series"])
    yield "time," + ",".join(f"{name}_{key}" for name in names for key in answer["series"][name])
    for i, t in enumerate(answer["time"]):
        row = [answer["series"][name][key][i] for name in names for key in answer["series"][name]]
        yield f"{t}," + ",".join("" if x is None else repr(x) for x in row)


def chrony(now):
    tracking = {"reference_id": "50505300", "name": "PPS", "stratum": 1, "offset_s": value("chrony_offset", now),
                "last_offset_s": -3.1e-8, "rms_offset_s": 8.8e-8, "frequency_ppm": 20.302, "residual_ppm": -0.001,
                "skew_ppm": 0.012, "root_delay_s": 1e-9, "root_dispersion_s": 1.6e-5, "update_interval_s": 16,
                "leap": "Normal"}
    keys = ("mode", "state", "name", "stratum", "poll", "reach", "last_rx_s", "offset_s", "error_s")
    sources = [
        ("refclock", "selected", "PPS", 0, 4, 255, 12, -1.2e-7, 1.9e-7),
        ("refclock", "not combined", "NMEA", 0, 4, 255, 11, 1.3e-3, 1.2e-3),
        ("server", "not combined", "2001:db8:85a3:8d3:1319:8a2e:370:7348", 2, 6, 239, 44, -4.1e-4, 8.2e-3),
        ("server", "unreachable", "192.0.2.1", 0, 10, 0, None, 0.0, 0.0),
    ]
    clients = [{"name": "192.0.2.7", "ntp_packets": 1202, "dropped": 0, "last_s_ago": 7},
               {"name": "2001:db8::1:2:3", "ntp_packets": 96, "dropped": 2, "last_s_ago": 340}]
    return {"program": "chronyd", "problem": None, "tracking": tracking, "sources": [dict(zip(keys, s)) for s in sources],
            "clients": clients, "clients_problem": None}


def ppsd(now):
    output = {"taken": 41000, "dropped": 2, "full": False, "problem": None}
    feed = {"unit": 0, "outputs": [{"output": "shm:0", **output}], "last_sample": None, "verdicts": {}}
    return {"program": "ppsd", "version": "1.0", "pid": 400, "running_s": now - STARTED + 9 * DAY, "state": "locked",
            "reason": None, "explanation": "pulses and labels agree", "since": "", "for_s": now - STARTED + LOST[1],
            "pulses": {"source": "/dev/pps0", "open": True, "last_s_ago": 0.3},
            "sentences": {"source": "/dev/ttyAMA0", "open": True, "last_s_ago": 0.1},
            "pps": feed, "nmea": {**feed, "outputs": [{"output": "shm:1", **output}]}, "pulse_width_s": 0.1,
            "period_s": 1.0000203, "jitter_s": 1.5e-7, "delay_s": 0.1384, "baud": 115200, "line_load": 0.41, "verdicts": {},
            "missed": 181, "renumbered": 1, "clock_steps": 1,
            "last_unlock": {"utc": "2026-11-28T12:00:00Z", "s_ago": LOST[0], "state": "no-pulses",
                            "explanation": "no pulses: none for 3 s", "for_s": LOST[0] - LOST[1]},
            "satellites": {"used": 10, "in_view": 13, "signal_db": 38.2, "s_ago": 1}}


def status(_query=None):
    now = time.time()
    return {"time": now,
            "verdict": {"level": "good", "headline": "Locked: this clock follows the receiver's pulses",
                        "detail": "chronyd takes them; the clock is right to about 0.2 us.", "since": int(STARTED - LOST[1])},
            "ppsd": ppsd(now), "ppsd_problem": None, "chrony": chrony(now), "temperature_c": temperature(now),
            "storage": {"problem": None},
            "series": [dict(zip(("name", "title", "unit", "meaning"), one)) for one in SERIES]}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    dygraphs = DYGRAPHS
    answers = {"status": status, "history": history, "events": events, "histogram": histogram, "deviation": deviation}

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        name = url.path.removeprefix("/api/v1/")
        if name == "live":
            return self.live()
        if name == "history.csv":
            return self.answer("text/csv", "\n".join(csv(query)) + "\n")
        if name in self.answers:
            return self.answer("application/json", json.dumps(self.answers[name](query)))
        return self.file(url.path)

    def file(self, path):
        if path.startswith("/dygraphs/"):
            file = self.dygraphs / Path(path).name
        else:
            file = PAGE / (Path(path).name or "index.html")
        if not file.is_file() or file.suffix not in KINDS:
            return self.answer("application/json", '{"error":"there is nothing here"}', 404)
        return self.answer(KINDS[file.suffix], file.read_text())

    def answer(self, kind, text, code=200):
        body = text.encode()
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-cache")
        try:
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass # the page asks for something else by now

    def live(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            self.tell("status", status())
            for count in range(1, DAY):
                time.sleep(1)
                now = int(time.time())
                self.tell("point", {"time": now, "state": "locked", **{name: value(name, now) for name in NAMES}})
                if count % 10 == 0:
                    self.tell("status", status())
        except OSError:
            pass # the page was closed

    def tell(self, kind, data):
        self.wfile.write(f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser(prog="tests/web/mock.py")
    parser.add_argument("--port", type=int, default=8123)
    parser.add_argument("--dygraphs", type=Path, default=DYGRAPHS)
    given = parser.parse_args()
    Handler.dygraphs = given.dygraphs
    server = ThreadingHTTPServer(("127.0.0.1", given.port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        pass


main()
