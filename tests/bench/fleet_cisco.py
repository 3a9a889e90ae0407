"""Cisco routers and firewalls for fleet.py: what one tunnel makes them log. A step of a script ends with `yield seconds`."""

CHILD_LIFE = 3600


class Router:
    """IOS with `crypto logging session`: it tells that a session comes and goes, and faults. Rekeying is silent."""
    dialect = "cisco-ios"

    def __init__(self, world, name, local, number):
        self.world, self.name, self.local, self.rnd = world, name, local, world.rnd
        self.tunnels, self.sequence, self.dmvpn = [], 1000 * number, number % 3 == 0

    def say(self, text):
        self.sequence += 1
        stamp = self.world.stamp(self.world.now)
        self.world.line(self, f"{self.sequence}: {stamp}.{self.rnd.randrange(1000):03d} UTC: {text}")

    def life(self):
        while True:
            yield self.rnd.randrange(3600, 7200)

    def session(self, tunnel, up):
        if self.dmvpn:
            self.say(f"%DMVPN-5-CRYPTO_SS: Tunnel10: local address : {self.local} remote address : {tunnel.peer} socket is "
                     f"{'UP' if up else 'DOWN'}")
            change = "up: new adjacency" if up else "down: holding time expired"
            return self.say(f"%DUAL-5-NBRCHANGE: EIGRP-IPv4 10: Neighbor {tunnel.peer} (Tunnel10) is {change}")
        self.say(f"%CRYPTO-5-SESSION_STATUS: Crypto tunnel is {'UP  ' if up else 'DOWN'}.  Peer {tunnel.peer}:500       Id: {tunnel.peer}")

    def script(self, tunnel, delay):
        yield delay
        trouble = self.rnd.random() < 0.06 and self.rnd.choice(ROUTER_TROUBLES)
        while True:
            if trouble:
                yield from trouble(self, tunnel, self.world.outage())
            self.session(tunnel, True)
            tunnel.child_up()
            yield int(60 + self.rnd.expovariate(1 / self.world.mean_quiet))
            self.session(tunnel, False)
            tunnel.all_gone()
            trouble = self.rnd.choice(ROUTER_TROUBLES)
            if self.rnd.random() < 0.3:
                trouble = None
                yield self.rnd.randrange(20, 900)


def router_trouble(lines, cause, times):
    def trouble(router, tunnel, until):
        while router.world.now < until:
            for _ in range(times):
                for text in lines:
                    router.say(text.format(peer=tunnel.peer, local=router.local))
                tunnel.fail(cause)
                yield 10
            yield router.rnd.randrange(60, 400)
    return trouble


def undecryptable(router, tunnel, until):
    """A message that makes no sense: out of step within a quarter of an hour after the tunnel stood, else another key."""
    while router.world.now < until:
        for time in range(3):
            router.say(f"%CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from {tunnel.peer}  failed its sanity check or is malformed")
            stood_lately = tunnel.stood_until is not None and router.world.now - tunnel.stood_until <= 15 * 60
            if stood_lately or tunnel.cause is None or time == 2:
                tunnel.cause = "stale_sa" if stood_lately else "psk_mismatch"
            tunnel.fail(tunnel.cause)
            yield 10
        yield router.rnd.randrange(60, 400)


SETUP = "local:{local} local_id:{local} remote:{peer} remote_id:{peer} IKE profile:None fvrf:None fail_reason:%s fail_class_cnt:1"
ROUTER_TROUBLES = [
    undecryptable,
    router_trouble(["%CRYPTO-6-IKMP_AUTH_FAIL: Authentication method 1 failed with host {peer}"], "psk_mismatch", 1),
    router_trouble(["%CRYPTO-6-IKMP_SA_NOT_OFFERED: Remote peer {peer} responded with attribute encryption algorithm not offered or changed",
                    "%CRYPTO-6-IKMP_MODE_FAILURE: Processing of Main mode failed with peer at {peer}"], "phase1_proposal_mismatch", 1),
    router_trouble(["%CRYPTO-5-IKMP_SETUP_FAILURE: IKE SETUP FAILED for " + SETUP % "IKE Proposal failure"], "phase1_proposal_mismatch", 1),
    router_trouble(["%CRYPTO-6-IKMP_MODE_FAILURE: Processing of Quick mode failed with peer at {peer}",
                    "%CRYPTO-5-IPSEC_SETUP_FAILURE: IPSEC SETUP FAILED for " + SETUP % "IPSec Proposal failure"],
                   "phase2_proposal_mismatch", 1),
    router_trouble(["%CRYPTO-6-IKMP_NOT_ENCRYPTED: IKE packet from {peer} was not encrypted and it should've been.",
                    "%CRYPTO-6-IKMP_MODE_FAILURE: Processing of Main mode failed with peer at {peer}"], "peer_rejected", 1),
]


