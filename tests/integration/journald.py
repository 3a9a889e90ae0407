"""A systemd-journald of the test's own, real and alone: in mount, pid and cgroup namespaces with its own /run.

enter() starts the whole test again inside; there the processes of a test can stand in units of any name, since journald takes a
unit from the cgroup that the kernel names.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import textwrap
import time

from program import PATIENCE, until

JOURNALD = "/lib/systemd/systemd-journald"
INSIDE = "IKEWATCH_TEST_INSIDE"
CGROUPS = pathlib.Path("/sys/fs/cgroup")
RUN = pathlib.Path("/run/systemd")
SKIPPED = 77

SETUP = """
set -e
mount -t tmpfs tmpfs /run
mount -t cgroup2 none /sys/fs/cgroup
mkdir -p /run/systemd/journal /run/systemd/system /run/log/journal /run/empty
if [ -d /var/log/journal ]; then mount --bind /run/empty /var/log/journal; fi
if ! grep -qE '^[0-9a-f]{32}$' /etc/machine-id; then echo 0123456789abcdef0123456789abcdef > /run/machine-id; mount --bind /run/machine-id /etc/machine-id; fi
mkdir -p /sys/fs/cgroup/system.slice/probe.service
rmdir /sys/fs/cgroup/system.slice/probe.service
"""

# Runs inside a unit: writes each line of its input to journald, and says so.
SPEAKER = """
import os, pathlib, socket, sys
unit, uid, identifier, socket_path = sys.argv[1:5]
pathlib.Path(f"/sys/fs/cgroup/system.slice/{unit}/cgroup.procs").write_text(str(os.getpid()))
if int(uid):
    os.setgroups([]); os.setgid(int(uid)); os.setuid(int(uid))
out = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
for line in sys.stdin:
    out.sendto(f"<30>{identifier}[{os.getpid()}]: {line.rstrip()}".encode(), socket_path)
    print("said", flush=True)
"""


def missing():
    """What this machine lacks for the test, or nothing."""
    for tool in (JOURNALD, "unshare", "mount", "journalctl"):
        if not shutil.which(tool):
            return f"{tool} is not installed"
    if os.geteuid() != 0:
        return "a journald of its own needs root"
    tried = subprocess.run(["unshare", "-m", "-p", "-C", "-f", "--mount-proc", "sh", "-c", SETUP], capture_output=True, text=True)
    return f"namespaces are not allowed here: {tried.stderr.strip()}" if tried.returncode else ""


def enter():
    """Returns inside the namespaces only."""
    if os.environ.get(INSIDE):
        return
    lack = missing()
    if lack:
        print(f"SKIPPED: NO REAL JOURNALD WAS TESTED: {lack}", file=sys.stderr)
        sys.exit(SKIPPED)
    script = SETUP + 'exec "$@"'
    done = subprocess.run(["unshare", "-m", "-p", "-C", "-f", "--kill-child", "--mount-proc", "sh", "-c", script, "sh",
                           sys.executable, "-B", *sys.argv], env={**os.environ, INSIDE: "1"})
    sys.exit(done.returncode)


class Speaker:
    """A process in a unit. It stays, since journald looks at the sender when it reads, not when that wrote."""

    def __init__(self, unit, uid=0, identifier="racoon", socket_path=RUN / "journal/dev-log"):
        (CGROUPS / "system.slice" / unit).mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen([sys.executable, "-S", "-c", SPEAKER, unit, str(uid), identifier, str(socket_path)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def say(self, *lines):
        for line in lines:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            if self.process.stdout.readline() != "said\n":
                raise AssertionError("journald does not listen")

    def end(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(10 * PATIENCE)


class Journald:
    def __init__(self, settings="", namespace=""):
        self.namespace = namespace
        suffix = f".{namespace}" if namespace else ""
        self.sockets = RUN / f"journal{suffix}"
        self.sockets.mkdir(exist_ok=True)
        name = f"journald@{namespace}.conf" if namespace else "journald.conf"
        folder = RUN / f"{name}.d"
        folder.mkdir(exist_ok=True)
        (folder / "test.conf").write_text(textwrap.dedent(f"""\
            [Journal]
            Storage=volatile
            ForwardToSyslog=no
            ReadKMsg=no
            Audit=no
            {settings.strip().replace(chr(10), chr(10) + ' ' * 12)}
            """).replace(" " * 12, ""))
        self.process = None
        self.start()

    def start(self):
        for left in self.sockets.iterdir():  # of one that was killed
            if left.is_socket():
                left.unlink()
        self.process = subprocess.Popen([JOURNALD, *([self.namespace] if self.namespace else [])], stderr=subprocess.DEVNULL)
        until(lambda: self.ready(), 30, "journald's socket")

    def ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"journald ended with {self.process.returncode}")
        return (self.sockets / "dev-log").exists() and self.files()

    def files(self):
        return sorted(pathlib.Path("/run/log/journal").glob(f"*{'.' + self.namespace if self.namespace else ''}/*.journal"))

    def archived(self):
        return [file for file in self.files() if "@" in file.name]

    def rotate(self):
        before = len(self.archived())
        self.process.send_signal(signal.SIGUSR2)
        until(lambda: len(self.archived()) > before, 30, "the rotation")

    def end(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(30 * PATIENCE)


def ctl(*arguments):
    return subprocess.run(["journalctl", "--no-pager", *arguments], capture_output=True, text=True, timeout=60)


def remove_units():
    """The cgroups of units whose processes have ended."""
    end = time.monotonic() + 10
    slices = CGROUPS / "system.slice"
    while slices.is_dir() and time.monotonic() < end:
        for folder in [*slices.iterdir()] + [slices]:
            if folder.is_dir():
                try:
                    folder.rmdir()
                except OSError:
                    pass
