#!/usr/bin/env python3
"""How many lines a second ikewatch receives and understands without loss, beside rsyslog that writes them to a file, and beside a
program that only receives them. All on loopback, in turns, with the same lines from the same sender.

usage: udp_beside_rsyslog.py --ikewatch PROGRAM --flood PROGRAM [--log FILE] [--rounds N] [--seconds S] [--check]
"""
import argparse
import http.client
import os
import pathlib
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import typing

HERE = pathlib.Path(__file__).resolve().parent
PACE = 50_000  # lines a second for measuring CPU time
QUIET = 1.0  # seconds without a new line: nothing more comes


def free_port():
    for _ in range(200):
        port = random.SystemRandom().randrange(20000, 32000)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
            try:
                udp.bind(("127.0.0.1", port))
                tcp.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    sys.exit("no free port on loopback")


class Way(typing.NamedTuple):
    """How lines are sent."""
    name: str
    transport: str
    lines_per_write: int


WAYS = (Way("udp", "udp", 1), Way("tcp, a write for each line, as devices do", "tcp", 1), Way("tcp, 64 lines in a write, as relays do", "tcp", 64))


class Receiver:
    """A running program that counts lines."""

    def __init__(self, folder, transport):
        self.folder, self.transport = folder, transport
        folder.mkdir()
        self.port = free_port()
        self.begin()

    def wait_for(self, ready):
        end = time.monotonic() + 30
        while not ready():
            if self.process.poll() is not None or time.monotonic() > end:
                sys.exit(f"{self.name} does not start; see {self.folder}")
            time.sleep(0.02)

    def settled(self, wanted):
        """The count once it is `wanted`, or rests."""
        last, since = self.count(), time.monotonic()
        while last < wanted and time.monotonic() - since < QUIET:
            time.sleep(0.05)
            now = self.count()
            if now != last:
                last, since = now, time.monotonic()
        return last

    def cpu(self):
        """Seconds of CPU that the process has used, as the kernel accounts them."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        self.process.terminate()
        self.process.wait(30)


class Ikewatch(Receiver):
    name = "ikewatch"
    program = None

    def begin(self):
        self.http = free_port()
        config = self.folder / "ikewatch.yaml"
        config.write_text(f"""version: 1
sources:
  - {{name: in, type: syslog, listen: "{self.transport}://127.0.0.1:{self.port}"}}
