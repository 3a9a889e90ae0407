"""The D-Bus service of the running daemon, through a real bus with the policy file that ships."""
import os
import signal
import subprocess
import time
import unittest
import xml.etree.ElementTree as xml

import alerts_test
import bus
import daemon
import program
from bus import LYON, MANAGER, NAME, ROOT, TUNNEL, WAIT
from program import until

OSLO = ROOT + "/tunnel/edge_2d1/_3203_2e0_2e113_2e9"
fails, comes_up = alerts_test.fails, alerts_test.comes_up


def interfaces(node):
    """Interface -> {(kind, name): what a caller has to know}."""
    found = {}
    for interface in node.iter("interface"):
        members = {}
        for member in interface:
            notes = {note.get("name"): note.get("value") for note in member.findall("annotation")}
            arguments = [(a.get("name"), a.get("type"), a.get("direction", "out" if member.tag == "signal" else "in")) for a in member.findall("arg")]
            if member.tag == "signal":
                arguments = [(name, kind, "out") for name, kind, _ in arguments]
            members[member.tag, member.get("name")] = (member.get("type"), member.get("access"), arguments,
                                                       notes.get("org.freedesktop.DBus.Property.EmitsChangedSignal", "true"))
        found[interface.get("name")] = members
    return found


class Interface(bus.Case):
    def test_is_the_one_of_the_file(self):
        self.start()
        written = interfaces(xml.parse(bus.SOURCE / "config/dbus/org.ikewatch.IkeWatch1.xml"))
        for path, name in ((ROOT, MANAGER), (LYON, TUNNEL)):
            told = interfaces(xml.fromstring(self.call("Introspect", interface="org.freedesktop.DBus.Introspectable", path=path)[0]))
            self.assertEqual(told[name], written[name])
        self.assertEqual(set(written), {MANAGER, TUNNEL})

    def test_properties_of_tunnel_and_manager(self):
        config = self.configure()
        before = time.time() * 1e6
        self.start(config)
        self.append(fails())
        until(lambda: self.get("State") == "failed", WAIT, "the failure")
        told = self.objects()[LYON]
        since = told.pop("Since")
        self.assertEqual(told, {"Gateway": "edge-1", "Name": "branch-lyon", "Peer": "198.51.100.7", "Dialect": "racoon", "State": "failed",
                                "Up": False, "Flapping": False, "Cause": "psk_missing"})
        self.assertTrue(before <= since <= time.time() * 1e6)
        self.assertEqual(self.get("Version", ROOT, MANAGER), program.run("--version").text.split()[1])
        self.assertEqual(self.get("ConfigPath", ROOT, MANAGER), str(config))

    def test_tree_names_every_tunnel(self):
        self.start(self.configure((("branch-lyon", "198.51.100.7"), ("branch-oslo", "203.0.113.9"))))
        _, out, _ = self.busctl("tree", "--list", NAME)
        self.assertIn(LYON, out.splitlines())
        self.assertIn(ROOT + "/tunnel/edge_2d1/branch_2doslo", out.splitlines())


