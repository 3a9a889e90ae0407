"""Listeners from outside: sockets from systemd, unix streams, limits on connections, senders that misbehave."""
import contextlib
import fcntl
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import certificates
import daemon
import program
from program import until

LINE = b"<30>Nov 20 10:00:00 gw-b racoon: INFO: begin Identity Protection mode."
ENOUGH_DESCRIPTORS = 4096

# As systemd does it: descriptors from 3 on, and who they are for.
ACTIVATE = """
import os, sys
names, *rest = sys.argv[1:]
count = len(names.split(":"))
descriptors, command = [int(n) for n in rest[:count]], rest[count:]
for at, descriptor in enumerate(descriptors):
    os.dup2(descriptor, 3 + at)
os.environ.update(LISTEN_FDS=str(count), LISTEN_FDNAMES=names, LISTEN_PID=str(os.getpid()))
os.execv(command[0], command)
"""


def resident(running):
    """Bytes of memory."""
    pages = int(pathlib.Path(f"/proc/{running.process.pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


class Case(daemon.Case):
    def only(self, sources, extra=""):
        """A configuration with these sources and no other."""
        return self.write("ikewatch.yaml", f"""version: 1
gateway: edge-1
sources:
{sources}http: {{listen: "127.0.0.1:{self.http}"}}
state: {{directory: {self.state}}}
{extra}""")

    def open(self, family, kind, address):
        made = socket.socket(family, kind)
        self.addCleanup(made.close)
        made.bind(address)
        if kind == socket.SOCK_STREAM:
            made.listen()
        return made

    def tcp(self):
        return self.open(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))

    def udp(self):
        return self.open(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))

    def activate(self, config, **sockets):
        """The daemon with these sockets, each a list under its name."""
        passed = [(name, one) for name, group in sockets.items() for one in group]
        high = [fcntl.fcntl(one.fileno(), fcntl.F_DUPFD, 100) for _, one in passed]
        names = ":".join(name.replace("_", "-") for name, _ in passed)
        return self.launch(config, [sys.executable, "-S", "-c", ACTIVATE, names, *map(str, high)], pass_fds=high)

    def connect_to(self, address, source="127.0.0.1"):
        connection = socket.create_connection(address, timeout=20 * program.PATIENCE, source_address=(source, 0))
        self.addCleanup(connection.close)
        return connection

    def lines(self, running, count, source="s"):
        return running.until_metrics(lambda m: m.get("ikewatch_source_lines_total", source=source) == count, f"{count} lines", 30)

    def dropped(self, metrics, reason, source="s"):
        return metrics.get("ikewatch_source_dropped_total", source=source, reason=reason)


