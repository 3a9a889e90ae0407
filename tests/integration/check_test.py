"""`ikewatch check` and `ikewatch rules`: every mistake is named with its place before the daemon meets it."""
import pathlib

import program
from program import run

SOURCE = pathlib.Path(__file__).resolve().parents[2]

PACK = """version: 1
dialect: testlang
prefix: none
claims:
  programs: [testiked]
rules:
  - id: testlang.no-key
    match: "no key for {peer:address}"
    event: phase1_failed
    cause: psk_missing
    rank: 90
    note: "No key is there for the peer."
    examples:
      - line: "Nov 20 10:00:00 gw testiked: no key for 198.51.100.7"
        fields: {peer: 198.51.100.7}
"""

# (what is replaced, by what, line and column of the complaint, a word of it)
BAD_PACKS = {
    "event that does not exist": ("event: phase1_failed", "event: phase1_fialed", (9, 12), "phase1_fialed"),
    "cause that does not exist": ("cause: psk_missing", "cause: psk_mising", (10, 12), "psk_mising"),
    "type that does not exist": ("{peer:address}", "{peer:adress}", (8, None), "adress"),
    "unknown key": ("rank: 90", "rnak: 90", (11, 5), "rnak"),
    "no example": ('    examples:\n      - line: "Nov 20 10:00:00 gw testiked: no key for 198.51.100.7"\n        fields: {peer: 198.51.100.7}\n', "", (7, None), "example"),
    "example that does not match": ("testiked: no key for 198", "testiked: no door for 198", (14, None), "testlang.no-key"),
    "example with wrong field": ("fields: {peer: 198.51.100.7}", "fields: {peer: 198.51.100.8}", (14, None), "198.51.100.7"),
    "YAML that is none": ("  - id: testlang.no-key", "  - id: [testlang.no-key", (None, None), ""),
    "rank out of range": ("rank: 90", "rank: 900", (11, 11), "900"),
    "id of another dialect": ("id: testlang.no-key", "id: racoon.no-key", (7, None), "racoon.no-key"),
}


class Check(program.Case):
    def check(self, text):
        self.config = self.write("c.yaml", text)
        return run("check", "--config", self.config)

    def test_good_configuration_has_no_problem(self):
        outcome = self.check("version: 1\n")
        self.assert_done(outcome)
        self.assertEqual(len(outcome.text.splitlines()), 1)

    def test_configuration_that_ships_has_no_problem(self):
        self.assert_done(run("check", "--config", SOURCE / "config" / "ikewatch.yaml"))

    def test_every_good_configuration_is_accepted(self):
        files = sorted((SOURCE / "tests" / "config" / "good").glob("*.yaml"))
        self.assertTrue(files)
        for file in files:
            with self.subTest(file.name):
                # What they name does not exist on this host; anything else must be right.
                complaints = run("check", "--config", file).complaints
                expected = ("/etc/ikewatch/rules.d", "cannot read /etc/ikewatch/tls/")
                self.assertEqual([line for line in complaints if not any(words in line for words in expected)], [])

    def test_bad_configurations_are_refused_with_the_place(self):
        """A sample: unit_config walks all of them."""
        files = sorted((SOURCE / "tests" / "config" / "bad").glob("*.yaml"))[::12]
        self.assertGreater(len(files), 10)
        for file in files:
            with self.subTest(file.name):
                outcome = run("check", "--config", file)
                self.assert_status(outcome, 1)
                expected = file.with_suffix(".expect").read_text(encoding="utf-8").splitlines()
                self.assertEqual(len(outcome.complaints), len(expected), outcome.err)
                for complaint in outcome.complaints:
                    self.assertRegex(complaint, rf"^ikewatch: {file}:\d+:\d+: \S")

    def test_place_and_remedy_of_a_mistake(self):
        outcome = self.check("version: 1\nhttp: {lisen: \"127.0.0.1:10097\"}\n")
        self.assert_one_complaint(outcome, 1, f"{self.config}:2:8: ", "lisen", "did you mean `listen`")
        self.assertEqual(outcome.out, b"")

    def test_all_mistakes_are_told_at_once(self):
        outcome = self.check("version: 1\nsouces: []\nlimits: {tunnels: many}\n")
        self.assert_status(outcome, 1)
        self.assertEqual([line.split(": ")[1] for line in outcome.complaints], [f"{self.config}:2:1", f"{self.config}:3:19"])

    def test_unreadable_configuration_is_status_2(self):
        self.assert_one_complaint(run("check", "--config", self.folder / "none.yaml"), 2, "none.yaml", "No such file")
        self.assert_one_complaint(run("check", "--config", self.folder), 2, "directory")

    def test_missing_pack_is_a_problem(self):
        outcome = self.check(f"version: 1\nrules: {{packs: [{self.folder}/none.yaml]}}\n")
        self.assert_one_complaint(outcome, 1, "none.yaml", "No such file")


