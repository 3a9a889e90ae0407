#!/usr/bin/env python3
"""bounded_memory.py IKEWATCH [SHORT LONG PERCENT]: peak memory of `ikewatch explain` on the log of one fleet, and on a longer log of the
same fleet, must not differ by more than PERCENT (default 250000 1000000 20): what is kept depends on the fleet, not on the log."""
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True   # the sources stay as they are
import measure

HERE = os.path.dirname(os.path.abspath(__file__))
# Few tunnels that fail often: most have more to tell than is kept of it, even in the shorter log.
FLEET = ["--gateways", "10", "--peers", "6", "--quiet", "2"]


def main():
    ikewatch = sys.argv[1]
    short, long, percent = map(int, sys.argv[2:5] or (250000, 1000000, 20))
    peaks = []
    with tempfile.TemporaryDirectory() as directory:
        log = os.path.join(directory, "fleet.log")
        for lines in (short, long):
            subprocess.run([sys.executable, os.path.join(HERE, "fleet.py"), str(lines), "1", log, *FLEET], check=True)
            peaks.append(measure.run([ikewatch, "explain", "--format", "json", log], os.path.join(directory, "output"))[1])
            print(f"{lines} lines, {os.path.getsize(log) / 1e6:.0f} MB: {peaks[-1] / 1024:.1f} MiB")
    growth = 100 * (peaks[1] - peaks[0]) / peaks[0]
    print(f"growth {growth:.1f} %")
    return 0 if growth <= percent else 1


if __name__ == "__main__":
    sys.exit(main())
