"""A D-Bus system bus of the test's own: Debian's dbus-daemon with its usual policy and ours, and the tools that speak to it."""
import json
import os
import pathlib
import shutil
import subprocess
import unittest

import daemon
import program
from program import until

NAME = "org.ikewatch.IkeWatch1"
ROOT = "/org/ikewatch/IkeWatch1"
MANAGER = "org.ikewatch.IkeWatch1.Manager"
TUNNEL = "org.ikewatch.IkeWatch1.Tunnel"
LYON = ROOT + "/tunnel/edge_2d1/branch_2dlyon"
SOURCE = pathlib.Path(__file__).resolve().parents[2]
POLICY = SOURCE / "config/dbus/org.ikewatch.IkeWatch1.conf"
FAKES = os.environ.get("FAKE_SERVICES", "")
WAIT = 30
NOBODY = 65534
TOOLS = ("dbus-daemon", "busctl")

# As /usr/share/dbus-1/system.conf has it, without its files and services. The fakes own their names.
CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus.Introspectable"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus.Monitoring"/>
  </policy>
  <policy context="mandatory">
    <allow own="org.freedesktop.systemd1"/>
    <allow own="org.freedesktop.PolicyKit1"/>
    <allow send_destination="org.freedesktop.systemd1"/>
    <allow send_destination="org.freedesktop.PolicyKit1"/>
    {more}
  </policy>
  <include>{policy}</include>
</busconfig>
"""


class Fakes:
    """The program that stands in for systemd and polkit."""

    def __init__(self, *names):
        self.process = subprocess.Popen([FAKES, *names], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=program.environment(), text=True)
        if self.process.stdout.readline() != "ready\n":
            raise AssertionError("the stand-in for systemd and polkit did not start")

    def tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().rstrip("\n")

    def unit(self, *words):
        self.tell("unit " + " ".join(map(str, words)))

    def subscribed(self):
        return int(self.tell("report").split()[0])

    def asked(self):
        _, count, action = self.tell("report").split()
        return int(count), action

    def end(self):
        self.process.stdin.close()
        self.process.wait(WAIT)
        self.process.stdout.close()


@unittest.skipUnless(all(map(shutil.which, TOOLS)), f"{' or '.join(TOOLS)} is not installed")
class Case(daemon.Case):
    """A test with a bus of its own."""

    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o755)  # for callers who are nobody
        self.socket = self.folder / "bus"
        self.address = f"unix:path={self.socket}"
        self.addCleanup(setattr, program, "BUS", program.BUS)
        program.BUS = self.address
        self.bus = None
        self.open_bus()
        self.addCleanup(self.close_bus)

    def open_bus(self):
        # Who runs the tests is the user that ikewatch runs as.
        more = f'<allow own="{NAME}"/>' if os.getuid() != 0 else ""
        config = self.write("bus.conf", CONFIG.format(socket=self.socket, policy=POLICY, more=more))
        log = open(self.folder / "bus.log", "ab")
        with log:
            self.bus = subprocess.Popen(["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"], stdin=subprocess.DEVNULL,
                                        stdout=log, stderr=log)
        until(self.socket.exists, WAIT, "the bus")

    def close_bus(self):
        if self.bus and self.bus.poll() is None:
            self.bus.kill()
        if self.bus:
            self.bus.wait()
        self.socket.unlink(missing_ok=True)

    def fakes(self, *names):
        fakes = Fakes(*names)
        self.addCleanup(fakes.end)
        return fakes

    def busctl(self, *words, user=None, deadline=WAIT):
        """Gives (exit status, output, complaint)."""
        done = subprocess.run(["busctl", f"--address={self.address}", "--json=short", *map(str, words)], capture_output=True, text=True,
                              timeout=deadline * program.PATIENCE, env=program.environment(), user=user, group=user, extra_groups=[] if user else None)
        return done.returncode, done.stdout, done.stderr

    def call(self, member, signature="", *values, interface=MANAGER, path=ROOT, user=None):
        """What the method returned, or the complaint as an AssertionError."""
        status, out, err = self.busctl("call", NAME, path, interface, member, *([signature, *values] if signature else []), user=user)
        if status != 0:
            raise AssertionError(err.strip())
        return json.loads(out)["data"] if out.strip() else []

    def refused(self, *words, **options):
        """The complaint of a call that must fail."""
        try:
            answer = self.call(*words, **options)
        except AssertionError as error:
            return str(error)
        raise AssertionError(f"{words} was not refused: {answer}")

    def objects(self):
        """Path -> properties of every tunnel."""
        found = self.call("GetManagedObjects", interface="org.freedesktop.DBus.ObjectManager")[0]
        return {path: {name: value["data"] for name, value in interfaces[TUNNEL].items()} for path, interfaces in found.items()}

    def get(self, name, path=LYON, interface=TUNNEL):
        status, out, err = self.busctl("get-property", NAME, path, interface, name)
        if status != 0:
            raise AssertionError(err)
        return json.loads(out)["data"]

    def on_bus(self):
        status, out, _ = self.busctl("list", "--acquired")
        return status == 0 and NAME in out

    def start(self, config=None):
        started = super().start(config)
        until(self.on_bus, WAIT, "the name on the bus")
        return started

    def monitor(self):
        """Signals of ikewatch from now on, as dictionaries; call it to get what came so far."""
        out = open(self.folder / "signals", "wb")
        with out:
            process = subprocess.Popen(["busctl", f"--address={self.address}", "--json=short", f"--match=sender={NAME}", "monitor"],
                                       stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, env=program.environment())

        def end():
            process.kill()
            process.wait()
            process.stderr.close()
        self.addCleanup(end)
        process.stderr.readline()  # "Monitoring bus message stream."
        def signals():
            lines = (self.folder / "signals").read_text().splitlines(keepends=True)
            return [json.loads(line) for line in lines if line.endswith("\n") and json.loads(line)["type"] == "signal"]
        return signals
