"""What the daemon keeps: the history of tunnels, and what it does where the state cannot be kept."""
import contextlib
import errno
import fcntl
import os
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

import bus
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
        history = running.history("branch-lyon")
        told = running.get("/api/v1/tunnels/edge-1/branch-lyon?history=1").json()
        self.assertEqual(told, {**plain, "history": history})
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
        self.assertEqual(running.history(OTHER)[-1]["state"], "up")
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


class Disk:
    """Whatever a daemon makes durable on it waits while it hangs."""

    def __init__(self, path):
        self.path = path
        path.touch()
        library = os.environ.get("HUNG_DISK_LIBRARY", "")
        if not os.path.exists(library):  # the loader would only warn, and the disk would never hang
            raise FileNotFoundError(f"{library or 'HUNG_DISK_LIBRARY'} is not built: the target is hung_disk")
        # The sanitizer's library wants to be the first one, for the sake of those that allocate.
        options = ":".join(filter(None, (os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0")))
        self.environment = {"LD_PRELOAD": library, "HUNG_DISK": str(path), "ASAN_OPTIONS": options}

    @contextlib.contextmanager
    def hangs(self):
        with open(self.path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def asks(running):
    return running.get("/api/v1/tunnels/edge-1/branch-lyon?history=1")


def until_it_hangs(running):
    """The refusal of the first one who asks for what the disk does not give."""
    def refusal():
        answer = asks(running)
        return answer if answer.status == 503 else None
    return program.until(refusal, 30, "a save that hangs")


def bring_up_while_it_hangs(case, running):
    case.append(story.rfc3164())
    running.until_up("branch-lyon", len(story.messages()))
    until_it_hangs(running)


def until_saved(running):
    """Once the daemon has nothing more to save: when it saved last."""
    def saved():
        before = running.metrics().get("ikewatch_store_last_save_timestamp_seconds")
        return running.metrics().get("ikewatch_store_up") == 1 and before
    return program.until(saved, 30, "a save")


class HungDisk(daemon.Case):
    def begin(self):
        self.disk = Disk(self.folder / "disk")
        running = self.launch(environment=self.disk.environment).wait_ready()
        until_saved(running)
        return running

    def expect_all_but_the_saving(self, running):
        began = time.monotonic()
        refusal = asks(running)
        self.assertLess(time.monotonic() - began, 5 * program.PATIENCE)
        self.assertEqual((refusal.status, refusal.headers.get("retry-after")), (503, "1"))
        self.assertEqual(list(refusal.json()), ["error"])
        self.assertIn("the state is being saved, and the disk takes long", refusal.json()["error"])
        self.assertEqual(running.get("/-/ready").status, 200)
        self.append(story.rfc3164(OTHER))
        running.until_up(OTHER, 2 * len(story.messages()))
        self.configure((("branch-lyon", story.PEER), ("branch-oslo", "203.0.113.77")))
        running.send_signal(signal.SIGHUP)
        running.until_metrics(lambda m: m.state("edge-1", "branch-oslo") == "idle", "the reload", 30)
        self.assertEqual(asks(running).status, 503, "it still hangs")

    def expect_nothing_lost(self, running):
        """The disk answers again."""
        def kept():
            told = program.run("explain", "--history", OTHER, "--state", self.state, "--format", "json")
            return told.status == 0 and told.json() and told.json()[-1]["state"] == "up"
        program.until(kept, 60, "the history in the store")
        history = running.history("branch-lyon")
        self.assertEqual([change["state"] for change in history if change["change"] == "state"],
                         ["negotiating", "failed", "negotiating", "phase1_up", "up"])
        self.assertEqual(running.end(signal.SIGKILL), -signal.SIGKILL)
        again = self.start(self.folder / "ikewatch.yaml")
        metrics = again.metrics()
        self.assertEqual([metrics.state("edge-1", tunnel) for tunnel in ("branch-lyon", OTHER, "branch-oslo")], ["up", "up", "idle"])
        self.assertEqual(metrics.get("ikewatch_source_lines_total", source="log"), 2 * len(story.messages()))
        self.assertEqual(again.history("branch-lyon"), history)

    def test_stops_nothing_but_the_saving(self):
        running = self.begin()
        with self.disk.hangs():
            bring_up_while_it_hangs(self, running)
            self.expect_all_but_the_saving(running)
        self.expect_nothing_lost(running)

    def test_stops_nothing_while_a_lost_file_is_begun_anew(self):
        running = self.begin()
        for file in self.state.glob("ikewatch.db*"):
            file.unlink()
        with self.disk.hangs():
            self.append(story.rfc3164())
            running.until_metrics(lambda m: m.get("ikewatch_store_save_failures_total") > 0, "the failure", 30)
            until_it_hangs(running)
            self.assertEqual(running.metrics().get("ikewatch_store_up"), 0)
            self.expect_all_but_the_saving(running)
        self.expect_nothing_lost(running)

    def test_the_end_waits_for_it(self):
        running = self.begin()
        with self.disk.hangs():
            bring_up_while_it_hangs(self, running)
            running.send_signal(signal.SIGTERM)
        self.assertEqual(running.process.wait(program.DEADLINE), 0)
        self.assertEqual(self.start().metrics().state("edge-1", "branch-lyon"), "up")


class HungDiskOnTheBus(bus.Case):
    def test_status_tells_the_rest(self):
        disk = Disk(self.folder / "disk")
        running = self.launch(environment=disk.environment).wait_ready()
        program.until(self.on_bus, bus.WAIT, "the name on the bus")
        until_saved(running)
        with disk.hangs():
            bring_up_while_it_hangs(self, running)
            self.assertIn("the state is being saved, and the disk takes long", self.refused("History", "s", "branch-lyon"))
            told = program.run("status", "branch-lyon")
            self.assert_one_complaint(told, 0, "the disk takes long; ask for the history again in a moment")
            self.assertIn("UP since", told.text)
            self.assertIn("Timeline:", told.text)
            told = program.run("status", "branch-lyon", "--history")
            self.assert_one_complaint(told, 3, "the disk takes long")
            self.assertIn("UP since", told.text)
            told = program.run("status", "branch-lyon", "--history", "--json")
            self.assert_one_complaint(told, 3, "the disk takes long")
            self.assertEqual(told.out, b"")
        told = program.until(lambda: (lambda one: one.status == 0 and one)(program.run("status", "branch-lyon", "--history")), 30, "the history")
        self.assertEqual(told.err, "")
        self.assertIn("phase1_up -> up", told.text)


if __name__ == "__main__":
    program.main()
