#!/usr/bin/env python3
"""The life of the service on a real system: tests/system/run boots one and runs this in it, as root.

usage: inside.py PACKAGE TESTS_DIR REPORT_DIR
Steps run in their order, each on what the former left; the first that fails ends the test and shows the journal.
"""
import base64
import contextlib
import json
import os
import pathlib
import pwd
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request

PACKAGE, TESTS, REPORT = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
sys.path.insert(0, str(TESTS / "integration"))
import receiver  # noqa: E402

UNIT = "ikewatch.service"
SOCKETS = ("ikewatch-udp.socket", "ikewatch-tcp.socket", "ikewatch-tls.socket")
CONFIG = pathlib.Path("/etc/ikewatch/ikewatch.yaml")
STATE = pathlib.Path("/var/lib/ikewatch")
RUNTIME_DROP_INS = pathlib.Path("/run/systemd/system/ikewatch.service.d")
EXAMPLES = pathlib.Path("/usr/share/doc/ikewatch/examples")
RACOON_FIFO = "/run/racoon-test"
SECRET = "whsec_" + base64.b64encode(b"a secret of the system test only").decode()
OWN_PACK = CONFIG.parent / "rules.d/own.yaml"
HTTP = "http://127.0.0.1:10097"
LYON, METZ = "198.51.100.7", "203.0.113.20"

CONFIGURATION = """version: 1
gateway: edge-1
sources:
  - {{name: journal, type: journald, units: [racoon.service]}}
  - {{name: syslog-udp, type: syslog, listen: "fd:syslog-udp"}}
  - {{name: syslog-tcp, type: syslog, listen: "fd:syslog-tcp"}}
  - {{name: syslog-tls, type: syslog, listen: "fd:syslog-tls", tls: {{certificate: /etc/ikewatch/tls/server.pem, key: /run/credentials/ikewatch.service/tls-key}}}}
gateways:
  - {{name: par-rtr1, addresses: [127.0.0.1]}}
tunnels:
  - {{name: branch-lyon, peer: {lyon}}}
  - {{name: branch-metz, gateway: par-rtr1, peer: {metz}}}
{more}alerts:
  - {{name: WrongKey, when: {{cause: [psk_missing, psk_mismatch]}}, severity: critical}}
receivers:
  - {{name: ops, type: webhook, url: "{url}", secret_file: /run/credentials/ikewatch.service/ops}}
"""


def run(*command, check=True, **more):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120, **more)
    if check and done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done


def until(condition, what, deadline=60):
    end = time.monotonic() + deadline
    pause = threading.Event()
    while True:
        with contextlib.suppress(OSError):
            answer = condition()
            if answer:
                return answer
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true within {deadline} s")
        pause.wait(0.05)


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def show(name, unit=UNIT):
    return run("systemctl", "show", "--value", "-p", name, unit).stdout.strip()


def is_active(unit=UNIT):
    return show("ActiveState", unit) == "active"


def get(path):
    with urllib.request.urlopen(HTTP + path, timeout=10) as answer:
        return answer.read().decode()


def sample(name, **labels):
    """The value of one series, or nothing."""
    for line in get("/metrics").splitlines():
        found = re.match(rf"{name}(?:\{{(.*)\}})? (\S+)$", line)
        if found and dict(re.findall(r'(\w+)="([^"]*)"', found[1] or "")) == labels:
            return float(found[2])
    return None


def state_of(gateway, tunnel):
    return json.loads(get(f"/api/v1/tunnels/{gateway}/{tunnel}"))["state"]


def is_lost(gateway, tunnel):
    """Down, or failed where it had not been up for long."""
    return state_of(gateway, tunnel) in ("down", "failed")


def journal(*matches, unit=UNIT):
    run("journalctl", "--sync")
    told = run("journalctl", "-o", "json", *([f"_SYSTEMD_UNIT={unit}"] if unit else []), *matches).stdout
    return [json.loads(line) for line in told.splitlines()]


def said(text):
    return [entry for entry in journal() if text in str(entry.get("MESSAGE"))]


def racoon(*lines):
    """Lines that racoon.service writes, so that journald itself vouches for the unit."""
    with open(RACOON_FIFO, "w", encoding="utf-8") as out:
        out.writelines(line + "\n" for line in lines)


