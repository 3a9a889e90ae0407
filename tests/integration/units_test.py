"""What systemd says of racoon's unit, by a stand-in for systemd on a bus of the test's own."""
import time

import alerts_test
import bus
import program
from bus import WAIT
from program import until

comes_up, lines = alerts_test.comes_up, alerts_test.lines
RACOON = "racoon.service"


class Case(bus.Case):
    def begin(self, *states, **options):
        """A daemon that knows the unit in the first of these states, and then is told of the others."""
        self.systemd = self.fakes("org.freedesktop.systemd1")
        self.systemd.tell("quiet " + states[0])
        watching = self.start(self.configure(**options))
        until(lambda: self.systemd.subscribed() > 0, WAIT, "Subscribe")
        for state in states[1:]:
            self.systemd.unit(state)
        return watching

    def until_state(self, watching, state, tunnel="branch-lyon"):
        return watching.until_metrics(lambda m: m.state("edge-1", tunnel) == state, state, WAIT)

    def up(self, watching):
        self.append(comes_up())
        self.until_state(watching, "up")

    def causes(self, watching, tunnel="branch-lyon"):
        return [(d["cause"], d["confidence"], d["resolved"]) for d in watching.get(f"/api/v1/tunnels/edge-1/{tunnel}").json()["diagnoses"]]

    def events(self, watching, event):
        return watching.metrics().get("ikewatch_events_total", 0, dialect="systemd", event=event)


class Stop(Case):
    def test_takes_every_tunnel_down(self):
        watching = self.begin(f"{RACOON} active running success 1", tunnels=(("branch-lyon", "198.51.100.7"), ("branch-oslo", "203.0.113.9")))
        self.append(comes_up() + comes_up("203.0.113.9", 2))
        self.until_state(watching, "up")
        self.until_state(watching, "up", "branch-oslo")
        for state in ("deactivating stop-sigterm success 1", "inactive dead success 0"):
            self.systemd.unit(RACOON, state)
        self.until_state(watching, "down")
        self.until_state(watching, "down", "branch-oslo")
        self.assertEqual(self.causes(watching), [("local_shutdown", "confirmed", False)])
        tunnel = watching.get("/api/v1/tunnels/edge-1/branch-lyon").json()
        self.assertEqual(tunnel["diagnoses"][0]["evidence"][0]["text"], "systemd-unit: racoon.service stopped")
        self.assertEqual((tunnel["dialect"], tunnel["timeline"][-1]["event"]), ("racoon", "daemon_stopped"))

    def test_is_not_told_twice_where_the_log_told_it(self):
        watching = self.begin(f"{RACOON} active running success 1")
        self.up(watching)
        self.append(lines("INFO: racoon process 3 shutdown"))
        watching.until_metrics(lambda m: m.get("ikewatch_events_total", dialect="racoon", event="daemon_stopped") == 1, "the line", WAIT)
        self.systemd.unit(RACOON, "inactive dead success 0")
        self.until_state(watching, "down")
        self.assertEqual(self.events(watching, "daemon_stopped"), 0)
        tunnel = watching.get("/api/v1/tunnels/edge-1/branch-lyon").json()
        self.assertEqual([e["event"] for e in tunnel["timeline"]].count("daemon_stopped"), 1)

    def test_late_word_of_a_restart_does_not_take_down_what_came_since(self):
        watching = self.begin(f"{RACOON} active running success 1")
        self.up(watching)
        self.append(lines("INFO: racoon process 3 shutdown", "INFO: @(#)ipsec-tools 0.8.2 (http://ipsec-tools.sourceforge.net)") + comes_up(number=5))
        watching.until_metrics(lambda m: m.get("ikewatch_negotiations_total", gateway="edge-1", tunnel="branch-lyon", phase="2") == 2, "the log", WAIT)
        self.until_state(watching, "up")
        self.systemd.unit(RACOON, "inactive dead success 0")
        self.systemd.unit(RACOON, "active running success 2")
        began = time.monotonic()
        self.systemd.tell("report")
        until(lambda: time.monotonic() - began > 4, WAIT, "the time after which it would be down")
        self.assertEqual(watching.metrics().state("edge-1", "branch-lyon"), "up")

    def test_restart_that_was_too_quick_to_be_seen(self):
        watching = self.begin(f"{RACOON} active running success 1")
        self.up(watching)
        self.systemd.unit(RACOON, "active running success 2")
        self.until_state(watching, "down")


class Failure(Case):
    def test_kill_by_the_kernel(self):
        watching = self.begin(f"{RACOON} active running success 1")
        self.up(watching)
        self.systemd.unit(RACOON, "failed failed oom-kill 1")
        self.until_state(watching, "down")
        self.assertEqual(self.causes(watching)[0], ("resource_or_kernel", "confirmed", False))

    def test_crash_with_a_restart_by_systemd(self):
        watching = self.begin(f"{RACOON} active running success 1")
        self.up(watching)
        self.systemd.unit(RACOON, "activating auto-restart core-dump 1")
        self.systemd.unit(RACOON, "active running success 2")
        self.until_state(watching, "down")
        self.assertEqual(self.causes(watching)[0], ("local_shutdown", "confirmed", False))
        self.append(comes_up(number=5))
        self.until_state(watching, "up")
        self.assertEqual(self.causes(watching)[0][2], True)

    def test_start_that_fails_is_the_cause_for_all_that_are_down(self):
        watching = self.begin(f"{RACOON} active running success 1")
        self.up(watching)
        self.append(lines("INFO: racoon process 3 shutdown"))
        for state in ("inactive dead success 0", "activating start success 2", "failed failed exit-code 2"):
            self.systemd.unit(RACOON, state)
        self.until_state(watching, "down")
        until(lambda: self.causes(watching)[:1] == [("config_error", "likely", False)], WAIT, "the cause")
        self.append(comes_up(number=5))
        self.until_state(watching, "up")
        self.assertEqual({resolved for _, _, resolved in self.causes(watching)}, {True})


class Systemd(Case):
    def test_that_comes_later_and_goes_on_after_a_restart_of_its_own(self):
        watching = self.start()
        self.systemd = self.fakes("org.freedesktop.systemd1")
        self.systemd.tell(f"quiet {RACOON} active running success 1")
        until(lambda: self.systemd.subscribed() > 0, WAIT, "Subscribe")
        self.up(watching)
        self.systemd.unit(RACOON, "active running success 1")
        self.systemd.unit(RACOON, "inactive dead success 0")
        self.until_state(watching, "down")

    def test_units_of_the_configuration(self):
        extra = "  - {name: j, type: journald, directory: /nonexistent, units: [far.service]}\n  - {name: k, type: journald, units: [ike.service]}\n"
        watching = self.begin("ike.service active running success 1", sources=extra)
        self.up(watching)
        self.systemd.unit("far.service", "failed failed oom-kill 1")
        self.systemd.unit(RACOON, "failed failed oom-kill 1")
        self.systemd.unit("ike.service", "inactive dead success 0")
        self.until_state(watching, "down")
        self.assertEqual(self.causes(watching)[0][0], "local_shutdown")

    def test_unit_that_never_ran_says_nothing(self):
        watching = self.begin(f"{RACOON} inactive dead success 0", f"{RACOON} inactive dead success 0")
        self.up(watching)
        self.systemd.unit("strongswan.service", "inactive dead success 0")
        self.systemd.tell("report")
        self.assertEqual(self.get("State"), "up")
        self.assertEqual(self.events(watching, "daemon_stopped"), 0)


if __name__ == "__main__":
    program.main()
