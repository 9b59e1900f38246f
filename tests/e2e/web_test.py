"""What ppsd-web gives to whom, and what a hostile or slow client can't do."""

import http.client
import json
import socket
import time
from pathlib import Path

from harness import BUILD, SIM, Case, wait_until

WEB = BUILD / "bin/ppsd-web"
PAGE = Path(__file__).resolve().parents[2] / "daemon/web/page"
PORT = 8123
MOST_CONNECTIONS = 512 # server.cpp
PATIENCE = 5 # s, the same
POLICY = "default-src 'none'"


class WebTest(Case):
    def setUp(self):
        super().setUp()
        if not WEB.exists():
            self.skipTest("ppsd-web is not built")
        status = self.dir / "status"
        self.ppsd(*SIM, "--pps-unit", "2", "--nmea-unit", "none", "--status-socket", status)
        self.web = self.start(WEB, "--config", "/dev/null", "--socket", status, "--chrony", "no", "--history",
                              self.dir / "history.db", "--assets", PAGE)
        self.web.expect("the page is on http://127.0.0.1:8123/")

    def ask(self, path="/", method="GET", body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.text = answer.read()
        connection.close()
        return answer

    def connect(self):
        one = socket.create_connection(("127.0.0.1", PORT), timeout=30)
        self.addCleanup(one.close)
        return one

    def send(self, data):
        """All that it answers to those bytes, until it closes; None: it cut the connection."""
        one = self.connect()
        try:
            one.sendall(data)
            told = b""
            while part := one.recv(65536):
                told += part
            return told
        except ConnectionError:
            return None

    def test_address(self):
        """by default it listens on 127.0.0.1 alone"""
        listening = [line.split()[1] for name in ("tcp", "tcp6") for line in
                     Path(f"/proc/net/{name}").read_text().splitlines()[1:] if line.split()[3] == "0A"]
        self.assertEqual(listening, [f"0100007F:{PORT:04X}"])

    def test_read_only(self):
        """GET and HEAD alone; no cookie; a strict policy with whatever it answers"""
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            self.assertEqual(self.ask("/api/v1/status", method, b"x=1").status, 405, method)
        for path in ("/", "/page.js", "/metrics", "/api/v1/status", "/api/v1/history", "/nothing",
                     "/api/v1/history?from=then", "/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd"):
            answer = self.ask(path)
            self.assertEqual(answer.status, 404 if "nothing" in path or "etc" in path else
                             400 if "then" in path else 200, path)
            self.assertIsNone(answer.getheader("Set-Cookie"))
            self.assertIn(POLICY, answer.getheader("Content-Security-Policy"))
            self.assertNotIn(b"root:", answer.text)
            self.assertEqual(self.ask(path, "HEAD").text, b"")

    def test_name(self):
        """asked by another name than the loopback's, as by a page whose name leads here: refused"""
        self.assertEqual(self.ask(Host="somebody.example").status, 403)
        for name in ("localhost:8123", "127.0.0.1"):
            self.assertEqual(self.ask(Host=name).status, 200)

    def test_position(self):
        """where the receiver is, which its sentences say, is nowhere"""
        told = wait_until(lambda: (t := self.ask("/api/v1/status").text) and b'"locked"' in t and t, 30, "locked")
        for path in ("/metrics", "/api/v1/history", "/api/v1/events"):
            told += self.ask(path).text
        for word in (b"latitude", b"longitude", b"altitude", b"position"):
            self.assertNotIn(word, told.lower())

    def test_stream(self):
        """live points as a stream of events, one a second"""
        one = self.connect()
        one.sendall(b"GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        lines = one.makefile("rb")
        seen, kind = [], None
        while len(seen) < 4:
            line = lines.readline().strip()
            if line.startswith(b"event: "):
                kind = line[7:]
            elif line.startswith(b"data: ") and kind == b"point":
                seen.append(json.loads(line[6:])["time"])
        self.assertEqual(seen, list(range(seen[0], seen[0] + 4)))

    def test_sizes(self):
        """an address, a header or a body that is too long is refused, and the next asker served"""
        for request in (b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
                        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"a" * 10_000 + b"\r\n\r\n",
                        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n" + b"a" * 100_000,
                        b"\0\xff\r\n\r\n"):
            told = self.send(request)
            self.assertFalse(told and told.startswith(b"HTTP/1.1 2"), request[:40])
            self.assertEqual(self.ask().status, 200)

    def test_slow(self):
        """who doesn't go on with a request is sent away within seconds"""
        began = time.monotonic()
        told = self.send(b"GET / HTT")
        self.assertFalse(told and told.startswith(b"HTTP/1.1 2"))
        self.assertLess(time.monotonic() - began, 3 * PATIENCE)

    def test_connections(self):
        """more connections than it has room for: the others are closed, and it goes on after them"""
        crowd = [self.connect() for _ in range(MOST_CONNECTIONS + 100)]
        for one in crowd:
            try:
                one.sendall(b"GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
            except ConnectionError:
                pass # it is one of the others
        threads = Path(f"/proc/{self.web.pid}/task")
        self.assertLessEqual(len(list(threads.iterdir())), MOST_CONNECTIONS + 20)
        for one in crowd:
            one.close()
        def serves():
            try:
                return self.ask("/api/v1/status").status == 200
            except (OSError, http.client.HTTPException):
                return False
        wait_until(serves, 30, "an answer after the crowd")
        self.assertTrue(self.web.running())
