#!/usr/bin/env python3
"""Ten thousand tunnels on D-Bus: how long the list takes, what a wave of changes takes, and how long the daemon's other work waits.

usage: dbus_scale.py IKEWATCH FAKE_SERVICES [--tunnels=N] [--max-stall=SECONDS]
"""
import argparse
import os
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))
parser = argparse.ArgumentParser()
parser.add_argument("ikewatch")
parser.add_argument("fake_services")
parser.add_argument("--tunnels", type=int, default=10000)
parser.add_argument("--max-stall", type=float, default=2.0, help="the longest that HTTP may wait meanwhile")
wanted = parser.parse_args()
os.environ["IKEWATCH"], os.environ["FAKE_SERVICES"] = wanted.ikewatch, wanted.fake_services

import alerts_test  # noqa: E402  (it reads the environment)
import bus  # noqa: E402
import program  # noqa: E402
from program import until  # noqa: E402


class Stalls:
    """Asks over HTTP all the time, and keeps how long each answer took."""

    def __init__(self, watching):
        self.watching, self.longest, self.count, self.ended = watching, 0.0, 0, False
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.ended:
            began = time.monotonic()
            self.watching.get("/-/healthy")
            self.longest = max(self.longest, time.monotonic() - began)
            self.count += 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended = True
        self.thread.join()


class Scale(bus.Case):
    def measured(self, what, action, watching):
        with Stalls(watching) as stalls:
            began = time.monotonic()
            answer = action()
            seconds = time.monotonic() - began
        print(f"{what}: {seconds:.3f} s, HTTP waited {1000 * stalls.longest:.0f} ms at most ({stalls.count} requests)")
        self.assertLess(stalls.longest, wanted.max_stall, what)
        return answer

    def test_it(self):
        peers = [f"10.{n // 62500}.{n // 250 % 250}.{n % 250 + 1}" for n in range(wanted.tunnels)]
        watching = self.start(self.configure([(f"t{n}", peer) for n, peer in enumerate(peers)]))
        print(f"{wanted.tunnels} tunnels")
        self.measured("nothing", lambda: time.sleep(1), watching)
        table = self.measured("ikewatch status", lambda: program.run("status"), watching)
        self.assertIn(f"{wanted.tunnels} tunnels: {wanted.tunnels} idle.", table.text)
        self.measured("GetManagedObjects", lambda: self.call("GetManagedObjects", interface="org.freedesktop.DBus.ObjectManager"), watching)
        threads = [threading.Thread(target=program.run, args=("status",)) for _ in range(8)]
        def all_at_once():
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.measured("ikewatch status, 8 at once", all_at_once, watching)
        self.assertEqual(len(self.measured("ikewatch status --json", lambda: program.run("status", "--json"), watching).json()), wanted.tunnels)
        self.measured("busctl tree", lambda: self.busctl("tree", "--list", bus.NAME), watching)
        signals = self.monitor()
        self.append(b"".join(alerts_test.fails(peer) for peer in peers))
        def all_told():
            until(lambda: signals_of(signals, "failed") >= wanted.tunnels, 120, "every signal")
        def signals_of(found, state):
            text = (self.folder / "signals").read_bytes()
            return text.count(b'"TunnelStateChanged"') and text.count(f'"negotiating","{state}"'.encode())
        self.measured("a wave: every tunnel fails", all_told, watching)
        self.assertIn(f"{wanted.tunnels} tunnels: {wanted.tunnels} failed.", program.run("status").text)


if __name__ == "__main__":
    sys.argv[1:] = []
    program.main()
