"""`ikewatch run` through reloads and restarts: what it must take over, what it must keep, and what it must not count twice."""
import os
import signal
import socket

import daemon
import program
import story

PEER = story.PEER
OTHER = "203.0.113.9"
LYON = {"gateway": "edge-1", "tunnel": "branch-lyon"}


def reload_successful(metrics):
    return metrics.get("ikewatch_config_last_reload_successful")


class Reload(daemon.Case):
    def setUp(self):
        super().setUp()
        self.daemon = self.start()

    def hup(self, expected):
        """Reloads and waits for its end, which the metrics tell."""
        before = self.daemon.metrics().get("ikewatch_config_last_reload_success_timestamp_seconds")
        self.daemon.send_signal(signal.SIGHUP)
        if not expected:
            return self.daemon.until_metrics(lambda m: reload_successful(m) == 0, "the refusal")
        return self.daemon.until_metrics(lambda m: m.get("ikewatch_config_last_reload_success_timestamp_seconds") > before
                                         and reload_successful(m) == 1, "the reload")

    def test_new_tunnel_and_new_source_take_effect(self):
        self.append(story.rfc3164())
        self.daemon.until_up("branch-lyon", len(story.messages()))
        port = daemon.free_port()
        self.configure((("branch-lyon", PEER), ("branch-oslo", OTHER)),
                       sources=f'  - {{name: more, type: syslog, listen: "udp://127.0.0.1:{port}"}}\n')
        metrics = self.hup(True)
        self.assertIn(metrics.state("edge-1", "branch-oslo"), ("idle", "unknown"))
        self.assertEqual(metrics.state("edge-1", "branch-lyon"), "up", "what is known stays")
        self.assertEqual(metrics.get("ikewatch_source_lines_total", source="log"), len(story.messages()), "a source that stays goes on")
        self.send(*story.datagrams_with_host().replace(PEER.encode(), OTHER.encode()).splitlines(), port=port)
        self.daemon.until_metrics(lambda m: m.state("edge-1", "branch-oslo") == "up", "the new source")

    def test_tunnel_gets_its_new_name(self):
        self.append(story.rfc3164())
        self.daemon.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "up", "the tunnel")
        self.configure((("branch-nice", PEER),))
        metrics = self.hup(True)
        self.assertEqual(metrics.state("edge-1", "branch-nice"), "up")
        self.assertIsNone(metrics.state("edge-1", "branch-lyon"))

    def test_removed_source_is_closed(self):
        text = self.configure().read_text(encoding="utf-8")
        self.write("ikewatch.yaml", "".join(line for line in text.splitlines(keepends=True) if "name: tcp" not in line))
        metrics = self.hup(True)
        self.assertIsNone(metrics.get("ikewatch_source_up", source="tcp"))
        with self.assertRaises(ConnectionRefusedError):
            self.connect()

    def test_http_moves(self):
        self.http = daemon.free_port()
        self.configure()
        self.daemon.send_signal(signal.SIGHUP)
        former, self.daemon.port = self.daemon.port, self.http
        self.daemon.wait_ready()
        self.daemon.port = former
        with self.assertRaises(ConnectionRefusedError):
            self.daemon.get("/-/ready")

    def refuse(self, *words):
        metrics = self.hup(False)
        self.assertIn(metrics.state("edge-1", "branch-lyon"), ("idle", "unknown"))
        self.assertIsNone(metrics.state("edge-1", "branch-oslo"))
        for word in words:
            self.assertIn(word, self.daemon.said())
        self.send(*story.datagrams_with_host().splitlines())
        self.daemon.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "up", "the sources as they were")
        self.configure((("branch-lyon", PEER), ("branch-oslo", OTHER)))
        self.assertIsNotNone(self.hup(True).state("edge-1", "branch-oslo"))

    def test_bad_configuration_changes_nothing(self):
        config = self.configure((("branch-lyon", PEER), ("branch-oslo", OTHER)), extra="souces: []\n")
        place = config.read_text(encoding="utf-8").splitlines().index("souces: []") + 1
        self.refuse(f"{config}:{place}:1: ", "did you mean `sources`")

    def test_configuration_that_vanished_changes_nothing(self):
        self.configure().unlink()
        self.refuse("No such file or directory")

    def test_bad_pack_changes_nothing(self):
        pack = self.write("packs/bad.yaml", "version: 1\nnonsense: 1\n")
        self.configure((("branch-lyon", PEER), ("branch-oslo", OTHER)), extra=f"rules: {{packs: [{pack.parent}]}}\n")
        self.refuse(f"{pack}:")

    def test_port_in_use_changes_nothing(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
            holder.bind(("127.0.0.1", 0))
            port = holder.getsockname()[1]
            self.configure((("branch-lyon", PEER), ("branch-oslo", OTHER)),
                           sources=f'  - {{name: more, type: syslog, listen: "udp://127.0.0.1:{port}"}}\n')
            self.refuse(str(port), "Address already in use")

    def test_many_at_once_do_no_harm(self):
        for _ in range(50):
            self.daemon.send_signal(signal.SIGHUP)
        self.hup(True)
        self.assertEqual(self.daemon.end(deadline=5), 0)


class Restart(daemon.Case):
    def up(self):
        running = self.start()
        self.append(story.rfc3164())
        running.until_up("branch-lyon", len(story.messages()))
        return running

    def assert_goes_on(self):
        """Everything is known again, and what was appended meanwhile is read: once."""
        self.append(story.rfc3164(OTHER))
        running = self.start()
        metrics = running.until_up(OTHER, 2 * len(story.messages()))
        self.assertEqual(metrics.state("edge-1", "branch-lyon"), "up")
        for tunnel in ("branch-lyon", OTHER):
            labels = {"gateway": "edge-1", "tunnel": tunnel}
            self.assertEqual(metrics.get("ikewatch_negotiations_total", phase="1", **labels), 2)
            self.assertEqual(metrics.get("ikewatch_negotiation_failures_total", phase="1", cause="psk_missing", **labels), 1)
        self.assertEqual(metrics.get("ikewatch_source_lines_total", source="log"), 2 * len(story.messages()), "counters go on")
        self.assertEqual(metrics.get("ikewatch_source_bytes_total", source="log"), self.live.stat().st_size, "counters go on")
        self.assertEqual(metrics.get("ikewatch_source_dropped_total", source="log", reason="gap"), 0)
        diagnosis, = running.get("/api/v1/tunnels/edge-1/branch-lyon").json()["diagnoses"]
        self.assertEqual((diagnosis["cause"], diagnosis["resolved"]), ("psk_missing", True))
        return running

    def test_goes_on_where_it_stopped(self):
        running = self.up()
        changes = running.metrics().get("ikewatch_tunnel_state_changes_total", **LYON)
        self.assertEqual(running.end(), 0)
        again = self.assert_goes_on()
        self.assertEqual(again.metrics().get("ikewatch_tunnel_state_changes_total", **LYON), changes)

    def test_goes_on_after_a_crash(self):
        running = self.up()
        saved = lambda: max((entry.stat().st_mtime_ns for entry in os.scandir(self.state) if entry.name.startswith("ikewatch.db")), default=0)
        before = saved()
        program.until(lambda: saved() > before, 30, "a save")
        self.assertEqual(running.end(signal.SIGKILL), -signal.SIGKILL)
        self.assert_goes_on()

    def test_rotation_while_it_is_away(self):
        self.assertEqual(self.up().end(), 0)
        self.append(story.rfc3164("203.0.113.50"))
        self.live.rename(self.live.with_suffix(".log.1"))
        running = self.assert_goes_on_after_rotation()
        self.assertEqual(running.metrics().state("edge-1", "branch-lyon"), "up")

    def assert_goes_on_after_rotation(self):
        self.append(story.rfc3164(OTHER))
        running = self.start()
        metrics = running.until_metrics(lambda m: m.state("edge-1", OTHER) == "up", "the new file")
        found = metrics.state("edge-1", "203.0.113.50") == "up"
        told = metrics.get("ikewatch_source_dropped_total", source="log", reason="gap") == 1
        self.assertTrue(found or told, "the end of the rotated file is read, or the gap is counted")
        return running

    def test_damaged_state_is_set_aside(self):
        for name, content in (("noise", b"\x00\xff" * 5000), ("empty", b""), ("text", b"hello\n"), ("cut", None)):
            with self.subTest(name):
                if not (self.state / "ikewatch.db").exists():
                    self.assertEqual(self.up().end(), 0)
                file = self.state / "ikewatch.db"
                content = file.read_bytes()[: file.stat().st_size // 2] if content is None else content
                for left in ("ikewatch.db-wal", "ikewatch.db-shm"):
                    (self.state / left).unlink(missing_ok=True)
                file.write_bytes(content)
                (self.folder / "daemon.log").unlink()
                running = self.start()
                self.assertIsNotNone(running.metrics().state("edge-1", "branch-lyon"))
                if content:
                    self.assertIn("ikewatch.db", running.said())
                    self.assertTrue([entry for entry in os.listdir(self.state) if "damaged" in entry], os.listdir(self.state))
                self.assertEqual(running.end(), 0)

    def test_state_directory_that_cannot_be_used_is_told_and_no_end(self):
        self.state.write_bytes(b"a file, not a directory")
        running = self.start()
        self.assertIn(str(self.state), running.said())
        self.append(story.rfc3164())
        running.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "up", "the tunnel")
        self.assertEqual(running.end(), 0)

    def test_state_is_for_its_owner_only(self):
        self.assertEqual(self.up().end(), 0)
        self.assertEqual(self.state.stat().st_mode & 0o777, 0o700)
        self.assertEqual((self.state / "ikewatch.db").stat().st_mode & 0o777, 0o600)


if __name__ == "__main__":
    program.main()
