"""The manual pages: no page has a fault of form, and every example in them does what the page says.

An example says what it is in a comment before it, see documents.py: `sh [STATUS]` is run, `config` and `pack` are loaded by schema_test.py,
`unit KIND` goes through systemd-analyze(1) as a drop-in, of `host` the verbs must exist, `daemon` is run beside a daemon.
"""
import os
import re
import shutil
import subprocess
import unittest

import daemon
import documents
import gateway_root
import program
import story

KINDS = ("sh", "config", "pack", "unit", "host", "daemon", "bus")  # those of the bus run in status_test.py
EXAMPLES = [example for page in documents.PAGES for example in documents.of_page(page)]
# Tools of the host that examples use: what they print stands in a file beside them.
STUBS = {"journalctl": "journal.export", "setkey": "policies"}


def examples(kind):
    return [example for example in EXAMPLES if example.kind.split()[0] == kind]


class Form(program.Case):
    def test_mandoc_and_groff_have_nothing_to_say(self):
        for page in documents.PAGES:
            for command in (["mandoc", "-T", "lint", "-W", "warning"], ["groff", "-ww", "-mandoc", "-Tutf8", "-z"]):
                with self.subTest(page=page.name, tool=command[0]):
                    done = subprocess.run([*command, page], capture_output=True, text=True, timeout=60)
                    self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_every_page_says_how_what_it_tells_of_ends(self):
        for page in documents.PAGES:
            text = page.read_text(encoding="utf-8")
            self.assertTrue(".Sh EXIT STATUS" in text or "ends with 0" in text, page.name)

    def test_pages_refer_to_pages_that_exist(self):
        own = {(page.stem, page.suffix[1:]) for page in documents.PAGES}
        for page in documents.PAGES:
            for name, section in re.findall(r"^\.Xr (ikewatch\S*) (\d)", page.read_text(encoding="utf-8"), re.M):
                self.assertIn((name, section), own, page.name)

    def test_every_example_is_of_a_known_kind(self):
        self.assertGreater(len(EXAMPLES), 20)
        for example in EXAMPLES:
            self.assertIn(example.kind.split()[0], KINDS, example.place)


class Sandbox(daemon.Case):
    """A folder in which the examples find the files that they name."""

    def setUp(self):
        super().setUp()
        self.root = self.folder / "root"
        self.workshop = gateway_root.Workshop(self.folder / "workshop")
        gateway_root.build(self.root, self.workshop)
        (self.root / "var/log").mkdir(parents=True, exist_ok=True)
        (self.root / "var/log/daemon.log").write_bytes(story.rfc3164() + story.bsd(story.END).encode() + b" edge-1 racoon: ERROR: nobody wrote this\n")
        for name, content in {"a.log": story.rfc3164(), "router.log": (self.root / "var/log/daemon.log").read_bytes(), "b.log.gz": story.packed(),
                              "ikewatch.yaml": (documents.SOURCE / "config/ikewatch.yaml").read_bytes(),
                              "my-pack.yaml": (documents.SOURCE / "docs/examples/my-pack.yaml").read_bytes(),
                              "journal.export": story.journal_export(), "policies": gateway_root.SETKEY_POLICIES.encode()}.items():
            self.write(name, content)
        self.tools()

    def tools(self):
        """`ikewatch` looks at the installation of the sandbox instead of this host's."""
        bin_folder = self.folder / "bin"
        bin_folder.mkdir()
        scripts = {name: f'exec cat "{self.folder / file}"' for name, file in STUBS.items()}
        scripts["ikewatch"] = (f'if [ "$1" = doctor ]; then shift; exec "{program.PROGRAM}" doctor --root "{self.root}" "$@"; fi\n'
                               f'exec "{program.PROGRAM}" "$@"')
        for name, script in scripts.items():
            file = bin_folder / name
            file.write_text(f"#!/bin/sh\n{script}\n")
            file.chmod(0o755)
        self.environment = program.environment(PATH=f"{bin_folder}:{os.environ['PATH']}")

    def sh(self, text):
        inside = re.sub(r"(?<![\w.])/(var/log|mnt)/", rf"{self.root}/\1/", text)
        return subprocess.run(["sh", "-c", inside], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120)


