"""What fleet.py knows of one tunnel, kept apart from how a device words it. The truth file is written from here."""


class Tunnel:
    """One (gateway, peer) pair. The states are those that the documentation of ikewatch names."""

    def __init__(self, gateway, peer):
        self.gateway, self.peer = gateway, peer
        self.ike = False            # an IKE SA stands
        self.child = False          # at least one child SA stands
        self.trying = False         # a negotiation runs, and its end is not yet known
        self.ever = False           # something stood, or an attempt failed
        self.lost = False           # what stood went away, and no attempt has failed since
        self.stood_until = None     # when the last child SA went away
        self.cause = None           # of the trouble that is not over
        self.also = ()              # states that the log does not rule out at this moment
        self.also_cause = None      # a cause that a line suggests before the attempt has ended
        self.cookies = self.old_cookies = ""
        self.spi_in = self.spi_out = 0
        self.port, self.nat = 500, False
        self.initiator = True       # this gateway begins
        self.serial = 0             # of the script that speaks for this tunnel
        self.begun = 0              # timers of one second run out in the order in which their attempts began

    @property
    def state(self):
        if self.child:
            return "up"
        if self.ike:
            return "phase1_up"
        if self.trying:
            return "negotiating"
        if not self.ever:
            return "unknown"
        return "down" if self.lost else "failed"

    def attempt(self):
        self.trying, self.also, self.also_cause = True, (), None
        self.begun = self.gateway.world.next_number()

    def fail(self, cause):
        self.trying, self.lost, self.ever, self.also, self.also_cause = False, False, True, (), None
        if not self.cause:
            self.cause = cause

    def waiting_failed(self):
        """What waited for phase 1 is given up, while phase 1 itself is still under way."""
        self.also, self.also_cause = ("failed",), None if self.cause else "peer_unreachable"

    def ike_up(self):
        self.ike, self.trying, self.ever = True, False, True

    def child_up(self):
        self.child, self.ever, self.cause, self.also = True, True, None, ()

    def child_gone(self):
        self.child, self.lost, self.also = False, True, ()

    def all_gone(self, cause=None):
        """Everything that stood is gone; what was under way ends with it."""
        self.stood_until = self.gateway.world.now if self.child else self.stood_until
        self.ike = self.child = self.trying = False
        self.lost, self.ever, self.also = True, True, ()
        self.cause = cause or self.cause

    def truth(self):
        told = {"gateway": self.gateway.name, "peer": self.peer, "dialect": self.gateway.dialect, "state": self.state, "cause": self.cause}
        if self.also:
            told["also"] = list(self.also)
        if self.also_cause:
            told["also_cause"] = self.also_cause
        return told
