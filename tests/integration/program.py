"""Starts the real program and looks at it from outside: exit status, output, time and memory.

The environment variable IKEWATCH names the program. Nothing here knows its inside.
"""
import dataclasses
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROGRAM = os.environ.get("IKEWATCH", "")
MEASURE = str(pathlib.Path(__file__).resolve().parent / "measure.py")
# Sanitizers make a program slower and larger; bounds of time and memory then say nothing.
INSTRUMENTED = bool(os.environ.get("IKEWATCH_SANITIZE"))
PATIENCE = 10 if INSTRUMENTED else 1
BUS = ""  # the address of the bus that programs are told of
DEADLINE = 60 * PATIENCE  # seconds after which a command counts as hung


@dataclasses.dataclass
class Outcome:
    status: int
    out: bytes
    err: str
    seconds: float = 0.0
    peak_kib: int = 0

    @property
    def text(self):
        return self.out.decode("utf-8")  # strict: output that is not UTF-8 fails the test

    def json(self):
        return json.loads(self.text)

    def events(self):
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def complaints(self):
        return self.err.splitlines()


def environment(**changes):
    # Never the bus of the machine that runs the tests; those of D-Bus start their own.
    known = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8", "DBUS_SYSTEM_BUS_ADDRESS": BUS or "unix:path=/nonexistent/bus", **changes}
    for name in ("STATE_DIRECTORY", "JOURNAL_STREAM", "NO_COLOR", "CREDENTIALS_DIRECTORY"):
        if name not in changes:
            known.pop(name, None)
    return known


def run(*arguments, stdin=b"", deadline=DEADLINE, cwd=None):
    """Runs a command to its end. Fails the test when it hangs, or is ended by a signal."""
    began = time.monotonic()
    done = subprocess.run([PROGRAM, *map(str, arguments)], input=stdin, capture_output=True, timeout=deadline, cwd=cwd, env=environment())
    if done.returncode < 0:
        raise AssertionError(f"{arguments} was ended by signal {-done.returncode}: {done.stderr[-2000:]!r}")
    return Outcome(done.returncode, done.stdout, done.stderr.decode("utf-8"), time.monotonic() - began)


def _feed(pipe, pieces):
    try:
        for piece in pieces:
            pipe.write(piece)
        pipe.close()
    except BrokenPipeError:
        pass


def run_measured(*arguments, pieces=(), deadline=DEADLINE, when_started=None):
    """Like run(), with standard input from an iterator, and with the peak memory of the process.

    Output goes to files, so that none of it is a pipe that fills up. `when_started` is called with the process id.
    """
    reading, writing = os.pipe()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, os.fdopen(reading, "rb", buffering=0) as report:
        began = time.monotonic()
        measure = subprocess.Popen([sys.executable, "-S", MEASURE, str(writing), PROGRAM, *map(str, arguments)], pass_fds=[writing],
                                   stdin=subprocess.PIPE, stdout=out, stderr=err, env=environment())
        os.close(writing)
        pid = int(report.readline())
        killer = threading.Timer(deadline, os.kill, (pid, signal.SIGKILL))
        killer.daemon = True
        feeder = threading.Thread(target=_feed, args=(measure.stdin, pieces), daemon=True)
        killer.start()
        feeder.start()
        if when_started:
            when_started(pid)
        status, peak = map(int, report.readline().split())
        killer.cancel()
        seconds = time.monotonic() - began
        measure.wait(DEADLINE)
        feeder.join(DEADLINE)
        out.seek(0)
        err.seek(0)
        if status < 0:
            raise AssertionError(f"{arguments} was ended by signal {-status} after {seconds:.1f} s: {err.read(2000)!r}")
        return Outcome(status, out.read(), err.read().decode("utf-8"), seconds, peak)


def until(condition, deadline=10.0, what="the condition"):
    """Asks again and again until `condition` gives something true, which is returned; fails the test at the deadline."""
    end = time.monotonic() + deadline * PATIENCE
    pause = threading.Event()
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true within {deadline} s; last answer: {answer!r}")
        pause.wait(0.01)


class Case(unittest.TestCase):
    """A test with a folder of its own."""
    maxDiff = 4000

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ikewatch-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def assert_status(self, outcome, status):
        self.assertEqual(outcome.status, status, f"stdout: {outcome.out[-1000:]!r}\nstderr: {outcome.err[-2000:]}")

    def assert_done(self, outcome):
        """Exit status 0 and nothing on standard error."""
        self.assert_status(outcome, 0)
        self.assertEqual(outcome.err, "")

    def assert_one_complaint(self, outcome, status, *words):
        """Exactly one line on standard error, in the program's name, with these words."""
        self.assert_status(outcome, status)
        self.assertEqual(len(outcome.complaints), 1, outcome.err)
        self.assertRegex(outcome.complaints[0], r"^ikewatch: \S")
        for word in words:
            self.assertIn(str(word), outcome.complaints[0])


def main():
    if not os.access(PROGRAM, os.X_OK):
        sys.exit("set the environment variable IKEWATCH to the program under test")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    unittest.main()