class Firewall:
    """ASA with IKE version 1 and `logging class vpn`: it tells every step."""
    dialect = "cisco-asa"

    def __init__(self, world, name, local, number):
        self.world, self.name, self.local, self.rnd, self.tunnels = world, name, local, world.rnd, []

    def life(self):
        while True:
            yield self.rnd.randrange(3600, 7200)

    def say(self, tag, text):
        self.world.line(self, f": %ASA-{tag}: {text}")

    def peer(self, tunnel, tag, text):
        self.say(tag, f"IP = {tunnel.peer}, {text}")

    def group(self, tunnel, tag, text):
        self.say(tag, f"Group = {tunnel.peer}, IP = {tunnel.peer}, {text}")

    def begin(self, tunnel, what, told):
        told(tunnel, "5-713041", f"IKE Initiator: {what}, Intf outside, IKE Peer {tunnel.peer}  local Proxy Address 10.10.0.0, "
             "remote Proxy Address 10.20.0.0,  Crypto map (outside_map)")

    def phase1(self, tunnel):
        self.group(tunnel, "6-713172", "Automatic NAT Detection Status:     Remote end is NOT behind a NAT device     "
                   "This   end is NOT behind a NAT device")
        self.say("6-113009", f"AAA retrieved default group policy (DfltGrpPolicy) for user = {tunnel.peer}")
        self.group(tunnel, "5-713119", "PHASE 1 COMPLETED")
        tunnel.ike_up()

    def sa(self, tunnel, tag, direction, spi, what):
        self.say(tag, f"IPSEC: An {direction} LAN-to-LAN SA (SPI= 0x{spi:08X}) between {self.local} and {tunnel.peer} "
                 f"(user= {tunnel.peer}) has been {what}.")

    def phase2(self, tunnel):
        tunnel.spi_in, tunnel.spi_out = self.rnd.getrandbits(32) | 256, self.rnd.getrandbits(32) | 256
        role = "Initiator" if tunnel.initiator else "Responder"
        self.group(tunnel, "5-713049", f"Security negotiation complete for LAN-to-LAN Group ({tunnel.peer})  {role}, "
                   f"Inbound SPI = 0x{tunnel.spi_in:08x}, Outbound SPI = 0x{tunnel.spi_out:08x}")
        self.sa(tunnel, "6-602303", "outbound", tunnel.spi_out, "created")
        self.sa(tunnel, "6-602303", "inbound", tunnel.spi_in, "created")
        self.group(tunnel, "5-713120", f"PHASE 2 COMPLETED (msgid={self.rnd.getrandbits(32):08x})")
        tunnel.child_up()

    def remove(self, tunnel, spi_in, spi_out):
        self.sa(tunnel, "6-602304", "outbound", spi_out, "deleted")
        self.sa(tunnel, "6-602304", "inbound", spi_in, "deleted")

    def disconnected(self, tunnel, reason, lasted=True):
        hours = f"{self.rnd.randrange(30)}h:{self.rnd.randrange(60):02d}m:{self.rnd.randrange(1, 60):02d}s" if lasted else "0h:00m:00s"
        carried = (self.rnd.getrandbits(30), self.rnd.getrandbits(30)) if lasted else (0, 0)
        self.group(tunnel, "5-713259", f"Session is being torn down. Reason: {reason}")
        if lasted:
            self.remove(tunnel, tunnel.spi_in, tunnel.spi_out)
        self.say("4-113019", f"Group = {tunnel.peer}, Username = {tunnel.peer}, IP = {tunnel.peer}, Session disconnected. Session Type: "
                 f"LAN-to-LAN, Duration: {hours}, Bytes xmt: {carried[0]}, Bytes rcv: {carried[1]}, Reason: {reason}")

    def nothing_left(self, tunnel):
        self.peer(tunnel, "3-713902", "Removing peer from peer table failed, no match!")
        self.peer(tunnel, "4-713903", "Error: Unable to remove PeerTblEntry")

    def script(self, tunnel, delay):
        yield delay
        trouble = self.rnd.random() < 0.06 and self.rnd.choice(FIREWALL_TROUBLES)
        while True:
            if trouble:
                yield from trouble(self, tunnel, self.world.outage())
            if tunnel.initiator:
                self.begin(tunnel, "New Phase 1", self.peer)
                tunnel.attempt()
                yield self.rnd.randrange(2)
            self.phase1(tunnel)
            yield self.rnd.randrange(2)
            self.phase2(tunnel)
            trouble = yield from self.stay_up(tunnel)

    def stay_up(self, tunnel):
        while True:
            pause = int(CHILD_LIFE * self.rnd.uniform(0.9, 0.95))
            if self.rnd.random() < pause / self.world.mean_quiet:
                yield self.rnd.randrange(60, pause)
                return (yield from self.lose(tunnel))
            yield pause
            if self.rnd.random() < 0.1:
                self.begin(tunnel, "Rekeying Phase 1", self.group)
                self.group(tunnel, "5-713119", "PHASE 1 COMPLETED")
            old = tunnel.spi_in, tunnel.spi_out
            self.begin(tunnel, "Rekeying Phase 2", self.group)
            yield self.rnd.randrange(2)
            self.phase2(tunnel)
            yield 30
            self.remove(tunnel, *old)

    def lose(self, tunnel):
        if self.rnd.random() < 0.4:
            self.group(tunnel, "3-713123", "IKE lost contact with remote peer, deleting connection (keepalive type: DPD)")
            self.disconnected(tunnel, "Lost Service")
            tunnel.all_gone("dpd_timeout")
            yield 1
            return unanswered
        self.disconnected(tunnel, "User Requested")
        tunnel.all_gone()
        if self.rnd.random() < 0.3:
            yield self.rnd.randrange(60, 1200)
            return None
        yield self.rnd.randrange(5, 60)
        return self.rnd.choice(FIREWALL_TROUBLES)