class Activation(Case):
    SOURCE = '  - {name: s, type: syslog, listen: "fd:syslog"}\n'

    def test_a_larger_buffer_stays_that_the_socket_came_with(self):
        """ReceiveBuffer= of a socket unit may be more than we could ask for."""
        udp = self.udp()
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 131072)
        large = udp.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        config = self.only('  - {name: s, type: syslog, listen: "fd:syslog", receive_buffer: 32KiB}\n')
        self.activate(config, syslog=[udp]).wait_ready()
        self.assertEqual(udp.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF), large)

    def test_every_kind_of_socket_under_one_name(self):
        udp, tcp = self.udp(), self.tcp()
        path, stream_path = str(self.folder / "d.sock"), str(self.folder / "s.sock")
        local = self.open(socket.AF_UNIX, socket.SOCK_DGRAM, path)
        stream = self.open(socket.AF_UNIX, socket.SOCK_STREAM, stream_path)
        running = self.activate(self.only(self.SOURCE), other=[self.udp()], syslog=[udp, tcp, local, stream]).wait_ready()
        self.send(LINE, port=udp.getsockname()[1])
        self.connect_to(tcp.getsockname()).sendall(LINE + b"\n")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.sendto(LINE, path)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as out:
            out.connect(stream_path)
            out.sendall(b"%d %s" % (len(LINE), LINE))
        metrics = self.lines(running, 4)
        self.assertEqual(metrics.get("ikewatch_source_up", source="s"), 1)
        self.assertEqual(running.end(), 0)
        self.assertTrue((self.folder / "d.sock").exists())  # not ours to delete

    def test_a_flood_on_one_socket_opens_no_door_for_the_others(self):
        udp, tcp = self.udp(), self.tcp()
        running = self.activate(self.only(self.SOURCE), syslog=[udp, tcp]).wait_ready()
        before = resident(running)
        lines = b"".join(LINE.replace(b"gw-b", b"gw-%d" % i) + b"\n" for i in range(400))
        end = time.monotonic() + 3

        def flood(kind, port):
            with socket.socket(socket.AF_INET, kind) as out:
                out.connect(("127.0.0.1", port))
                while time.monotonic() < end:
                    out.sendall(lines)

        senders = [threading.Thread(target=flood, args=(kind, port.getsockname()[1]))
                   for kind, port in ((socket.SOCK_DGRAM, udp), (socket.SOCK_STREAM, tcp), (socket.SOCK_STREAM, tcp))]
        for sender in senders:
            sender.start()
        most = 0
        while any(sender.is_alive() for sender in senders):
            most = max(most, resident(running))
            senders[0].join(0.05)
        self.assertGreater(running.metrics().get("ikewatch_source_lines_total", source="s"), 100_000 / 20)
        self.assertLess(most - before, 100 << 20)

    def test_what_waits_in_the_socket_is_read_and_a_reload_loses_nothing(self):
        udp, tcp = self.udp(), self.tcp()
        self.send(LINE, port=udp.getsockname()[1])
        early = self.connect_to(tcp.getsockname())
        early.sendall(LINE + b"\n")
        running = self.activate(self.only(self.SOURCE), syslog=[udp, tcp]).wait_ready()
        self.lines(running, 2)
        self.only(self.SOURCE.replace('"}', '", receive_buffer: 1MiB}'))  # the source is made anew, on the same sockets
        running.send_signal(signal.SIGHUP)
        until(lambda: "configuration reloaded" in running.said(), 10, "the reload")
        self.send(LINE, port=udp.getsockname()[1])
        self.connect_to(tcp.getsockname()).sendall(LINE + b"\n")
        self.lines(running, 4)

    def test_tls_on_a_socket_that_was_passed(self):
        authority = certificates.Authority(self.folder)
        pair = authority.issue("server")
        tcp = self.tcp()
        source = f'  - {{name: s, type: syslog, listen: "fd:tls", tls: {{certificate: {pair.certificate}, key: {pair.key}}}}}\n'
        running = self.activate(self.only(source), tls=[tcp]).wait_ready()
        with certificates.client(authority).wrap_socket(self.connect_to(tcp.getsockname()), server_hostname="localhost") as connection:
            connection.sendall(LINE + b"\n")
        self.lines(running, 1)

    def refusal(self, config, words, **sockets):
        running = self.activate(config, **sockets)
        self.assertEqual(running.process.wait(program.DEADLINE), 2)
        said = running.said().splitlines()[-1:]
        self.assertEqual(len(running.said().splitlines()), 1, running.said())
        self.assertIn(words, said[0])

    def test_unknown_name_names_what_was_passed(self):
        self.refusal(self.only(self.SOURCE), "no socket of this name was passed; passed were: other, syslog-udp", other=[self.tcp(), self.tcp()],
                     syslog_udp=[self.udp()])

    def test_no_socket_at_all(self):
        running = self.launch(self.only(self.SOURCE))
        self.assertEqual(running.process.wait(program.DEADLINE), 2)
        self.assertIn("none was: start ikewatch by its socket unit", running.said())

    def test_connection_instead_of_a_listener(self):
        tcp = self.tcp()
        self.refusal(self.only(self.SOURCE), "set Accept=no", syslog=[self.connect_to(tcp.getsockname())])

    def test_what_is_no_socket(self):
        with open("/dev/null", "rb") as file:
            self.refusal(self.only(self.SOURCE), "is no socket", syslog=[file])

    def test_tls_on_datagrams(self):
        authority = certificates.Authority(self.folder)
        pair = authority.issue("server")
        source = f'  - {{name: s, type: syslog, listen: "fd:syslog", tls: {{certificate: {pair.certificate}, key: {pair.key}}}}}\n'
        self.refusal(self.only(source), "tls is for TCP sockets", syslog=[self.udp()])

    def test_by_systemd_socket_activate(self):
        tool = shutil.which("systemd-socket-activate")
        if not tool:
            self.skipTest("no systemd-socket-activate on this host")
        running = self.launch(self.only(self.SOURCE), [tool, "-l", f"127.0.0.1:{self.syslog}", "--fdname=syslog"])
        until(lambda: "Listening on" in running.said(), 20, "systemd-socket-activate")
        self.connect_to(("127.0.0.1", self.syslog)).sendall(LINE + b"\n")  # this starts the daemon
        self.lines(running.wait_ready(), 1)


