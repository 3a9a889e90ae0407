"""The JSON Schemas against an independent validator (python3-jsonschema): they take what ikewatch takes, and refuse what it refuses."""
import json
import re

import jsonschema
import yaml

import check_test
import documents
import program
import yaml_core
from program import run

SOURCE = documents.SOURCE
BAD = sorted((SOURCE / "tests/config/bad").glob("*.yaml"))

# What `check` refuses and a schema cannot see, each with its reason.
UNSEEN = {
    "one name or place twice, or a name that nothing has": """alert-name-twice file-twice gateway-address-twice gateway-name-twice
        listen-fd-twice listen-on-configured-http-port listen-on-http-port listen-overlap listen-tcp-and-tls listen-twice listen-unix-twice
        receiver-alert-without-alerts receiver-name-twice receiver-unknown-alert source-name-twice tunnel-name-twice
        tunnel-named-like-other-address tunnel-twice tunnel-unknown-gateway-far tunnel-unknown-gateway tunnels-over-limit
        when-unknown-gateway when-unknown-tunnel""",
    "the range of a number with a unit": "duration-overflow duration-too-long receive-buffer-zero size-too-large size-too-small "
                                         "tls-handshake-too-short",
    "how the YAML is written, of which the values say nothing": "alias anchor control-in-escape multi-line-quote number-exponent number-hex "
                                                                "number-octal old-mac-line-ends tag utf-16 version-0.1",
    "what a template names, and names that ikewatch sets itself": "alert-annotation-typo alert-label-with-cause annotation-reserved "
                                                                  "label-reserved receiver-header receiver-header-own",
    "an address that is one and cannot be a peer": "peer-unspecified",
}
UNSEEN_NAMES = {name for names in UNSEEN.values() for name in names.split()}

# (what is replaced in check_test.PACK, by what): refused by both.
BAD_PACKS = {
    "no version": ("version: 1\n", ""),
    "another version": ("version: 1", "version: 2"),
    "no dialect": ("dialect: testlang\n", ""),
    "dialect in capitals": ("dialect: testlang", "dialect: TestLang"),
    "prefix that does not exist": ("prefix: none", "prefix: nonesuch"),
    "unknown key of the pack": ("claims:", "claim:"),
    "unknown key of the claims": ("programs:", "program:"),
    "rules that are no list": ("rules:\n  - id:", "rules:\n    id:"),
    "no id": ("  - id: testlang.no-key\n    match", "  - match"),
    "id without dialect": ("id: testlang.no-key", "id: no-key"),
    "id in capitals": ("id: testlang.no-key", "id: testlang.No_Key"),
    "nothing to match": ('    match: "no key for {peer:address}"\n', ""),
    "match and regex": ('    match:', '    regex: "no key"\n    match:'),
    "no event": ("    event: phase1_failed\n", ""),
    "event that does not exist": ("phase1_failed", "phase1_fialed"),
    "cause that does not exist": ("psk_missing", "psk_mising"),
    "cause by a field without a field": ("cause: psk_missing", "cause: {NO-PROPOSAL-CHOSEN: psk_missing, default: none}"),
    "rank above 100": ("rank: 90", "rank: 900"),
    "rank that is no number": ("rank: 90", "rank: high"),
    "rank without cause": ("    cause: psk_missing\n", ""),
    "unknown key of a rule": ("rank: 90", "rnak: 90"),
    "phase 3": ("rank: 90", "phase: 3"),
    "side that does not exist": ("rank: 90", "side: left"),
    "confidence that does not exist": ("rank: 90", "confidence: sure"),
    "level that does not exist": ("rank: 90", "level: [LOUD]"),
    "signal that does not exist": ("rank: 90", "signal: smoke"),
    "attribution that does not exist": ("rank: 90", "attribute: nearest"),
    "truth value that is none": ("rank: 90", "fallback: yes"),
    "no note": ('    note: "No key is there for the peer."\n', ""),
    "no example": ('    examples:\n      - line: "Nov 20 10:00:00 gw testiked: no key for 198.51.100.7"\n        fields: {peer: 198.51.100.7}\n',
                   ""),
    "example without line": ('- line: "Nov 20 10:00:00 gw testiked: no key for 198.51.100.7"\n        fields', "- fields"),
    "unknown key of an example": ("fields: {peer", "feilds: {peer"),
}