http: {{listen: "127.0.0.1:{self.http}"}}
state: {{directory: {self.folder / "state"}}}
""")
        self.process = subprocess.Popen([self.program, "run", "--config", config], stderr=open(self.folder / "said", "w"))
        self.wait_for(lambda: self.get("/-/ready") is not None)

    def get(self, path):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.http, timeout=30)
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        except OSError:
            return None

    def count(self):
        return int(float(re.search(r'^ikewatch_source_lines_total\{source="in"\} (\S+)$', self.get("/metrics"), re.M)[1]))


class Rsyslog(Receiver):
    name = "rsyslog"

    def begin(self):
        self.out = self.folder / "out.log"
        config = self.folder / "rsyslog.conf"
        module = ('module(load="imudp" TimeRequery="8" BatchSize="64")\n'
                  f'input(type="imudp" address="127.0.0.1" port="{self.port}" rcvbufSize="8m")\n' if self.transport == "udp" else
                  'module(load="imtcp")\n' f'input(type="imtcp" address="127.0.0.1" port="{self.port}")\n')
        config.write_text(f'global(workDirectory="{self.folder}")\n{module}'
                          f'action(type="omfile" file="{self.out}" asyncWriting="on" ioBufferSize="64k" flushOnTXEnd="off" flushInterval="1")\n')
        self.lines, self.at = 0, 0
        self.process = subprocess.Popen([shutil.which("rsyslogd", path="/usr/sbin:/usr/bin:/sbin"), "-n", "-iNONE", "-f", config],
                                        stderr=open(self.folder / "said", "w"))
        # It listens when its port is taken.
        self.wait_for(self.listens)
        time.sleep(0.3)

    def listens(self):
        kind = socket.SOCK_DGRAM if self.transport == "udp" else socket.SOCK_STREAM
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", self.port))
                return False
            except OSError:
                return True

    def count(self):
        if not self.out.exists():
            return 0
        with open(self.out, "rb") as file:
            file.seek(self.at)
            while chunk := file.read(1 << 20):
                self.lines += chunk.count(b"\n")
                self.at += len(chunk)
        return self.lines

    def settled(self, wanted):
        last, since = self.count(), time.monotonic()
        while last < wanted and time.monotonic() - since < QUIET + 1.5:  # it writes what is left once a second
            time.sleep(0.05)
            now = self.count()
            if now != last:
                last, since = now, time.monotonic()
        return last


class Bare(Receiver):
    name = "bare sink"
    program = None

    def begin(self):
        self.process = subprocess.Popen([self.program, "sink", self.transport], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def settled(self, wanted):
        time.sleep(0.2)
        self.used = self.cpu()
        self.process.terminate()
        received = int(self.process.stdout.read())
        self.process.wait(30)
        self.begin()
        return received


def send(way, port, pace, seconds, log):
    done = subprocess.run([Bare.program, "send", way.transport, str(port), str(pace), str(seconds), log, str(way.lines_per_write)],
                          capture_output=True, text=True, check=True)
    sent, took = done.stdout.split()
    return int(sent), float(took)


def highest_without_loss(receiver, way, seconds, log):
    """Doubles the pace until something is lost, then halves the rest of the way four times."""
    good, bad, pace = 0.0, None, 50_000.0
    counted = receiver.count() if receiver.name != "bare sink" else 0
    while bad is None or bad / max(good, 1) > 1.06:
        sent, took = send(way, receiver.port, pace, seconds, log)
        before = 0 if receiver.name == "bare sink" else counted
        counted = receiver.settled(before + sent)
        held = sent / took > 0.9 * pace  # else the sender is what is slow
        if counted - before >= sent and held:
            good = sent / took
        elif counted - before >= sent:
            return sent / took
        else:
            bad = pace
        pace = pace * 2 if bad is None else (max(good, 1000) * bad) ** 0.5
        if bad is not None and bad < 2000:
            return good
    return good


def cost(receiver, way, seconds, log):
    """CPU seconds for a million lines, at a pace that everybody holds."""
    bare = receiver.name == "bare sink"
    before, began = (0, 0) if bare else (receiver.count(), receiver.cpu())
    sent, _ = send(way, receiver.port, PACE, seconds, log)
    received = receiver.settled(before + sent) - before
    return ((receiver.used if bare else receiver.cpu()) - began) * 1e6 / max(received, 1)


def tcp_throughput(receiver, way, seconds, log):
    before = receiver.count() if receiver.name != "bare sink" else 0
    began = time.monotonic()
    sent, took = send(way, receiver.port, 0, seconds, log)
    if receiver.name == "bare sink":
        received = receiver.settled(sent)
        if received != sent:
            sys.exit(f"bare sink lost {sent - received} lines over TCP")
        return sent / took
    if receiver.settled(before + sent) != before + sent:
        sys.exit(f"{receiver.name} lost lines over TCP")
    return sent / (time.monotonic() - began)


def measure(way, kinds, options, log, folder):
    rates = {kind.name: [] for kind in kinds}
    costs = {kind.name: [] for kind in kinds}
    for turn in range(options.rounds):
        for kind in kinds:
            receiver = kind(folder / f"{way.transport}-{kind.name.replace(' ', '-')}-{turn}", way.transport)
            try:
                costs[kind.name].append(cost(receiver, way, options.seconds * 2, log))
                rates[kind.name].append((highest_without_loss if way.transport == "udp" else tcp_throughput)(receiver, way, options.seconds, log))
            finally:
                receiver.end()
            shutil.rmtree(receiver.folder, ignore_errors=True)
    return rates, costs


def show(way, rates, costs):
    ours = statistics.median(rates["ikewatch"])
    print(f"{way.name}: lines a second without loss, median of {len(rates['ikewatch'])} (lowest to highest)")
    for name, values in rates.items():
        middle = statistics.median(values)
        print(f"  {name:10} {middle:12,.0f}  ({min(values):,.0f} to {max(values):,.0f})   ikewatch / it: {ours / middle:.2f}"
              f"   CPU for a million lines at {PACE:,} a second: {statistics.median(costs[name]):.2f} s")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ikewatch", required=True)
    parser.add_argument("--flood", required=True)
    parser.add_argument("--log")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--check", action="store_true", help="fail where ikewatch takes less than a third of rsyslog's or a tenth of the sink's")
    options = parser.parse_args()
    Ikewatch.program, Bare.program = options.ikewatch, options.flood
    kinds = [Ikewatch, Bare]
    if shutil.which("rsyslogd", path="/usr/sbin:/usr/bin:/sbin"):
        kinds.insert(1, Rsyslog)
    else:
        print("RSYSLOG IS NOT INSTALLED (Debian package rsyslog): it was not compared with", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="ikewatch-bench-") as name:
        folder = pathlib.Path(name)
        log = options.log
        if not log:
            log = str(folder / "fleet.log")
            subprocess.run([sys.executable, HERE / "fleet.py", "50000", "1", log], check=True, cwd=HERE)
        failed = False
        for way in WAYS:
            rates, costs = measure(way, kinds, options, log, folder)
            show(way, rates, costs)
            best = {name: max(values) for name, values in rates.items()}
            failed |= best["ikewatch"] < best.get("rsyslog", 0) / 3 or best["ikewatch"] < best["bare sink"] / 10
        sys.exit(1 if options.check and failed else 0)


main()
