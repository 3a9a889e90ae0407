"""`ikewatch explain` from outside: every output format against the contract, every form of input, every option."""
import datetime
import gzip
import json
import socket
import subprocess

import contract
import program
import story
from program import run


class Story(program.Case):
    """The same story in every form gives the same diagnosis."""

    def told(self, content, *options):
        outcome = run("explain", "--format", "json", *options, self.write("edge.log", content))
        self.assert_done(outcome)
        report = outcome.json()
        contract.Form(self).report(report)
        return report

    def assert_story(self, report, peer=story.PEER):
        tunnel, = report["tunnels"]
        self.assertEqual((tunnel["peer"], tunnel["name"]), (peer, peer))
        self.assertEqual((tunnel["state"], tunnel["phase1"], tunnel["flapping"]), ("up", "up", False))
        self.assertEqual(tunnel["dialect"], "racoon")
        child, = tunnel["children"]
        self.assertEqual((child["state"], child["spi_in"], child["spi_out"]), ("up", "0x02b17415", "0x0e3d6b1d"))
        self.assertEqual([d["cause"] for d in tunnel["diagnoses"]], ["psk_missing"])
        diagnosis = tunnel["diagnoses"][0]
        self.assertEqual((diagnosis["side"], diagnosis["confidence"], diagnosis["resolved"], diagnosis["count"]), ("local", "confirmed", True, 1))
        self.assertEqual(report["unattributed"]["diagnoses"], [])
        return tunnel

    def assert_times(self, tunnel, has_stamps):
        times = [entry["time"] for entry in tunnel["timeline"]]
        if not has_stamps:
            self.assertEqual(set(times), {None})
            return
        for told, meant in ((times[0], story.BEGIN), (times[-1], story.END)):
            self.assertRegex(told, rf"^{meant:%Y-%m-%dT%H:%M:%S}(\.\d+)?(\+00:00|Z)$")

    def test_is_understood_in_every_form(self):
        for name, (content, has_stamps, has_host, before, height) in story.FORMS.items():
            with self.subTest(name):
                report = self.told(content)
                tunnel = self.assert_story(report)
                self.assertEqual(tunnel["gateway"], story.HOST if has_host else "edge")
                self.assert_times(tunnel, has_stamps)
                self.assertGreaterEqual(report["lines"]["vpn"], len(story.messages()))
                self.assertEqual(report["lines"]["unmatched"], 0)
                if height:
                    first = before + (story.PSK_LINE - 1) * height + 1
                    self.assertEqual(tunnel["diagnoses"][0]["evidence"][0]["line"], first)

    def test_counts_physical_lines(self):
        for name in ("RFC 3164", "CRLF", "wrapped", "journalctl -o json", "racoon -F", "no newline at the end", "indented"):
            content = story.FORMS[name][0]
            with self.subTest(name):
                report = self.told(content)
                self.assertEqual(report["lines"]["total"], content.rstrip(b"\n").count(b"\n") + 1)

    def test_counts_each_message_of_a_line_that_holds_several(self):
        content = b"Nov 20 10:00:00 edge-1 racoon: INFO: a\rNov 20 10:00:00 edge-1 racoon: INFO: b\nNov 20 10:00:01 edge-1 sshd[1]: c\n"
        lines = run("explain", "--format", "json", self.write("edge.log", content)).json()["lines"]
        self.assertEqual((lines["total"], lines["vpn"], lines["other"]), (3, 2, 1))

    def test_of_a_router_is_understood_in_every_form(self):
        for name, (content, line) in story.CISCO_FORMS.items():
            with self.subTest(name):
                tunnel, = self.told(content)["tunnels"]
                self.assertEqual((tunnel["peer"], tunnel["state"], tunnel["dialect"]), (story.PEER, "up", "cisco-ios"))
                diagnosis = tunnel["diagnoses"][0]
                self.assertEqual((diagnosis["cause"], diagnosis["resolved"]), ("psk_missing", True))
                self.assertEqual(diagnosis["evidence"][0]["line"], line)

    def test_comes_through_standard_input(self):
        for name in ("RFC 3164", "gzip", "journalctl -o export", "journalctl -o json", "CRLF"):
            with self.subTest(name):
                for arguments in (["-"], []):
                    outcome = run("explain", "--format", "json", *arguments, stdin=story.FORMS[name][0])
                    self.assert_done(outcome)
                    self.assert_story(outcome.json())

    def test_is_understood_when_a_terminal_broke_its_lines(self):
        self.assert_story(self.told(story.wrapped_at_column()))

    def test_that_has_no_end_points_at_the_line_where_silence_begins(self):
        lines = story.rfc3164().splitlines(keepends=True)[:3]
        later = f"{story.bsd(story.BEGIN.replace(hour=14))} edge-1 racoon: INFO: received Vendor ID: DPD\n".encode()
        tunnel, = self.told(b"".join(lines) + later)["tunnels"]
        self.assertEqual(tunnel["state"], "failed")
        diagnosis = tunnel["diagnoses"][0]
        self.assertEqual((diagnosis["cause"], diagnosis["first_line"], diagnosis["evidence"][0]["line"]), ("peer_unreachable", 2, 2))

    def test_of_an_ipv6_peer(self):
        self.assert_story(self.told(story.rfc3164("2001:db8::7")), "2001:db8::7")

    def test_stamps_without_year_take_the_nearest_one(self):
        tunnel, = self.told(story.rfc3164())["tunnels"]
        today = datetime.datetime.now(datetime.timezone.utc)
        told = datetime.datetime.fromisoformat(tunnel["timeline"][0]["time"])
        self.assertLess(abs(today - told), datetime.timedelta(days=184))

    def test_unresolved_goes_before_resolved(self):
        later = ("INFO: respond new phase 2 negotiation: 192.0.2.1[500]<=>198.51.100.7[500]", "WARNING: trns_id mismatched: my:AES peer:3DES",
                 "ERROR: not matched", "ERROR: no suitable policy found.", "[198.51.100.7] ERROR: no proposal chosen.",
                 "[198.51.100.7] ERROR: failed to pre-process ph2 packet (side: 1, status: 1).")
        stamp = story.bsd(story.BEGIN.replace(hour=12))
        content = story.rfc3164() + "".join(f"{stamp} edge-1 racoon: {text}\n" for text in later).encode()
        tunnel, = self.told(content)["tunnels"]
        self.assertEqual([(d["cause"], d["resolved"]) for d in tunnel["diagnoses"]], [("phase2_proposal_mismatch", False), ("psk_missing", True)])