class Packs(program.Case):
    def with_pack(self, pack):
        self.pack = self.write("packs/own.yaml", pack)
        return self.write("c.yaml", f"version: 1\nrules: {{packs: [{self.pack.parent}]}}\n")

    def test_good_pack_adds_its_rules(self):
        bare = run("check", "--config", self.write("bare.yaml", "version: 1\n")).text
        outcome = run("check", "--config", self.with_pack(PACK))
        self.assert_done(outcome)
        self.assertEqual(self.rules_in(outcome.text), self.rules_in(bare) + 1)

    @staticmethod
    def rules_in(text):
        return int(text.split(" rules")[0].split()[-1])

    def test_every_mistake_of_a_pack_has_its_place(self):
        for name, (old, new, (line, column), word) in BAD_PACKS.items():
            with self.subTest(name):
                self.assertIn(old, PACK)
                config = self.with_pack(PACK.replace(old, new))
                outcome = run("check", "--config", config)
                self.assert_status(outcome, 1)
                place = rf"^ikewatch: {self.pack}:{line or '[0-9]+'}:{column or '[0-9]+'}: \S"
                self.assertTrue(outcome.complaints)
                for complaint in outcome.complaints:
                    self.assertRegex(complaint, rf"^ikewatch: {self.pack}:[0-9]+:[0-9]+: \S")
                self.assertRegex(outcome.complaints[0], place)
                self.assertIn(word, outcome.complaints[0])
                again = run("rules", "--packs", self.pack, "test")
                self.assert_status(again, 1)
                self.assertEqual(again.complaints, outcome.complaints)

    def test_id_twice_names_the_second_place(self):
        rule = PACK[PACK.index("  - id"):]
        outcome = run("check", "--config", self.with_pack(PACK + rule.replace("no key", "no kay")))
        self.assert_status(outcome, 1)
        self.assertRegex(outcome.complaints[0], rf"^ikewatch: {self.pack}:16:\d+: .*testlang\.no-key")

    def test_daemon_and_explain_refuse_what_check_refuses(self):
        config = self.with_pack(PACK.replace("phase1_failed", "phase1_fialed"))
        self.assert_one_complaint(run("run", "--config", config), 2, f"{self.pack}:9:12: ", "phase1_fialed")
        self.assert_one_complaint(run("explain", "--config", config, "-"), 2, f"{self.pack}:9:12: ", "phase1_fialed")

    def test_own_rules_explain_own_lines(self):
        config = self.with_pack(PACK)
        log = self.write("own.log", "Nov 20 10:00:00 gw testiked: no key for 198.51.100.7\n")
        outcome = run("explain", "--format", "json", "--config", config, log)
        self.assert_done(outcome)
        tunnel, = outcome.json()["tunnels"]
        self.assertEqual((tunnel["dialect"], tunnel["diagnoses"][0]["cause"]), ("testlang", "psk_missing"))
        self.assertEqual(run("explain", "--format", "json", log).json()["tunnels"], [])


class Rules(program.Case):
    def test_list_shows_every_rule_once(self):
        outcome = run("rules", "list")
        self.assert_done(outcome)
        ids = [line.split()[0] for line in outcome.text.splitlines()]
        self.assertGreater(len(ids), 300)
        self.assertEqual(len(set(ids)), len(ids))
        self.assertIn("racoon.psk-not-found", ids)
        only = run("rules", "list", "--dialect", "cisco-asa").text.splitlines()
        self.assertEqual([line.split()[0] for line in only], [name for name in ids if name.startswith("cisco-asa.")])

    def listed(self, *options):
        outcome = run("rules", "list", *options)
        self.assert_done(outcome)
        return outcome

    def test_list_as_json_has_every_rule_too(self):
        rules = self.listed("--format", "json").json()["rules"]
        self.assertEqual([rule["id"] for rule in rules],
                         [line.split()[0] for line in self.listed().text.splitlines()])
        racoon = self.listed("--format", "json", "--dialect", "racoon").json()["rules"]
        self.assertEqual({rule["dialect"] for rule in racoon}, {"racoon"})

    def test_list_as_markdown_holds_each_rule_on_the_page_of_its_dialect(self):
        rules = self.listed("--format", "json").json()["rules"]
        for dialect in ("racoon", "cisco-ios", "cisco-asa"):
            page = self.listed("--format", "markdown", "--dialect", dialect).text
            self.assertEqual([], [rule["id"] for rule in rules if rule["dialect"] == dialect and f"`{rule['id']}`" not in page])
        self.assertIn("(messages/racoon.md#psk_missing)", self.listed("--format", "markdown").text)

    def test_list_of_an_unknown_dialect_is_wrong_usage(self):
        self.assert_one_complaint(run("rules", "list", "--dialect", "klingon"), 2, "klingon")

    def test_all_rules_that_ship_prove_themselves(self):
        outcome = run("rules", "test")
        self.assert_done(outcome)
        self.assertRegex(outcome.text, r"^\d+ rules, \d+ examples, 0 problems\n$")

    def test_own_packs_are_proved_too(self):
        path = self.write("own.yaml", PACK)
        count = lambda outcome: int(outcome.text.split()[0])
        self.assertEqual(count(run("rules", "--packs", path, "test")), count(run("rules", "test")) + 1)
        self.assert_one_complaint(run("rules", "--packs", self.folder / "none.yaml", "test"), 1, "none.yaml")

    def test_try_says_what_a_line_means(self):
        outcome = run("rules", "try", "Nov 20 10:00:00 edge-1 racoon: [198.51.100.7] ERROR: couldn't find the pskey for 198.51.100.7.")
        self.assert_done(outcome)
        for word in ("edge-1", "racoon.psk-not-found", "phase1_failed", "psk_missing", "peer = 198.51.100.7"):
            self.assertIn(word, outcome.text)

    def test_try_of_a_line_that_no_rule_knows(self):
        unmatched = run("rules", "try", "racoon: ERROR: nobody ever wrote this line")
        self.assert_status(unmatched, 1)
        self.assertIn("none", unmatched.text)
        self.assert_status(run("rules", "try", "hello"), 1)

    def test_try_survives_any_bytes(self):
        for line in ("", " ", "\x1b[31m\x07", "%ASA-9-999999: \udcff\udc80", "x" * 100_000):
            with self.subTest(line[:20]):
                outcome = run("rules", "try", line)
                self.assertIn(outcome.status, (0, 1))
                self.assertFalse(any(byte < 32 and byte != 10 for byte in outcome.out))
                outcome.text


if __name__ == "__main__":
    program.main()
