"""`ikewatch run` from outside: lines in over UDP, TCP and files; states, causes and metrics out over HTTP."""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time

import contract
import daemon
import program
import story
from program import until

PEER = story.PEER
FAILURE = {"gateway": "edge-1", "tunnel": "branch-lyon", "phase": "1", "cause": "psk_missing"}


def pieces(content, sizes=(1, 2, 3, 5, 7, 11, 64, 1000)):
    """The same bytes in odd pieces."""
    at, turn = 0, 0
    while at < len(content):
        size = sizes[turn % len(sizes)]
        yield content[at:at + size]
        at, turn = at + size, turn + 1


class Http(daemon.Case):
    def setUp(self):
        super().setUp()
        self.daemon = self.start()

    def test_health(self):
        for path in ("/-/healthy", "/-/ready"):
            self.assertEqual(self.daemon.get(path).status, 200)

    def test_types(self):
        types = {"/metrics": "text/plain; version=0.0.4; charset=utf-8", "/api/v1/tunnels": "application/json", "/": "text/html; charset=utf-8",
                 "/api/v1/tunnels/edge-1/branch-lyon": "application/json"}
        for path, kind in types.items():
            answer = self.daemon.get(path)
            self.assertEqual((answer.status, answer.headers["content-type"]), (200, kind))
            head = self.daemon.request("HEAD", path)
            self.assertEqual((head.status, head.body), (200, b""))

    def test_tunnels_have_the_form_of_the_contract(self):
        self.append(story.rfc3164())
        self.daemon.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "up", "the tunnel")
        form = contract.Form(self)
        tunnel, = self.daemon.tunnels()
        form.tunnel(tunnel)
        self.assertEqual(tunnel, self.daemon.get("/api/v1/tunnels/edge-1/branch-lyon").json())
        self.assertEqual(tunnel, self.daemon.get(f"/api/v1/tunnels/edge-1/{PEER}").json())

    def test_changes_come_as_a_stream(self):
        with socket.create_connection(("127.0.0.1", self.daemon.port), timeout=30 * program.PATIENCE) as out:
            out.sendall(b"GET /api/v1/stream HTTP/1.1\r\nHost: test\r\n\r\n")
            lines = out.makefile("rb")
            until(lambda: lines.readline() == b"retry: 2000\n", 10, "the begin of the stream")
            self.append(story.rfc3164())
            states = []
            while "up" not in states:
                line = lines.readline()
                self.assertTrue(line, f"the stream ended after {states}")
                if line.startswith(b"data: "):
                    for change in json.loads(line[6:]):
                        self.assertEqual((change["gateway"], change["tunnel"]), ("edge-1", "branch-lyon"))
                        states.append(change["state"])
        self.daemon.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "up", "the tunnel")

    def test_what_is_not_there_is_404(self):
        for path in ("/nope", "/metricsx", "/api/v1/tunnels/", "/api/v1/tunnelsx", "/api/v1/tunnels/edge-1", "/api/v1/tunnels/edge-1/nope",
                     "/api/v1/tunnels/nope/branch-lyon", "/-/", "/%2e%2e/etc/passwd", "/..", "//metrics"):
            with self.subTest(path):
                self.assertEqual(self.daemon.get(path).status, 404)

    def test_other_methods_are_refused(self):
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
            with self.subTest(method):
                answer = self.daemon.request(method, "/metrics")
                self.assertEqual((answer.status, answer.headers.get("allow")), (405, "GET, HEAD"))

    def test_bad_requests_do_no_harm(self):
        for request in (b"\r\n\r\n", b"GET\r\n\r\n", b"\x00\xff\xfe\r\n\r\n", b"GET /%zz HTTP/1.1\r\n\r\n", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
                        b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20_000 + b"\r\n",
                        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"):
            with self.subTest(request[:30]), socket.create_connection(("127.0.0.1", self.http), timeout=20) as connection:
                try:
                    connection.sendall(request)
                    connection.shutdown(socket.SHUT_WR)
                    answer = connection.recv(65536)
                    self.assertTrue(answer == b"" or re.match(rb"HTTP/1\.[01] [45]\d\d ", answer) or request.startswith(b"GET / "), answer)
                except OSError:
                    pass  # the daemon may hang up on such a client
        self.assertEqual(self.daemon.get("/-/healthy").status, 200)


class Exposition(daemon.Case):
    def test_inventory_has_its_series_from_the_first_scrape_on(self):
        tunnels = (("branch-lyon", PEER), ("branch-oslo", "2001:db8::9"))
        metrics = self.start(self.configure(tunnels)).metrics()
        for tunnel, peer in tunnels:
            labels = {"gateway": "edge-1", "tunnel": tunnel}
            self.assertEqual(metrics.get("ikewatch_tunnel_info", peer=peer, dialect="", **labels), 1)
            self.assertIn(metrics.state("edge-1", tunnel), ("idle", "unknown"))
            for state in contract.STATES:
                self.assertIn(metrics.get("ikewatch_tunnel_state", state=state, **labels), (0, 1))
            for phase in ("1", "2"):
                self.assertEqual(metrics.get("ikewatch_negotiations_total", phase=phase, **labels), 0)
                failures = [value for (name, pairs), value in metrics.samples.items() if name == "ikewatch_negotiation_failures_total"
                            and {**labels, "phase": phase}.items() <= dict(pairs).items()]
                self.assertTrue(failures and not any(failures))
            for name in contract.TUNNEL_SERIES:
                if contract.METRICS[name] == "gateway tunnel":
                    self.assertEqual(metrics.get(name, **labels), 0, name)

    def test_no_name_and_no_label_beyond_the_contract(self):
        running = self.start()
        self.append(story.rfc3164())
        self.send(*story.rfc3164("203.0.113.9", host="gw-b").splitlines(), b"<30>Nov 20 10:00:00 gw-b racoon: ERROR: nobody ever wrote this")
        metrics = running.until_metrics(lambda m: m.state("gw-b", "203.0.113.9") == "up" and m.total("ikewatch_unmatched_lines_total") == 1,
                                        "both stories and the unmatched line")
        values = {"state": contract.STATES, "cause": contract.CAUSES + ("unknown",), "event": contract.EVENTS, "dialect": contract.DIALECTS + ("",),
                  "phase": ("1", "2"), "source": ("udp", "tcp", "log"), "gateway": ("edge-1", "gw-b"), "tunnel": ("branch-lyon", "203.0.113.9")}
        for name, pairs in metrics.samples:
            if name.startswith("process_"):
                continue
            labels = dict(pairs)
            family = re.sub("_(bucket|sum|count)$", "", name) if "duration" in name else name
            labels.pop("le", None)
            self.assertIn(family, contract.METRICS)
            self.assertEqual(sorted(labels), sorted(contract.METRICS[family].split()), name)
            for label, value in labels.items():
                self.assertIn(value, values.get(label, (value,)), name)

    def test_counts_what_happened(self):
        running = self.start()
        self.append(story.rfc3164())
        metrics = running.until_up("branch-lyon", len(story.messages()))
        labels = {"gateway": "edge-1", "tunnel": "branch-lyon"}
        self.assertEqual(metrics.get("ikewatch_tunnel_up", **labels), 1)
        self.assertEqual(metrics.get("ikewatch_tunnel_child_sas", **labels), 1)
        self.assertEqual(metrics.get("ikewatch_negotiations_total", phase="1", **labels), 2)
        self.assertEqual(metrics.get("ikewatch_negotiations_total", phase="2", **labels), 1)
        self.assertEqual(metrics.get("ikewatch_negotiation_failures_total", **FAILURE), 1)
        self.assertEqual(metrics.total("ikewatch_negotiation_failures_total"), 1)
        self.assertEqual(metrics.get("ikewatch_source_lines_total", source="log"), len(story.messages()))
        self.assertEqual(metrics.get("ikewatch_source_bytes_total", source="log"), len(story.rfc3164()))
        self.assertEqual(metrics.get("ikewatch_events_total", dialect="racoon", event="phase2_up"), 2)
        self.assertEqual(metrics.get("ikewatch_negotiation_duration_seconds_count", phase="1"), 1)
        # By this host's clock: those of devices lie, and alerts compare with now.
        for name in ("ikewatch_tunnel_state_change_timestamp_seconds", "ikewatch_tunnel_last_event_timestamp_seconds"):
            self.assertAlmostEqual(metrics.get(name, **labels), time.time(), delta=60)

    def test_promtool_has_nothing_to_say(self):
        promtool = shutil.which("promtool")
        if not promtool:
            self.skipTest("PROMTOOL IS NOT INSTALLED (Debian package prometheus): the exposition was not checked")
        running = self.start()
        self.append(story.rfc3164())
        metrics = running.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "up", "the tunnel")
        done = subprocess.run([promtool, "check", "metrics"], input=metrics.text.encode(), capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))

    def test_hostile_names_of_hosts_do_not_break_the_scrape(self):
        running = self.start()
        hosts = (b"e\xd8\xff", b'a"b', b"back\\slash", b"curly}x", "é".encode(), b"x" * 300)
        for host in hosts:
            self.send(b"<30>Nov 20 10:00:00 " + host + b" racoon: INFO: initiate new phase 1 negotiation: 192.0.2.1[500]<=>203.0.113.9[500]")
        running.until_metrics(lambda m: m.get("ikewatch_source_lines_total", source="udp") == len(hosts), "the lines")
        form = contract.Form(self)
        for tunnel in running.tunnels():
            form.tunnel(tunnel)
        self.assertEqual(running.get("/").status, 200)