# Values of each kind, with blanks between. The two must agree on which of them are right. `{}` stands for the value; # and % for
# a number that no other line has.
VALUES = {
    "  - {{name: {}, peer: 198.51.100.%, gateway: g#}}":
        ("tunnels", r"""a 0 branch-lyon a.b_c-d:e@f 1042 "x_y" "x\ty" -a .a _a a/b é a*"""),
    "  - {{name: n#, peer: {}, gateway: g#}}":
        ("tunnels", """198.51.100.7 255.255.255.255 256.1.1.1 1.2.3 01.2.3.4 1.2.3.4.5 2001:db8::7 "fe80::1%eth0" "::ffff:192.0.2.1"
         192.0.2.1:500 192.0.2.0/24 gw.example.net "[2001:db8::7]" "2001:db8::g" """),
    "  - {{name: s#, type: syslog, listen: {}}}":
        ("sources", """udp://127.0.0.1:20001 "udp://[::1]:20002" tcp://192.0.2.1:65535 unix:///run/a.sock fd:syslog-udp udp://127.0.0.1
         udp://127.0.0.1:0 udp://127.0.0.1:65536 udp://127.0.0.1:0514 udp://localhost:514 udp://::1:514 unix://run/a "unix:" "fd:" fd:a:b
         fd:a/b syslog://127.0.0.1:514 http://127.0.0.1:80 127.0.0.1:20003"""),
    "  - {{name: f#, type: file, path: {}}}": ("sources", r"""/a /a* /a-b a ./a ~/a "/a\nb" "/a\tb" """),
    "  - {{name: j#, type: journald, units: [{}]}}":
        ("sources", r"""racoon.service a@b.service user.slice racoon .service a.services "a/b.service" a\x2d.mount"""),
    "  - {{name: z#, timezone: {}}}":
        ("gateways", "UTC Europe/Paris Etc/GMT+1 America/Argentina/Ushuaia ../etc /etc Europe/ A//B +01:00 1UTC"),
    "  - {{name: d#, dialect: {}}}": ("gateways", "racoon cisco-ios strongswan my-own2 Racoon cisco_ios 2own -own"),
    "  - {{name: w#, from: {}, to: \"04:00\"}}": ("maintenance", '"02:30" "00:00" "23:59" "24:00" "2:30" "02:60" "02:30:00" noon'),
    "  - {{name: r#, type: webhook, url: {}}}":
        ("receivers", """https://a.example/x http://127.0.0.1:9093 "http://[::1]:9093/x?y#z" https://a.example ftp://a.example a.example
         https:// "https://:80" https://u:p@a.example https://a.example:0 https://a.example:99999 "https://a.example/x\\ty" """),
    "  - {{name: a#, when: {{state: down}}, for: {}}}":
        ("alerts", """0 0s 1s 90s 250ms 5m 2h 1d 01s 1.5m -1s 5 5min 1m30s "" s 1w"""),
    "  - {{name: k#, type: syslog, listen: fd:n#, receive_buffer: {}}}":
        ("sources", "4096B 64KiB 8MiB 1GiB 8MB 8M 64kib 8388608 1.5MiB"),
}


def validator(name):
    outcome = run("check", "--schema", name)
    schema = json.loads(outcome.text)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def loaded(path):
    """None where it is no YAML."""
    try:
        return yaml_core.load(path.read_bytes())
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
        return None


class Case(program.Case):
    @classmethod
    def setUpClass(cls):
        cls.config, cls.rules = validator("config"), validator("rules")

    def assert_valid(self, schema, document, place):
        self.assertEqual([f"{place}: {error.json_path}: {error.message[:200]}" for error in schema.iter_errors(document)], [])


class Command(program.Case):
    def test_prints_a_schema_and_checks_nothing(self):
        for name in ("config", "rules"):
            outcome = run("check", "--schema", name, "--config", self.folder / "none.yaml")
            self.assert_done(outcome)
            self.assertEqual(outcome.json()["$schema"], "https://json-schema.org/draft/2020-12/schema")
            self.assertEqual(outcome.text, (SOURCE / f"config/schema/{name}.json").read_text(encoding="utf-8"))

    def test_another_name_is_wrong_usage(self):
        self.assert_one_complaint(run("check", "--schema", "sorces"), 2, "--schema")


