"""The running daemon under more than it can take, over TCP and TLS: senders wait, nothing is lost, memory stays bounded, and whoever
asks is answered meanwhile.

usage: overload_test.py [SECONDS]
"""
import os
import pathlib
import socket
import sys
import threading
import time

import certificates
import daemon
import program

SECONDS = int(sys.argv.pop(1)) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 3
MOST_MEMORY = 96 << 20  # bytes beyond those of an idle daemon
PEERS = 8
SLOWEST = 10  # seconds for an answer
BLOCK = 2000  # lines


def block(host):
    """Lines of which every other one is known, each naming its peer."""
    lines = []
    for number in range(BLOCK // 2):
        peer = f"198.51.100.{1 + number % PEERS}"
        lines.append(f"<30>Nov 22 10:00:00 {host} racoon: INFO: initiate new phase 2 negotiation: 192.0.2.1[500]<=>{peer}[500]\n")
        lines.append(f"<30>Nov 22 10:00:00 {host} racoon: ERROR: nobody ever wrote this to {peer}\n")
    return "".join(lines).encode()


class Sender(threading.Thread):
    """Sends blocks as fast as they are taken; says how often, and how long it had to wait."""

    def __init__(self, host, connection, until):
        super().__init__()
        self.block, self.connection, self.until = block(host), connection, until
        self.blocks = 0
        self.longest = 0.0

    def run(self):
        while time.monotonic() < self.until:
            began = time.monotonic()
            self.connection.sendall(self.block)
            self.longest = max(self.longest, time.monotonic() - began)
            self.blocks += 1
        self.connection.close()


class Overload(daemon.Case):
    def setUp(self):
        super().setUp()
        self.tls = daemon.free_port()
        self.ca = certificates.Authority(self.folder)

    def resident(self, running):
        pages = int(pathlib.Path(f"/proc/{running.process.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def connect_to(self, port):
        connection = socket.create_connection(("127.0.0.1", port), timeout=120 * program.PATIENCE)
        self.addCleanup(connection.close)
        return connection

    def run_daemon(self):
        server = self.ca.issue("server")
        return self.start(self.configure(tunnels=(), sources=(
            f'  - {{name: tls, type: syslog, listen: "tls://127.0.0.1:{self.tls}", tls: {{certificate: {server.certificate}, key: {server.key}}}}}\n')))

    def watch(self, running, senders):
        """Asks for /metrics until the senders are done: memory, and the slowest answer."""
        most, slowest = 0, 0.0
        while any(sender.is_alive() for sender in senders):
            began = time.monotonic()
            running.metrics()
            slowest = max(slowest, time.monotonic() - began)
            most = max(most, self.resident(running))
        return most, slowest

    def test_senders_wait_and_nothing_is_lost(self):
        running = self.run_daemon()
        idle = self.resident(running)
        until = time.monotonic() + SECONDS
        wrapped = certificates.client(self.ca).wrap_socket(self.connect_to(self.tls), server_hostname="localhost")
        senders = {"gw-1": Sender("gw-1", self.connect_to(self.syslog), until), "gw-2": Sender("gw-2", self.connect_to(self.syslog), until),
                   "gw-3": Sender("gw-3", wrapped, until)}
        for sender in senders.values():
            sender.start()
        most, slowest = self.watch(running, senders.values())
        sent = {name: sender.blocks * BLOCK for name, sender in senders.items()}
        self.assertTrue(all(sent.values()))
        expected = {"tcp": sent["gw-1"] + sent["gw-2"], "tls": sent["gw-3"]}
        metrics = running.metrics()
        for source, count in expected.items():
            metrics = running.until_metrics(lambda m, name=source, count=count: m.get("ikewatch_source_lines_total", source=name) == count,
                                            f"{count} lines over {source}", 120)
        self.assertEqual(metrics.total("ikewatch_source_dropped_total"), 0)
        self.assertEqual(metrics.total("ikewatch_source_malformed_total"), 0)
        self.assertEqual(metrics.total("ikewatch_events_total", event="phase2_started"), sum(sent.values()) / 2)
        self.assertEqual(metrics.total("ikewatch_unmatched_lines_total"), sum(sent.values()) / 2)
        print(f"{sum(sent.values())} lines in {SECONDS} s; memory +{(most - idle) >> 10} KiB; slowest answer {slowest * 1000:.0f} ms; "
              f"longest wait of a sender {max(sender.longest for sender in senders.values()) * 1000:.0f} ms")
        self.assertLess(slowest, SLOWEST * program.PATIENCE)
        if not os.environ.get("IKEWATCH_SANITIZE"):
            self.assertLess(most - idle, MOST_MEMORY)
        self.assertEqual(running.end(deadline=10), 0)


if __name__ == "__main__":
    program.main()
