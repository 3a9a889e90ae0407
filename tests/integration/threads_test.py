"""What is shown does not depend on the number of threads: the same lines through one thread and through four."""
import socket

import daemon
import program

TURNS = 300
PEERS = ("198.51.100.7", "198.51.100.8")
NETWORK = [f"127.0.0.{number}" for number in range(11, 19)]  # gateways that send datagrams
RELAYED = [f"gw-{number}" for number in range(6)]            # gateways in one file
LOCAL = [f"box-{number}" for number in range(2)]             # gateways behind the unix socket


def lines(gateway, turn):
    """Every line names its peer, and no two are alike: a timeline shows their order."""
    for peer in PEERS:
        spi = turn * 1000 + sum(gateway.encode()) + PEERS.index(peer)
        former = max(spi - 1000, 1)
        yield f"racoon: INFO: IPsec-SA expired: ESP/Tunnel 192.0.2.1[500]->{peer}[500] spi={former}(0x{former:x})"
        yield f"racoon: INFO: initiate new phase 2 negotiation: 192.0.2.1[500]<=>{peer}[500]"
        yield f"racoon: INFO: IPsec-SA established: ESP/Tunnel 192.0.2.1[500]->{peer}[500] spi={spi}(0x{spi:x})"
        yield f"racoon: ERROR: nobody ever wrote this {turn}"


class Threads(daemon.Case):
    def setUp(self):
        super().setUp()
        self.box = self.folder / "box.sock"

    def played(self, threads):
        self.state = self.folder / f"state-{threads}"
        self.live.write_bytes(b"")
        gateways = "".join(f"  - {{name: par-{host}, addresses: [{host}]}}\n" for host in NETWORK)
        running = self.start(self.configure(
            (), f"gateways:\n{gateways}limits: {{timeline: 2000, threads: {threads}}}\n",
            f'  - {{name: box, type: syslog, listen: "unix://{self.box}"}}\n'))
        self.play(running)
        metrics = running.metrics()
        self.assertEqual(metrics.total("ikewatch_source_dropped_total"), 0)
        shown = {(tunnel["gateway"], tunnel["peer"]): (tunnel["state"], [(entry["event"], entry["state"], entry["text"]) for entry in tunnel["timeline"]])
                 for tunnel in running.tunnels()}
        counted = {key: value for key, value in metrics.samples.items() if key[0] in (
            "ikewatch_events_total", "ikewatch_unmatched_lines_total", "ikewatch_negotiations_total", "ikewatch_tunnel_state_changes_total",
            "ikewatch_tunnel_state", "ikewatch_source_lines_total", "ikewatch_source_bytes_total")}
        self.assertEqual(running.end(deadline=10), 0)
        return shown, counted

    def play(self, running):
        senders = {host: socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for host in NETWORK}
        for host, sender in senders.items():
            sender.bind((host, 0))
        box = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        sent = 0
        for turn in range(TURNS):
            self.append("".join(f"Nov 22 10:00:00 {gateway} {line}\n" for gateway in RELAYED for line in lines(gateway, turn)).encode())
            for gateway in LOCAL:
                for line in lines(gateway, turn):
                    box.sendto(f"<30>Nov 22 10:00:00 {gateway} {line}".encode(), str(self.box))
            for host, sender in senders.items():
                for line in lines(host, turn):
                    sender.sendto(f"<30>{line}".encode(), ("127.0.0.1", self.syslog))
                    sent += 1
                if turn % 3 == 0:  # from another port, as logger(1) does
                    senders[host].close()
                    senders[host] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                    senders[host].bind((host, 0))
            if turn % 20 == 19:  # so that the socket's buffer never fills up
                running.until_metrics(lambda m: m.get("ikewatch_source_lines_total", source="udp") == sent, "the datagrams", 60)
        for sender in [box, *senders.values()]:
            sender.close()
        each = len(list(lines("x", 0))) * TURNS
        for source, gateways in (("udp", NETWORK), ("log", RELAYED), ("box", LOCAL)):
            running.until_metrics(lambda m: m.get("ikewatch_source_lines_total", source=source) == each * len(gateways), f"all lines of {source}", 60)

    def test_one_and_four_threads_show_the_same(self):
        one, counted_by_one = self.played(1)
        self.assertEqual(len(one), (len(NETWORK) + len(RELAYED) + len(LOCAL)) * len(PEERS))
        self.assertTrue(all(len(timeline) > 100 for _, timeline in one.values()))
        four, counted_by_four = self.played(4)
        for tunnel in one:
            self.assertEqual(one[tunnel], four[tunnel], tunnel)
        self.assertEqual(counted_by_one, counted_by_four)
        self.assertEqual(len(one), len(four))


if __name__ == "__main__":
    program.main()
