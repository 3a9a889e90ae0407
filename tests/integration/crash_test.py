"""The daemon is killed at random moments while a journal and a file grow, and in the end knows what an undisturbed one knows: nothing is
lost, nothing counts twice.

Two daemons read the same inputs. One is left in peace; the other is killed with SIGKILL again and again and started anew. Exactly equal
must be: every tunnel as /api/v1/tunnels shows it, with states, SAs, diagnoses, evidence and timeline, and every counter of /metrics,
those of the sources included.

Not compared, since live the state machine runs on the time at which a line was received, which is another for a line that was written
while the daemon was dead: sums and buckets of durations (their count is), *_timestamp_seconds, and the time of the few timeline
entries that no line wrote. Neither are process_*, ikewatch_build_info and ikewatch_store_*, which speak of the process.

The log keeps away from the limits of time (a burst ends after 1 s, an attempt after 90 s): what happens there may go either way also
without a crash.

usage: crash_test.py [KILLS [SEED]]
"""
import datetime
import pathlib
import random
import signal
import subprocess
import sys
import threading
import time

import daemon
import program

KILLS = int(sys.argv[1]) if len(sys.argv) > 1 else 20
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(1_000_000)
JOURNAL_REMOTE = "/lib/systemd/systemd-journal-remote"
LOCAL = "192.0.2.1"
PATIENCE = 60  # seconds until both daemons have read everything


class Tunnel:
    """Writes chapters of one tunnel's story. Each begins and ends by itself, so that none depends on how much time passes."""

    def __init__(self, gateway, peer, dice):
        self.gateway, self.peer, self.dice = gateway, peer, dice
        self.cookies, self.spis = None, None

    def head(self):
        return [f"INFO: initiate new phase 1 negotiation: {LOCAL}[500]<=>{self.peer}[500]", "INFO: begin Identity Protection mode."]

    def pair(self):
        self.spis = (self.gateway.number(), self.gateway.number())
        return [f"INFO: IPsec-SA established: ESP/Tunnel {LOCAL}[500]->{self.peer}[500] spi={spi}(0x{spi:x})" for spi in self.spis]

    def comes_up(self):
        self.cookies = f"{self.dice.getrandbits(64):016x}:{self.dice.getrandbits(64):016x}"
        return [*self.head(), f"INFO: ISAKMP-SA established {LOCAL}[500]-{self.peer}[500] spi:{self.cookies}",
                f"INFO: initiate new phase 2 negotiation: {LOCAL}[500]<=>{self.peer}[500]", *self.pair()]

    def finds_no_key(self):
        return [*self.head(), f"[{self.peer}] ERROR: couldn't find the pskey for {self.peer}.",
                f"[{self.peer}] ERROR: failed to process ph1 packet (side: 0, status: 4).", f"[{self.peer}] ERROR: phase1 negotiation failed."]

    def differs(self):
        """The cause stands before the line that names the peer."""
        return ["ERROR: no suitable proposal found.", f"[{self.peer}] ERROR: failed to get valid proposal.",
                f"[{self.peer}] ERROR: failed to pre-process ph1 packet (side: 1, status 1).", f"[{self.peer}] ERROR: phase1 negotiation failed."]

    def rekeys(self):
        old = self.spis
        return [f"INFO: IPsec-SA expired: ESP/Tunnel {self.peer}[500]->{LOCAL}[500] spi={old[0]}(0x{old[0]:x})",
                f"INFO: initiate new phase 2 negotiation: {LOCAL}[500]<=>{self.peer}[500]", *self.pair(),
                f"INFO: IPsec-SA expired: ESP/Tunnel {LOCAL}[500]->{self.peer}[500] spi={old[1]}(0x{old[1]:x})",
                f"INFO: purged IPsec-SA proto_id=ESP spi={old[1]}."]

    def dies(self):
        """Most of these lines name cookies and SPIs only."""
        lines = [f"[{self.peer}] INFO: DPD: remote (ISAKMP-SA spi={self.cookies}) seems to be dead.", f"INFO: purging ISAKMP-SA spi={self.cookies}.",
                 *(f"INFO: purged IPsec-SA proto_id=ESP spi={spi}." for spi in self.spis), f"INFO: purged ISAKMP-SA spi={self.cookies}."]
        self.spis = None
        return lines

    def chapter(self):
        alone = len(self.gateway.tunnels) == 1
        if self.spis:
            return self.dice.choice([self.rekeys, self.rekeys, self.dies])()
        told = self.dice.choice([self.comes_up, self.comes_up, self.finds_no_key, self.differs] + [self.gateway.waits] * alone)
        return told() if told != self.gateway.waits else told(self)