class UnixStream(Case):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "syslog.sock"
        self.config = self.only(f'  - {{name: s, type: syslog, listen: "unix://{self.path}", socket: stream}}\n', "limits: {connections: 3}\n")

    def connect_unix(self):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.addCleanup(connection.close)
        connection.settimeout(20 * program.PATIENCE)
        connection.connect(str(self.path))
        return connection

    def test_both_framings_limit_and_end(self):
        running = self.start(self.config)
        connections = [self.connect_unix() for _ in range(3)]
        for connection in connections:
            connection.sendall(LINE + b"\n%d %s" % (len(LINE), LINE))
        self.lines(running, 6)
        self.assertEqual(self.connect_unix().recv(1), b"")
        self.assertEqual(self.dropped(running.metrics(), "connection_limit"), 1)
        self.assertEqual(running.end(), 0)
        self.assertFalse(self.path.exists())

    def test_logger_speaks_to_it(self):
        logger = shutil.which("logger")
        if not logger:
            self.skipTest("no logger on this host")
        running = self.start(self.config)
        subprocess.run([logger, "--socket", self.path, "--tag", "racoon", "INFO: begin Identity Protection mode."], check=True, timeout=20)
        self.lines(running, 1)

    def test_stale_file_is_replaced_and_a_live_one_is_not(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stale:
            stale.bind(str(self.path))
        running = self.start(self.config)
        self.connect_unix().sendall(LINE + b"\n")
        self.lines(running, 1)
        second = self.write("second.yaml", self.config.read_text().replace(str(self.http), str(daemon.free_port())).replace(str(self.state), f"{self.state}2"))
        outcome = program.run("run", "--config", second)
        self.assert_one_complaint(outcome, 2, f"cannot replace {self.path}")


class Limits(Case):
    def source(self, more=""):
        return f'  - {{name: s, type: syslog, listen: "tcp://127.0.0.1:{self.syslog}"{more}}}\n'

    def enough_descriptors(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard != resource.RLIM_INFINITY and hard < ENOUGH_DESCRIPTORS:
            self.skipTest("too few file descriptors are allowed here")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, ENOUGH_DESCRIPTORS), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))

    def test_1100_connections_against_a_limit_of_1024(self):
        self.enough_descriptors()
        running = self.start(self.only(self.source(", max_connections_per_address: 2000")))
        connections = [self.connect_to(("127.0.0.1", self.syslog)) for _ in range(1100)]
        running.until_metrics(lambda m: self.dropped(m, "connection_limit") == 76, "76 connections too many", 30)
        for connection in connections[:1024]:
            connection.sendall(LINE + b"\n")
        self.lines(running, 1024)
        for connection in connections[:200]:
            connection.close()
        until(lambda: running.metrics().get("process_open_fds") < 900, 30, "200 descriptors closed")
        self.connect_to(("127.0.0.1", self.syslog)).sendall(LINE + b"\n")
        self.lines(running, 1025)

    def test_a_reload_takes_another_limit_and_no_connection_notices(self):
        running = self.start(self.only(self.source(), "limits: {connections: 1}\n"))
        first = self.connect_to(("127.0.0.1", self.syslog))
        first.sendall(LINE + b"\n")
        self.lines(running, 1)
        self.only(self.source(), "limits: {connections: 2}\n")
        running.send_signal(signal.SIGHUP)
        until(lambda: "configuration reloaded" in running.said(), 10, "the reload")
        self.connect_to(("127.0.0.1", self.syslog)).sendall(LINE + b"\n")
        self.lines(running, 2)
        first.sendall(LINE + b"\n")
        self.assertEqual(self.dropped(self.lines(running, 3), "connection_limit"), 0)

    def test_one_address_cannot_take_all(self):
        running = self.start(self.only(self.source(", max_connections_per_address: 5")))
        connections = [self.connect_to(("127.0.0.1", self.syslog), "127.0.0.2") for _ in range(8)]
        running.until_metrics(lambda m: self.dropped(m, "address_limit") == 3, "3 connections too many")
        other = self.connect_to(("127.0.0.1", self.syslog), "127.0.0.3")
        for connection in (*connections[:5], other):
            connection.sendall(LINE + b"\n")
        self.lines(running, 6)
        connections[0].close()
        def again():
            connection = self.connect_to(("127.0.0.1", self.syslog), "127.0.0.2")
            with contextlib.suppress(OSError):
                connection.sendall(LINE + b"\n")
            return running.metrics().get("ikewatch_source_lines_total", source="s") > 6
        until(again, 10, "a connection in the place of the closed one")

    def test_idle_connections_are_closed(self):
        running = self.start(self.only(self.source(", idle_timeout: 1s")))
        connection = self.connect_to(("127.0.0.1", self.syslog))
        connection.sendall(LINE)  # without an end, which the close makes good
        self.assertEqual(connection.recv(1), b"")
        metrics = self.lines(running, 1)
        self.assertEqual(self.dropped(metrics, "idle_timeout"), 1)

    def test_wrong_counts_are_counted_and_the_rest_is_read(self):
        running = self.start(self.only(self.source()))
        good = b"%d %s" % (len(LINE), LINE)
        with self.connect_to(("127.0.0.1", self.syslog)) as connection:
            connection.sendall(good + b"%d %s" % (len(LINE) - 5, LINE) + good + b"%d %s" % (len(LINE) + 9, LINE) + good * 3)
        # Of the second pair of wrong and right, the right one is torn: its begin went with the frame before.
        lines = 1 + 2 + 1 + 2 + 2
        metrics = running.until_metrics(lambda m: m.get("ikewatch_source_lines_total", source="s") >= lines, "every line")
        self.assertEqual(metrics.get("ikewatch_source_lines_total", source="s"), lines)
        self.assertEqual(metrics.get("ikewatch_source_malformed_total", source="s"), 2)

    def test_logger_with_octet_counts_and_with_lines(self):
        logger = shutil.which("logger")
        if not logger:
            self.skipTest("no logger on this host")
        running = self.start(self.only(self.source()))
        call = [logger, "--server", "127.0.0.1", "--port", str(self.syslog), "--tcp", "--tag", "racoon"]
        for count, more in enumerate((["--octet-count"], [], ["--octet-count", "--rfc3164"], ["--rfc3164"]), 1):
            subprocess.run([*call, *more, f"INFO: initiate new phase 1 negotiation: 192.0.2.1[500]<=>198.51.100.{count}[500]"], check=True, timeout=20)
            self.lines(running, count)
        metrics = running.metrics()
        self.assertEqual(metrics.get("ikewatch_source_malformed_total", source="s"), 0)
        self.assertEqual(metrics.get("ikewatch_events_total", dialect="racoon", event="phase1_started"), 4)


if __name__ == "__main__":
    program.main()
