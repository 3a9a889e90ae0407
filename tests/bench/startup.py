#!/usr/bin/env python3
"""Checks that the program is ready quickly: all packs read and compiled within 150 ms of processor time on a machine of 2020.

usage: startup.py IKEWATCH

Machines differ, so the limit is relative: a fixed piece of arithmetic takes about as long as a start should at most, and a start may take
three times as long as that here. Processor time, the best of several runs: load does not matter, only speed.
"""
import resource
import subprocess
import sys

RUNS = 9
WORK = "total = 0\nfor i in range(1500000):\n    total += i * i\n"
ROOM = 3


def processor_time(*command, status):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, timeout=120)
    if done.returncode != status:
        sys.exit(f"{command[0]} ended with {done.returncode}, and {status} was expected")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(program):
    start, unit = [], []
    for _ in range(RUNS):
        start.append(processor_time(program, "rules", "try", "racoon: INFO: racoon shutdown", status=0))
        unit.append(processor_time(sys.executable, "-I", "-c", WORK, status=0))
    print(f"ready after {min(start) * 1000:.0f} ms; the arithmetic took {min(unit) * 1000:.0f} ms, so {ROOM * min(unit) * 1000:.0f} are allowed")
    return 0 if min(start) <= ROOM * min(unit) else 1


if len(sys.argv) != 2:
    sys.exit(__doc__)
sys.exit(main(sys.argv[1]))