class Files(program.Case):
    """Several logs at once."""

    def test_line_numbers_go_on_over_all_files(self):
        first = self.write("a.log", story.rfc3164(host="gw-a"))
        second = self.write("b.log.gz", gzip.compress(story.rfc3164("203.0.113.9", host="gw-b")))
        outcome = run("explain", "--format", "json", first, second)
        self.assert_done(outcome)
        report = outcome.json()
        contract.Form(self).report(report)
        height = len(story.messages())
        self.assertEqual(report["lines"], {"total": 2 * height, "vpn": 2 * height, "matched": 2 * height, "unmatched": 0, "other": 0})
        self.assertEqual({t["gateway"]: t["diagnoses"][0]["first_line"] for t in report["tunnels"]},
                         {"gw-a": story.PSK_LINE, "gw-b": height + story.PSK_LINE})

    def test_a_file_without_last_newline_ends_its_line(self):
        first = self.write("a.log", story.no_last_newline())
        second = self.write("b.log", story.rfc3164("203.0.113.9"))
        report = run("explain", "--format", "json", first, second).json()
        self.assertEqual([t["diagnoses"][0]["first_line"] for t in report["tunnels"]],
                         [story.PSK_LINE, len(story.messages()) + story.PSK_LINE])

    def test_a_name_before_the_file_is_the_gateway(self):
        first, second = self.write("a.log", story.headless()), self.write("b.log", story.rfc3164())
        report = run("explain", "--format", "json", f"paris={first}", f"lyon={second}").json()
        self.assertEqual([t["gateway"] for t in report["tunnels"]], ["paris", "lyon"])

    def test_a_name_goes_with_standard_input_too(self):
        outcome = run("explain", "--format", "json", "paris=-", stdin=story.rfc3164())
        self.assert_done(outcome)
        self.assertEqual(outcome.json()["tunnels"][0]["gateway"], "paris")

    def test_a_file_with_an_equals_sign_in_its_name_is_a_file(self):
        self.write("a=b.log", story.headless())
        outcome = run("explain", "--format", "json", "a=b.log", cwd=self.folder)
        self.assert_done(outcome)
        self.assertEqual(outcome.json()["tunnels"][0]["gateway"], "a=b")
        self.assert_done(run("explain", f"gw={self.folder}/a=b.log"))

    def test_the_gateway_option_names_every_file_without_a_name(self):
        first, second = self.write("a.log", story.headless()), self.write("b.log", story.rfc3164("203.0.113.9"))
        report = run("explain", "--format", "json", "--gateway", "hub", first, f"lyon={second}").json()
        self.assertEqual([t["gateway"] for t in report["tunnels"]], ["hub", "lyon"])

    def test_a_missing_file_does_not_hide_the_others(self):
        outcome = run("explain", "--format", "json", self.folder / "none.log", self.write("a.log", story.rfc3164()))
        self.assert_one_complaint(outcome, 2, "none.log", "No such file or directory")
        self.assertEqual(outcome.json()["tunnels"][0]["state"], "up")