class Signals(bus.Case):
    def test_changes_are_told_as_they_happen(self):
        self.start()
        signals = self.monitor()
        self.append(fails())
        until(lambda: self.get("State") == "failed", WAIT, "the failure")
        self.append(comes_up())
        until(lambda: self.get("Up"), WAIT, "the tunnel")
        until(lambda: any(s["member"] == "TunnelStateChanged" and s["payload"]["data"][4] == "up" for s in signals()), WAIT, "the signal")
        passages = [s["payload"]["data"] for s in signals() if s["member"] == "TunnelStateChanged"]
        self.assertEqual([p[3:5] for p in passages], [["idle", "negotiating"], ["negotiating", "failed"], ["failed", "negotiating"],
                                                      ["negotiating", "phase1_up"], ["phase1_up", "up"]])
        self.assertEqual({tuple(p[:3]) for p in passages}, {(LYON, "edge-1", "branch-lyon")})
        changed = [s for s in signals() if s["member"] == "PropertiesChanged"]
        self.assertEqual({s["path"] for s in changed}, {LYON})
        last = {}
        for each in changed:
            interface, values, invalid = each["payload"]["data"]
            self.assertEqual((interface, invalid), (TUNNEL, []))
            last.update({name: value["data"] for name, value in values.items()})
        self.assertEqual(last, {name: value for name, value in self.objects()[LYON].items() if name in last})
        self.assertEqual([last["State"], last["Up"], last["Cause"]], ["up", True, ""])

    def test_tunnels_come_and_go(self):
        config = self.configure()
        watching = self.start(config)
        signals = self.monitor()
        self.append(comes_up("203.0.113.9"))
        until(lambda: OSLO in self.objects(), WAIT, "the discovered tunnel")
        added = until(lambda: [s for s in signals() if s["member"] == "InterfacesAdded"], WAIT, "InterfacesAdded")
        path, what = added[0]["payload"]["data"]
        self.assertEqual((path, list(what)), (OSLO, [TUNNEL]))
        self.assertEqual(what[TUNNEL]["Peer"]["data"], "203.0.113.9")
        self.configure((("branch-lyon", "198.51.100.7"), ("branch-oslo", "203.0.113.9")))
        self.call("Reload")
        named = ROOT + "/tunnel/edge_2d1/branch_2doslo"
        until(lambda: {path for path in self.objects()} == {LYON, named}, WAIT, "the name of the configuration")
        gone = until(lambda: [s for s in signals() if s["member"] == "InterfacesRemoved"], WAIT, "InterfacesRemoved")
        self.assertEqual(gone[0]["payload"]["data"], [OSLO, [TUNNEL]])
        self.assertEqual({tunnel["name"] for tunnel in watching.tunnels()}, {"branch-lyon", "branch-oslo"})

    def test_what_is_on_the_bus_is_what_http_says(self):
        watching = self.start(self.configure(tunnels=()))
        for number in range(1, 60):
            self.append(comes_up(f"203.0.113.{number}", number) if number % 3 else fails(f"198.51.100.{number}"))
        watching.until_metrics(lambda m: m.total("ikewatch_tunnel_up") == 40, "the tunnels", WAIT)
        def same():
            told = {(each["Peer"], each["State"], each["Cause"]) for each in self.objects().values()}
            shown = {(t["peer"], t["state"], t["diagnoses"][0]["cause"] if t["diagnoses"] and not t["diagnoses"][0]["resolved"] else "")
                     for t in watching.tunnels()}
            return told == shown and len(told) >= 40
        until(same, WAIT, "the same tunnels, states and causes")


class Methods(bus.Case):
    def test_explain_and_history(self):
        watching = self.start()
        self.append(fails())
        until(lambda: self.get("State") == "failed", WAIT, "the failure")
        shown = watching.get("/api/v1/tunnels/edge-1/branch-lyon").body.decode()
        for name in ("branch-lyon", "198.51.100.7", "edge-1/branch-lyon", "edge-1/198.51.100.7", LYON):
            self.assertEqual(self.call("Explain", "s", name), [shown])
        history = program.json.loads(self.call("History", "s", "branch-lyon")[0])
        self.assertEqual([each["state"] for each in history if each["change"] == "state"], ["negotiating", "failed"])
        self.assertIn("no tunnel has the name or the peer branch-lyons", self.refused("Explain", "s", "branch-lyons"))

    def test_ambiguous_names_are_refused_with_the_choice(self):
        self.start(self.configure(tunnels=(), extra="""tunnels:
  - {name: branch, gateway: edge-1, peer: 198.51.100.7}
  - {name: branch, gateway: par-rtr1, peer: 203.0.113.9}
"""))
        self.assertIn("write one of: edge-1/branch par-rtr1/branch", self.refused("Explain", "s", "branch"))
        self.assertIn('"peer":"203.0.113.9"', self.call("Explain", "s", "par-rtr1/branch")[0])

    def test_pages_are_the_whole(self):
        watching = self.start(self.configure([(f"t{n}", f"192.0.2.{n}") for n in range(1, 100)]))
        found, first = [], 0
        while True:
            page, first = self.call("Tunnels", "uu", first, 7)
            found += program.json.loads(page)
            self.assertLessEqual(len(program.json.loads(page)), 7)
            if first == 0:
                break
        self.assertEqual(sorted(t["name"] for t in found), sorted(t["name"] for t in watching.tunnels()))
        self.assertEqual(self.call("Tunnels", "uu", 4294967295, 0), ["[]", 0])

    def test_reload(self):
        config = self.configure()
        watching = self.start(config)
        before = watching.metrics().get("ikewatch_config_last_reload_success_timestamp_seconds")
        self.assertEqual(self.call("Reload"), [])
        self.assertGreater(watching.metrics().get("ikewatch_config_last_reload_success_timestamp_seconds"), before)
        config.write_text(config.read_text() + "sorces: []\n")
        self.assertIn("the former one stays", self.refused("Reload"))
        self.assertEqual(watching.metrics().get("ikewatch_config_last_reload_successful"), 0)

    def test_hostile_arguments(self):
        self.start()
        for words in (("Explain", "s", ""), ("Explain", "s", "x" * 100_000), ("Explain", "s", "/org/ikewatch"), ("Silence", "st", "*", 0),
                      ("Silence", "st", "branch-lyon", 2 ** 63), ("SilenceWith", "sts", "branch-lyon", 60, "y" * 501), ("Explain", "u", 1),
                      ("EndSilence", "s", "%s%n"), ("Silence", "st", "branch-lyons", 60), ("Silence", "st", "", 60)):
            self.refused(*words)
        self.assertEqual(self.call("Silences"), ["[]"])
        self.refused("Get", "ss", TUNNEL, "State", interface="org.freedesktop.DBus.Properties", path=ROOT + "/tunnel/edge_2d1/nobody")