def negotiation(peer, number):
    """An attempt that succeeds."""
    return [f"INFO: initiate new phase 1 negotiation: 192.0.2.1[500]<=>{peer}[500]", "INFO: begin Identity Protection mode.",
            f"INFO: ISAKMP-SA established 192.0.2.1[500]-{peer}[500] spi:{number:016x}:{number + 99:016x}",
            f"INFO: initiate new phase 2 negotiation: 192.0.2.1[500]<=>{peer}[500]",
            f"INFO: IPsec-SA established: ESP/Tunnel 192.0.2.1[500]->{peer}[500] spi={1000 + number}(0x{1000 + number:x})",
            f"INFO: IPsec-SA established: ESP/Tunnel 192.0.2.1[500]->{peer}[500] spi={2000 + number}(0x{2000 + number:x})"]


def missing_key(peer):
    return [f"INFO: initiate new phase 1 negotiation: 192.0.2.1[500]<=>{peer}[500]", "INFO: begin Identity Protection mode.",
            f"[{peer}] ERROR: couldn't find the pskey for {peer}.", f"[{peer}] ERROR: phase1 negotiation failed."]


def configure(more=""):
    CONFIG.write_text(CONFIGURATION.format(lyon=LYON, metz=METZ, url=hook.url(), more=more), encoding="utf-8")


def drop_in(name, text):
    RUNTIME_DROP_INS.mkdir(parents=True, exist_ok=True)
    (RUNTIME_DROP_INS / name).write_text(text, encoding="utf-8")
    run("systemctl", "daemon-reload")


def ready_again(former_pid):
    until(lambda: is_active() and show("MainPID") not in ("0", former_pid) and get("/-/ready"), "the next process of the service")


def listening(pid):
    """Local addresses of its sockets, as /proc/net has them in hexadecimal."""
    inodes = set()
    for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found = re.match(r"socket:\[(\d+)\]", os.readlink(entry))
            if found:
                inodes.add(found[1])
    for name, wanted in (("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07")):
        path = pathlib.Path("/proc/net") / name
        for line in path.read_text(encoding="utf-8").splitlines()[1:] if path.exists() else ():
            fields = line.split()
            if fields[9] in inodes and fields[3] == wanted:
                yield fields[1].split(":")[0]


# --- the steps, in their order ---------------------------------------------------------------------------------------------------

def step_install():
    """installed, it runs at once, for this host only"""
    OWN_PACK.parent.mkdir(parents=True)
    OWN_PACK.write_text("# the administrator's own\n", encoding="utf-8")
    run("apt-get", "install", "-y", PACKAGE)
    expect(is_active() and show("UnitFileState") == "enabled", "the service runs and is enabled")
    for unit in SOCKETS:
        expect(show("UnitFileState", unit) == "disabled" and not is_active(unit), f"{unit} waits to be asked for")
    until(lambda: get("/-/ready"), "the status page")
    addresses = set(listening(show("MainPID")))
    expect(addresses == {"0100007F"}, f"listens on loopback only, not on {addresses}")
    until(lambda: "of 3 sources can be read" in show("StatusText"), "counts in the status")
    expect(run("dpkg", "--audit").stdout == "", "dpkg is content")


def step_sandbox():
    """the sandbox is what the unit promises"""
    run("systemd-analyze", "security", "--no-pager", "--threshold=15", UNIT)
    done = run("systemd-analyze", "verify", "--man=no", UNIT, *SOCKETS)
    expect(done.stderr == "", done.stderr)
    process = dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{show('MainPID')}/status").read_text().splitlines() if ":\t" in line)
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        expect(int(process[name], 16) == 0, f"{name} is {process[name]}")
    expect(process["NoNewPrivs"] == "1" and process["Seccomp"] == "2", "no new privileges, and a filter of system calls")
    user = pwd.getpwnam("ikewatch")
    expect(process["Uid"].split()[1] == str(user.pw_uid) and user.pw_uid < 1000, "runs as the system user ikewatch")
    owner = STATE.stat()
    expect((owner.st_uid, owner.st_mode & 0o777) == (user.pw_uid, 0o750), "the state is its own")
    expect(sample("ikewatch_store_up") == 1, "it can save")
    started = float(sample("process_start_time_seconds"))
    expect(abs(time.time() - started) < 600, f"knows when it was started, without /proc/stat: {started}")


