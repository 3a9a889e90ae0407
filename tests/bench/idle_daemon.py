#!/usr/bin/env python3
"""What a daemon costs that has nothing to do: memory, CPU, and what a scrape takes.

usage: idle_daemon.py PROGRAM [TUNNELS [SECONDS]]
"""
import http.client
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time


def main(program, tunnels=10_000, seconds=10):
    with tempfile.TemporaryDirectory(prefix="ikewatch-bench-") as name:
        folder = pathlib.Path(name)
        port = random.SystemRandom().randrange(20000, 32000)
        config = folder / "ikewatch.yaml"
        (folder / "log").touch()
        config.write_text(f"version: 1\nsources:\n  - {{name: log, type: file, path: {folder / 'log'}}}\n"
                          f"http: {{listen: \"127.0.0.1:{port}\"}}\nstate: {{directory: {folder / 'state'}}}\nlimits: {{tunnels: {tunnels}}}\n"
                          "gateways:\n" + "".join(f"  - {{name: gw-{i}}}\n" for i in range(100)) +
                          "tunnels:\n" + "".join(f"  - {{name: t-{i}, gateway: gw-{i % 100}, peer: 10.{i >> 16}.{i >> 8 & 255}.{i & 255}}}\n"
                                                 for i in range(tunnels)))
        daemon = subprocess.Popen([program, "run", "--config", config], stderr=subprocess.DEVNULL)

        def get(path):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", path)
            return connection.getresponse().read().decode()

        def resident():
            return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{daemon.pid}/status").read_text())[1]) / 1024

        def cpu():
            fields = pathlib.Path(f"/proc/{daemon.pid}/stat").read_text().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

        end = time.monotonic() + 60
        while True:
            try:
                get("/-/ready")
                break
            except OSError:
                if daemon.poll() is not None or time.monotonic() > end:
                    sys.exit("the daemon does not start")
                time.sleep(0.02)
        at_start, began = resident(), cpu()
        time.sleep(seconds)
        idle = cpu() - began
        before = time.monotonic()
        size = len(get("/metrics"))
        took = time.monotonic() - before
        print(f"{tunnels} tunnels: {at_start:.1f} MiB at the start, {resident():.1f} MiB after a scrape of {size / 1e6:.1f} MB in {took * 1000:.0f} ms; "
              f"{idle / seconds * 100:.2f} % of a core while idle")
        daemon.terminate()
        daemon.wait(30)


main(sys.argv[1], *map(int, sys.argv[2:]))