class Gateway:
    def __init__(self, name, peers, dice):
        self.name, self.dice, self.last = name, dice, 1000 * (1 + int(name[2:]))
        self.tunnels = [Tunnel(self, peer, dice) for peer in peers]
        self.after = []  # groups of lines that must follow

    def number(self):
        self.last += 1
        return self.last

    def waits(self, tunnel):
        """An attempt that stays open, then a cause that names nobody and is held until nothing follows, then the end."""
        self.after = [["ERROR: HASH mismatched"], [f"[{tunnel.peer}] ERROR: phase1 negotiation failed."]]
        return tunnel.head()

    def lines(self):
        """The next group; groups of one gateway stand well apart."""
        if self.after:
            return self.after.pop(0)
        if self.dice.random() < 0.04:
            for tunnel in self.tunnels:
                tunnel.spis = None
            return ["INFO: caught signal 15", "INFO: racoon process 4711 shutdown"]
        lines = self.dice.choice(self.tunnels).chapter()
        if self.dice.random() < 0.2:
            lines.append("INFO: a line that no rule knows")
        return lines


class Writer(threading.Thread):
    """Lets the file and the journal grow until it is told to stop."""

    def __init__(self, log, journal, dice):
        super().__init__(daemon=True)
        self.log, self.journal, self.dice = open(log, "ab", buffering=0), journal, dice
        self.gateways = [Gateway(f"gw{i}", [f"198.51.100.{10 * i + n}" for n in range(1 if i % 2 else 3)], dice) for i in range(16)]
        self.stop = threading.Event()
        self.lines = 0
        self.error = None

    def run(self):
        try:
            with self.log:
                self.write()
        except OSError as error:
            self.error = error

    def write(self):
        """One group of each gateway every 2.4 seconds: more than a burst lasts, whatever reading is late."""
        while not self.stop.is_set() or any(gateway.after for gateway in self.gateways):
            for gateway in self.gateways:
                self.group(gateway, gateway.lines())
                self.stop.wait(0.15) if not self.stop.is_set() else threading.Event().wait(0.15)

    def group(self, gateway, lines):
        now = time.time_ns() // 1000
        self.lines += len(lines)
        if int(gateway.name[2:]) % 4 < 2:
            stamp = datetime.datetime.fromtimestamp(now / 1e6, datetime.timezone.utc).isoformat(timespec="microseconds")
            noise = f"{stamp} {gateway.name} sshd[12]: session opened\n" if self.dice.random() < 0.3 else ""
            self.log.write((noise + "".join(f"{stamp} {gateway.name} racoon: {line}\n" for line in lines)).encode())
        else:
            self.journal.add(gateway.name, lines, now)


