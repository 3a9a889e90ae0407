"""The journald source beside a real systemd-journald, and beside systemd-journal-remote's files."""
import pathlib
import shutil
import signal
import subprocess
import time

import daemon
import journald
import program
import story
from journald import Journald, Speaker
from program import until

PEER = story.PEER
OTHER = "203.0.113.9"
LYON = {"gateway": "edge-1", "tunnel": "branch-lyon"}


def texts(peer=PEER):
    return [text for _, text in story.messages(peer)]


class Case(daemon.Case):
    settings = ""

    def setUp(self):
        super().setUp()
        self.addCleanup(journald.remove_units)
        self.addCleanup(self.forget)
        self.journald = Journald(self.settings)
        self.addCleanup(self.journald.end)

    def forget(self):
        for file in self.journald.files():
            file.unlink()

    def speaker(self, unit="racoon.service", **more):
        speaker = Speaker(unit, **more)
        self.addCleanup(speaker.end)
        return speaker

    def configure(self, tunnels=(("branch-lyon", PEER),), extra="", sources=None):
        return super().configure(tunnels, extra, sources or "  - {name: journal, type: journald, units: [racoon.service], identifiers: [racoon]}\n")

    def until_lines(self, running, count, source="journal"):
        return running.until_metrics(lambda m: m.get("ikewatch_source_lines_total", source=source) == count, f"{count} lines", 60)

    def dropped(self, metrics, reason, source="journal"):
        return metrics.get("ikewatch_source_dropped_total", source=source, reason=reason)

    def up(self):
        running = self.start()
        racoon = self.speaker()
        racoon.say(*texts())
        running.until_up("branch-lyon", len(texts()))
        return running, racoon


class Journal(Case):
    def test_hears_its_unit_and_nobody_else(self):
        running = self.start()
        other = self.speaker("other.service", identifier="other")
        other.say(*texts(OTHER))
        self.speaker().say(*texts())
        metrics = running.until_up("branch-lyon", len(texts()))
        self.assertEqual(metrics.get("ikewatch_source_lines_total", source="journal"), len(texts()))
        self.assertIsNone(metrics.state("edge-1", OTHER))
        self.assertEqual(metrics.get("ikewatch_source_up", source="journal"), 1)

    def test_hears_logger(self):
        running = self.start()
        for text in texts():
            subprocess.run(["logger", "-u", self.journald.sockets / "dev-log", "-t", "racoon", "-p", "daemon.info", "--", text], check=True)
        running.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "up", "the tunnel")

    def test_does_not_believe_a_name_that_any_user_can_write_under(self):
        running = self.start()
        self.speaker("session.service", uid=65534).say(*texts())
        metrics = running.until_metrics(lambda m: self.dropped(m, "untrusted") == len(texts()), "what was forged")
        self.assertEqual(metrics.get("ikewatch_source_lines_total", source="journal"), 0)
        self.assertNotEqual(metrics.state("edge-1", "branch-lyon"), "up")
        # The unit's own processes are believed, whoever they run as.
        self.speaker(uid=65534).say(*texts())
        running.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "up", "the tunnel")

    def test_its_own_unit_is_never_an_input(self):
        running = self.start()
        self.speaker("ikewatch.service").say(*texts())
        self.speaker().say("INFO: the only line")
        metrics = self.until_lines(running, 1)
        self.assertNotEqual(metrics.state("edge-1", "branch-lyon"), "up")

    def test_namespace(self):
        second = Journald(namespace="vpn")
        self.addCleanup(second.end)
        running = self.start(self.configure(sources="  - {name: journal, type: journald, units: [racoon.service], namespace: vpn}\n"))
        self.speaker().say(*texts(OTHER))
        self.speaker(socket_path=second.sockets / "dev-log").say(*texts())
        metrics = running.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "up", "the tunnel")
        self.assertIsNone(metrics.state("edge-1", OTHER))

    def test_journald_itself_starts_again(self):
        running, racoon = self.up()
        self.journald.end()
        self.journald.start()
        racoon.say(*texts(OTHER))
        metrics = running.until_up(OTHER, 2 * len(texts()))
        self.assertEqual(metrics.get("ikewatch_source_lines_total", source="journal"), 2 * len(texts()))
        self.assertEqual(metrics.state("edge-1", "branch-lyon"), "up")


