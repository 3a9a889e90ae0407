"""`ikewatch explain` on logs as people post them: whatever was done to the lines, the story in them is the same."""
import contract
import posted
import program
import story
from program import run


class Posted(program.Case):
    def told(self, content):
        outcome = run("explain", "--format", "json", self.write("edge.log", content))
        self.assert_done(outcome)
        report = outcome.json()
        contract.Form(self).report(report)
        return report

    def assert_story(self, report, peer=story.PEER):
        tunnel, = report["tunnels"]
        self.assertEqual((tunnel["peer"], tunnel["state"], tunnel["phase1"], tunnel["dialect"]), (peer, "up", "up", "racoon"))
        child, = tunnel["children"]
        self.assertEqual((child["spi_in"], child["spi_out"]), ("0x02b17415", "0x0e3d6b1d"))
        diagnosis, = tunnel["diagnoses"]
        self.assertEqual((diagnosis["cause"], diagnosis["resolved"], diagnosis["count"]), ("psk_missing", True, 1))
        self.assertEqual(report["lines"]["unmatched"], 0)
        return tunnel

    def test_is_understood_whatever_was_done_to_its_lines(self):
        for name, (content, has_stamps, has_host) in posted.FORMS.items():
            with self.subTest(name):
                tunnel = self.assert_story(self.told(content))
                self.assertEqual(tunnel["gateway"], story.HOST if has_host else "edge")
                times = [entry["time"] for entry in tunnel["timeline"]]
                if has_stamps:
                    self.assertEqual([time[:19] for time in (times[0], times[-1])],
                                     [f"{time:%Y-%m-%dT%H:%M:%S}" for time in (story.BEGIN, story.END)])
                elif has_stamps is False:
                    self.assertEqual(set(times), {None})

    def test_names_a_hidden_peer_as_it_is_written(self):
        for peer, local in posted.MASKS:
            with self.subTest(peer):
                self.assert_story(self.told(posted.masked(peer, local)), peer)

    def test_newest_first_keeps_the_numbers_of_the_input(self):
        height = len(story.messages())
        for name in ("newest first", "newest first, racoon -F", "newest first without stamps"):
            with self.subTest(name):
                content = posted.FORMS[name][0]
                foreground = content.count(b"\n") - height  # racoon's "Foreground mode." stands last there
                tunnel = self.assert_story(self.told(content))
                evidence = tunnel["diagnoses"][0]["evidence"][0]
                self.assertEqual(evidence["line"], height - story.PSK_LINE + 1, (name, foreground))

    def test_a_clock_that_was_set_back_is_not_newest_first(self):
        lines = posted.lines(story.rfc3164())
        back = [line.replace(story.bsd(story.BEGIN)[:-8], story.bsd(story.BEGIN - story.datetime.timedelta(days=1))[:-8]) for line in lines[6:]]
        tunnel, = self.told(posted.joined(lines[:6] + back))["tunnels"]
        self.assertEqual(tunnel["state"], "up")

    def test_counts_a_line_that_came_again_as_often_as_it_came(self):
        lines = posted.lines(story.rfc3164())[:4]
        stamp = story.bsd(story.BEGIN)
        for remark in (f"{stamp} edge-1 last message repeated 3 times", f"{stamp} last message repeated 3 times",
                       f"{stamp} edge-1 racoon: message repeated 3 times: [ {lines[3].split('racoon: ')[1]}]"):
            with self.subTest(remark):
                short = self.told(posted.joined(lines + [remark]))
                long = self.told(posted.joined(lines + [lines[3]] * 3))
                self.assertEqual(short["lines"], {"total": 5, "vpn": 5, "matched": 5, "unmatched": 0, "other": 0})
                counts = [report["tunnels"][0]["diagnoses"][0]["count"] for report in (short, long)]
                self.assertEqual(counts[0], counts[1])
        other = posted.joined(lines + [f"{stamp} edge-1 sshd[1]: hello", f"{stamp} edge-1 last message repeated 3 times"])
        self.assertEqual(self.told(other)["lines"]["other"], 2)

    def test_a_remark_of_a_few_bytes_costs_no_hours(self):
        stamp = story.bsd(story.BEGIN)
        lines = posted.lines(story.rfc3164())[:4] + [f"{stamp} edge-1 last message repeated 65535 times"] * 2000
        self.assertEqual(self.told(posted.joined(lines))["lines"]["vpn"], 2004)

    def test_of_a_router_is_understood_through_a_pager_and_a_forum(self):
        for name, (content, _) in story.CISCO_FORMS.items():
            for how, damaged in (("folded", posted.at_column(content, 80)), ("entities", posted.escaped(content)),
                                 ("quoted", posted.with_prefix(content, "> ")), ("prompts", posted.with_prefix(content, "router1#"))):
                if how == "prompts" and name in ("show log", "datagrams of a router"):
                    continue
                with self.subTest(name, how=how):
                    tunnel, = self.told(damaged)["tunnels"]
                    self.assertEqual((tunnel["peer"], tunnel["state"]), (story.PEER, "up"))
                    self.assertEqual(tunnel["diagnoses"][0]["cause"], "psk_missing")

    def test_of_a_router_with_ports_behind_ipv6_addresses(self):
        peer = "2001:db8::7"
        content = posted.changed(story.CISCO_FORMS["console debug"][0], (f"{story.PEER}:500 ", f"{peer}:500 "), (story.PEER, peer))
        tunnel, = self.told(content)["tunnels"]
        self.assertEqual((tunnel["peer"], tunnel["state"]), (peer, "up"))


if __name__ == "__main__":
    program.main()