@unittest.skipUnless(os.getuid() == 0, "only root can call as somebody else")
class Permission(bus.Case):
    CHANGES = (("Silence", "st", "branch-lyon", 60), ("SilenceWith", "sts", "branch-lyon", 60, "x"), ("EndSilence", "s", "x"), ("Reload",))

    def test_everybody_reads_and_only_some_change(self):
        self.start()
        self.assertIn("branch-lyon", self.call("Explain", "s", "branch-lyon", user=bus.NOBODY)[0])
        self.assertEqual(self.call("Silences", user=bus.NOBODY), ["[]"])
        self.call("GetManagedObjects", interface="org.freedesktop.DBus.ObjectManager", user=bus.NOBODY)
        for words in self.CHANGES:
            self.assertIn("Access denied", self.refused(*words, user=bus.NOBODY))
        self.assertNotIn("Rejected", (self.folder / "bus.log").read_text(), "it is ikewatch that refuses")
        self.assertEqual(self.call("Silences"), ["[]"])

    def test_members_of_the_group_may(self):
        group = subprocess.run(["getent", "group", str(bus.NOBODY)], capture_output=True, text=True, check=True).stdout.split(":")[0]
        self.start(self.configure(extra=f"dbus: {{group: {group}}}\n"))
        self.call("Silence", "st", "branch-lyon", 60, user=bus.NOBODY)
        self.call("Reload", user=bus.NOBODY)
        self.assertIn(f'"who":"uid {bus.NOBODY}"', self.call("Silences")[0])

    def test_polkit_is_asked_where_it_is(self):
        polkit = self.fakes("org.freedesktop.PolicyKit1")
        self.start()
        self.call("Silence", "st", "branch-lyon", 60)
        self.assertEqual(polkit.asked()[0], 0, "nobody asks about root")
        self.assertIn("Access denied", self.refused("Silence", "st", "branch-lyon", 60, user=bus.NOBODY))
        self.assertEqual(polkit.asked(), (1, "org.ikewatch.IkeWatch1.silence"))
        polkit.tell("polkit yes")
        self.call("Reload", user=bus.NOBODY)
        self.assertEqual(polkit.asked(), (2, "org.ikewatch.IkeWatch1.reload"))
        actions = xml.parse(bus.SOURCE / "config/dbus/org.ikewatch.IkeWatch1.policy").iter("action")
        self.assertEqual({action.get("id") for action in actions}, {"org.ikewatch.IkeWatch1.silence", "org.ikewatch.IkeWatch1.reload"})

    def test_nobody_else_can_be_ikewatch(self):
        status, _, err = self.busctl("call", "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName", "su", NAME, 0,
                                     user=bus.NOBODY)
        self.assertNotEqual(status, 0)
        self.assertIn("Access denied", err)


