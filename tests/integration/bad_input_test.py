"""`ikewatch explain` and bad input: each bad thing costs one clear line and the right exit status, and nothing of the rest."""
import contextlib
import gzip
import os
import random
import socket
import threading
import zlib

import contract
import program
import story
from program import run, run_measured

MEBI = 1024 * 1024
MOST_KIB = 100 * 1024


class Unreadable(program.Case):
    """Whatever cannot be read is named; what stands beside it is told all the same."""

    def assert_only_complaint(self, bad, *words):
        good = self.write("good.log", story.rfc3164())
        for arguments in ([bad, good], [good, bad]):
            outcome = run("explain", "--format", "json", *arguments)
            self.assert_one_complaint(outcome, 2, *words)
            report = outcome.json()
            contract.Form(self).report(report)
            self.assertEqual([t["state"] for t in report["tunnels"] if t["peer"] == story.PEER], ["up"])
        return report

    def test_missing_file(self):
        self.assert_only_complaint(self.folder / "none.log", "none.log", "No such file or directory")

    def test_directory(self):
        self.assert_only_complaint(self.folder, self.folder, "directory")

    def test_path_below_a_file(self):
        self.assert_only_complaint(self.write("file", b"") / "x.log", "file/x.log", "Not a directory")

    def test_socket(self):
        path = self.folder / "s.sock"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            self.assert_only_complaint(path, "s.sock")

    def test_name_that_is_too_long(self):
        self.assert_only_complaint("x" * 5000, "File name too long")

    def test_name_with_control_characters_stays_one_line(self):
        self.assert_only_complaint(str(self.folder / "a\nb\x1b[31m.log"), "No such file")

    def test_empty_name(self):
        self.assert_only_complaint("", "No such file")

    def test_file_without_permission(self):
        if os.geteuid() == 0:
            self.skipTest("root may read everything")
        path = self.write("secret.log", story.rfc3164())
        path.chmod(0)
        self.assert_only_complaint(path, "secret.log", "Permission denied")

    def test_truncated_gzip_gives_what_stands_before_the_cut(self):
        whole = gzip.compress(b"".join(story.rfc3164(f"203.0.113.{n}") for n in range(1, 200)), mtime=0)
        report = self.assert_only_complaint(self.write("cut.log.gz", whole[: len(whole) * 3 // 4]), "cut.log.gz")
        self.assertGreater(len(report["tunnels"]), 50)

    def test_damaged_gzip(self):
        whole = bytearray(gzip.compress(b"".join(story.rfc3164(f"203.0.113.{n}") for n in range(1, 200)), mtime=0))
        whole[-6] ^= 0xFF  # the checksum
        self.assert_only_complaint(self.write("damaged.log.gz", bytes(whole)), "damaged.log.gz")

    def test_gzip_header_and_nothing_else(self):
        self.assert_only_complaint(self.write("head.log.gz", b"\x1f\x8b\x08\x00"), "head.log.gz")

    def test_every_bad_file_costs_one_line(self):
        outcome = run("explain", "--format", "json", self.folder / "a", self.folder / "b", self.folder)
        self.assert_status(outcome, 2)
        self.assertEqual(len(outcome.complaints), 3, outcome.err)
        contract.Form(self).report(outcome.json())


class Strange(program.Case):
    """Strange bytes are data: nothing is complained of, and the story beside them is told."""

    def assert_told(self, content, state="up"):
        path = self.write("strange.log", content)
        for format in ("json", "events", "text"):
            outcome = run("explain", "--format", format, path)
            self.assert_done(outcome)
            outcome.text
        report = run("explain", "--format", "json", path).json()
        contract.Form(self).report(report)
        if state:
            self.assertEqual([t["state"] for t in report["tunnels"] if t["peer"] == story.PEER], [state])
        return report

    def test_empty_file(self):
        self.assertEqual(self.assert_told(b"", None)["lines"]["total"], 0)

    def test_only_newlines(self):
        report = self.assert_told(b"\n" * 5000 + story.rfc3164())
        self.assertEqual(report["tunnels"][0]["diagnoses"][0]["first_line"], 5000 + story.PSK_LINE)

    def test_random_bytes(self):
        noise = random.Random(10).randbytes(2 * MEBI)
        self.assert_told(b"Nov 20 09:00:00 edge-1 x: y\n" + noise + b"\n" + story.rfc3164())

    def test_random_bytes_alone(self):
        for seed in range(20):
            self.assert_told(random.Random(seed).randbytes(20000), None)

    def test_random_damage_to_every_form(self):
        """Any answer will do, as long as it is a whole document, in the form that is promised, with status 0 or 2."""
        chance = random.Random(7)
        for name, (content, *_) in story.FORMS.items():
            for _ in range(4):
                hurt = bytearray(content)
                for _ in range(chance.randrange(1, 30)):
                    hurt[chance.randrange(len(hurt))] = chance.randrange(256)
                with self.subTest(name, hurt=bytes(hurt)):
                    outcome = run("explain", "--format", "json", "-", stdin=bytes(hurt))
                    self.assertIn(outcome.status, (0, 2))
                    self.assertEqual(len(outcome.complaints), 1 if outcome.status else 0)
                    contract.Form(self).report(outcome.json())

    def test_a_program_instead_of_a_log(self):
        with open(program.PROGRAM, "rb") as file:
            content = file.read(8 * MEBI)
        outcome = run("explain", "--format", "json", self.write("binary", content))
        self.assertIn(outcome.status, (0, 2))
        self.assertEqual(len(outcome.complaints), 1 if outcome.status else 0)
        contract.Form(self).report(outcome.json())

    def test_nul_bytes_from_a_crash(self):
        """A log on a disk that lost power has blocks of zeros in it."""
        self.assert_told(story.rfc3164("203.0.113.9") + b"\0" * 70000 + b"\n" + story.rfc3164())

    def test_long_lines_beside_short_ones(self):
        self.assert_told(b"x" * 300000 + b"\n" + story.rfc3164() + b"racoon: ERROR: " + b"y" * 300000)


class Large(program.Case):
    """Time and memory are bounded, whatever comes."""

    def assert_small(self, outcome, seconds, complaints=()):
        self.assert_status(outcome, 0)
        self.assertEqual(outcome.complaints, list(complaints))
        if program.INSTRUMENTED:
            return
        self.assertLess(outcome.peak_kib, MOST_KIB, f"peak {outcome.peak_kib} KiB")
        self.assertLess(outcome.seconds, seconds)

    def test_line_of_one_gigabyte(self):
        def pieces():
            yield b"Nov 20 09:00:00 edge-1 racoon: ERROR: "
            block = b"x" * MEBI
            for _ in range(1024):
                yield block
            yield b"\n" + story.rfc3164()
        outcome = run_measured("explain", "--format", "json", "-", pieces=pieces())
        self.assert_small(outcome, 45)
        report = outcome.json()
        self.assertEqual(report["lines"]["total"], 1 + len(story.messages()))
        self.assertEqual(report["tunnels"][0]["state"], "up")

    def test_gzip_bomb(self):
        """Half a gigabyte in one line, out of half a megabyte."""
        def pieces():
            packer = zlib.compressobj(9, wbits=31)
            block = b"x" * MEBI
            for _ in range(512):
                yield packer.compress(block)
            yield packer.compress(b"\n" + story.rfc3164()) + packer.flush()
        outcome = run_measured("explain", "--format", "json", "-", pieces=pieces())
        self.assert_small(outcome, 45)
        self.assertEqual(outcome.json()["tunnels"][0]["state"], "up")

    def many_peers(self):
        for n in range(100_000):
            peer = f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}"
            yield (f"Nov 20 09:00:00 edge-1 racoon: INFO: initiate new phase 1 negotiation: 192.0.2.1[500]<=>{peer}[500]\n"
                   f"Nov 20 09:00:01 edge-1 racoon: [{peer}] ERROR: couldn't find the pskey for {peer}.\n").encode()

    def test_hundred_thousand_peers(self):
        outcome = run_measured("explain", "--format", "json", "-", pieces=self.many_peers())
        self.assert_small(outcome, 45, ["ikewatch: more than 10000 tunnels: 180000 events of others are left out; a configuration with a higher "
                                        "limits.tunnels (--config) reads them too"])
        report = outcome.json()
        self.assertEqual(report["lines"]["matched"], 200_000)
        self.assertLessEqual(len(report["tunnels"]), 10_000)  # limits.tunnels
        self.assertGreater(len(report["tunnels"]), 1_000)

    def test_hundred_thousand_peers_as_events_lose_none(self):
        outcome = run_measured("explain", "--format", "events", "-", pieces=self.many_peers())
        self.assert_small(outcome, 45)
        self.assertEqual(outcome.out.count(b"\n"), 200_000)

    def test_file_that_is_truncated_while_it_is_read(self):
        path = self.write("shrinks.log", story.rfc3164() * 40_000)  # about 40 MB
        outcome = run_measured("explain", "--format", "json", path, when_started=lambda pid: self.cut_once_read(pid, path))
        self.assertIn(outcome.status, (0, 2))
        self.assertEqual(len(outcome.complaints), 1 if outcome.status else 0, outcome.err)
        report = outcome.json()
        contract.Form(self).report(report)
        self.assertLess(report["lines"]["total"], 40_000 * len(story.messages()), "the cut came too late to prove anything")
        self.assertGreater(report["lines"]["total"], 0)

    def cut_once_read(self, pid, path):
        """Cuts the file when the process has it open and has read some, but not all of it."""
        def position():
            for number in os.listdir(f"/proc/{pid}/fd"):
                with contextlib.suppress(FileNotFoundError):  # it was closed meanwhile, like those of the packs
                    if os.readlink(f"/proc/{pid}/fd/{number}") == str(path):
                        with open(f"/proc/{pid}/fdinfo/{number}", encoding="ascii") as info:
                            return int(info.readline().split()[1])
            return 0
        program.until(lambda: position() > 0, what="reading of the file")
        os.truncate(path, 4096)

    def test_pipe_that_never_ends_is_ended_by_its_writer_only(self):
        """A slow writer: what comes in pieces is one input."""
        gate = threading.Event()
        def pieces():
            for byte in story.rfc3164():
                yield bytes([byte])
            gate.set()
        outcome = run_measured("explain", "--format", "json", "-", pieces=pieces())
        self.assert_small(outcome, 30)
        self.assertTrue(gate.is_set())
        self.assertEqual(outcome.json()["tunnels"][0]["state"], "up")


if __name__ == "__main__":
    program.main()
