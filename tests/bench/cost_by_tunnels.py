#!/usr/bin/env python3
"""What a line costs by the number of tunnels that the log is about: 10, 1,000 and 100,000.

usage: cost_by_tunnels.py IKEWATCH [--lines N] [--rounds N] [--most RATIO]

Each log is that of a fleet, every line of it an event (fleet.py --noise 0); `explain --format events` reads it whole: header, match, engine,
output. Processor time, runs of the three logs in turns, the best of each, since whoever works beside only adds to it. Fails where a line of
the largest fleet costs more than RATIO times one of the smallest.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import measure

FLEETS = {10: (2, 5), 1000: (40, 25), 100000: (1000, 100)}  # gateways, peers of each
CONFIG = "version: 1\nlimits: {tunnels: 200000}\n"


def write_log(folder, tunnels, lines):
    gateways, peers = FLEETS[tunnels]
    log = folder / f"{tunnels}.log"
    fleet = pathlib.Path(__file__).with_name("fleet.py")
    subprocess.run([sys.executable, fleet, str(lines), "3", log, "--gateways", str(gateways), "--peers", str(peers), "--noise", "0"], check=True)
    return log


def cost(program, folder, log, lines):
    seconds, _ = measure.run([program, "explain", "--config", folder / "config.yaml", "--format", "events", log], folder / "events")
    told = sum(1 for _ in open(folder / "events", "rb"))
    if told < 0.99 * lines:
        sys.exit(f"{log.name}: {told} events of {lines} lines")
    return seconds / lines * 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("program")
    parser.add_argument("--lines", type=int, default=1000000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=float, default=1.75)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "config.yaml").write_text(CONFIG)
        logs = {tunnels: write_log(folder, tunnels, options.lines) for tunnels in FLEETS}
        costs = {tunnels: [] for tunnels in FLEETS}
        for _ in range(options.rounds):
            for tunnels, log in logs.items():
                costs[tunnels].append(cost(options.program, folder, log, options.lines))
    best = {tunnels: min(values) for tunnels, values in costs.items()}
    for tunnels, value in best.items():
        print(f"{tunnels} tunnels: {value:.2f} us a line, {value / best[10]:.2f} times that of 10")
    return 0 if best[100000] <= options.most * best[10] else 1


sys.exit(main())