class Commands(Sandbox):
    def test_every_command_ends_as_the_page_says(self):
        found = examples("sh")
        self.assertGreater(len(found), 10)
        for example in found:
            wanted = int((example.kind.split() + ["0"])[1])
            for line in example.text.replace("|\n", "| ").splitlines():
                with self.subTest(place=example.place, line=line):
                    done = self.sh(line)
                    self.assertEqual((done.returncode, done.stderr), (wanted, ""))
                    self.assertTrue(done.stdout or "doctor --format json" in line)  # a healthy installation has no finding

    def test_names_of_findings_are_printed(self):
        (self.root / "etc/racoon/psk.txt").chmod(0o644)
        example, = [one for one in examples("sh") if "doctor --format json" in one.text]
        self.assertEqual(self.sh(example.text).stdout, "psk-mode\n")

    def test_what_is_asked_of_the_daemon_is_answered(self):
        found = examples("daemon")
        self.assertTrue(found)
        self.start()
        for example in found:
            with self.subTest(example.place):
                done = self.sh(example.text.replace("127.0.0.1:10097", f"127.0.0.1:{self.http}"))
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(done.stdout, "ready\n")
        gone = self.sh(f"curl --fail http://127.0.0.1:{daemon.free_port()}/-/ready")
        self.assertEqual(gone.returncode, 7)

    def test_output_that_the_rules_page_describes(self):
        known = self.sh("ikewatch rules --packs ./my-pack.yaml try 'racoon: ERROR: site policy: peer 198.51.100.7 is not on the list.'")
        self.assertEqual(known.returncode, 0)
        for word in ("host", "program", "text", "dialect", "rule", "event", "cause", "field"):
            self.assertRegex(known.stdout, rf"(?m)^{word}\b")
        unknown = self.sh("ikewatch rules try 'racoon: ERROR: site policy: peer 198.51.100.7 is not on the list.'")
        self.assertRegex(unknown.stdout, r"rule +none\n$")


class Units(program.Case):
    @unittest.skipUnless(shutil.which("systemd-analyze"), "SYSTEMD-ANALYZE IS NOT INSTALLED (Debian package systemd): drop-ins were not checked")
    def test_every_drop_in_is_right(self):
        bases = {"service": "[Service]\nType=notify\nExecStart=/bin/true\nPrivateUsers=yes\n",
                 "socket": "[Socket]\nListenDatagram=514\nFileDescriptorName=syslog-udp\nService=ikewatch.service\n"}
        found = examples("unit")
        self.assertGreater(len(found), 3)
        for example in found:
            kind = example.kind.split()[1]
            with self.subTest(example.place):
                folder = self.folder / f"{example.line}"
                for name, content in bases.items():
                    self.write(f"{folder.name}/ikewatch{'-udp' if name == 'socket' else ''}.{name}", content)
                unit = folder / f"ikewatch{'-udp' if kind == 'socket' else ''}.{kind}"
                self.write(f"{folder.name}/{unit.name}.d/example.conf", example.text)
                done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, timeout=60,
                                      env=program.environment(SYSTEMD_UNIT_PATH=f"{folder}:", SYSTEMD_LOG_LEVEL="warning"))
                complaints = [line for line in done.stderr.splitlines() if str(folder) in line or unit.name in line]
                self.assertEqual((done.returncode, complaints), (0, []))

    def test_verbs_of_host_commands_exist(self):
        verbs = subprocess.run(["systemctl", "--help"], capture_output=True, text=True, timeout=60).stdout
        found = [line.split() for example in examples("host") for line in example.text.splitlines()]
        self.assertGreater(len(found), 5)
        for command, *words in found:
            self.assertIn(command, ("systemctl", "journalctl"))
            if command == "systemctl":
                self.assertRegex(verbs, rf"(?m)^  {words[0]} ")
            self.assertTrue(any(word.startswith("ikewatch") for word in words), words)


if __name__ == "__main__":
    program.main()
