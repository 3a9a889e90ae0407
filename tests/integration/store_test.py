"""What the daemon keeps: the history of tunnels, and what it does where the state cannot be kept."""
import contextlib
import errno
import pathlib
import shutil
import signal
import subprocess
import unittest

import contract
import daemon
import program
import story

OTHER = "203.0.113.9"
# A mount of its own, which ends with the process. Without root, in a user namespace of its own.
SMALL_DISK = ("unshare", "-r", "-m", "sh", "-c", 'mkdir -p "$0" && mount -t tmpfs -o size=8m none "$0" && exec "$@"')


def can_mount():
    with contextlib.suppress(OSError):
        return subprocess.run(["unshare", "-r", "-m", "sh", "-c", "mount -t tmpfs -o size=64k none /mnt"], capture_output=True).returncode == 0
    return False


class History(daemon.Case):
    def up(self):
        running = self.start()
        self.append(story.rfc3164())
        running.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "up", "the tunnel")
        return running

    def explain(self, tunnel, *more):
        return program.run("explain", "--history", tunnel, "--state", self.state, *more)

    def saved(self, tunnel="branch-lyon"):
        """Once the last change is in the store."""
        def last():
            told = self.explain(tunnel, "--format", "json")
            return told.status == 0 and told.json() and told.json()[-1]["state"] == "up" and told.json()
        return program.until(last, 30, "the history in the store")

    def test_tells_states_and_causes_while_the_daemon_runs(self):
        running = self.up()
        changes = self.saved()
        self.assertEqual([change["state"] for change in changes if change["change"] == "state"],
                         ["negotiating", "failed", "negotiating", "phase1_up", "up"])
        causes = [change["cause"] for change in changes if change["change"] == "diagnosis"]
        self.assertEqual((causes[0], causes[-1]), ("psk_missing", None), "it was found, then resolved")
        for change in changes:
            self.assertEqual((change["gateway"], change["tunnel"], change["peer"]), ("edge-1", "branch-lyon", story.PEER))
            self.assertRegex(change["time"], contract.TIME)
            self.assertIn(change["state"], contract.STATES)
        self.assertIn("couldn't find the pskey", "".join(change["text"] for change in changes))
        self.assertEqual(running.end(), 0)
        self.assertEqual(self.explain("branch-lyon", "--format", "json").json(), changes, "also of a daemon that does not run")

    def test_is_found_by_the_peer_and_on_its_gateway_only(self):
        self.assertEqual(self.up().end(), 0)
        by_name = self.explain("branch-lyon").text
        self.assertEqual(self.explain(story.PEER).text, by_name)
        self.assertEqual(self.explain("branch-lyon", "--gateway", "edge-1").text, by_name)
        self.assertEqual(self.explain("branch-lyon", "--gateway", "edge-2").text, "")
        self.assertIn("negotiating -> failed", by_name)
        self.assertIn("psk_missing, confirmed, side local", by_name)

    def test_goes_on_after_a_restart_without_repeating(self):
        self.assertEqual(self.up().end(), 0)
        before = self.explain("branch-lyon", "--format", "json").json()
        running = self.start()
        running.until_metrics(lambda m: m.get("ikewatch_store_last_save_timestamp_seconds") > 0, "a save")
        self.assertEqual(self.explain("branch-lyon", "--format", "json").json(), before)
        self.assertEqual(running.end(), 0)

    def test_stands_beside_the_tunnel_over_http(self):
        running = self.up()
        plain = running.get("/api/v1/tunnels/edge-1/branch-lyon").json()
        told = running.get("/api/v1/tunnels/edge-1/branch-lyon?history=1").json()
        history = told.pop("history")
        self.assertEqual(told, plain)
        self.assertEqual([change["state"] for change in history if change["change"] == "state"],
                         ["negotiating", "failed", "negotiating", "phase1_up", "up"])
        self.assertEqual(running.get("/api/v1/tunnels/edge-1/none?history=1").status, 404)

    def test_mistakes_are_told(self):
        self.assert_one_complaint(self.explain("x"), 2, "ikewatch.db")
        self.assertEqual(self.up().end(), 0)
        self.assert_one_complaint(self.explain("nobody"), 0, "no change of a tunnel nobody")
        self.assert_one_complaint(self.explain("x", "--format", "events"), 2, "text and json")
        self.assert_one_complaint(self.explain("x", self.live), 2, "--history reads no file")


class Trouble(daemon.Case):
    def test_damage_is_shown(self):
        self.state.mkdir(mode=0o700)
        (self.state / "ikewatch.db").write_bytes(b"\x00\xff" * 5000)
        metrics = self.start().metrics()
        self.assertEqual(metrics.get("ikewatch_store_damaged_total"), 1)
        self.assertEqual(metrics.get("ikewatch_store_up"), 1)

    def test_a_state_that_vanishes_is_begun_anew(self):
        running = self.start()
        running.until_metrics(lambda m: m.get("ikewatch_store_last_save_timestamp_seconds") > 0, "a save")
        for file in self.state.glob("ikewatch.db*"):
            file.unlink()
        self.append(story.rfc3164())
        running.until_metrics(lambda m: m.get("ikewatch_store_save_failures_total") > 0, "the failure", 30)
        running.until_metrics(lambda m: m.get("ikewatch_store_up") == 1, "a fresh file", 60)
        self.assertEqual(running.end(signal.SIGKILL), -signal.SIGKILL)
        self.assertEqual(self.start().metrics().state("edge-1", "branch-lyon"), "up")

    @unittest.skipUnless(can_mount(), "needs a mount namespace")
    def test_a_full_disk_is_survived(self):
        running = daemon.Daemon(self.configure(), self.folder / "daemon.log", [*SMALL_DISK, str(self.state)])
        self.addCleanup(running.kill)
        running.wait_ready()
        disk = pathlib.Path(f"/proc/{running.process.pid}/root{self.state}")
        self.append(story.rfc3164())
        running.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "up" and m.get("ikewatch_store_up") == 1, "the tunnel")
        self.fill(disk / "filler")
        self.append(b"".join(story.rfc3164(f"203.0.113.{n}") for n in range(1, 100)))
        full = running.until_metrics(lambda m: m.get("ikewatch_store_save_failures_total") >= 2, "the failures", 30)
        self.assertEqual(full.get("ikewatch_store_up"), 0)
        running.until_up("203.0.113.99", 100 * len(story.messages()))
        self.assertEqual(running.said().count("trying again"), 1, running.said())
        (disk / "filler").unlink()
        running.until_metrics(lambda m: m.get("ikewatch_store_up") == 1, "the recovery", 60)
        self.assertIn("the state is saved again", running.said())
        history = running.get(f"/api/v1/tunnels/edge-1/{OTHER}?history=1").json()["history"]
        self.assertEqual(history[-1]["state"], "up")
        program.until(lambda: running.metrics().get("ikewatch_store_up") == 1, 10)
        copy = self.folder / "copy"
        shutil.copytree(disk, copy)
        running.kill()
        self.state = copy
        metrics = self.start().metrics()
        for tunnel in ("branch-lyon", *(f"203.0.113.{n}" for n in range(1, 100))):
            self.assertEqual(metrics.state("edge-1", tunnel), "up", tunnel)
        self.assertEqual(metrics.get("ikewatch_source_lines_total", source="log"), 100 * len(story.messages()))

    def fill(self, path):
        with open(path, "wb", buffering=0) as filler:
            with self.assertRaises(OSError) as full:
                while True:
                    filler.write(b"x" * 4096)
        self.assertEqual(full.exception.errno, errno.ENOSPC)


if __name__ == "__main__":
    program.main()