class Good(Case):
    def test_every_configuration_that_ships_or_is_tested_is_valid(self):
        files = [SOURCE / "config/ikewatch.yaml", *sorted((SOURCE / "tests/config/good").glob("*.yaml"))]
        files.remove(SOURCE / "tests/config/good/tabs-in-comments.yaml")  # PyYAML refuses tabs before a comment
        self.assertGreater(len(files), 20)
        for file in files:
            self.assert_valid(self.config, yaml_core.load(file.read_bytes()), file)

    def test_what_the_shipped_configuration_has_in_comments_is_valid_too(self):
        text = (SOURCE / "config/ikewatch.yaml").read_text(encoding="utf-8")
        # "To use an example, delete the # in front of each of its lines": at a key, or at the lines below it.
        used = re.sub(r"^( *)#(?=[a-z]+:|  |- |- name)", r"\1", text, flags=re.M)
        self.assertEqual(len(re.findall(r"^ *#\S", used, re.M)), 0)
        document = yaml_core.load(used)
        self.assertEqual(set(document), documents.OPTION_KEYS)
        self.assert_valid(self.config, document, "config/ikewatch.yaml without #")
        complaints = run("check", "--config", self.write("all.yaml", used)).complaints
        self.assertEqual([line for line in complaints if "/etc/ikewatch/rules.d" not in line], [])

    def test_every_pack_is_valid(self):
        files = [*sorted((SOURCE / "config/rules").glob("*.yaml")), *sorted((SOURCE / "docs/examples").glob("*.yaml"))]
        self.assertGreater(len(files), 15)
        for file in files:
            self.assert_valid(self.rules, yaml_core.load(file.read_bytes()), file)

    def test_every_yaml_example_of_the_documentation_is_valid_and_loads(self):
        seen = {"config": 0, "pack": 0}
        for example in documents.examples():
            if example.kind not in ("yaml", "config", "pack"):
                continue
            with self.subTest(example.place):
                root = yaml_core.load(example.text)
                config, pack = documents.configuration(example.text, root), documents.pack(example.text, root)
                self.assertTrue((config is None) != (pack is None), "neither a part of a configuration nor of a pack, or both")
                seen["config" if config else "pack"] += 1
                self.assert_valid(self.config if config else self.rules, yaml_core.load(config or pack), example.place)
                self.loads(config, pack)
        self.assertGreater(seen["config"], 3)
        self.assertGreater(seen["pack"], 1)

    def loads(self, config, pack):
        file = self.write("example.yaml", config or pack)
        complaints = run(*(("check", "--config", file) if config else ("rules", "--packs", file, "test"))).complaints
        # What they name does not exist on this host; anything else must be right.
        missing = ("No such file or directory",)
        self.assertEqual([line for line in complaints if not any(words in line for words in missing)], [])


class Bad(Case):
    def test_every_bad_configuration_is_refused_but_what_a_schema_cannot_see(self):
        self.assertGreater(len(BAD), 200)
        for file in BAD:
            with self.subTest(file.stem):
                document = loaded(file)
                valid = document is not None and self.config.is_valid(document)
                self.assertEqual(valid, file.stem in UNSEEN_NAMES)

    def test_the_list_of_what_it_cannot_see_has_no_dead_entry(self):
        self.assertEqual(UNSEEN_NAMES - {file.stem for file in BAD}, set())

    def test_every_bad_pack_is_refused_by_both(self):
        good = yaml_core.load(check_test.PACK)
        self.assert_valid(self.rules, good, "the pack")
        for name, (old, new) in BAD_PACKS.items():
            with self.subTest(name):
                self.assertIn(old, check_test.PACK)
                text = check_test.PACK.replace(old, new, 1)
                self.assertFalse(self.rules.is_valid(yaml_core.load(text)))
                self.assert_status(run("rules", "--packs", self.write("pack.yaml", text), "test"), 1)


class Values(Case):
    def test_both_agree_on_every_value_of_every_kind(self):
        count = 0
        for form, (section, words) in VALUES.items():
            values = words.split()
            numbered = [form.replace("#", str(number)).replace("%", str(number)) for number in range(len(values))]
            items = [one.format(value) for one, value in zip(numbered, values)]
            refused = self.refused_lines(f"version: 1\n{section}:\n" + "\n".join(items) + "\n")
            for number, (value, item) in enumerate(zip(values, items)):
                with self.subTest(form=form, value=value):
                    count += 1
                    document = yaml_core.load(f"version: 1\n{section}:\n{item}\n")
                    self.assertEqual(self.config.is_valid(document), number + 3 not in refused)
        self.assertGreater(count, 100)

    def refused_lines(self, text):
        outcome = run("check", "--config", self.write("values.yaml", text))
        return {int(line.split(":")[2]) for line in outcome.complaints}


if __name__ == "__main__":
    program.main()
