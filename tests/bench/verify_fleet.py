#!/usr/bin/env python3
"""verify_fleet.py IKEWATCH LINES SEED...: generates the log of a fleet for each seed, lets `ikewatch explain` read it, and compares state
and cause of every tunnel with what the generator knows. Exit 1 when a tunnel is not understood.

--log FILE compares an existing log (with its FILE.truth.json) instead; --at N,N,... cuts the same fleet off at several lengths."""
import argparse
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def generate(lines, seed, path, options):
    subprocess.run([sys.executable, os.path.join(HERE, "fleet.py"), str(lines), str(seed), path, *options], check=True)


def explain(ikewatch, log):
    told = subprocess.run([ikewatch, "explain", "--format", "json", log], check=True, stdout=subprocess.PIPE)
    return json.loads(told.stdout)


def present_cause(tunnel):
    """The root cause of a trouble that is not over."""
    first = next(iter(tunnel["diagnoses"]), None)
    return None if first is None or first["resolved"] else first["cause"]


def differences(truth, told):
    found = {(t["gateway"], t["peer"]): t for t in told["tunnels"]}
    for known in truth["tunnels"]:
        tunnel = found.pop((known["gateway"], known["peer"]), None)
        if tunnel is None:
            if known["state"] != "unknown":
                yield known, "no such tunnel", None
            continue
        states = [known["state"], *known.get("also", [])]
        if tunnel["state"] not in states:
            yield known, f"state is {'/'.join(states)}, told is {tunnel['state']}", tunnel
        elif present_cause(tunnel) not in (known["cause"], known.get("also_cause", known["cause"])):
            yield known, f"cause is {known['cause']}, told is {present_cause(tunnel)}", tunnel
    for (gateway, peer), tunnel in found.items():
        yield {"gateway": gateway, "peer": peer}, "a tunnel that does not exist", tunnel


def compare(ikewatch, log, show):
    with open(log + ".truth.json", encoding="ascii") as file:
        truth = json.load(file)
    told = explain(ikewatch, log)
    wrong = list(differences(truth, told))
    for known, why, tunnel in wrong:
        print(f"{log}: {known['gateway']} {known['peer']}: {why}")
        for entry in tunnel["timeline"][-show:] if tunnel and show else []:
            print(f"    {entry['line']} {entry['event']} -> {entry['state']}: {entry['text']}")
    lines = told["lines"]
    print(f"{log}: {len(truth['tunnels'])} tunnels, {len(wrong)} not understood; {lines['total']} lines, {lines['vpn']} of IKE, "
          f"{lines['unmatched']} without a rule")
    if lines["total"] != truth["lines"]:
        print(f"{log}: the log has {truth['lines']} lines")
        return False
    return not wrong and lines["unmatched"] == 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("ikewatch")
    parser.add_argument("lines", type=int, nargs="?", default=20000)
    parser.add_argument("seeds", type=int, nargs="*")
    parser.add_argument("--log", help="an existing log")
    parser.add_argument("--at", help="lengths instead of LINES, with commas")
    parser.add_argument("--show", type=int, default=6, help="timeline entries shown of each tunnel that is not understood")
    parser.add_argument("--fleet", default="", help="options for fleet.py, such as --fleet='--gateways 10'")
    return parser.parse_args()


def main():
    options = arguments()
    if options.log:
        return 0 if compare(options.ikewatch, options.log, options.show) else 1
    right = True
    with tempfile.TemporaryDirectory() as directory:
        for seed in options.seeds or [1]:
            for lines in map(int, options.at.split(",")) if options.at else [options.lines]:
                log = os.path.join(directory, f"fleet-{lines}-{seed}.log")
                generate(lines, seed, log, options.fleet.split())
                right = compare(options.ikewatch, log, options.show) and right
                os.unlink(log)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