class Secrets(bus.Case):
    def test_none_can_be_read(self):
        words = {name: f"TOPSECRET-{name}" for name in ("hook", "slack")}
        for name, word in words.items():
            self.write(name, word.encode())
        self.configure(extra=f"""alerts:
  - {{name: TunnelDown, when: {{state: [failed, down]}}}}
receivers:
  - {{name: hook, type: webhook, url: "http://127.0.0.1:9/", secret_file: {self.folder}/hook}}
  - {{name: slack, type: slack, secret_file: {self.folder}/slack}}
""")
        config = self.folder / "ikewatch.yaml"
        watching = self.start(config)
        signals = self.monitor()
        self.append(fails())
        until(lambda: self.get("State") == "failed", WAIT, "the failure")
        said = str(signals()) + str(self.objects())
        for member in ("Silences",):
            said += str(self.call(member))
        said += str(self.call("Explain", "s", "branch-lyon")) + str(self.call("History", "s", "branch-lyon")) + str(self.call("Tunnels", "uu", 0, 0))
        for path in (ROOT, LYON):
            said += self.call("Introspect", interface="org.freedesktop.DBus.Introspectable", path=path)[0]
            for interface in (MANAGER, TUNNEL):
                try:
                    said += str(self.call("GetAll", "s", interface, interface="org.freedesktop.DBus.Properties", path=path))
                except AssertionError as error:
                    said += str(error)
        config.write_text(config.read_text() + f"    secret: {words['hook']}\n")
        said += self.refused("Reload")
        said += watching.said()
        self.assertNotIn("TOPSECRET", said)
        self.assertNotIn("127.0.0.1:9/", said.replace(watching.said(), ""))


class Absence(bus.Case):
    def test_no_bus_is_said_once_and_the_daemon_goes_on(self):
        self.close_bus()
        watching = daemon.Case.start(self)
        until(lambda: "D-Bus: no connection" in watching.said(), WAIT, "the word")
        self.append(fails())
        watching.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "failed", "the failure", WAIT)
        self.open_bus()
        until(self.on_bus, WAIT, "the name on the bus")  # tried again within seconds
        self.assertEqual(self.get("State"), "failed")
        until(lambda: "D-Bus: connected again" in watching.said(), WAIT, "the word")
        self.assertEqual(watching.said().count("D-Bus:"), 2)
        self.assertEqual(watching.end(), 0)

    def test_bus_that_goes_away_and_comes_back(self):
        watching = self.start()
        self.close_bus()
        until(lambda: "D-Bus: no connection" in watching.said(), WAIT, "the word")
        self.append(fails())
        watching.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "failed", "the failure", WAIT)
        self.open_bus()
        until(self.on_bus, WAIT, "the name on the bus")
        self.assertEqual(self.get("State"), "failed")
        self.append(comes_up())
        until(lambda: self.get("State") == "up", WAIT, "the tunnel")

    def test_bus_that_hangs_delays_nothing(self):
        watching = self.start()
        self.bus.send_signal(signal.SIGSTOP)
        self.addCleanup(self.bus.send_signal, signal.SIGCONT)
        self.append(fails())
        watching.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "failed", "the failure", WAIT)
        self.append(comes_up())
        watching.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "up", "the tunnel", WAIT)
        self.bus.send_signal(signal.SIGCONT)
        until(lambda: self.get("State") == "up", WAIT, "the tunnel on the bus")
        self.bus.send_signal(signal.SIGSTOP)
        self.assertEqual(watching.end(), 0)

    def test_switched_off(self):
        watching = daemon.Case.start(self, self.configure(extra="dbus: {enabled: false}\n"))
        self.assertFalse(self.on_bus())
        self.configure(extra="dbus: {enabled: true}\n")
        watching.send_signal(signal.SIGHUP)
        until(self.on_bus, WAIT, "the name on the bus")
        self.configure(extra="dbus: {enabled: false}\n")
        self.assertEqual(self.call("Reload"), [])  # by a call on what it ends
        until(lambda: not self.on_bus(), WAIT, "the end of it")
        self.append(fails())
        watching.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "failed", "the failure", WAIT)
        self.assertEqual(watching.end(), 0)
        self.assertNotIn("D-Bus", watching.said())

    def test_second_daemon_waits_for_the_name(self):
        first = self.start()
        self.http, self.syslog, self.live, self.state = daemon.free_port(), daemon.free_port(), self.write("other.log", b""), self.folder / "other"
        config = self.configure()
        second = daemon.Daemon(config, self.folder / "second.log")
        self.addCleanup(second.kill)
        second.wait_ready()
        until(lambda: "another ikewatch has the name" in second.said(), WAIT, "the word")
        first.end()
        until(self.on_bus, WAIT, "the name on the bus")


if __name__ == "__main__":
    program.main()