def step_sockets():
    """systemd opens the low ports, and what comes in starts the service"""
    tls = CONFIG.parent / "tls"
    tls.mkdir()
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", tls / "server.key",
        "-out", tls / "server.pem", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    secrets = CONFIG.parent / "secrets"
    secrets.mkdir(mode=0o700)
    (secrets / "ops").write_text(SECRET + "\n", encoding="utf-8")
    (tls / "server.key").rename(secrets / "server.key")
    example = (EXAMPLES / "secrets.conf").read_text(encoding="utf-8").replace("#LoadCredential", "LoadCredential")
    drop_in("secrets.conf", example)
    run("systemctl", "stop", UNIT)
    configure()
    run("systemctl", "enable", "--now", *SOCKETS)
    expect(not is_active(), "nothing came in yet")
    # As par-rtr1, which the configuration knows by its address.
    run("logger", "--rfc3164", "-n", "127.0.0.1", "-P", "514", "-d", "-t", "1041",
        f"%CRYPTO-5-SESSION_STATUS: Crypto tunnel is UP  .  Peer {METZ}:500       Id: {METZ}")
    until(lambda: get("/-/ready"), "the service, by its socket")
    until(lambda: state_of("par-rtr1", "branch-metz") == "up", "the line that started the service")


def step_streams():
    """syslog over TCP and TLS"""
    line = f"<189>1042: %CRYPTO-5-SESSION_STATUS: Crypto tunnel is DOWN.  Peer {METZ}:500       Id: {METZ}".encode()
    with socket.create_connection(("127.0.0.1", 514), timeout=10) as out:
        out.sendall(line + b"\n")
    until(lambda: is_lost("par-rtr1", "branch-metz"), "the line over TCP")
    context = ssl.create_default_context(cafile=CONFIG.parent / "tls/server.pem")
    line = line.replace(b"DOWN.", b"UP  .")
    with socket.create_connection(("127.0.0.1", 6514), timeout=10) as plain, context.wrap_socket(plain, server_hostname="localhost") as out:
        out.sendall(str(len(line)).encode() + b" " + line)
        until(lambda: state_of("par-rtr1", "branch-metz") == "up", "the line over TLS")


def step_journal():
    """racoon's lines come through the journal, and nobody else's pass for them"""
    os.mkfifo(RACOON_FIFO)
    pathlib.Path("/run/systemd/system/racoon.service").write_text(
        f"[Service]\nSyslogIdentifier=racoon\nExecStart=/bin/sh -c 'exec 3<>{RACOON_FIFO}; while read -r line <&3; do echo \"$line\"; done'\n",
        encoding="utf-8")
    run("systemctl", "daemon-reload")
    run("systemctl", "start", "racoon.service")
    run("logger", "-t", "racoon", missing_key(LYON)[2])  # from this unit, under that name
    racoon(*negotiation(LYON, 1))
    until(lambda: state_of("edge-1", "branch-lyon") == "up", "the tunnel that racoon tells of")
    expect(sample("ikewatch_source_lines_total", source="journal") == len(negotiation(LYON, 1)), "the forged line was not taken")
    expect(sample("ikewatch_tunnel_up", gateway="edge-1", tunnel="branch-lyon") == 1, "the metric")
    until(lambda: "2 tunnels: 2 up; 4 of 4 sources can be read" == show("StatusText"), "the counts in the status")


def step_alert():
    """a wrong key is told at a webhook, signed"""
    racoon(*(line.replace(LYON, "198.51.100.23") for line in missing_key(LYON)))
    path, headers, body, _ = hook.wait(1, 60)[0]
    notice = json.loads(body)
    expect((path, notice["type"]) == ("/hook", "alert.firing"), body)
    expect((notice["data"]["alertname"], notice["data"]["cause"]) == ("WrongKey", "psk_missing"), body)
    expect(receiver.signature_fits(headers, body, SECRET), "signed with the secret that systemd passed")