class Options(program.Case):
    def test_dialect_restricts(self):
        path = self.write("both.log", story.rfc3164() + story.CISCO_FORMS["written by a syslog server"][0])
        of = lambda *options: {t["dialect"] for t in run("explain", "--format", "json", *options, path).json()["tunnels"]}
        self.assertEqual(of(), {"racoon", "cisco-ios"})
        self.assertEqual(of("--dialect", "racoon"), {"racoon"})
        self.assertEqual(of("--dialect", "cisco-ios"), {"cisco-ios"})

    def test_an_unknown_dialect_is_wrong_usage(self):
        self.assert_one_complaint(run("explain", "--dialect", "klingon", "-"), 2, "klingon")

    def test_the_timeline_keeps_the_last_256_entries_unless_all_are_wanted(self):
        rounds = b"".join(story.rfc3164() for _ in range(60))
        path = self.write("long.log", rounds)
        of = lambda *options: run("explain", "--format", "json", *options, path).json()["tunnels"][0]["timeline"]
        short, whole = of(), of("--timeline", "all")
        self.assertEqual(len(short), 256)
        self.assertGreater(len(whole), 400)
        self.assertEqual(short, whole[-256:])
        self.assertEqual(whole[-1]["line"], 60 * len(story.messages()))

    def test_a_configuration_gives_names(self):
        config = self.write("c.yaml", """version: 1
gateway: edge-1
gateways:
  - {name: hub, addresses: [192.0.2.1], timezone: Asia/Kolkata}
tunnels:
  - {name: branch-lyon, gateway: edge-1, peer: 198.51.100.7}
  - {name: branch-oslo, gateway: hub, peer: 203.0.113.9}
""")
        logs = [self.write("a.log", story.rfc3164()), self.write("b.log", story.rfc3164("203.0.113.9", host="192.0.2.1"))]
        outcome = run("explain", "--format", "json", "--config", config, *logs)
        self.assert_done(outcome)
        report = outcome.json()
        contract.Form(self).report(report)
        self.assertEqual({(t["gateway"], t["name"], t["peer"]) for t in report["tunnels"]},
                         {("edge-1", "branch-lyon", "198.51.100.7"), ("hub", "branch-oslo", "203.0.113.9")})
        oslo = [t for t in report["tunnels"] if t["gateway"] == "hub"][0]
        self.assertIn("T04:30:0", oslo["timeline"][0]["time"])  # 10:00 in Kolkata is 04:30 UTC
        self.assertIn("branch-lyon", run("explain", "--config", config, *logs).text)

    def test_a_configuration_that_needs_the_host_name_is_read(self):
        """explain and check must accept what run accepts."""
        config = self.write("c.yaml", f"version: 1\ntunnels:\n  - {{name: b, gateway: {socket.gethostname()}, peer: 198.51.100.7}}\n")
        self.assert_status(run("explain", "--config", config, "-"), 0)
        self.assert_status(run("check", "--config", config), 0)

    def test_without_a_gateway_key_the_host_name_is_the_gateway(self):
        config = self.write("c.yaml", "version: 1\ntunnels:\n  - {name: branch-lyon, peer: 198.51.100.7}\n")
        log = self.write("a.log", story.rfc3164(host=socket.gethostname()))
        report = run("explain", "--format", "json", "--config", config, log).json()
        self.assertEqual([(t["gateway"], t["name"]) for t in report["tunnels"]], [(socket.gethostname(), "branch-lyon")])

    def test_an_inventory_without_a_log_is_shown(self):
        config = self.write("c.yaml", "version: 1\ngateway: edge-1\ntunnels:\n  - {name: branch-lyon, peer: 198.51.100.7}\n")
        outcome = run("explain", "--format", "json", "--config", config, "-")
        self.assert_done(outcome)
        self.assertEqual([(t["name"], t["timeline"]) for t in outcome.json()["tunnels"]], [("branch-lyon", [])])

    def test_says_that_more_tunnels_than_allowed_were_left_out(self):
        log = self.write("a.log", story.rfc3164() + story.rfc3164().replace(story.PEER.encode(), b"203.0.113.77"))
        config = self.write("c.yaml", "version: 1\nlimits: {tunnels: 1}\n")
        outcome = run("explain", "--format", "json", "--config", config, log)
        self.assertEqual(outcome.status, 0)
        self.assertEqual([t["peer"] for t in outcome.json()["tunnels"]], [story.PEER])
        complaint, = outcome.complaints
        self.assertRegex(complaint, r"more than 1 tunnels: [1-9]\d* events of others are left out; .*limits\.tunnels")

    def test_a_bad_configuration_is_wrong_usage(self):
        config = self.write("bad.yaml", "version: 1\nsouces: []\n")
        self.assert_one_complaint(run("explain", "--config", config, "-"), 2, f"{config}:2:1: ", "sources")
        self.assert_one_complaint(run("explain", "--config", self.folder / "none.yaml", "-"), 2, "none.yaml", "No such file")

    def test_wrong_usage_costs_one_line_and_status_2(self):
        for arguments in ([], ["bogus"], ["explain", "--format", "xml", "-"], ["explain", "--bogus"], ["explain", "--timeline", "some"],
                          ["explain", "--gateway"], ["run", "--config"], ["rules"], ["rules", "bogus"], ["rules", "try"]):
            with self.subTest(arguments):
                outcome = run(*arguments)
                self.assert_one_complaint(outcome, 2)
                self.assertEqual(outcome.out, b"")

    def test_help_and_version_everywhere(self):
        commands = [[], ["run"], ["explain"], ["check"], ["rules"], ["rules", "list"], ["rules", "test"], ["rules", "try"]]
        for command in commands:
            with self.subTest(command):
                shown = run(*command, "--help")
                self.assert_done(shown)
                self.assertIn("Usage: ikewatch", " ".join(shown.text.split()))
                version = run(*command, "--version")
                self.assert_done(version)
                self.assertRegex(version.text, r"^ikewatch \d+\.\d+\.\d+\n$")


