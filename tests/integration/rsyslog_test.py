"""The real rsyslog as the sender, over every transport that it has: what it was given arrives, once and whole."""
import os
import shutil
import signal
import socket
import subprocess

import certificates
import daemon
import program
import story
from program import until

RSYSLOG = shutil.which("rsyslogd") or next((path for path in ("/usr/sbin/rsyslogd",) if os.access(path, os.X_OK)), None)
MODULES = "/usr/lib/x86_64-linux-gnu/rsyslog", "/usr/lib/aarch64-linux-gnu/rsyslog", "/usr/lib64/rsyslog", "/usr/lib/rsyslog"
PEER = story.PEER


def has_driver(name):
    return any(os.path.exists(f"{folder}/lmnsd_{name}.so") for folder in MODULES)


class Sender:
    """An rsyslogd of the test's own: a unix socket in, one forwarding action out."""

    def __init__(self, case, action, more=""):
        self.folder = case.folder / "rsyslog"
        self.folder.mkdir(exist_ok=True)
        self.socket = self.folder / "in.sock"
        self.log = self.folder / "said.log"
        config = self.folder / "rsyslog.conf"
        self.own_words = self.folder / "own.log"
        config.write_text(f"""global(workDirectory="{self.folder}" processInternalMessages="on" {more})
module(load="imuxsock" SysSock.Use="off")
syslog.* {self.own_words}
& stop
input(type="imuxsock" Socket="{self.socket}" RateLimit.Interval="0" UseSpecialParser="off" ParseHostname="on")
action(type="omfwd" target="127.0.0.1" action.resumeRetryCount="-1" action.resumeInterval="1" {action})
""")
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen([RSYSLOG, "-n", "-f", config, "-i", self.folder / "pid"], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        case.addCleanup(self.end)
        until(self.is_listening, 20, "the socket of rsyslogd")

    def is_listening(self):
        if self.process.poll() is not None:
            raise AssertionError(f"rsyslogd ended: {self.log.read_text()}")
        return self.socket.exists()

    def give(self, lines):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.connect(str(self.socket))
            for line in lines:
                out.send(line)

    def says(self):
        return self.own_words.read_text(errors="replace") if self.own_words.exists() else ""

    def sent_again(self):
        """Syslog over a stream has no acknowledgement: a sender whose connection broke sends all that it is not sure of again."""
        return any(word in self.says() for word in ("suspended", "resumed", "TCPSendBuf error"))

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@program.unittest.skipUnless(RSYSLOG, "no rsyslogd on this host")
class Rsyslog(daemon.Case):
    def setUp(self):
        super().setUp()
        self.tls = daemon.free_port()
        self.authority = certificates.Authority(self.folder)
        self.server = self.authority.issue("server")
        self.client = self.authority.issue("sender", "DNS:relay.example.net")

    def source(self, names="relay.example.net"):
        return (f'  - {{name: tls, type: syslog, listen: "tls://127.0.0.1:{self.tls}", tls: {{certificate: {self.server.certificate}, '
                f"key: {self.server.key}, client_ca: {self.authority.certificate}, allowed_names: [{names}]}}}}\n")

    def lines(self, count=500):
        """The story among many lines that nobody needs; each with its number, so that none is the other."""
        noise = [f"<30>{story.bsd(story.BEGIN)} edge-1 racoon: DEBUG: line {number} of {count} {'x' * (number % 300)}".encode() for number in range(count)]
        return noise[:count // 2] + [b"<30>" + line for line in story.rfc3164().splitlines()] + noise[count // 2:]

    def try_transport(self, source, action, more=""):
        running = self.start(self.configure(sources=self.source()))
        lines = self.lines()
        sender = Sender(self, action, more)
        sender.give(lines)
        metrics = running.until_metrics(lambda m: m.get("ikewatch_source_lines_total", source=source) >= len(lines), f"{len(lines)} lines", 30)
        once = not sender.sent_again()
        story_of_both = f"{metrics.text}\nthe sender: {sender.says()}\nthe daemon: {running.said()}"
        if once:
            self.assertEqual(metrics.get("ikewatch_source_lines_total", source=source), len(lines), story_of_both)
        self.assertEqual(metrics.get("ikewatch_source_malformed_total", source=source), 0)
        self.assertEqual(metrics.total("ikewatch_source_dropped_total", source=source), 0)
        self.assertEqual(metrics.state("edge-1", "branch-lyon"), "up")
        failures = metrics.total("ikewatch_negotiation_failures_total", cause="psk_missing")
        self.assertTrue(failures == 1 if once else failures >= 1, failures)
        return running

    def test_udp(self):
        self.try_transport("udp", f'port="{self.syslog}" protocol="udp"')

    def test_tcp_in_lines(self):
        self.try_transport("tcp", f'port="{self.syslog}" protocol="tcp" TCP_Framing="traditional"')

    def test_tcp_with_octet_counts(self):
        self.try_transport("tcp", f'port="{self.syslog}" protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"')

    def driver(self, name):
        if not has_driver(name):
            self.skipTest(f"rsyslog has no driver {name} here")
        action = (f'port="{self.tls}" protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format" StreamDriver="{name}" '
                  'StreamDriverMode="1" StreamDriverAuthMode="x509/name" StreamDriverPermittedPeers="localhost"')
        more = (f'DefaultNetstreamDriverCAFile="{self.authority.certificate}" DefaultNetstreamDriverCertFile="{self.client.certificate}" '
                f'DefaultNetstreamDriverKeyFile="{self.client.key}"')
        return action, more

    def test_tls_by_openssl(self):
        self.try_transport("tls", *self.driver("ossl"))

    def test_tls_by_gnutls(self):
        self.try_transport("tls", *self.driver("gtls"))

    @staticmethod
    def stands_still():
        """True once the count of lines was the same for a hundred scrapes."""
        seen = {"count": -1, "times": 0}
        def same(metrics):
            count = metrics.get("ikewatch_source_lines_total", source="tls")
            seen.update(count=count, times=seen["times"] + 1 if count == seen["count"] else 0)
            return seen["times"] >= 100
        return same

    def test_tls_connection_outlives_a_reload_and_a_refused_sender_comes_in_later(self):
        action, more = self.driver("ossl")
        running = self.start(self.configure(sources=self.source("other.example.net")))
        sender = Sender(self, action, more)
        lines = self.lines(20)
        sender.give(lines)
        running.until_metrics(lambda m: m.get("ikewatch_source_dropped_total", source="tls", reason="unauthorised") >= 1, "a refused sender", 30)
        self.assertEqual(running.metrics().get("ikewatch_source_lines_total", source="tls"), 0)
        self.configure(sources=self.source("relay.example.net"))
        running.send_signal(signal.SIGHUP)
        def arrives():
            sender.give(lines[:1])  # in TLS 1.3 a sender takes lines for sent that the far end has refused unread
            return running.metrics().get("ikewatch_source_lines_total", source="tls") > 0
        until(arrives, 60, "the sender")
        running.until_metrics(self.stands_still(), "the end of what was on the way", 30)
        before = running.metrics().get("ikewatch_source_lines_total", source="tls")
        said = len(running.said())
        running.send_signal(signal.SIGHUP)
        until(lambda: "configuration reloaded" in running.said()[said:], 10, "the second reload")
        sender.give(lines)
        running.until_metrics(lambda m: m.get("ikewatch_source_lines_total", source="tls") >= before + len(lines), "what came after the reload", 30)


if __name__ == "__main__":
    program.main()