def step_explained():
    """the journal has fields, and explains"""
    told = journal("TUNNEL=branch-lyon")
    expect([entry.get("STATE") for entry in told] == ["up"], f"one line for the tunnel that came up: {told}")
    expect((told[0]["GATEWAY"], told[0]["PEER"], told[0]["PRIORITY"], told[0]["SYSLOG_IDENTIFIER"]) == ("edge-1", LYON, "6", "ikewatch"), told[0])
    causes = journal("CAUSE=psk_missing")
    expect([entry["TUNNEL"] for entry in causes if "ALERT" not in entry].count("198.51.100.23") >= 1, causes)
    explained = run("journalctl", "-x", "-u", "ikewatch").stdout
    for words in ("Subject: Tunnel branch-lyon at edge-1 is up", "Subject: Tunnel 198.51.100.23 at edge-1: psk_missing", "Defined-By: ikewatch"):
        expect(words in explained, f"`journalctl -x` says: {words}\n{explained[-3000:]}")
    expect("pskey" not in "".join(str(entry["MESSAGE"]) for entry in journal()), "no line of a gateway is repeated")


def step_bus():
    """the status over D-Bus"""
    bus = "org.ikewatch.IkeWatch1"
    def of(path, name):
        return run("busctl", "get-property", bus, path, f"{bus}.Tunnel", name).stdout.strip()
    paths = [path for path in run("busctl", "tree", "--list", bus).stdout.split() if "/tunnel" in path]
    names = {of(path, "Name"): path for path in paths if f"{bus}.Tunnel" in run("busctl", "introspect", bus, path).stdout}
    path = names.get('s "branch-lyon"')
    expect(path is not None, f"the tunnel is on the bus, among {sorted(names)}")
    shown = of(path, "State").split('"')[1]
    expect(shown == state_of("edge-1", "branch-lyon"), "its state is the one of the metrics")
    done = run("ikewatch", "status", check=False)
    expect("branch-lyon" in done.stdout and done.returncode in (0, 1), "`ikewatch status` shows the tunnel")
    listed = {one["name"]: one["state"] for one in json.loads(run("ikewatch", "status", "--json", check=False).stdout)}
    expect(listed["branch-lyon"] == shown, "and so does its JSON")
    run("ikewatch", "silence", "branch-lyon", "1h", "--why", "maintenance")
    expect("maintenance" in run("ikewatch", "silence", "--list").stdout, "root may set a silence")
    refused = run("runuser", "-u", "nobody", "--", "ikewatch", "silence", "branch-lyon", "1h", check=False)
    expect(refused.returncode != 0, "not everybody may")
    expect(run("runuser", "-u", "nobody", "--", "ikewatch", "status", check=False).returncode in (0, 1), "everybody may read")


def step_reload():
    """a reload takes a good configuration, and refuses a bad one aloud"""
    former = show("MainPID")
    configure(f"  - {{name: branch-oslo, peer: 203.0.113.9}}\n")
    run("systemctl", "reload", UNIT)
    until(lambda: state_of("edge-1", "branch-oslo") == "idle", "the tunnel that is new")
    until(lambda: "3 tunnels" in show("StatusText") or len(json.loads(get("/api/v1/tunnels"))) >= 3, "the counts")
    configure("nonsense: true\n")
    done = run("systemctl", "reload", UNIT, check=False)
    expect(done.returncode != 0, "whoever asks for the reload is told")
    until(lambda: sample("ikewatch_config_last_reload_successful") == 0, "the metric")
    until(lambda: said("unknown key `nonsense`") and said("reload refused"), "the mistake in the journal")
    expect(show("MainPID") == former and is_active(), "the service goes on")
    configure()
    run("systemctl", "reload", UNIT)
    until(lambda: sample("ikewatch_config_last_reload_successful") == 1, "the metric")


