"""The running daemon, from outside: its configuration, its sockets, its HTTP interface, its signals."""
import contextlib
import dataclasses
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess

import program
from program import until

READY = 30  # seconds
SAMPLE = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)')


class Ports:
    """A block of ports that no other test process hands out: its first one stays bound while this process runs.

    All lie below the range from which the kernel takes ports for outgoing connections.
    """

    SIZE = 100

    def __init__(self):
        self.guard = None
        self.unused = iter(())

    def begin_block(self):
        guard = socket.socket()
        first = random.SystemRandom().randrange(20000, 32000, self.SIZE)
        try:
            guard.bind(("127.0.0.1", first))
        except OSError:
            guard.close()
            return
        if self.guard:
            self.guard.close()
        self.guard, self.unused = guard, iter(range(first + 1, first + self.SIZE))

    def take(self):
        """A port that nothing uses, for UDP and TCP."""
        for _ in range(2000):
            port = next(self.unused, None)
            if port is None:
                self.begin_block()
                continue
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp, contextlib.suppress(OSError):
                udp.bind(("127.0.0.1", port))
                tcp.bind(("127.0.0.1", port))
                return port
        raise AssertionError("no free port on loopback")


free_port = Ports().take


class Metrics:
    """One scrape: {(name, ((label, value), ...)): number}."""

    def __init__(self, text):
        self.text = text
        self.samples = {}
        for line in text.splitlines():
            if line.startswith("#") or not line:
                continue
            name, labels, value = SAMPLE.match(line).groups()
            pairs = LABEL.findall(labels or "")
            key = (name, tuple(sorted(pairs)))
            if key in self.samples:
                raise AssertionError(f"{key} stands twice in one scrape")
            self.samples[key] = float(value)

    def get(self, name, default=None, **labels):
        return self.samples.get((name, tuple(sorted(labels.items()))), default)

    def total(self, name, **labels):
        """The sum over all series of this name that have these labels."""
        return sum(value for (found, pairs), value in self.samples.items() if found == name and labels.items() <= dict(pairs).items())

    def state(self, gateway, tunnel):
        states = [dict(pairs)["state"] for (name, pairs), value in self.samples.items()
                  if name == "ikewatch_tunnel_state" and value == 1 and {"gateway": gateway, "tunnel": tunnel}.items() <= dict(pairs).items()]
        if len(states) > 1:
            raise AssertionError(f"{gateway} {tunnel} is in several states: {states}")
        return states[0] if states else None


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    def json(self):
        return json.loads(self.body.decode("utf-8"))


class Daemon:
    def __init__(self, config, log, launcher=(), environment=None, **more):
        self.config = config
        self.port = int(re.search(r'^http: \{.*listen: "127\.0\.0\.1:(\d+)"\}$', config.read_text(encoding="utf-8"), re.M)[1])
        self.log = log
        with open(log, "ab") as err:
            self.process = subprocess.Popen([*launcher, program.PROGRAM, "run", "--config", config], stdin=subprocess.DEVNULL, stdout=err,
                                            stderr=err, env=program.environment(**(environment or {})), **more)

    def wait_ready(self):
        def ready():
            if self.process.poll() is not None:
                raise AssertionError(f"the daemon ended with {self.process.returncode}: {self.said()}")
            with contextlib.suppress(OSError):
                return self.get("/-/ready").status == 200
        until(ready, READY, "/-/ready")
        return self

    def said(self):
        return self.log.read_text(encoding="utf-8")

    def request(self, method, path, headers=None, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())

    def get(self, path):
        return self.request("GET", path)

    def history(self, tunnel, gateway="edge-1"):
        """What changed on it, also where the disk is slow to give it."""
        def told():
            answer = self.get(f"/api/v1/tunnels/{gateway}/{tunnel}?history=1")
            return None if answer.status == 503 else answer
        return until(told, READY, "the history").json()["history"]

    def metrics(self):
        return Metrics(self.get("/metrics").body.decode("utf-8"))

    def tunnels(self):
        return self.get("/api/v1/tunnels").json()

    def until_up(self, tunnel, lines, gateway="edge-1", seconds=30, **labels):
        """The tunnel is up and so many lines are counted: it comes up with the last line but one."""
        return self.until_metrics(lambda m: m.state(gateway, tunnel) == "up" and m.total("ikewatch_source_lines_total", **labels) >= lines,
                                  f"{tunnel} up and {lines} lines", seconds)

    def until_metrics(self, condition, what, deadline=10):
        """The first scrape for which the condition holds."""
        def scrape():
            metrics = self.metrics()
            return metrics if condition(metrics) else None
        return until(scrape, deadline, what)

    def send_signal(self, number):
        os.kill(self.process.pid, number)

    def end(self, number=signal.SIGTERM, deadline=2.0):
        """Ends the daemon and gives its exit status; fails where it takes longer."""
        self.send_signal(number)
        return self.process.wait(deadline * program.PATIENCE)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Case(program.Case):
    """A test with a daemon of its own."""

    def setUp(self):
        super().setUp()
        self.http, self.syslog = free_port(), free_port()
        self.live = self.write("live.log", b"")
        self.state = self.folder / "state"

    def configure(self, tunnels=(("branch-lyon", "198.51.100.7"),), extra="", sources=""):
        lines = "".join(f"  - {{name: {name}, peer: {peer}}}\n" for name, peer in tunnels)
        return self.write("ikewatch.yaml", f"""version: 1
gateway: edge-1
sources:
  - {{name: udp, type: syslog, listen: "udp://127.0.0.1:{self.syslog}"}}
  - {{name: tcp, type: syslog, listen: "tcp://127.0.0.1:{self.syslog}"}}
  - {{name: log, type: file, path: {self.live}}}
{sources}{'tunnels:' if tunnels else ''}
{lines}http: {{listen: "127.0.0.1:{self.http}"}}
state: {{directory: {self.state}}}
{extra}""")

    def start(self, config=None):
        return self.launch(config).wait_ready()

    def launch(self, config=None, launcher=(), **more):
        """Not waited for. `launcher`: a command that becomes the daemon."""
        daemon = Daemon(config or self.configure(), self.folder / "daemon.log", launcher, **more)
        self.addCleanup(daemon.kill)
        return daemon

    def append(self, content):
        with open(self.live, "ab") as file:
            file.write(content)

    def send(self, *datagrams, port=None):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            for datagram in datagrams:
                out.sendto(datagram, ("127.0.0.1", port or self.syslog))

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.syslog), timeout=10)
        self.addCleanup(connection.close)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection
