"""racoon gateways for fleet.py: what one tunnel makes racoon log, step by step. A step of a script ends with `yield seconds`."""

CHILD_LIFE = 3600
IKE_LIFE = 28800
TIME_UP = 50          # five retransmissions, ten seconds apart
GIVE_UP = 30          # a phase 2 that waits for phase 1 is given up


class Racoon:
    dialect = "racoon"

    def __init__(self, world, name, local, number):
        self.world, self.name, self.local, self.rnd = world, name, local, world.rnd
        self.modern = number % 3 != 0             # 0.8 names the peer before the level; 0.7 does not, but tells what differs
        self.tag = f"racoon[{1000 + number}]: " if number % 2 else "racoon: "
        self.tunnels = []

    # Lines
    def say(self, level, text):
        self.world.line(self, f"{self.tag}{level}: {text}")

    def about(self, tunnel, level, text):
        prefix = f"[{tunnel.peer}] " if self.modern else ""
        self.world.line(self, f"{self.tag}{prefix}{level}: {text}")

    def pair(self, tunnel, between):
        port = tunnel.port
        return f"{self.local}[{port}]{between}{tunnel.peer}[{port}]"

    def boot(self):
        self.say("INFO", "@(#)ipsec-tools 0.8.2 (http://ipsec-tools.sourceforge.net)" if self.modern else
                 "@(#)ipsec-tools 0.7.3 (http://ipsec-tools.sourceforge.net)")
        self.say("INFO", "@(#)This product linked OpenSSL 3.0.15 3 Sep 2024 (http://www.openssl.org/)")
        self.say("INFO", 'Reading configuration from "/etc/racoon/racoon.conf"')
        for port in (500, 4500):
            self.say("INFO", f"{self.local}[{port}] used for NAT-T")
            self.say("INFO", f"{self.local}[{port}] used as isakmp port (fd={port // 500 + 5})")

    def life(self):
        """The daemon itself: it starts, and once in a long while it is restarted while no negotiation runs."""
        self.boot()
        while True:
            yield self.rnd.randrange(20 * 3600, 90 * 3600)
            while any(t.trying or (t.ike and not t.child) for t in self.tunnels):
                yield 7
            self.say("INFO", "caught signal 15")
            self.say("INFO", f"racoon process {1000 + self.rnd.randrange(30000)} shutdown")
            self.boot()
            for tunnel in self.tunnels:
                if tunnel.child:
                    tunnel.all_gone()
                    tunnel.old_cookies = ""
                    self.world.start(tunnel, self.script(tunnel, 1 + self.rnd.randrange(20)))

    # Phase 1
    def open_phase1(self, tunnel, mode="Identity Protection"):
        tunnel.port = 500
        tunnel.attempt()
        if tunnel.initiator:
            self.say("INFO", f"IPsec-SA request for {tunnel.peer} queued due to no phase1 found.")
        self.open_exchange(tunnel, mode)

    def open_exchange(self, tunnel, mode="Identity Protection"):
        verb = "initiate" if tunnel.initiator else "respond"
        self.say("INFO", f"{verb} new phase 1 negotiation: {self.pair(tunnel, '<=>')}")
        self.say("INFO", f"begin {mode} mode.")

    def vendor_ids(self, tunnel):
        self.say("INFO", "received Vendor ID: DPD")
        if not tunnel.nat:
            return
        self.say("INFO", "received Vendor ID: RFC 3947")
        self.about(tunnel, "INFO", "Selected NAT-T version: RFC 3947")
        self.about(tunnel, "INFO", f"Hashing {tunnel.peer}[500] with algo #2")
        self.say("INFO", "Adding remote and local NAT-D payloads.")
        self.say("INFO", "NAT-D payload #0 verified")
        self.say("INFO", "NAT-D payload #1 doesn't match")
        self.say("INFO", "NAT detected: PEER")
        tunnel.port = 4500
        if not tunnel.initiator:  # heard from the initiator, which moves there
            self.say("INFO", f"NAT-T: ports changed to: {tunnel.peer}[4500]<->{self.local}[4500]")
        self.say("INFO", f"KA list add: {self.pair(tunnel, '->')}")

    def established(self, tunnel):
        tunnel.cookies = f"{self.rnd.getrandbits(64) | 1:016x}:{self.rnd.getrandbits(64) | 1:016x}"
        self.say("INFO", f"ISAKMP-SA established {self.pair(tunnel, '-')} spi:{tunnel.cookies}")
        tunnel.ike_up()

    # Phase 2
    def child(self, tunnel):
        """Both SAs of a pair; 0.8 prints the arrow of the outbound one for both."""
        tunnel.spi_in, tunnel.spi_out = self.rnd.getrandbits(28) | 1 << 27, self.rnd.getrandbits(28) | 1 << 27
        out, back = self.pair(tunnel, "->"), f"{tunnel.peer}[{tunnel.port}]->{self.local}[{tunnel.port}]"
        self.say("INFO", f"IPsec-SA established: ESP/Tunnel {out if self.modern else back} spi={tunnel.spi_in}({tunnel.spi_in:#x})")
        self.say("INFO", f"IPsec-SA established: ESP/Tunnel {out} spi={tunnel.spi_out}({tunnel.spi_out:#x})")
        tunnel.child_up()

    def open_phase2(self, tunnel):
        verb = "initiate" if tunnel.initiator else "respond"
        self.say("INFO", f"{verb} new phase 2 negotiation: {self.pair(tunnel, '<=>')}")

    def expired(self, tunnel, inward, spi):
        ends = f"{tunnel.peer}[{tunnel.port}]->{self.local}[{tunnel.port}]" if inward else self.pair(tunnel, "->")
        self.say("INFO", f"IPsec-SA expired: ESP/Tunnel {ends} spi={spi}({spi:#x})")

    def rekey_child(self, tunnel):
        """Soft expiry starts the successor at the initiator; the old pair goes away later, at either end in its own way."""
        old_in, old_out = tunnel.spi_in, tunnel.spi_out
        if tunnel.initiator:
            self.expired(tunnel, True, old_in)
        self.open_phase2(tunnel)
        yield self.rnd.randrange(2)
        self.child(tunnel)
        yield self.rnd.randrange(20, 300)
        if not tunnel.child:
            return
        if tunnel.initiator:
            self.say("INFO", f"purged IPsec-SA proto_id=ESP spi={old_out}.")
        else:
            self.expired(tunnel, True, old_in)
            self.expired(tunnel, False, old_out)

    def renew_ike(self, tunnel):
        """A new IKE SA before the old one ends; the old one is deleted long after."""
        tunnel.old_cookies, port = tunnel.cookies, tunnel.port
        self.say("INFO", f"renegotiating phase1 to {tunnel.peer} due to active phase2")
        self.open_exchange(tunnel)
        yield self.rnd.randrange(2)
        self.vendor_ids(tunnel)
        self.established(tunnel)
        tunnel.port = port
        self.world.start(tunnel, self.end_old_ike(tunnel), beside=True)

    def end_old_ike(self, tunnel):
        old = tunnel.old_cookies
        yield IKE_LIFE // 5
        if tunnel.old_cookies == old:
            self.end_ike(tunnel, old)
            tunnel.old_cookies = ""

    def end_ike(self, tunnel, cookies):
        self.say("INFO", f"ISAKMP-SA expired {self.pair(tunnel, '-')} spi:{cookies}")
        self.say("INFO", f"ISAKMP-SA deleted {self.pair(tunnel, '-')} spi:{cookies}")

    # Whole stories
    def script(self, tunnel, delay):
        yield delay
        trouble = self.rnd.random() < 0.06 and self.rnd.choice(TROUBLES)
        while True:
            if trouble:
                yield from trouble(self, tunnel, self.world.outage())
            yield from self.come_up(tunnel)
            trouble = yield from self.stay_up(tunnel)

    def come_up(self, tunnel):
        if not tunnel.ike:
            self.open_phase1(tunnel)
            yield self.rnd.randrange(2)
            self.vendor_ids(tunnel)
            self.established(tunnel)
            self.about(tunnel, "INFO", "received INITIAL-CONTACT")
            yield 1
        self.open_phase2(tunnel)
        yield self.rnd.randrange(2)
        self.child(tunnel)

    def stay_up(self, tunnel):
        """Rekeys until something goes wrong. Returns the trouble that follows, None for a mere pause."""
        now, renewal = 0, int(IKE_LIFE * 0.8)
        while True:
            pause = int(CHILD_LIFE * self.rnd.uniform(0.75, 0.85))
            if self.rnd.random() < pause / self.world.mean_quiet:
                yield self.rnd.randrange(60, pause)
                return (yield from self.lose(tunnel))
            yield pause
            now += pause
            if now >= renewal:
                now = 0
                yield from self.renew_ike(tunnel)
            yield from self.rekey_child(tunnel)

    def lose(self, tunnel):
        kind = self.rnd.randrange(10)
        if kind < 4:
            self.peer_dies(tunnel)
            return silence
        if kind < 8:
            self.peer_deletes(tunnel)
            return self.rnd.choice(TROUBLES)
        yield from self.runs_out(tunnel)
        return None

    def purge(self, tunnel):
        if tunnel.old_cookies:
            self.say("INFO", f"purging ISAKMP-SA spi={tunnel.old_cookies}.")
            self.say("INFO", f"purged ISAKMP-SA spi={tunnel.old_cookies}.")
            self.say("INFO", f"ISAKMP-SA deleted {self.pair(tunnel, '-')} spi:{tunnel.old_cookies}")
            tunnel.old_cookies = ""
        self.say("INFO", f"purging ISAKMP-SA spi={tunnel.cookies}.")
        self.say("INFO", f"purged IPsec-SA spi={tunnel.spi_in}.")
        self.say("INFO", f"purged IPsec-SA spi={tunnel.spi_out}.")
        self.say("INFO", f"purged ISAKMP-SA spi={tunnel.cookies}.")
        self.say("INFO", f"ISAKMP-SA deleted {self.pair(tunnel, '-')} spi:{tunnel.cookies}")

    def peer_dies(self, tunnel):
        self.about(tunnel, "INFO", f"DPD: remote (ISAKMP-SA spi={tunnel.cookies}) seems to be dead.")
        self.purge(tunnel)
        tunnel.all_gone("dpd_timeout")

    def peer_deletes(self, tunnel):
        self.purge(tunnel)
        tunnel.all_gone()

    def runs_out(self, tunnel):
        """Nobody uses the tunnel: its SAs reach their ends without a successor, and traffic asks for it again later."""
        self.expired(tunnel, True, tunnel.spi_in)
        self.expired(tunnel, False, tunnel.spi_out)
        tunnel.child_gone()
        tunnel.also = ("up",)          # soft and hard expiry look the same: a successor may still come
        yield 120
        tunnel.also = ()
        yield self.rnd.randrange(60, 1200)
        if tunnel.old_cookies:
            self.end_ike(tunnel, tunnel.old_cookies)
            tunnel.old_cookies = ""
        self.end_ike(tunnel, tunnel.cookies)
        tunnel.all_gone()
        yield self.rnd.randrange(60, 1800)

    def time_up(self, tunnel, cookies, cause):
        """The end of an initiator's attempt, and of the phase 2 that waited for it."""
        yield GIVE_UP
        waited = f"{tunnel.peer}[0]->{self.local}[0] "
        self.about(tunnel, "ERROR", f"phase2 negotiation failed due to time up waiting for phase1. ESP {waited}")
        self.say("INFO", "delete phase 2 handler.")
        tunnel.waiting_failed()
        yield TIME_UP - GIVE_UP
        self.say("ERROR", f"phase1 negotiation failed due to time up. {cookies}")
        tunnel.fail(cause)


def cookie(rnd):
    return f"{rnd.getrandbits(64) | 1:016x}"


def silence(gateway, tunnel, until):
    """No answer at all. A responder sees nothing of that."""
    while gateway.world.now < until:
        if tunnel.initiator:
            gateway.open_phase1(tunnel)
            yield from gateway.time_up(tunnel, cookie(gateway.rnd) + ":0000000000000000", "peer_unreachable")
        yield gateway.rnd.randrange(60, 400)


def key_missing(gateway, tunnel, until):
    while gateway.world.now < until:
        gateway.open_phase1(tunnel)
        yield gateway.rnd.randrange(2)
        gateway.vendor_ids(tunnel)
        side, status = (0, 6) if tunnel.initiator else (1, 5)
        gateway.about(tunnel, "ERROR", f"couldn't find the pskey for {tunnel.peer}.")
        if gateway.modern:
            gateway.about(tunnel, "ERROR", f"failed to process ph1 packet (side: {side}, status: {status}).")
        else:
            gateway.say("ERROR", "failed to process packet.")
        gateway.about(tunnel, "ERROR", "phase1 negotiation failed.")
        tunnel.fail("psk_missing")
        yield gateway.rnd.randrange(45, 300)


def key_differs(gateway, tunnel, until):
    """Aggressive mode: the initiator sees that the hash of the answer is wrong, each time that the answer is repeated."""
    if not tunnel.initiator:
        return (yield from proposal_differs(gateway, tunnel, until))
    while gateway.world.now < until:
        gateway.open_phase1(tunnel, "Aggressive")
        for pause in (1, 10, 39):
            gateway.say("INFO", "received Vendor ID: DPD")
            gateway.about(tunnel, "NOTIFY", "couldn't find the proper pskey, try to get one by the peer's address.")
            gateway.say("ERROR", "HASH mismatched")
            tunnel.fail("psk_mismatch")
            tunnel.also = ("negotiating",)   # racoon waits for a better answer
            yield pause
        gateway.say("ERROR", f"phase1 negotiation failed due to time up. {cookie(gateway.rnd)}:{cookie(gateway.rnd)}")
        tunnel.also = ()
        yield gateway.rnd.randrange(45, 300)


def proposal_differs(gateway, tunnel, until):
    """Only a responder knows: it refuses, and the peer repeats its message five times."""
    if tunnel.initiator:
        return (yield from unsaid_refusal(gateway, tunnel, until))
    while gateway.world.now < until:
        for _ in range(5):
            gateway.open_phase1(tunnel)
            gateway.say("INFO", "received Vendor ID: DPD")
            if not gateway.modern:
                gateway.say("ERROR", "rejected enctype: DB(prop#1:trns#1):Peer(prop#1:trns#1) = AES-CBC:3DES-CBC")
            gateway.say("ERROR", "no suitable proposal found.")
            gateway.about(tunnel, "ERROR", "failed to get valid proposal.")
            if gateway.modern:
                gateway.about(tunnel, "ERROR", "failed to pre-process ph1 packet (side: 1, status 1).")
            else:
                gateway.say("ERROR", "failed to pre-process packet.")
            gateway.about(tunnel, "ERROR", "phase1 negotiation failed.")
            tunnel.fail("phase1_proposal_mismatch")
            yield 10
        yield gateway.rnd.randrange(60, 300)


def unsaid_refusal(gateway, tunnel, until):
    """The peer answered once and then no more: only its own log knows why."""
    while gateway.world.now < until:
        gateway.open_phase1(tunnel)
        gateway.vendor_ids(tunnel)
        yield 10
        gateway.say("NOTIFY", f"the packet is retransmitted by {tunnel.peer}[{tunnel.port}] (1).")
        yield GIVE_UP - 10
        gateway.about(tunnel, "ERROR", "phase2 negotiation failed due to time up waiting for phase1. "
                      f"ESP {tunnel.peer}[0]->{gateway.local}[0] ")
        gateway.say("INFO", "delete phase 2 handler.")
        tunnel.waiting_failed()
        yield TIME_UP - GIVE_UP
        gateway.say("ERROR", f"phase1 negotiation failed due to time up. {cookie(gateway.rnd)}:{cookie(gateway.rnd)}")
        tunnel.fail("peer_rejected")
        yield gateway.rnd.randrange(60, 300)


