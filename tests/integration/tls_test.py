"""Syslog over TLS (RFC 5425) from outside: who is let in, who is not, and what a reload does to either."""
import contextlib
import re
import shutil
import signal
import socket
import ssl
import warnings

import certificates
import daemon
import program
from program import until

LINE = "<30>Nov 20 10:00:00 gw-b racoon: INFO: begin Identity Protection mode."


def frame(text=LINE):
    return f"{len(text)} {text}".encode()


class Tls(daemon.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.store = program.pathlib.Path(program.tempfile.mkdtemp(prefix="ikewatch-tls-"))
        cls.addClassCleanup(shutil.rmtree, cls.store, ignore_errors=True)
        cls.ca = certificates.Authority(cls.store)
        cls.server = cls.ca.issue("server")

    def setUp(self):
        super().setUp()
        self.tls = daemon.free_port()

    def source(self, more="", server=None, tls=""):
        server = server or self.server
        return (f'  - {{name: tls, type: syslog, listen: "tls://127.0.0.1:{self.tls}"{more}, tls: {{certificate: {server.certificate}, '
                f"key: {server.key}{tls}}}}}\n")

    def run_with(self, *arguments, **named):
        return self.start(self.configure(sources=self.source(*arguments, **named)))

    def asking(self, more=""):
        """The keys with which clients are asked for a certificate."""
        return f", client_ca: {self.ca.certificate}{more}"

    def plain(self, address="127.0.0.1"):
        connection = socket.create_connection(("127.0.0.1", self.tls), timeout=20 * program.PATIENCE, source_address=(address, 0))
        self.addCleanup(connection.close)
        return connection

    def connect(self, pair=None, context=None, **versions):
        context = context or certificates.client(self.ca, pair, **versions)
        connection = context.wrap_socket(self.plain(), server_hostname="localhost")
        self.addCleanup(connection.close)
        return connection

    def lines(self, running, count):
        return running.until_metrics(lambda m: m.get("ikewatch_source_lines_total", source="tls") == count, f"{count} lines over TLS")

    def until_dropped(self, running, reason, count=1):
        def has(metrics):
            return metrics.get("ikewatch_source_dropped_total", source="tls", reason=reason) == count
        return running.until_metrics(has, f"{count} {reason}", 30)

    def assert_refused(self, pair=None, **versions):
        """In TLS 1.3 the client has finished before the server has judged it: what is refused shows when it reads."""
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            connection = self.connect(pair, **versions)
            connection.sendall(frame())
            if connection.recv(1) == b"":
                raise ConnectionError("closed")


class Receiving(Tls):
    def test_every_version_from_1_2_on_and_both_framings(self):
        running = self.run_with()
        for count, version in enumerate((ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3), 1):
            with self.connect(oldest=version, newest=version) as connection:
                connection.sendall(frame() + LINE.encode() + b"\n" + frame())
            self.lines(running, 3 * count)
        metrics = running.metrics()
        self.assertEqual(metrics.get("ikewatch_source_malformed_total", source="tls"), 0)
        self.assertEqual(metrics.total("ikewatch_source_dropped_total", source="tls"), 0)

    def test_large_bursts_and_single_bytes(self):
        running = self.run_with()
        with self.connect() as connection:
            connection.sendall(frame() * 20_000)  # over many records
            for byte in frame() * 3:
                connection.sendall(bytes([byte]))
            self.lines(running, 20_003)

    def test_older_versions_are_refused(self):
        running = self.run_with(tls=", minimum: 1.3")
        self.assert_refused(newest=ssl.TLSVersion.TLSv1_2)
        self.until_dropped(running, "handshake_failed")
        with warnings.catch_warnings(), self.subTest("TLS 1.1"):
            warnings.simplefilter("ignore", DeprecationWarning)
            self.assert_refused(oldest=ssl.TLSVersion.TLSv1_1, newest=ssl.TLSVersion.TLSv1_1)
        self.until_dropped(running, "handshake_failed", 2)
        with self.connect() as connection:
            connection.sendall(frame())
            self.lines(running, 1)

    def test_tls_1_1_is_refused_by_default(self):
        running = self.run_with()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            self.assert_refused(oldest=ssl.TLSVersion.TLSv1_1, newest=ssl.TLSVersion.TLSv1_1)
        self.until_dropped(running, "handshake_failed")
        self.assertIn("older than tls.minimum", running.said())

    def test_garbage_does_no_harm(self):
        running = self.run_with()
        for count, garbage in enumerate((LINE.encode() + b"\n", b"GET / HTTP/1.0\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"\xff" * 70_000, b"\0" * 5000), 1):
            with contextlib.suppress(OSError):
                connection = self.plain()
                connection.sendall(garbage)
                connection.shutdown(socket.SHUT_WR)
                connection.recv(1000)
            self.until_dropped(running, "handshake_failed", count)
        self.plain().close()  # whoever says nothing is a probe of some monitoring, and no failure
        with self.connect() as connection:
            connection.sendall(frame())
            self.lines(running, 1)
        self.assertEqual(running.metrics().get("ikewatch_source_dropped_total", source="tls", reason="handshake_failed"), 4)
        self.assertRegex(running.said(), r"source 'tls': connection of 127\.0\.0\.1 closed: no TLS came about")

    def test_silent_handshakes_time_out(self):
        running = self.run_with(tls=", handshake_timeout: 1s")
        connections = [self.plain() for _ in range(20)]
        connections[0].sendall(b"\x16\x03\x01\x02")  # the begin of a hello, and no more
        for connection in connections:
            self.assertEqual(connection.recv(1), b"")
        self.until_dropped(running, "handshake_failed", 20)


class Clients(Tls):
    def test_certificate_is_required(self):
        running = self.run_with(tls=self.asking())
        self.assert_refused()
        self.until_dropped(running, "unauthorised")
        self.assertIn("shows no certificate", running.said())
        with self.connect(self.ca.issue("sender")) as connection:
            connection.sendall(frame())
            self.lines(running, 1)

    def test_strangers_and_expired_ones_are_refused(self):
        running = self.run_with(tls=self.asking())
        stranger = certificates.Authority(self.folder, "stranger").issue("stranger-sender")
        self.assert_refused(stranger)
        self.until_dropped(running, "unauthorised")
        self.assert_refused(self.ca.issue("expired", days=-1))
        self.until_dropped(running, "unauthorised", 2)
        self.assert_refused(stranger, newest=ssl.TLSVersion.TLSv1_2)
        self.until_dropped(running, "unauthorised", 3)
        self.assertEqual(running.metrics().get("ikewatch_source_lines_total", source="tls"), 0)

    def test_optional_certificate_must_be_good_where_there_is_one(self):
        running = self.run_with(tls=self.asking(", client_auth: optional"))
        with self.connect() as connection:
            connection.sendall(frame())
            self.lines(running, 1)
        self.assert_refused(self.ca.issue("expired-too", days=-1))
        self.until_dropped(running, "unauthorised")

    def test_only_allowed_names(self):
        running = self.run_with(tls=self.asking(', allowed_names: ["*.vpn.example.net", rtr1.example.net, 192.0.2.7, old.example.net]'))
        good = [("a", "DNS:other.example.net,DNS:RTR1.example.net", "x"), ("b", "DNS:par.vpn.example.net", "x"), ("c", "IP:192.0.2.7", "x"),
                ("d", "", "old.example.net")]
        bad = [("e", "DNS:rtr2.example.net", "rtr1.example.net"), ("f", "DNS:a.b.vpn.example.net", "x"), ("g", "IP:192.0.2.8", "x"),
               ("h", "email:x@example.net", "old.example.net"), ("i", "DNS:vpn.example.net", "x")]
        for count, (name, alternative, common) in enumerate(good, 1):
            with self.subTest(alternative or common), self.connect(self.ca.issue(name, alternative, common=common)) as connection:
                connection.sendall(frame())
                self.lines(running, count)
        for count, (name, alternative, common) in enumerate(bad, 1):
            with self.subTest(alternative):
                self.assert_refused(self.ca.issue(name, alternative, common=common))
                self.until_dropped(running, "unauthorised", count)
        self.assertIn("no name that tls.allowed_names lists", running.said())

    def test_own_certificate_of_a_sender_may_be_the_authority(self):
        own = self.ca.issue("pinned")
        running = self.run_with(tls=f", client_ca: {own.certificate}")
        with self.connect(own) as connection:
            connection.sendall(frame())
            self.lines(running, 1)
        self.assert_refused(self.ca.issue("not-pinned"))


class Reload(Tls):
    def setUp(self):
        super().setUp()
        self.pair = certificates.Pair(self.folder / "live.pem", self.folder / "live.key")
        self.install(self.server)
        self.running = self.run_with(server=self.pair)

    def install(self, pair):
        shutil.copy(pair.certificate, self.pair.certificate)
        shutil.copy(pair.key, self.pair.key)

    def serial(self):
        with self.connect() as connection:
            return connection.getpeercert()["serialNumber"]

    def reload(self, successful):
        said = len(self.running.said())
        self.running.send_signal(signal.SIGHUP)
        words = "configuration reloaded" if successful else "reload refused"
        until(lambda: words in self.running.said()[said:], 10, words)
        return self.running.said()[said:]

    def test_new_certificate_for_new_connections_and_old_ones_go_on(self):
        first = self.serial()
        with self.connect() as old:
            old.sendall(frame())
            self.install(self.ca.issue("second"))
            self.assertEqual(self.serial(), first)
            self.reload(True)
            self.assertNotEqual(self.serial(), first)
            old.sendall(frame())
            self.lines(self.running, 2)

    def test_broken_one_is_refused_and_the_former_stays(self):
        first = self.serial()
        other = self.ca.issue("third")
        shutil.copy(other.certificate, self.pair.certificate)  # and not its key
        said = self.reload(False)
        self.assertRegex(said, rf"ikewatch\.yaml:\d+:\d+: {re.escape(str(self.pair.key))} is not the key of the first certificate")
        self.assertEqual(self.serial(), first)
        self.assertEqual(self.running.metrics().get("ikewatch_config_last_reload_successful"), 0)
        shutil.copy(other.key, self.pair.key)
        self.reload(True)
        self.assertNotEqual(self.serial(), first)

    def test_authority_is_exchanged_too(self):
        other = certificates.Authority(self.folder, "other-ca")
        anchor = self.folder / "anchor.pem"
        shutil.copy(self.ca.certificate, anchor)
        self.configure(sources=self.source(server=self.pair, tls=f", client_ca: {anchor}"))
        self.reload(True)
        sender = other.issue("other-sender")
        self.assert_refused(sender)
        shutil.copy(other.certificate, anchor)
        self.reload(True)
        with self.connect(sender) as connection:
            connection.sendall(frame())
            self.lines(self.running, 1)


class Check(Tls):
    def complaint(self, server, words, tls="", status=1):
        config = self.configure(sources=self.source(server=server, tls=tls))
        outcome = program.run("check", "--config", config)
        self.assert_one_complaint(outcome, status, f"{config}:7:", words)
        column = int(outcome.complaints[0].split(":")[3])
        line = config.read_text(encoding="utf-8").splitlines()[6]
        return line[column - 1:].split(",")[0].rstrip("}")

    def pair(self, certificate=None, key=None):
        return certificates.Pair(certificate or self.server.certificate, key or self.server.key)

    def test_every_bad_file_is_named_with_its_place(self):
        other = self.ca.issue("check-other")
        der = self.folder / "server.der"
        certificates.openssl("x509", "-in", self.server.certificate, "-outform", "DER", "-out", der)
        locked = self.folder / "locked.key"
        certificates.openssl("pkey", "-in", self.server.key, "-aes256", "-passout", "pass:x", "-out", locked)
        damaged = self.write("damaged.pem", self.server.certificate.read_bytes().replace(b"\nMII", b"\nMIX", 1))
        missing, folder = self.folder / "missing.pem", self.folder
        for path, words in ((missing, "No such file"), (der, "holds no certificate in PEM form"), (damaged, "is damaged"),
                            (folder, "is not a regular file"), (self.write("empty.pem", b""), "holds no certificate")):
            with self.subTest(words):
                self.assertEqual(self.complaint(self.pair(certificate=path), words), str(path))
                self.assertEqual(self.complaint(self.server, words, f", client_ca: {path}"), str(path))
        for path, words in ((missing, "No such file"), (other.key, "is not the key of the first certificate"), (locked, "is encrypted"),
                            (self.server.certificate, "holds no private key in PEM form")):
            with self.subTest(words):
                if path == self.server.certificate:
                    path = self.write("key-is-certificate.pem", path.read_bytes())
                    path.chmod(0o600)
                self.assertEqual(self.complaint(self.pair(key=path), words), str(path))

    def test_expired_and_readable_for_all_are_warnings(self):
        expired = self.ca.issue("check-expired", days=-1)
        self.complaint(expired, "warning: ", status=0)
        key = self.write("open.key", self.server.key.read_bytes())
        key.chmod(0o644)
        self.complaint(self.pair(key=key), "chmod o-r", status=0)
        self.start(self.configure(sources=self.source(server=expired)))

    def test_run_says_the_same(self):
        config = self.configure(sources=self.source(server=self.pair(key=self.ca.issue("run-other").key)))
        outcome = program.run("run", "--config", config)
        self.assert_one_complaint(outcome, 2, f"{config}:7:", "is not the key of the first certificate")


if __name__ == "__main__":
    program.main()