class Text(program.Case):
    def test_says_what_happened_without_colour_or_bar(self):
        outcome = run("explain", self.write("edge.log", story.rfc3164()))
        self.assert_done(outcome)
        for word in (story.PEER, story.HOST, "up", "psk_missing", f"{story.BEGIN:%Y-%m-%d}"):
            self.assertIn(word.lower(), outcome.text.lower())
        self.assertNotIn("\x1b", outcome.text)
        self.assertNotIn("\r", outcome.text)

    def test_names_evidence_and_remedy_of_what_still_fails(self):
        broken = b"".join(story.rfc3164().splitlines(keepends=True)[:6])
        text = run("explain", self.write("edge.log", broken)).text
        self.assertIn("FAILED", text.upper())
        self.assertIn("couldn't find the pskey", text)
        self.assertIn("/etc/racoon/psk.txt", text)

    def test_no_control_character_of_a_log_reaches_the_terminal(self):
        line = b"racoon: [198.51.100.7] ERROR: couldn't find the pskey for 198.51.100.7.\x1b[2J\x07\x9b2J\n"
        text = run("explain", self.write("edge.log", story.headless() + line + b"racoon: ERROR: \x1b]0;x\x07 unknown\n")).out
        self.assertFalse(any(byte < 32 and byte != 10 for byte in text), text)