def step_killed():
    """killed, it comes back and knows what it knew, and what was said meanwhile"""
    until(lambda: sample("ikewatch_store_up") == 1, "the state")
    before = {name: sample(name, source="journal") for name in ("ikewatch_source_lines_total",)}
    saved = time.time()
    until(lambda: (sample("ikewatch_store_last_save_timestamp_seconds") or time.time()) >= saved - 60, "a save")
    former = show("MainPID")
    run("systemctl", "kill", "-s", "SIGKILL", UNIT)
    racoon("[198.51.100.7] INFO: DPD: remote (ISAKMP-SA spi=0000000000000001:0000000000000064) seems to be dead.",
           "INFO: purging ISAKMP-SA spi=0000000000000001:0000000000000064.")
    run("logger", "--rfc3164", "-n", "127.0.0.1", "-P", "514", "-d", "-t", "1043",
        f"%CRYPTO-5-SESSION_STATUS: Crypto tunnel is DOWN.  Peer {METZ}:500       Id: {METZ}")
    ready_again(former)
    until(lambda: (sample("ikewatch_source_lines_total", source="journal") or 0) >= before["ikewatch_source_lines_total"] + 2,
          "what racoon said meanwhile")
    until(lambda: is_lost("par-rtr1", "branch-metz"), "the datagram that waited in the socket")
    expect(state_of("edge-1", "branch-lyon") != "idle", "the tunnel is known")
    expect(show("NRestarts") == "1", "restarted once")


def step_watchdog():
    """hung, it is restarted"""
    drop_in("watchdog.conf", "[Service]\nWatchdogSec=3s\n")
    run("systemctl", "restart", UNIT)
    ready_again("0")
    former = show("MainPID")
    os.kill(int(former), signal.SIGSTOP)
    ready_again(former)
    expect([entry for entry in journal("UNIT=" + UNIT, unit=None) if "Watchdog timeout" in str(entry.get("MESSAGE"))], "by the watchdog")
    expect(is_lost("par-rtr1", "branch-metz"), "the state is kept")
    (RUNTIME_DROP_INS / "watchdog.conf").unlink()
    run("systemctl", "daemon-reload")


def step_upgrade():
    """an upgrade keeps configuration and state"""
    former = show("MainPID")
    text = CONFIG.read_text(encoding="utf-8")
    run("dpkg", "-i", PACKAGE)
    ready_again(former)
    expect(CONFIG.read_text(encoding="utf-8") == text, "the administrator's configuration")
    expect(is_lost("par-rtr1", "branch-metz"), "the state")
    expect(all(is_active(unit) and show("UnitFileState", unit) == "enabled" for unit in SOCKETS), "the sockets")
    (REPORT / "metrics").write_text(get("/metrics"), encoding="utf-8")


def step_remove():
    """removed, nothing runs, and what was learned stays"""
    run("apt-get", "remove", "-y", "ikewatch")
    for unit in (UNIT, *SOCKETS):
        expect(not is_active(unit), f"{unit} is gone")
    expect(CONFIG.exists() and any(STATE.iterdir()), "configuration and state")
    expect(not pathlib.Path("/usr/share/ikewatch").exists(), "the program's own files are gone")
    listed = run("journalctl", "--list-catalog").stdout
    expect("ikewatch:" not in listed, "the journal explains it no more")


def step_purge():
    """purged, it has left nothing of its own, and all of the administrator's"""
    run("apt-get", "purge", "-y", "ikewatch")
    expect(not STATE.exists() and not CONFIG.exists(), "state and configuration")
    expect(OWN_PACK.exists() and (CONFIG.parent / "secrets/ops").exists(), "what the administrator made stays")
    left = [path for folder in ("/usr", "/etc/systemd", "/run") for path in pathlib.Path(folder).rglob("*ikewatch*")
            if not str(path).startswith(("/run/systemd/system/ikewatch.service.d", "/run/systemd/units", "/run/systemd/transient"))]
    expect(not left, f"left over: {left}")
    expect(run("dpkg", "--audit").stdout == "", "dpkg is content")


def main():
    steps = [value for name, value in globals().items() if name.startswith("step_")]
    began = time.monotonic()
    for step in steps:
        here = time.time()
        try:
            step()
        except Exception as problem:  # whatever it is, the journal tells more
            print(f"{time.monotonic() - began:4.0f}s  FAILED: {step.__doc__} ({step.__name__})\n{problem}\n", flush=True)
            print(subprocess.run(["journalctl", f"--since=@{here:.0f}", "--no-pager", "-o", "short-precise"], capture_output=True, text=True).stdout)
            raise
        print(f"{time.monotonic() - began:4.0f}s  {step.__doc__}", flush=True)


hook = receiver.Receiver()
main()
