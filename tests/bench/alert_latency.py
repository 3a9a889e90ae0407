#!/usr/bin/env python3
"""From a log line to the POST of its alert: how long that takes while the daemon reads 10,000 lines a second.

usage: alert_latency.py IKEWATCH [--samples N] [--rate LINES_PER_SECOND] [--source file|udp|journal] [--max-p99 MILLISECONDS]

Tunnels come up; then one after another is reported down, in the middle of lines that say nothing new, and the time is taken until the
request of its alert (`for: 0s`) has arrived at a receiver on this host. Prints one JSON object.
"""
import argparse
import http.server
import json
import pathlib
import queue
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))
import journald

BATCHES = 100  # a second
HOST, TAG = "edge-1 ", ""


def use_form_of_syslog_function():
    """What local programs send to journald names no host."""
    global HOST, TAG
    HOST, TAG = "", "router: "


class Receiver(http.server.BaseHTTPRequestHandler):
    arrived = queue.Queue()
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        now = time.monotonic()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        data = json.loads(body)
        if data["type"] == "alert.firing":
            self.arrived.put((data["data"]["tunnel"], now))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def session(peer, state):
    return f"<189>Nov 22 10:00:00 {HOST}{TAG}%CRYPTO-5-SESSION_STATUS: Crypto tunnel is {state}.  Peer {peer}:500       Id: {peer}\n".encode()


def noise(i):
    return f"<30>Nov 22 10:00:00 {HOST}sshd[{i % 5000}]: Connection closed by 192.0.2.{i % 250} port {i % 60000}\n".encode()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Writer:
    """Writes lines at a steady rate; what is urgent goes with the next batch of one hundredth of a second."""

    def __init__(self, source, target, rate):
        self.urgent = queue.Queue()
        self.per_batch = max(1, rate // BATCHES)
        self.stop = threading.Event()
        self.sent = 0
        if source == "journal":  # as syslog(3) sends it
            self.out = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self.put = lambda lines: [self.out.sendto(line.rstrip(b"\n"), str(target)) for line in lines]
        elif source == "udp":
            self.out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.put = lambda lines: [self.out.sendto(line, ("127.0.0.1", target)) for line in lines]
        else:
            self.out = open(target, "ab", buffering=0)
            self.put = lambda lines: self.out.write(b"".join(lines))
        self.times = {}
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        begun = time.monotonic()
        lines = [noise(i) for i in range(self.per_batch)]
        for batch in range(10**9):
            if self.stop.is_set():
                return
            name = None
            batch_lines = lines
            if not self.urgent.empty():
                name, line = self.urgent.get()
                middle = len(lines) // 2
                batch_lines = lines[:middle] + [line] + lines[middle:]
            if name is not None:
                self.times[name] = time.monotonic()
            self.put(batch_lines)
            self.sent += len(batch_lines)
            delay = begun + (batch + 1) / BATCHES - time.monotonic()
            if delay > 0:
                time.sleep(delay)


def wait_for(condition, seconds, what):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"no {what} within {seconds} s")
        time.sleep(0.05)


def get(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.read().decode()
    except OSError:
        return ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("ikewatch")
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--rate", type=int, default=10000)
    parser.add_argument("--source", choices=["file", "udp", "journal"], default="file")
    parser.add_argument("--max-p99", type=float)
    options = parser.parse_args()
    own_journald = None
    if options.source == "journal":
        journald.enter()
        own_journald = journald.Journald("RateLimitIntervalSec=0\nRuntimeMaxUse=1G")
        use_form_of_syslog_function()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    peers = [f"10.{i // 200}.{i % 200}.1" for i in range(options.samples + 1)]  # each in a network of its own: no incidents
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        port, syslog = free_port(), free_port()
        log = folder / "live.log"
        log.touch()
        inputs = {"udp": (f'type: syslog, listen: "udp://127.0.0.1:{syslog}"', syslog), "file": (f"type: file, path: {log}", log),
                  "journal": ("type: journald, identifiers: [router, sshd]", journald.RUN / "journal/dev-log")}
        listen, target = inputs[options.source]
        tunnels = "".join(f"  - {{name: t{i}, peer: {peer}}}\n" for i, peer in enumerate(peers))
        config = folder / "ikewatch.yaml"
        config.write_text(f"""version: 1
gateway: edge-1
sources:
  - {{name: log, {listen}}}
tunnels:
{tunnels}alerts:
  - {{name: TunnelDown, when: {{state: down}}, for: 0s}}
receivers:
  - {{name: bench, type: webhook, url: "http://127.0.0.1:{server.server_address[1]}/"}}
http: {{listen: "127.0.0.1:{port}"}}
state: {{directory: {folder}/state}}
""")
        with open(folder / "daemon.log", "wb") as said:
            daemon = subprocess.Popen([options.ikewatch, "run", "--config", config], stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        try:
            wait_for(lambda: get(port, "/-/ready") == "ready\n", 30, "daemon")
            writer = Writer(options.source, target, options.rate)
            for i, peer in enumerate(peers):
                writer.urgent.put((f"up{i}", session(peer, "UP  ")))
            is_up = re.compile(r'^ikewatch_tunnel_up\{gateway="edge-1",tunnel="t\d+"\} 1$', re.M)
            wait_for(lambda: len(is_up.findall(get(port, "/metrics"))) == len(peers), 120, "tunnels")
            time.sleep(15)  # until the daemon is sure that it reads nothing old any more
            latencies = []
            for i in range(options.samples):
                writer.urgent.put((f"t{i}", session(peers[i], "DOWN")))
                try:
                    name, arrived = Receiver.arrived.get(timeout=30)
                except queue.Empty:
                    sys.exit(f"no alert for t{i}: {(folder / 'daemon.log').read_text()[-2000:]}")
                latencies.append((arrived - writer.times[name]) * 1000)
            writer.stop.set()
        finally:
            daemon.kill()
            daemon.wait()
            if own_journald:
                own_journald.end()
    latencies.sort()
    p99 = latencies[min(len(latencies) - 1, len(latencies) * 99 // 100)]
    print(json.dumps({"source": options.source, "lines_per_second": options.rate, "samples": len(latencies),
                      "p50_ms": round(latencies[len(latencies) // 2], 2), "p99_ms": round(p99, 2), "max_ms": round(latencies[-1], 2)}))
    if options.max_p99 is not None and p99 > options.max_p99:
        sys.exit(f"p99 is {p99:.1f} ms, wanted at most {options.max_p99}")


main()