class Json(program.Case):
    def test_is_valid_utf8_whatever_the_host_is_called(self):
        """Header readers take many bytes for a host name, and it becomes the name of the gateway."""
        for host in (b"e\xd8ge", b"e\xff", b"\xc0\xaf", b"e\x01", b"e\"\\"):
            with self.subTest(host):
                content = story.rfc3164().replace(b"edge-1", host)
                for format in ("json", "events", "text"):
                    outcome = run("explain", "--format", format, "-", stdin=content)
                    self.assert_done(outcome)
                    outcome.text
                contract.Form(self).report(run("explain", "--format", "json", "-", stdin=content).json())

    hostile = [b"\xff\xfe\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x00", b"\x1b[31m", b"\"\\", b"\xe2\x82", "é€😀".encode()]

    def lines(self):
        out = b""
        for piece in self.hostile:
            out += b"Nov 20 10:00:00 edge" + piece + b"x racoon: [198.51.100.7] ERROR: couldn't find the pskey for 198.51.100.7." + piece + b"\n"
            out += b"Nov 20 10:00:00 edge-1 racoon: ERROR: " + piece + b" nobody knows this\n"
            out += b"Nov 20 10:00:00 edge-1 racoon: INFO: begin " + piece + b" mode.\n"
            out += b"Nov 20 10:00:01 edge-1 racoon: ERROR: couldn't find the pskey for " + piece + b".\n" + piece + b"\n"
        return out

    def test_is_valid_utf8_whatever_the_log_holds(self):
        path = self.write("hostile.log", self.lines())
        for format in ("json", "events", "text"):
            with self.subTest(format):
                outcome = run("explain", "--format", format, path)
                self.assert_done(outcome)
                outcome.text  # decodes strictly
        contract.Form(self).report(run("explain", "--format", "json", path).json())

    def test_hostile_gateway_names_are_safe_too(self):
        outcome = run("explain", "--format", "json", "--gateway", "a\"\\\n\x01b", "-", stdin=story.rfc3164())
        self.assert_done(outcome)
        contract.Form(self).report(outcome.json())

    def test_has_no_key_twice(self):
        def once(pairs):
            self.assertEqual(len({name for name, _ in pairs}), len(pairs), pairs)
            return dict(pairs)
        for format in ("json", "events"):
            for line in run("explain", "--format", format, self.write("a.log", story.rfc3164())).text.splitlines():
                json.loads(line, object_pairs_hook=once)

    def test_of_nothing_is_a_whole_document(self):
        outcome = run("explain", "--format", "json", "-")
        self.assert_done(outcome)
        self.assertEqual(outcome.json(), {"version": 1, "lines": {"total": 0, "vpn": 0, "matched": 0, "unmatched": 0, "other": 0},
                                          "tunnels": [], "unattributed": {"diagnoses": []}})

    def test_of_a_closed_standard_output_is_an_error(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([program.PROGRAM, "explain", "--format", "json", self.write("a.log", story.rfc3164())],
                                  stdout=full, stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)


class Events(program.Case):
    def test_one_object_for_each_line_of_a_known_dialect(self):
        content = (b"Nov 20 09:00:00 edge-1 sshd[1]: hello\n" + story.rfc3164()
                   + b"Nov 20 10:06:00 edge-1 racoon: ERROR: nobody ever wrote this line\n")
        outcome = run("explain", "--format", "events", self.write("edge.log", content))
        self.assert_done(outcome)
        events = outcome.events()
        form = contract.Form(self)
        for event in events:
            form.event(event)
        self.assertEqual([event["line"] for event in events], list(range(2, 3 + len(story.messages()))))
        self.assertEqual((events[-1]["rule"], events[-1]["event"]), (None, "unmatched"))
        key = events[story.PSK_LINE - 1]
        self.assertEqual({name: key[name] for name in ("line", "gateway", "dialect", "rule", "event", "peer", "cause")},
                         {"line": 5, "gateway": "edge-1", "dialect": "racoon", "rule": "racoon.psk-not-found", "event": "phase1_failed",
                          "peer": story.PEER, "cause": "psk_missing"})
        self.assertEqual(key["fields"]["peer"], story.PEER)

    def test_agree_with_the_report(self):
        path = self.write("edge.log", story.rfc3164() + b"Nov 20 10:06:00 edge-1 racoon: ERROR: nobody ever wrote this line\n")
        report = run("explain", "--format", "json", path).json()
        events = run("explain", "--format", "events", path).events()
        self.assertEqual(len(events), report["lines"]["vpn"])
        self.assertEqual(sum(event["rule"] is None for event in events), report["lines"]["unmatched"])

    def test_nothing_but_other_lines_gives_nothing(self):
        outcome = run("explain", "--format", "events", "-", stdin=b"Nov 20 09:00:00 edge-1 sshd[1]: hello\n")
        self.assert_done(outcome)
        self.assertEqual(outcome.out, b"")


if __name__ == "__main__":
    program.main()
