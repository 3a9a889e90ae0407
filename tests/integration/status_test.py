"""`ikewatch status` and what it says of a running daemon, on a bus of the test's own."""
import json
import os
import pty
import re
import shlex
import signal
import struct
import subprocess
import termios
import fcntl

import alerts_test
import bus
import contract
import documents
import program
from bus import WAIT
from program import until

fails, comes_up = alerts_test.fails, alerts_test.comes_up
OSLO = "203.0.113.9"


class Case(bus.Case):
    def begin(self, *lines, tunnels=(("branch-lyon", "198.51.100.7"), ("branch-oslo", OSLO))):
        started = self.start(self.configure(tunnels))
        self.append(b"".join(lines))
        return started

    def until_state(self, watching, tunnel, state):
        watching.until_metrics(lambda m: m.state("edge-1", tunnel) == state, state, WAIT)


class Table(Case):
    def test_what_is_wrong_stands_first(self):
        watching = self.begin(comes_up(OSLO), fails(), tunnels=(("aa-first", "192.0.2.77"), ("branch-lyon", "198.51.100.7"), ("branch-oslo", OSLO)))
        self.until_state(watching, "branch-lyon", "failed")
        self.until_state(watching, "branch-oslo", "up")
        outcome = program.run("status")
        self.assert_status(outcome, 1)
        self.assertEqual(outcome.err, "")
        lines = outcome.text.splitlines()
        self.assertEqual(lines[0].split(), ["TUNNEL", "PEER", "GATEWAY", "STATE", "FOR", "CAUSE"])
        self.assertRegex(lines[1], r"^branch-lyon +198\.51\.100\.7 +edge-1 +failed +\d+s +psk_missing$")
        self.assertRegex(lines[2], r"^aa-first +192\.0\.2\.77 +edge-1 +idle ")
        self.assertRegex(lines[3], r"^branch-oslo +203\.0\.113\.9 +edge-1 +up +\d+s")
        self.assertEqual(lines[-1], "3 tunnels: 1 failed, 1 up, 1 idle.")

    def test_examples_of_the_manual(self):
        watching = self.begin(comes_up())
        self.until_state(watching, "branch-lyon", "up")
        found = [example for page in documents.PAGES for example in documents.of_page(page) if example.kind == "bus"]
        self.assertGreater(len(found), 1)
        for line in [line for example in found for line in example.text.splitlines()]:
            program_name, *words = shlex.split(line)
            with self.subTest(line):
                self.assertEqual(program_name, "ikewatch")
                self.assert_done(program.run(*words))
        self.assertIn("new router", program.run("silence", "--list").text)

    def test_exit_status_0_where_all_is_well(self):
        watching = self.begin(comes_up())
        self.until_state(watching, "branch-lyon", "up")
        self.assert_done(program.run("status"))
        self.assert_done(program.run("status", "branch-oslo"))  # idle: nothing wants to go through it
        watching.end()

    def test_nothing_known(self):
        self.start(self.configure(tunnels=()))
        outcome = program.run("status")
        self.assert_done(outcome)
        self.assertEqual(outcome.text, "No tunnel is known yet.\n")
        self.assertEqual(program.run("status", "--json").json(), [])

    def on_terminal(self, columns, *arguments):
        """What it writes to a terminal of this width."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        process = subprocess.Popen([program.PROGRAM, "status", *arguments], stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.PIPE,
                                   env=program.environment())
        os.close(theirs)
        text = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the other side is closed
                break
            if not piece:
                break
            text += piece
        os.close(ours)
        process.communicate(timeout=program.DEADLINE)
        return text.decode()

    def test_fits_the_terminal(self):
        watching = self.begin(fails(), tunnels=(("a-tunnel-with-a-very-long-name-that-nobody-would-want-to-type-twice", "198.51.100.7"),))
        watching.until_metrics(lambda m: m.total("ikewatch_negotiations_total") == 1, "the failure", WAIT)
        until(lambda: [o["State"] for o in self.objects().values()] == ["failed"], WAIT, "the failure on the bus")
        for columns in (40, 60, 80, 120):
            text = self.on_terminal(columns)
            self.assertIn("\x1b[31mfailed\x1b[0m", text)
            plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
            for line in plain.splitlines():
                self.assertLessEqual(len(line), max(columns, 70), line)
            self.assertLessEqual(max(map(len, plain.splitlines())), columns if columns >= 60 else 70)
        self.assertIn("a-tunnel-with-a-very-long-name-that-nobody-would-want-to-type-twice", program.run("status").text)


class Story(Case):
    def test_tells_state_cause_evidence_checks_and_the_day(self):
        watching = self.begin(fails())
        self.until_state(watching, "branch-lyon", "failed")
        outcome = program.run("status", "branch-lyon")
        self.assert_status(outcome, 1)
        text = outcome.text
        self.assertRegex(text, r"^branch-lyon \(198\.51\.100\.7\) at edge-1, racoon: FAILED since 20\d\d-")
        for words in ("Cause: psk_missing (confirmed, act at this end", "Evidence:", "couldn't find the pskey for 198.51.100.7", "Check:", "Timeline:"):
            self.assertIn(words, text)
        strip = re.search(r"^  Last day:  (.{48})$", text, re.M)[1]
        self.assertTrue(strip.endswith("▁"), strip)
        self.assertTrue(strip.startswith("·"), strip)
        self.append(comes_up())
        self.until_state(watching, "branch-lyon", "up")
        outcome = program.run("status", "edge-1/branch-lyon")
        self.assert_status(outcome, 0)
        self.assertTrue(re.search(r"^  Last day:  (.{48})$", outcome.text, re.M)[1].endswith("▄"))

    def test_history(self):
        watching = self.begin(fails())
        self.until_state(watching, "branch-lyon", "failed")
        outcome = program.run("status", "--history", "branch-lyon")
        self.assert_status(outcome, 1)
        self.assertRegex(outcome.text, r"edge-1 branch-lyon  idle -> negotiating")
        self.assertRegex(outcome.text, r"edge-1 branch-lyon  psk_missing, confirmed, side local")
        kept = program.run("status", "--history", "--json", "198.51.100.7").json()
        self.assertEqual([each["state"] for each in kept if each["change"] == "state"], ["negotiating", "failed"])
        watching.end()
        watching = self.start(self.folder / "ikewatch.yaml")
        again = program.run("status", "--history", "--json", "198.51.100.7").json()
        self.assertEqual(again[:len(kept)], kept)
        self.assert_one_complaint(program.run("status", "--history"), 2, "--history needs the name of a tunnel")

    def test_wrong_names(self):
        self.begin()
        self.assert_one_complaint(program.run("status", "branch-lyons"), 2, "no tunnel has the name or the peer branch-lyons")
        self.assert_one_complaint(program.run("status", "--format", "yaml"), 2, "yaml")


class Json(Case):
    def test_is_the_array_of_the_contract(self):
        watching = self.begin(fails(), comes_up(OSLO))
        self.until_state(watching, "branch-lyon", "failed")
        self.until_state(watching, "branch-oslo", "up")
        outcome = program.run("status", "--json")
        self.assert_status(outcome, 1)
        tunnels = outcome.json()
        for tunnel in tunnels:
            contract.Form(self).tunnel(tunnel)
        self.assertEqual(sorted(tunnels, key=lambda t: t["name"]), sorted(watching.tunnels(), key=lambda t: t["name"]))
        self.assertEqual(program.run("status", "--format", "json", "branch-lyon").json(), [t for t in tunnels if t["name"] == "branch-lyon"])

    def test_many_tunnels_come_in_pages(self):
        watching = self.begin(tunnels=[(f"t{n}", f"10.0.{n // 250}.{n % 250 + 1}") for n in range(900)])
        self.assertEqual(len(program.run("status", "--json").json()), 900)
        self.assertEqual(program.run("status").text.splitlines()[-1], "900 tunnels: 900 idle.")
        watching.end()


class Watch(Case):
    def test_shows_changes_until_interrupted(self):
        watching = self.begin()
        out = open(self.folder / "watched", "wb")
        with out:
            process = subprocess.Popen([program.PROGRAM, "status", "--watch"], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE,
                                       env=program.environment())
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stderr.close)
        def shown():
            return (self.folder / "watched").read_text()
        until(lambda: "2 idle." in shown(), WAIT, "the first table")
        self.append(fails())
        until(lambda: re.search(r"branch-lyon .* failed .* psk_missing", shown()), WAIT, "the failure")
        self.append(comes_up())
        until(lambda: "1 up, 1 idle." in shown(), WAIT, "the tunnel")
        watching.end()
        watching = self.start(self.folder / "ikewatch.yaml")
        self.append(fails(OSLO))
        until(lambda: re.search(r"branch-oslo .* failed", shown()), WAIT, "the failure after a restart of the daemon")
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(WAIT), -signal.SIGINT)


class Unreachable(Case):
    def test_daemon_does_not_run(self):
        self.assert_one_complaint(program.run("status"), 3, "the daemon is not running", "systemctl start ikewatch")
        self.assert_one_complaint(program.run("status", "--watch"), 3, "the daemon is not running")
        self.assert_one_complaint(program.run("silence", "--list"), 3, "the daemon is not running")

    def test_no_bus(self):
        self.close_bus()
        self.assert_one_complaint(program.run("status"), 3, "no D-Bus system bus")

    def test_bus_that_denies(self):
        self.close_bus()
        text = bus.POLICY.read_text(encoding="utf-8").replace('<allow send_destination', '<deny send_destination')
        self.write("bus.conf", bus.CONFIG.format(socket=self.socket, policy=self.write("deny.conf", text), more=""))
        if os.getuid() != 0:
            self.skipTest("only root may have the name on this bus")
        with open(self.folder / "bus.log", "ab") as log:
            self.bus = subprocess.Popen(["dbus-daemon", f"--config-file={self.folder}/bus.conf", "--nofork", "--nopidfile"], stdout=log, stderr=log)
        until(self.socket.exists, WAIT, "the bus")
        self.start()
        self.assert_one_complaint(program.run("status"), 3, "org.ikewatch.IkeWatch1.conf")


if __name__ == "__main__":
    program.main()
