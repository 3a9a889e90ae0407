#!/usr/bin/env python3
"""fleet.py LINES SEED [OUT]: the log of a fleet of VPN gateways, as one syslog server writes it; the same arguments give the same bytes.

Gateways run racoon, Cisco IOS or Cisco ASA. Each tunnel is a small machine: it comes up, renews its SAs, fails for a known cause,
is repaired and comes up again. Lines of other programs stand between. OUT.truth.json tells the final state and the present cause of
each tunnel. Addresses are those that RFC 5737, RFC 3849 and RFC 2544 set aside. OUT is fleet.log where it is not given."""
import argparse
import heapq
import json
import os
import random
import sys
import time

sys.dont_write_bytecode = True   # the sources stay as they are

from fleet_cisco import Firewall, Router
from fleet_model import Tunnel
from fleet_noise import firewall_line, router_line, server_line
from fleet_racoon import Racoon

BEGIN = 1793577600            # 2026-11-02 00:00:00 UTC
NOISE_POOL = 8192             # distinct lines of other programs; they are drawn again and again
STANDARD_MIX = (Racoon, Racoon, Racoon, Router, Firewall)


class World:
    """Time, the queue of what happens next, and the log."""

    def __init__(self, options):
        self.rnd = random.Random(options.seed)
        self.limit, self.share, self.mean_quiet = options.lines, options.noise, options.quiet * 3600.0
        self.now, self.order, self.queue = BEGIN, 0, []
        self.second = {}              # gateway -> its lines of this second
        self.written = self.vpn = 0
        self.stamps = (0, "")
        self.gateways = [self.gateway(n, options.peers) for n in range(options.gateways)]
        self.noise = [self.noise_line() for _ in range(NOISE_POOL)]

    def gateway(self, number, peers):
        kind = STANDARD_MIX[number % len(STANDARD_MIX)]
        name = {Racoon: "gw", Router: "rtr", Firewall: "fw"}[kind] + f"-{number + 1:03d}"
        block = number // 250 * 60 if peers <= 60 else 0  # beyond that gateways share their peers' addresses
        gateway = kind(self, name, f"198.19.{number // 250}.{number % 250 + 1}", number)
        for i in range(peers):
            v6 = kind is Racoon and i % 8 == 7
            peer = f"2001:db8:{number + 1:x}::{i + 1:x}" if v6 else f"198.18.{number % 250}.{block + i + 1}"
            tunnel = Tunnel(gateway, peer)
            tunnel.initiator, tunnel.nat = self.rnd.random() < 0.6, not v6 and self.rnd.random() < 0.2
            gateway.tunnels.append(tunnel)
            self.start(tunnel, gateway.script(tunnel, self.rnd.randrange(5, 600)))
        self.later(0, None, gateway.life())
        return gateway

    # What happens next
    def start(self, tunnel, script, beside=False):
        """Lets a script speak for a tunnel, in place of the one that did unless it runs `beside` it."""
        if not beside:
            tunnel.serial += 1
        self.later(0, (tunnel, tunnel.serial), script)

    def later(self, pause, owner, script):
        begun = owner[0].begun if owner else 0
        heapq.heappush(self.queue, (self.now + pause, begun, self.next_number(), owner, script))

    def next_number(self):
        self.order += 1
        return self.order

    def outage(self):
        return self.now + min(max(self.rnd.expovariate(1 / 2400), 120), 4 * 3600)

    def line(self, gateway, text):
        self.second.setdefault(gateway, []).append(f"{gateway.name} {text}")

    # The log
    def stamp(self, moment):
        if self.stamps[0] != moment:
            at = time.gmtime(moment)
            self.stamps = (moment, time.strftime("%b ", at) + f"{at.tm_mday:2d} {at.tm_hour:02d}:{at.tm_min:02d}:{at.tm_sec:02d}")
        return self.stamps[1]

    def noise_line(self):
        if self.rnd.random() < 0.2:
            return f"mail-1 {server_line(self.rnd)}"
        gateway = self.rnd.choice(self.gateways)
        if isinstance(gateway, Router):
            return f"{gateway.name} {self.rnd.randrange(1000, 60000)}: {router_line(self.rnd)}"
        if isinstance(gateway, Firewall):
            return f"{gateway.name} : {firewall_line(self.rnd)}"
        return f"{gateway.name} {server_line(self.rnd)}"

    def advance(self):
        """Everything that happens in the next second in which something does."""
        self.now = self.queue[0][0]
        while self.queue and self.queue[0][0] == self.now:
            *_, owner, script = heapq.heappop(self.queue)
            if owner and owner[0].serial != owner[1]:
                continue
            pause = next(script, None)
            if pause is not None:
                self.later(max(int(pause), 0), owner, script)

    def take_second(self):
        """The lines of this second: each gateway's in their order, those of different gateways mixed as they arrive."""
        bursts = list(self.second.values())
        self.second = {}
        if len(bursts) == 1:
            return bursts[0]
        slots = [i for i, burst in enumerate(bursts) for _ in burst]
        self.rnd.shuffle(slots)
        sources = [iter(burst) for burst in bursts]
        return [next(sources[i]) for i in slots]

    def others(self, count, until):
        """`count` lines of other programs, spread over the time until then."""
        bits, pool, span = self.rnd.getrandbits, self.noise, until - self.now
        return [f"{self.stamp(self.now + i * span // count)} {pool[bits(13)]}\n" for i in range(count)]

    def between(self, lines, owed):
        """The lines of a second with its share of others among them."""
        stamp, bits, pool = self.stamp(self.now), self.rnd.getrandbits, self.noise
        out = []
        for line in lines:
            out.append(f"{stamp} {line}\n")
            if owed > 0 and bits(1):
                out.append(f"{stamp} {pool[bits(13)]}\n")
                owed -= 1
        return out

    def write(self, out):
        """The log ends with a whole second: what is left of its lines are other programs'."""
        for_each_vpn = self.share / (1 - self.share)
        reserve = min(600, self.limit // 4)
        while self.written < self.limit - reserve:
            self.advance()
            lines = self.take_second() if self.second else []
            if not lines:
                continue
            self.vpn += len(lines)
            self.put(out, self.between(lines, self.vpn * (1 + for_each_vpn) - self.written - len(lines)))
            owed = int(self.vpn * (1 + for_each_vpn)) - self.written
            owed = min(owed, self.limit - reserve - self.written)
            if owed > 0 and self.queue:
                self.put(out, self.others(owed, self.queue[0][0]))
        if self.written > self.limit:
            raise SystemExit("fleet.py: too few lines for a fleet of this size")
        self.put(out, self.others(self.limit - self.written, self.now + 2))

    def put(self, out, lines):
        out.writelines(lines)
        self.written += len(lines)

    def truth(self):
        return [tunnel.truth() for gateway in self.gateways for tunnel in gateway.tunnels]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("lines", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("out", nargs="?", default="fleet.log")
    parser.add_argument("--gateways", type=int, default=40, help="how many (default 40): of five, three run racoon, one IOS, one ASA")
    parser.add_argument("--peers", type=int, default=8, help="of each gateway (default 8)")
    parser.add_argument("--noise", type=float, default=0.55, help="share of other programs' lines (default 0.55)")
    parser.add_argument("--quiet", type=float, default=6, help="hours that a tunnel works before it fails, on average (default 6)")
    options = parser.parse_args()
    if not 0 <= options.noise < 1 or options.peers > 250 or options.lines < 100 or options.gateways > 1000:
        parser.error("--noise is 0 or more and below 1, --peers at most 250, --gateways at most 1000, LINES at least 100")
    return options


def main():
    options = arguments()
    world = World(options)
    with open(options.out, "w", encoding="ascii", buffering=1 << 20) as out:
        world.write(out)
    # A stamp without a year is read as near as can be to the time of the file.
    os.utime(options.out, (world.now, world.now))
    with open(options.out + ".truth.json", "w", encoding="ascii") as out:
        json.dump({"version": 1, "lines": world.written, "vpn": world.vpn, "seed": options.seed, "tunnels": world.truth()}, out, indent=1)


if __name__ == "__main__":
    main()