class Rotation(Case):
    settings = "RuntimeMaxFileSize=1M\nRuntimeMaxUse=512M\nRateLimitIntervalSec=0"

    def test_rotation_on_request_costs_nothing(self):
        running, racoon = self.up()
        for turn in range(1, 4):
            self.journald.rotate()
            racoon.say(f"INFO: turn {turn}")
            metrics = self.until_lines(running, len(texts()) + turn)
            self.assertEqual(self.dropped(metrics, "gap"), 0)
        self.assertEqual(metrics.state("edge-1", "branch-lyon"), "up")

    def test_rotation_by_size_costs_nothing(self):
        running, racoon = self.up()
        lines = 6000
        racoon.say(*(f"INFO: line {i} {i * 7919:0400d}" for i in range(lines)))
        metrics = self.until_lines(running, len(texts()) + lines)
        self.assertGreater(len(self.journald.archived()), 1, "journald rotated by itself")
        self.assertEqual(self.dropped(metrics, "gap"), 0)
        self.assertEqual(metrics.state("edge-1", "branch-lyon"), "up")

    def test_restart_goes_on_behind_what_was_read(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(number.name):
                shutil.rmtree(self.state, ignore_errors=True)
                running, racoon = self.up()
                begin = time.time()
                racoon.say("INFO: one more")
                running.until_metrics(lambda m: m.get("ikewatch_store_last_save_timestamp_seconds", 0) > begin, "a save", 30)
                running.end(number)
                self.journald.rotate()
                racoon.say(*texts(OTHER))
                self.journald.rotate()
                running = self.start()
                metrics = running.until_up(OTHER, len(texts()) + 1 + len(texts(OTHER)))
                self.assertEqual(metrics.get("ikewatch_source_lines_total", source="journal"), len(texts()) + 1 + len(texts(OTHER)))
                self.assertEqual(metrics.state("edge-1", "branch-lyon"), "up")
                self.assertEqual(metrics.get("ikewatch_negotiations_total", phase="1", **LYON), 2)
                self.assertEqual(self.dropped(metrics, "gap"), 0)
                running.end()

    def test_vacuum_of_what_was_read_is_no_gap(self):
        running, racoon = self.up()
        self.journald.rotate()
        racoon.say("INFO: one")
        self.until_lines(running, len(texts()) + 1)
        journald.ctl("--vacuum-files=1")
        self.assertEqual(self.journald.archived(), [])
        racoon.say("INFO: two")
        metrics = self.until_lines(running, len(texts()) + 2)
        self.assertEqual(self.dropped(metrics, "gap"), 0)
        self.assertEqual(metrics.state("edge-1", "branch-lyon"), "up")

    def test_vacuum_while_it_is_away_is_a_gap(self):
        running, racoon = self.up()
        running.end()
        racoon.say(*texts(OTHER))
        self.journald.rotate()
        journald.ctl("--vacuum-files=1")
        self.assertEqual(self.journald.archived(), [])
        running = self.start()
        metrics = running.until_metrics(lambda m: self.dropped(m, "gap") == 1, "the gap")
        running.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "unknown", "the tunnel that nobody knows of")
        racoon.say(*texts())
        metrics = running.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "up", "the tunnel again")
        self.assertEqual(self.dropped(metrics, "gap"), 1)

    def test_corruption_is_survived(self):
        running, racoon = self.up()
        active, = [file for file in self.journald.files() if "@" not in file.name]
        with open(active, "r+b") as file:
            file.seek(active.stat().st_size // 16)
            file.write(b"\xff" * (active.stat().st_size // 4))
        racoon.say(*(f"INFO: line {i}" for i in range(50)))
        self.journald.end(signal.SIGKILL)  # it cannot end cleanly any more
        self.journald.start()              # and sets the file aside
        racoon.say(*texts(OTHER))
        metrics = running.until_metrics(lambda m: m.state("edge-1", OTHER) == "up", "what came after", 120)
        self.assertEqual(metrics.get("ikewatch_source_up", source="journal"), 1)


class Suppression(Case):
    settings = "RateLimitIntervalSec=2s\nRateLimitBurst=5"

    def test_what_journald_suppressed_is_a_gap(self):
        running, racoon = self.up()
        racoon.say(*(f"INFO: line {i}" for i in range(300)))

        def again():
            """journald says how many it suppressed with the unit's next message."""
            racoon.say("INFO: later")
            metrics = running.metrics()
            return metrics if self.dropped(metrics, "suppressed") else None
        metrics = until(again, 60, "the suppression")
        lost, heard = self.dropped(metrics, "suppressed"), metrics.get("ikewatch_source_lines_total", source="journal")
        self.assertGreater(lost, 100)
        self.assertGreaterEqual(lost + heard, 300 + len(texts()))
        running.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "unknown", "the tunnel that nobody knows of")


class Remote(daemon.Case):
    """systemd-journal-remote writes the files: another host's journal in a directory."""
    REMOTE = "/lib/systemd/systemd-journal-remote"

    def setUp(self):
        super().setUp()
        if not pathlib.Path(self.REMOTE).exists():
            self.fail(f"{self.REMOTE} is not installed (Debian package systemd-journal-remote)")
        self.journal = self.folder / "journal"
        self.journal.mkdir()
        self.count = 0

    def deliver(self, lines, name="remote.journal", host="gw-remote"):
        entries = b""
        for text in lines:
            self.count += 1
            fields = {"__REALTIME_TIMESTAMP": 1_790_000_000_000_000 + self.count * 1000, "__MONOTONIC_TIMESTAMP": self.count * 1000,
                      "_BOOT_ID": "0123456789abcdef0123456789abcdef", "MESSAGE": text, "SYSLOG_IDENTIFIER": "racoon", "_PID": 77,
                      "_UID": 0, "_SYSTEMD_UNIT": "racoon.service", "_HOSTNAME": host, "_TRANSPORT": "syslog", "PRIORITY": 6}
            entries += "".join(f"{key}={value}\n" for key, value in fields.items()).encode() + b"\n"
        done = subprocess.run([self.REMOTE, f"--output={self.journal / name}", "--split-mode=none", "-"], input=entries, capture_output=True,
                              timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)

    def configure(self, tunnels=(("branch-lyon", PEER),), extra="", sources=""):
        return super().configure(tunnels, extra, f"  - {{name: remote, type: journald, units: [racoon.service], directory: {self.journal}}}\n")

    def until_lines(self, running, count):
        return running.until_metrics(lambda m: m.get("ikewatch_source_lines_total", source="remote") == count, f"{count} lines", 60)

    def test_follows_the_files_of_another_host(self):
        running = self.start()
        self.deliver(texts(OTHER))
        metrics = running.until_up(OTHER, len(texts()), gateway="gw-remote", source="remote")
        self.assertEqual(metrics.get("ikewatch_source_lines_total", source="remote"), len(texts()))
        for turn in range(3):
            self.deliver([f"INFO: turn {turn}"], f"remote@{turn}.journal")
        metrics = self.until_lines(running, len(texts()) + 3)
        self.assertEqual(metrics.get("ikewatch_source_dropped_total", source="remote", reason="gap"), 0)

    def test_directory_that_comes_later(self):
        self.journal.rmdir()
        running = self.start()
        self.assertEqual(running.metrics().get("ikewatch_source_up", source="remote"), 0)
        self.assertIn("No such file or directory", running.said())
        self.journal.mkdir()
        running.until_metrics(lambda m: m.get("ikewatch_source_up", source="remote") == 1, "the journal", 60)
        self.deliver(texts(OTHER))
        running.until_metrics(lambda m: m.state("gw-remote", OTHER) == "up", "the tunnel of the other host")

    def test_files_deleted_while_it_is_away_are_a_gap_of_that_host(self):
        running = self.start()
        self.deliver(texts(OTHER), "a.journal")
        running.until_metrics(lambda m: m.state("gw-remote", OTHER) == "up", "the tunnel of the other host")
        self.append(story.rfc3164())
        running.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "up", "our own")
        self.assertEqual(running.end(), 0)
        self.deliver(["INFO: what nobody will read"], "b.journal")
        for file in self.journal.iterdir():
            file.unlink()
        self.deliver(["INFO: what comes then"], "c.journal")
        running = self.start()
        metrics = running.until_metrics(lambda m: m.state("gw-remote", OTHER) == "unknown", "the gap")
        self.assertEqual(metrics.get("ikewatch_source_dropped_total", source="remote", reason="gap"), 1)
        self.assertEqual(metrics.state("edge-1", "branch-lyon"), "up", "it does not stand in that journal")


if __name__ == "__main__":
    journald.enter()
    program.main()