def unanswered(firewall, tunnel, until):
    while firewall.world.now < until:
        firewall.begin(tunnel, "New Phase 1", firewall.peer)
        tunnel.attempt()
        yield 32
        firewall.peer(tunnel, "5-713136", "IKE session establishment timed out [MM_WAIT_MSG2], aborting!")
        firewall.nothing_left(tunnel)
        tunnel.fail("peer_unreachable")
        yield firewall.rnd.randrange(45, 300)


def firewall_trouble(lines, cause):
    def trouble(firewall, tunnel, until):
        """Refused in phase 1, as responder."""
        while firewall.world.now < until:
            for tag, text in lines:
                firewall.peer(tunnel, tag, text)
            firewall.nothing_left(tunnel)
            tunnel.fail(cause)
            yield firewall.rnd.randrange(30, 240)
    return trouble


def networks_differ(firewall, tunnel, until):
    while firewall.world.now < until:
        firewall.phase1(tunnel)
        firewall.group(tunnel, "3-713061", "Rejecting IPSec tunnel: no matching crypto map entry for remote proxy 10.20.0.0/255.255.0.0/0/0 "
                       "local proxy 10.10.0.0/255.255.0.0/0/0 on interface outside")
        firewall.group(tunnel, "3-713902", f"QM FSM error (P2 struct &0x{firewall.rnd.getrandbits(32):08x}, mess id "
                       f"0x{firewall.rnd.getrandbits(32):x})!")
        firewall.group(tunnel, "3-713902", "Removing peer from correlator table failed, no match!")
        firewall.disconnected(tunnel, "crypto map policy not found", lasted=False)
        tunnel.ike = False
        tunnel.fail("proxy_id_mismatch")
        yield firewall.rnd.randrange(30, 240)


FIREWALL_TROUBLES = [
    unanswered, networks_differ,
    firewall_trouble([("7-713906", "ERROR, had decryption errors, probably due to mismatched pre-shared key.  Aborting")], "psk_mismatch"),
    firewall_trouble([("4-713903", "Can't find a valid tunnel group, aborting...!")], "policy_missing"),
    firewall_trouble([("5-713257", "Phase 1 failure:  Mismatched attribute types for class Group Description:  Rcv'd: Group 2  "
                       "Cfg'd: Group 14"), ("5-713904", "All SA proposals found unacceptable")], "phase1_proposal_mismatch"),
]
