"""No alarm on the healthy: ordinary system logs hold no VPN, however they come in."""
import pathlib
import sys
import unittest

import program

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "benign"))
import lines  # noqa: E402

COUNT = 4000
SEED = 5
CONTEXT = "cisco-ios.configured"  # %SYS-5-CONFIG_I: explains tunnels that went down in that second, and is no trouble by itself


def explained(text):
    outcome = program.run("explain", "--format", "json", "-", stdin=text.encode())
    assert outcome.status == 0, outcome.err
    return outcome.json()


class OrdinaryLogs(unittest.TestCase):
    def test_the_corpus_is_varied(self):
        entries = list(lines.entries(COUNT, SEED))
        self.assertGreaterEqual(len({text for _, _, _, text in entries}), 3000)
        for word in ("ipsec", "tunnel", "peer", "policy", "certificate", "SA", "phase 1", "racoon"):
            self.assertTrue(any(word in text or word in name for _, _, name, text in entries), word)

    def check_silent(self, text):
        told = program.run("explain", "--format", "events", "-", stdin=text.encode()).events()
        numbered = text.splitlines()
        strange = [event for event in told if event["rule"] != CONTEXT]
        self.assertEqual([], [(event["rule"], numbered[event["line"] - 1]) for event in strange[:20]])
        report = explained(text)
        self.assertGreaterEqual(report["lines"]["total"], COUNT)
        self.assertEqual(report["lines"]["vpn"], text.count("%SYS-5-CONFIG_I"))
        self.assertEqual(report["tunnels"], [])
        self.assertEqual(report["unattributed"]["diagnoses"], [])

    def test_a_file_is_silent(self):
        self.check_silent(lines.as_file(COUNT, SEED))

    def test_a_journal_export_is_silent(self):
        self.check_silent(lines.as_journal_export(COUNT, SEED))

    def test_pasted_text_is_silent(self):
        self.check_silent(lines.as_pasted(COUNT, SEED))

    def test_a_few_lines_of_a_vpn_are_found_among_them(self):
        text = lines.as_file(COUNT, SEED) + "Nov 22 23:00:00 gw1 racoon: ERROR: couldn't find the pskey for 198.51.100.7.\n"
        report = explained(text)
        self.assertEqual(report["lines"]["vpn"], text.count("%SYS-5-CONFIG_I") + 1)
        self.assertEqual([tunnel["peer"] for tunnel in report["tunnels"]], ["198.51.100.7"])


if __name__ == "__main__":
    program.main()