class Stories(daemon.Case):
    """However the lines come, the same state and cause are reached."""

    def assert_story(self, running):
        running.until_up("branch-lyon", len(story.messages()))
        tunnel = running.get("/api/v1/tunnels/edge-1/branch-lyon").json()
        contract.Form(self).tunnel(tunnel)
        self.assertEqual((tunnel["peer"], tunnel["dialect"], tunnel["phase1"]), (PEER, "racoon", "up"))
        self.assertEqual([(d["cause"], d["resolved"], d["count"]) for d in tunnel["diagnoses"]], [("psk_missing", True, 1)])
        metrics = running.metrics()
        self.assertEqual(metrics.get("ikewatch_negotiation_failures_total", **FAILURE), 1)
        self.assertEqual(metrics.total("ikewatch_source_lines_total"), len(story.messages()))
        self.assertEqual(metrics.total("ikewatch_source_malformed_total"), 0)
        self.assertEqual(metrics.total("ikewatch_source_dropped_total"), 0)

    def test_udp(self):
        running = self.start()
        self.send(*story.datagrams_with_host().splitlines())
        self.assert_story(running)

    def test_udp_rfc5424(self):
        running = self.start()
        self.send(*story.rfc5424().splitlines())
        self.assert_story(running)

    def test_tcp_with_octet_counting_in_odd_pieces(self):
        running = self.start()
        connection = self.connect()
        for piece in pieces(b"".join(b"%d %b" % (len(line), line) for line in story.datagrams_with_host().splitlines())):
            connection.sendall(piece)
        self.assert_story(running)

    def test_tcp_with_newlines_in_odd_pieces(self):
        running = self.start()
        connection = self.connect()
        for piece in pieces(story.datagrams_with_host()):
            connection.sendall(piece)
        self.assert_story(running)

    def test_tcp_with_a_connection_for_each_line(self):
        running = self.start()
        for number, line in enumerate(story.datagrams_with_host().splitlines(keepends=True), 1):
            with self.connect() as connection:
                connection.sendall(line)
            running.until_metrics(lambda m, n=number: m.get("ikewatch_source_lines_total", source="tcp") == n, "the line")
        self.assert_story(running)

    def test_file_that_grows_in_odd_pieces(self):
        running = self.start()
        for piece in pieces(story.rfc3164()):
            self.append(piece)
        self.assert_story(running)

    def test_file_that_is_rotated(self):
        running = self.start()
        lines = story.rfc3164().splitlines(keepends=True)
        self.append(b"".join(lines[:5]))
        self.live.rename(self.live.with_suffix(".1"))
        with open(self.live.with_suffix(".1"), "ab") as old:
            old.write(lines[5])
        self.append(b"".join(lines[6:]))
        self.assert_story(running)

    def test_file_that_comes_later(self):
        self.live.unlink()
        running = self.start()
        self.assertEqual(running.metrics().get("ikewatch_source_up", source="log"), 0)
        self.append(story.rfc3164())
        self.assert_story(running)
        self.assertEqual(running.metrics().get("ikewatch_source_up", source="log"), 1)

    def test_racoons_own_file(self):
        running = self.start()
        self.append(story.foreground().split(b"\n", 1)[1])
        self.assert_story(running)