class Journal:
    """A directory with a journal file that grows, as systemd-journal-remote writes it."""

    def __init__(self, directory):
        directory.mkdir()
        self.process = subprocess.Popen([JOURNAL_REMOTE, "-o", directory / "remote.journal", "-"], stdin=subprocess.PIPE,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.count = 0

    def add(self, host, messages, now):
        text = ""
        for message in messages:
            self.count += 1
            text += (f"__REALTIME_TIMESTAMP={now + self.count % 100}\n__MONOTONIC_TIMESTAMP={1000 + self.count}\n"
                     f"_BOOT_ID=0123456789abcdef0123456789abcdef\n_HOSTNAME={host}\nSYSLOG_IDENTIFIER=racoon\nPRIORITY=6\nMESSAGE={message}\n\n")
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def end(self):
        self.process.stdin.close()
        self.process.wait(30)


def picture(running):
    """What must be equal."""
    tunnels = sorted(running.tunnels(), key=lambda tunnel: (tunnel["gateway"], tunnel["peer"]))
    for tunnel in tunnels:
        for entry in tunnel["timeline"]:
            if "racoon" not in entry["text"] and "ERROR" not in entry["text"] and "INFO" not in entry["text"]:
                entry["time"] = None  # written by time alone
    left_out = ("process_", "ikewatch_build_info", "ikewatch_store_", "ikewatch_config_")
    samples = {key: value for key, value in running.metrics().samples.items()
               if not key[0].startswith(left_out) and not key[0].endswith(("_timestamp_seconds", "_seconds_sum", "_seconds_bucket"))}
    return tunnels, samples


def differences(steady, killed):
    for a, b in zip(steady[0], killed[0]):
        for key in a:
            if a[key] != b.get(key):
                yield f"{a['gateway']} {a['peer']} {key}:\n  undisturbed {a[key]}\n  killed      {b.get(key)}"
    if len(steady[0]) != len(killed[0]):
        yield f"{len(steady[0])} and {len(killed[0])} tunnels"
    for key in sorted(steady[1].keys() | killed[1].keys()):
        if steady[1].get(key) != killed[1].get(key):
            yield f"{key}: undisturbed {steady[1].get(key)}, killed {killed[1].get(key)}"


class Crash(daemon.Case):
    def config(self, name):
        port = daemon.free_port()
        return self.write(f"{name}.yaml", f"""version: 1
gateway: edge-1
sources:
  - {{name: log, type: file, path: {self.folder / "live.log"}}}
  - {{name: journal, type: journald, directory: {self.folder / "journal"}, identifiers: [racoon]}}
tunnels:
  - {{name: branch-lyon, peer: 203.0.113.77}}
http: {{listen: "127.0.0.1:{port}"}}
state: {{directory: {self.folder / name}}}
""")

    def run_with(self, config):
        started = daemon.Daemon(config, self.folder / f"{config.stem}.log")
        self.addCleanup(started.kill)
        return started

    def begin(self, config):
        """A daemon that has saved once: where it began to read is known."""
        started = self.run_with(config).wait_ready()
        started.until_metrics(lambda m: m.get("ikewatch_store_last_save_timestamp_seconds") > 0, "the first save", 30)
        return started

    @program.unittest.skipUnless(pathlib.Path(JOURNAL_REMOTE).exists(), "needs systemd-journal-remote")
    def test_nothing_is_lost_and_nothing_counts_twice(self):
        print(f"seed {SEED}, {KILLS} kills", flush=True)
        dice = random.Random(SEED)
        journal = Journal(self.folder / "journal")
        self.addCleanup(journal.process.kill)
        journal.add("gw2", ["INFO: @(#)ipsec-tools 0.8.2 (http://ipsec-tools.sourceforge.net)"], time.time_ns() // 1000)
        program.until(lambda: list((self.folder / "journal").glob("*.journal")), 30, "the journal")
        steady = self.begin(self.config("steady"))
        config = self.config("killed")
        self.begin(config).end(signal.SIGKILL)
        writer = Writer(self.live, journal, random.Random(SEED + 1))
        writer.start()
        self.kill_again_and_again(config, dice)
        writer.stop.set()
        writer.join(60)
        self.assertIsNone(writer.error)
        journal.end()
        survivor = self.run_with(config).wait_ready()
        self.compare(steady, survivor, writer.lines)
        self.assertEqual(survivor.end(deadline=5), 0)
        again = self.run_with(config).wait_ready()
        self.compare(steady, again, writer.lines)

    def kill_again_and_again(self, config, dice):
        pause = threading.Event()
        for number in range(KILLS):
            victim = self.run_with(config)
            if number % 3 == 0:
                victim.wait_ready()
            # A save comes once a second: some die before their first one, some while they write it.
            pause.wait(dice.choice([dice.uniform(0, 0.3), dice.uniform(0.9, 1.4), dice.uniform(0.2, 2.2)]))
            self.assertIsNone(victim.process.poll(), "it ended by itself: " + victim.said()[-2000:])
            self.assertEqual(victim.end(signal.SIGKILL, 30), -signal.SIGKILL)

    def compare(self, steady, other, lines):
        def alike():
            a, b = picture(steady), picture(other)
            pictures[:] = [a, b]
            return a == b and all_read(a[1])

        def all_read(samples):
            return sum(value for (name, _), value in samples.items() if name == "ikewatch_source_lines_total") >= lines
        pictures = []
        try:
            program.until(alike, PATIENCE, "the two being alike")
        except AssertionError:
            told = list(differences(*pictures))
            self.fail(f"seed {SEED}: {len(told)} differences\n" + "\n".join(told[:10]))
        self.assertGreater(len(pictures[0][0]), 20)
        self.assertGreater(sum(len(tunnel["timeline"]) for tunnel in pictures[0][0]), lines // 4)


if __name__ == "__main__":
    del sys.argv[1:]
    program.main()
