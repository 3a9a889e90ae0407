#!/usr/bin/env python3
"""Checks that what ikewatch.service(8) says of the units is what the unit files say: the command, user and group, directories, sockets
with their ports and names, what is taken away from the service, and the drop-ins.

usage: service_page.py SOURCE_DIR
"""
import pathlib
import re
import sys

# What the section Hardening promises, and the settings that keep the promise (systemd.exec(5)).
PROMISES = {
    "every capability": {"CapabilityBoundingSet": "", "AmbientCapabilities": ""},
    "new privileges": {"NoNewPrivileges": "yes"},
    "other users' processes": {"ProtectProc": "invisible"},
    "devices": {"PrivateDevices": "yes", "DevicePolicy": "closed"},
    "settings": {"ProtectKernelTunables": "yes"},
    "writing anywhere but into its own directories": {"ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes"},
    "memory that is both writable and executable": {"MemoryDenyWriteExecute": "yes"},
    "address families other than unix and": {"RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6"},
    "most system calls": {"SystemCallFilter": "~@privileged @resources"},
}
PORTS = {"datagrams": "ListenDatagram", "stream": "ListenStream"}
wrong = []


def expect(holds, what):
    if not holds:
        wrong.append(what)


def settings(text):
    """The last value of each setting, and every value of it."""
    pairs = re.findall(r"^([A-Z]\w+)=(.*)$", text, re.M)
    return dict(pairs), set(pairs)


def check_service(page, unit):
    values, pairs = settings(unit)
    expect(f".Ql {values['ExecStart'].removeprefix('/usr/bin/')} ," in page, "the page does not name the command of ExecStart=")
    expect(f"It runs as the user\n.Sy {values['User']} ," in page, "User=")
    expect(f"in the group\n.Sy {values['SupplementaryGroups']} ," in page, "SupplementaryGroups=")
    expect(f".It Pa /var/lib/{values['StateDirectory']}\n" in page, "StateDirectory=")
    expect(f".It Pa /run/{values['RuntimeDirectory']}\n" in page, "RuntimeDirectory=")
    expect("WatchdogSec" in values and values.get("Restart") in ("on-failure", "always"), "a watchdog that ends what is not started again")
    expect(values["Type"] == "notify", "the page says when the service is ready, Type= does not")
    expect(("ExecReload", "/bin/kill -HUP $MAINPID") in pairs, "ExecReload= does not send SIGHUP")
    expect(any(name == "ExecReload" and " check " in value for name, value in pairs), "ExecReload= does not check")
    for promise, needed in PROMISES.items():
        expect(promise in page, f"the page does not say {promise!r} any more: change PROMISES with it")
        for setting in needed.items():
            expect(setting in pairs, f"the page promises {promise!r}, the unit does not say {'='.join(setting)}")


def check_sockets(page, folder):
    rows = re.findall(r"^\.It Nm (\S+\.socket) Ta (\d+), (\w+) Ta Li fd:(\S+)$", page, re.M)
    expect({row[0] for row in rows} == {path.name for path in folder.glob("*.socket")}, "the table of sockets and the socket units differ")
    for name, port, kind, endpoint in rows:
        values, _ = settings((folder / name).read_text())
        expect(values.get(PORTS[kind]) == port, f"{name}: {PORTS[kind]}={port}")
        expect(values.get("FileDescriptorName") == endpoint, f"{name}: FileDescriptorName={endpoint}")
        expect(values.get("Service") == "ikewatch.service", f"{name}: Service=")


def check_drop_ins(page, folder):
    shipped = set()
    for path in folder.glob("*.conf"):
        shipped |= settings(re.sub(r"^#(?=[A-Z]\w+=)", "", path.read_text(), flags=re.M))[1]
    shown = re.findall(r'^\.\\" example unit service\n\.Bd [^\n]*\n(.*?)^\.Ed$', page, re.M | re.S)
    expect(len(shown) >= 3, "the page shows fewer drop-ins than it used to")
    for text in shown:
        for setting in settings(text)[1]:
            expect(setting in shipped, f"no drop-in among the examples says {'='.join(setting)}, as the page does")


def main():
    root = pathlib.Path(sys.argv[1])
    page = (root / "docs/man/ikewatch.service.8").read_text()
    check_service(page, (root / "systemd/ikewatch.service").read_text())
    check_sockets(page, root / "systemd")
    check_drop_ins(page, root / "systemd/examples")
    for what in wrong:
        print(what)
    sys.exit(1 if wrong else 0)


main()