class Strangers(daemon.Case):
    def test_scanners_never_become_labels_and_are_counted(self):
        running = self.start()
        addresses = [f"10.66.{n // 250}.{n % 250 + 1}" for n in range(1000)]
        lines = b"".join(f"Nov 20 10:00:00 edge-1 racoon: INFO: respond new phase 1 negotiation: 192.0.2.1[500]<=>{address}[500]\n".encode()
                         for address in addresses)
        self.append(lines + story.rfc3164())
        metrics = running.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "up", "the tunnel behind the scan")
        self.assertEqual(metrics.get("ikewatch_unknown_peer_events_total", gateway="edge-1", dialect="racoon"), 1000)
        self.assertNotIn("10.66.", metrics.text)
        self.assertEqual([tunnel["name"] for tunnel in running.tunnels()], ["branch-lyon"])
        self.assertNotIn("10.66.", running.get("/").body.decode())

    def test_limit_of_tunnels(self):
        running = self.start(self.configure(extra="limits: {tunnels: 20}\n"))
        self.append(b"".join(f"Nov 20 10:00:00 edge-1 racoon: INFO: initiate new phase 1 negotiation: 192.0.2.1[500]<=>10.66.0.{n}[500]\n".encode()
                             for n in range(1, 101)))
        running.until_metrics(lambda m: m.get("ikewatch_source_lines_total", source="log") == 100, "all lines")
        self.assertEqual(len(running.tunnels()), 20)

    def test_forged_hosts_are_bounded(self):
        """A sender that invents host names fills neither memory nor scrape."""
        running = self.start()
        with self.connect() as connection:
            connection.sendall(b"".join(b"<30>Nov 20 10:00:00 host-%d racoon: ERROR: phase1 negotiation failed.\n" % n for n in range(20_000)))
        metrics = running.until_metrics(lambda m: m.get("ikewatch_source_lines_total", source="tcp") == 20_000, "all lines", 30)
        self.assertLess(len(metrics.samples), 5000)