def mode_differs(gateway, tunnel, until):
    if tunnel.initiator or not gateway.modern:
        return (yield from key_missing(gateway, tunnel, until))
    while gateway.world.now < until:
        for _ in range(3):
            gateway.about(tunnel, "ERROR", "exchange Aggressive not allowed in any applicable rmconf.")
            tunnel.fail("version_or_mode_mismatch")
            yield 10
        yield gateway.rnd.randrange(60, 300)


def phase2_differs(lines, cause):
    def trouble(gateway, tunnel, until):
        """Phase 1 stands, quick mode is refused here."""
        if tunnel.initiator:
            return (yield from key_missing(gateway, tunnel, until))
        gateway.open_phase1(tunnel)
        yield 1
        gateway.vendor_ids(tunnel)
        gateway.established(tunnel)
        gateway.about(tunnel, "INFO", "received INITIAL-CONTACT")
        until = min(until, gateway.world.now + IKE_LIFE // 2)     # somebody repairs it while the IKE SA stands
        while gateway.world.now < until:
            for pause in (10, 10, gateway.rnd.randrange(60, 300)):
                gateway.open_phase2(tunnel)
                for level, text in lines:
                    gateway.say(level, text)
                if gateway.modern:
                    gateway.about(tunnel, "ERROR", "failed to pre-process ph2 packet (side: 1, status: 1).")
                else:
                    gateway.say("ERROR", "failed to pre-process packet.")
                tunnel.fail(cause)
                yield pause
    return trouble


TROUBLES = [
    silence, silence, key_missing, key_differs, proposal_differs, proposal_differs, unsaid_refusal, mode_differs,
    phase2_differs([("WARNING", "trns_id mismatched: my:AES peer:3DES"), ("ERROR", "not matched"), ("ERROR", "no suitable policy found.")],
                   "phase2_proposal_mismatch"),
    phase2_differs([("ERROR", "pfs group mismatched: my:14 peer:5"), ("ERROR", "not matched"), ("ERROR", "no suitable policy found.")],
                   "pfs_mismatch"),
    phase2_differs([("ERROR", "no policy found: 198.18.250.0/24[0] 10.10.2.0/24[0] proto=any dir=in"),
                    ("ERROR", "failed to get proposal for responder.")], "policy_missing"),
    phase2_differs([("ERROR", "failed to get sainfo.")], "proxy_id_mismatch"),
]
