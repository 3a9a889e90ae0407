"""The daemon as a service: what it tells the service manager and the log, and whether its units are as tight as they claim."""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time
import unittest

import daemon
import program
import story
from program import until

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNITS = ROOT / "systemd"
EXPOSURE = 15  # tenths, of `systemd-analyze security`


class Manager:
    """The end of sd_notify(3) that the service manager holds."""

    def __init__(self, folder):
        self.path = str(folder / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.setblocking(False)
        self.told = []

    def hear(self):
        while True:
            try:
                self.told.append(dict(line.split("=", 1) for line in self.socket.recv(65536).decode().splitlines()))
            except BlockingIOError:
                return self.told

    def count(self, **lines):
        return sum(1 for one in self.hear() if lines.items() <= one.items())

    def statuses(self):
        return [one["STATUS"] for one in self.hear() if "STATUS" in one]


class Case(daemon.Case):
    def setUp(self):
        super().setUp()
        self.manager = Manager(self.folder)
        self.addCleanup(self.manager.socket.close)

    def service(self, config=None, **variables):
        """The daemon as systemd would start it."""
        set_them = [f"{name}={value}" for name, value in {"NOTIFY_SOCKET": self.manager.path, **variables}.items()]
        return self.launch(config, ["env", *set_them])


class Notify(Case):
    def test_ready_comes_when_everything_is_open(self):
        self.service()
        until(lambda: self.manager.count(READY="1"), 30, "READY=1")
        with socket.create_connection(("127.0.0.1", self.http), timeout=10):
            pass
        self.assertEqual(self.manager.told[0]["STATUS"], "1 tunnel: 1 idle")

    def test_status_counts_tunnels_and_sources(self):
        self.service().wait_ready()
        until(lambda: "1 tunnel: 1 idle; 3 of 3 sources can be read" in self.manager.statuses(), 30, "the first counts")
        self.append(story.rfc3164())
        until(lambda: "1 tunnel: 1 up; 3 of 3 sources can be read" in self.manager.statuses(), 30, "the tunnel that is up")

    def test_a_reload_is_told_with_its_time_and_its_end(self):
        running = self.service().wait_ready()
        for content in (None, "nonsense: true\n"):  # taken, and refused
            before = len(self.manager.hear())
            if content:
                self.write("ikewatch.yaml", content)
            running.send_signal(signal.SIGHUP)
            until(lambda: any(one.get("READY") for one in self.manager.hear()[before:]), 30, "the end of the reload")
            told = [one for one in self.manager.told[before:] if "RELOADING" in one or "READY" in one]
            self.assertEqual([sorted(one) for one in told], [["MONOTONIC_USEC", "RELOADING"], ["READY"]])
            self.assertLess(abs(int(told[0]["MONOTONIC_USEC"]) / 1e6 - time.monotonic()), 600)

    def test_the_end_is_told_before_it_comes(self):
        running = self.service().wait_ready()
        self.assertEqual(running.end(deadline=30), 0)
        self.assertEqual(self.manager.count(STOPPING="1"), 1)

    def test_a_daemon_that_cannot_start_is_never_ready(self):
        config = self.write("ikewatch.yaml", f'version: 1\nno: 1\nhttp: {{listen: "127.0.0.1:{self.http}"}}\n')
        running = self.service(config)
        self.assertEqual(running.process.wait(60), 2)
        self.assertEqual(self.manager.hear(), [])


class Watchdog(Case):
    def test_is_fed_while_the_loop_goes_round(self):
        self.service(WATCHDOG_USEC=3_000_000).wait_ready()
        until(lambda: self.manager.count(WATCHDOG="1") >= 3, 30, "three meals")

    def test_is_not_fed_where_there_is_none(self):
        self.service().wait_ready()
        until(lambda: len(self.manager.statuses()) >= 2, 30, "a round of the loop")
        self.assertEqual(self.manager.count(WATCHDOG="1"), 0)


class Log(Case):
    def lines(self, running, *words):
        return [line for line in running.said().splitlines() if all(word in line for word in words)]

    def test_a_tunnel_that_fails_and_comes_up_gives_one_line_each(self):
        running = self.start()
        self.append(story.rfc3164())
        until(lambda: self.lines(running, "branch-lyon", "is up"), 10, "the tunnel that is up")
        told = [line.removeprefix("ikewatch: ") for line in self.lines(running, "branch-lyon")]
        where = f"branch-lyon ({story.PEER}) at edge-1"
        self.assertEqual(told[0][:len(where)], where)
        self.assertEqual(len([line for line in told if "negotiation failed" in line]), 1)
        self.assertEqual(len([line for line in told if "psk_missing (confirmed): " in line]), 1)
        self.assertEqual(len([line for line in told if line == f"{where} is up"]), 1)
        self.assertEqual(len(told), 3, told)

    def test_failing_again_and_again_is_told_once(self):
        running = self.start()
        failing = b"".join(story.rfc3164().splitlines(keepends=True)[:6])
        for _ in range(20):
            self.append(failing)
        running.until_metrics(lambda m: m.get("ikewatch_source_lines_total", source="log") == 120, "all lines")
        self.assertEqual(len(self.lines(running, "negotiation failed")), 1, running.said())
        self.assertEqual(len(self.lines(running, "psk_missing")), 1, running.said())

    def test_no_line_of_a_gateway_is_repeated(self):
        running = self.start()
        self.append(story.rfc3164())
        until(lambda: self.lines(running, "is up"), 10, "the tunnel that is up")
        self.assertNotIn("couldn't find the pskey", running.said())

    def test_a_fleet_that_falls_does_not_fill_the_log(self):
        peers = [f"10.{i // 250}.{i % 250}.7" for i in range(600)]
        config = self.configure([(f"t{i}", peer) for i, peer in enumerate(peers)])
        running = self.launch(config).wait_ready()
        for peer in peers:
            self.append(b"".join(story.rfc3164(peer).splitlines(keepends=True)[:6]))
        running.until_metrics(lambda m: m.get("ikewatch_source_lines_total", source="log") == 6 * len(peers), "all lines", 60)
        self.assertEqual(running.end(deadline=30), 0)
        told = len(self.lines(running, "negotiation failed"))
        left_out = [int(count) for count in re.findall(r"suppressed (\d+) messages of the kind tunnel-failed", running.said())]
        self.assertEqual(told + sum(left_out), len(peers), left_out)
        self.assertGreaterEqual(told, 200)
        self.assertTrue(left_out)

    def test_levels(self):
        for configured, option, shown, hidden in (("warning", (), ["negotiation failed"], ["psk_missing", "is up", "watching"]),
                                                  ("error", ("--log-level", "notice"), ["negotiation failed", "psk_missing"], ["is up"]),
                                                  ("debug", (), ["negotiating", "is up"], [])):
            with self.subTest(configured, option=option):
                self.live.write_bytes(b"")
                shutil.rmtree(self.state, ignore_errors=True)
                running = self.launch_with(self.configure(extra=f"log: {{level: {configured}}}\n"), option)
                self.append(story.rfc3164())
                running.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "up", "the tunnel that is up")
                self.assertEqual(running.end(deadline=30), 0)
                for word in shown:
                    self.assertIn(word, running.said())
                for word in hidden:
                    self.assertNotIn(word, running.said())

    def launch_with(self, config, arguments):
        """Arguments stand behind those of the daemon."""
        log = program.pathlib.Path(program.tempfile.mkstemp(dir=self.folder)[1])
        running = daemon.Daemon(config, log, ["sh", "-c", 'exec "$@" ' + " ".join(arguments), "sh"])
        self.addCleanup(running.kill)
        return running.wait_ready()

    def test_a_reload_changes_the_level(self):
        running = self.start()
        name = "ikewatch_config_last_reload_success_timestamp_seconds"
        before = running.metrics().get(name)
        self.configure(extra="log: {level: error}\n")
        running.send_signal(signal.SIGHUP)
        running.until_metrics(lambda m: m.get(name) > before, "the reload")
        self.append(story.rfc3164())
        running.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "up", "the tunnel that is up")
        self.assertIn("watching", running.said())
        for word in ("configuration reloaded", "negotiation failed", "is up"):
            self.assertNotIn(word, running.said())

    def test_an_unknown_level_is_refused(self):
        outcome = program.run("run", "--log-level", "loud")
        self.assert_one_complaint(outcome, 2, "loud")

    def test_a_stale_journal_stream_changes_nothing(self):
        running = self.service(JOURNAL_STREAM="8:1").wait_ready()
        self.assertRegex(running.said(), r"(?m)^ikewatch: watching ")

    def test_a_socket_that_nobody_reads_is_told(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as passed:
            passed.bind(("127.0.0.1", 0))
            activate = 'exec 3<&$0; export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=syslog-udp; exec "$@"'
            high = os.dup2(passed.fileno(), 50)
            running = self.launch(None, ["bash", "-c", activate, str(high)], pass_fds=[high]).wait_ready()
            os.close(high)
        self.assertIn("systemd passed the socket syslog-udp, and no source reads it", running.said())


def on_this_host(folder, extra=()):
    """The units, as they would be installed with the program under test."""
    for unit in [*UNITS.glob("*.service"), *UNITS.glob("*.socket")]:
        text = unit.read_text(encoding="utf-8").replace("/usr/bin/ikewatch", program.PROGRAM).replace("/bin/kill", "/bin/true")
        (folder / unit.name).write_text(text, encoding="utf-8")
    for drop_in in extra:
        (folder / "ikewatch.service.d").mkdir(exist_ok=True)
        shutil.copy(drop_in, folder / "ikewatch.service.d")
    return sorted(path for path in folder.iterdir() if path.is_file())


@unittest.skipUnless(shutil.which("systemd-analyze"), "SKIPPED: the units were not looked at: systemd-analyze is not installed")
class Units(program.Case):
    def verify(self, units):
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, timeout=120)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def exposure(self, *arguments):
        done = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--no-pager", f"--threshold={EXPOSURE}", *arguments],
                              capture_output=True, text=True, timeout=120, env={**os.environ, "LC_ALL": "C.UTF-8"})
        return done.returncode, float(re.search(r"exposure level for ikewatch\.service: ([0-9.]+)", done.stdout)[1])

    def test_systemd_finds_no_fault(self):
        self.verify(on_this_host(self.folder))

    def test_nor_with_each_drop_in(self):
        drop_ins = sorted((UNITS / "examples").glob("*.conf"))
        self.assertGreaterEqual(len(drop_ins), 3)
        for drop_in in drop_ins:
            with self.subTest(drop_in.name):
                folder = program.pathlib.Path(program.tempfile.mkdtemp(dir=self.folder))
                self.verify(on_this_host(folder, [drop_in]))
                self.assertRegex(drop_in.read_text(encoding="utf-8"), rf"(?m)^#   install -D -m 0644 {re.escape(drop_in.name)} ")

    def test_the_sandbox_is_tight(self):
        status, exposure = self.exposure(UNITS / "ikewatch.service")
        print(f"systemd-analyze security: {exposure}")
        self.assertEqual(status, 0)
        self.assertLessEqual(exposure, EXPOSURE / 10)

    def test_a_looser_one_would_be_noticed(self):
        loose = re.sub(r"(?m)^(SystemCall\w+|Protect\w+|Private\w+)=.*\n", "", (UNITS / "ikewatch.service").read_text(encoding="utf-8"))
        status, exposure = self.exposure(self.write("ikewatch.service", loose))
        self.assertNotEqual(status, 0)
        self.assertGreater(exposure, EXPOSURE / 10)

    def test_no_capability_is_left(self):
        text = (UNITS / "ikewatch.service").read_text(encoding="utf-8")
        for line in ("CapabilityBoundingSet=", "AmbientCapabilities=", "NoNewPrivileges=yes"):
            self.assertIn(f"\n{line}\n", text)

    def test_sockets_have_the_names_that_their_sources_are_told_to_use(self):
        for unit in UNITS.glob("*.socket"):
            text = unit.read_text(encoding="utf-8")
            name = re.search(r"(?m)^FileDescriptorName=(.+)$", text)[1]
            self.assertEqual(unit.stem.replace("ikewatch-", "syslog-"), name)
            source = re.search(r"(?m)^#   - \{.*\}$", text)[0].lstrip("# ")
            self.assertIn(f'listen: "fd:{name}"', source)
            if "tls" not in unit.name:
                self.assertEqual(program.run("check", "--config", self.write("c.yaml", f"version: 1\nsources:\n  {source}\n")).status, 0)


if __name__ == "__main__":
    program.main()