class Ending(daemon.Case):
    def test_sigterm_and_sigint_end_it_with_status_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            self.assertEqual(self.start().end(number), 0)

    def test_ends_with_open_connections(self):
        running = self.start()
        for greeting in (b"", b"<30>half a li", b"500 <30>Nov"):
            self.connect().sendall(greeting)
        for greeting in (b"", b"GET / HT", b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"):
            connection = socket.create_connection(("127.0.0.1", self.http))
            self.addCleanup(connection.close)
            connection.sendall(greeting)
        self.assertEqual(running.get("/-/healthy").status, 200)
        self.assertEqual(running.end(), 0)

    def test_ends_under_load(self):
        running = self.start()
        done = threading.Event()
        lines = story.datagrams_with_host().splitlines()

        def flood():
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                while not done.is_set():
                    for line in lines:
                        out.sendto(line, ("127.0.0.1", self.syslog))
        senders = [threading.Thread(target=flood, daemon=True) for _ in range(2)]
        for sender in senders:
            sender.start()
        try:
            running.until_metrics(lambda m: m.get("ikewatch_source_lines_total", source="udp") > 5000, "load")
            self.assertEqual(running.end(), 0)
        finally:
            done.set()
            for sender in senders:
                sender.join(10)

    def test_port_in_use_costs_one_line_and_status_2(self):
        for kind, port, what in ((socket.SOCK_STREAM, self.http, "http"), (socket.SOCK_DGRAM, self.syslog, "udp"),
                                 (socket.SOCK_STREAM, self.syslog, "tcp")):
            with self.subTest(what), socket.socket(socket.AF_INET, kind) as holder:
                holder.bind(("127.0.0.1", port))
                if kind == socket.SOCK_STREAM:
                    holder.listen()
                self.assert_one_complaint(program.run("run", "--config", self.configure()), 2, str(port), "Address already in use")

    # Without the right to more, the kernel grants a receive buffer of net.core.rmem_max.
    WITHOUT_RIGHTS = () if os.geteuid() else ("setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin", "--")
    WISH = "  - {name: big, type: syslog, listen: \"udp://127.0.0.1:%d\", receive_buffer: 1GiB}\n"

    def test_a_small_receive_buffer_is_told_once_it_runs(self):
        config = self.configure(sources=self.WISH % self.http)
        running = self.launch(config, self.WITHOUT_RIGHTS).wait_ready()
        program.until(lambda: "source 'big': the kernel grants a receive buffer of " in running.said(), 10, "the word about the buffer")
        self.assertEqual(running.end(), 0)

    def test_a_start_that_fails_says_nothing_of_buffers(self):
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", self.syslog))
            holder.listen()
            running = self.launch(self.configure(sources=self.WISH % self.http), self.WITHOUT_RIGHTS)
            self.assertEqual(running.process.wait(program.DEADLINE), 2)
            said = [line for line in running.said().splitlines() if line]
            self.assertEqual(len(said), 1, said)
            self.assertIn("Address already in use", said[0])

    def test_bad_configuration_ends_it_at_once(self):
        config = self.write("bad.yaml", "version: 1\nsouces: []\n")
        self.assert_one_complaint(program.run("run", "--config", config), 2, f"{config}:2:1: ", "sources")
        self.assert_one_complaint(program.run("run", "--config", self.folder / "none.yaml"), 2, "No such file")


if __name__ == "__main__":
    program.main()
