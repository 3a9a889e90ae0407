"""Alerts of the running daemon at real receivers: an HTTPS server that misbehaves, and Debian's Alertmanager."""
import contextlib
import json
import shutil
import signal
import sqlite3
import subprocess
import time
import unittest
import urllib.request

import daemon
import program
import receiver
from program import until

PEER = "198.51.100.7"
KEY = "whsec_" + "c2VjcmV0LW9mLXRoZS10ZXN0LXdoaWNoLW5vYm9keS1wcmludHM="
OTHER_KEY = "whsec_" + "YW5vdGhlci1zZWNyZXQtb2YtdGhlLXRlc3QtZm9yLXJvdGF0aW9u"
WAIT = 30 * program.PATIENCE
ALERTS = """alerts:
  - {name: TunnelDown, when: {state: [failed, down]}, severity: critical}
"""


def lines(*texts):
    stamp = time.strftime("%b %e %H:%M:%S")
    return "".join(f"{stamp} edge-1 racoon: {text}\n" for text in texts).encode()


def fails(peer=PEER):
    return lines(f"INFO: respond new phase 1 negotiation: 192.0.2.1[500]<=>{peer}[500]", "INFO: begin Identity Protection mode.",
                 f"[{peer}] ERROR: couldn't find the pskey for {peer}.", f"[{peer}] ERROR: phase1 negotiation failed.")


def comes_up(peer=PEER, number=1):
    return lines(f"INFO: initiate new phase 1 negotiation: 192.0.2.1[500]<=>{peer}[500]", "INFO: begin Identity Protection mode.",
                 f"INFO: ISAKMP-SA established 192.0.2.1[500]-{peer}[500] spi:{number:016x}:{number + 99:016x}",
                 f"INFO: initiate new phase 2 negotiation: 192.0.2.1[500]<=>{peer}[500]",
                 f"INFO: IPsec-SA established: ESP/Tunnel 192.0.2.1[500]->{peer}[500] spi={1000 + number}(0x{1000 + number:x})",
                 f"INFO: IPsec-SA established: ESP/Tunnel 192.0.2.1[500]->{peer}[500] spi={2000 + number}(0x{2000 + number:x})")


class Case(daemon.Case):
    def setUp(self):
        super().setUp()
        receiver.certificates(self.folder)
        self.secret = self.write("secret", (KEY + "\n").encode())

    def serve(self, **options):
        server = receiver.Receiver(**options)
        self.addCleanup(server.close)
        return server

    def webhook(self, server, name="ops", timeout="15s"):
        return (f"  - {{name: {name}, type: webhook, url: \"{server.url()}\", secret_file: {self.secret}, "
                f"tls: {{ca: {self.folder}/ca.pem}}, timeout: {timeout}}}\n")

    def watch(self, receivers, alerts=ALERTS):
        """A daemon whose sources have caught up."""
        self.configure(extra=alerts + "receivers:\n" + receivers)
        started = self.start(self.folder / "ikewatch.yaml")
        ticks = started.metrics().total("process_cpu_seconds_total")  # any scrape will do: it answers
        self.assertGreaterEqual(ticks, 0)
        until(lambda: not any((alert["held"] or {}).get("why") == "grace" for alert in started.get("/api/v1/alerts").json()), WAIT, "grace")
        return started


class Webhook(Case):
    def test_fires_and_is_over_signed_both_times(self):
        server = self.serve(folder=self.folder)
        watching = self.watch(self.webhook(server))
        self.append(fails())
        path, headers, body, _ = server.wait(1, WAIT)[0]
        self.assertEqual(path, "/hook")
        self.assertTrue(receiver.signature_fits(headers, body, KEY))
        event = json.loads(body)
        self.assertEqual(event["type"], "alert.firing")
        data = event["data"]
        self.assertEqual([data[name] for name in ("alertname", "gateway", "tunnel", "severity", "cause", "side")],
                         ["TunnelDown", "edge-1", "branch-lyon", "critical", "psk_missing", "local"])
        self.assertTrue(data["checks"] and data["summary"] and data["description"])
        self.append(comes_up())
        _, headers, body, _ = server.wait(2, WAIT)[1]
        self.assertTrue(receiver.signature_fits(headers, body, KEY))
        over = json.loads(body)
        self.assertEqual(over["type"], "alert.resolved")
        self.assertEqual(over["data"]["id"], data["id"])
        metrics = watching.until_metrics(lambda m: m.get("ikewatch_notifications_pending", receiver="ops") == 0, "the answer")
        self.assertEqual(metrics.get("ikewatch_notifications_total", receiver="ops"), 2)
        self.assertEqual(metrics.get("ikewatch_alerts", alert="TunnelDown", severity="critical"), 0)

    def test_tries_again_with_the_same_id(self):
        server = self.serve(folder=self.folder, script=[503])
        self.watch(self.webhook(server))
        self.append(fails())
        first, second = server.wait(2, WAIT)[:2]
        self.assertEqual(first[1]["webhook-id"], second[1]["webhook-id"])
        self.assertEqual(first[2], second[2])
        self.assertTrue(receiver.signature_fits(second[1], second[2], KEY))

    def test_hanging_receiver_delays_no_other(self):
        hangs, works = self.serve(folder=self.folder, script=["hang"] * 50), self.serve(folder=self.folder)
        watching = self.watch(self.webhook(hangs, "hangs", "1s") + self.webhook(works, "works"))
        self.append(fails())
        works.wait(1, WAIT)
        watching.until_metrics(lambda m: m.get("ikewatch_notification_failures_total", receiver="hangs", reason="timeout") == 1, "time-out", WAIT)

    def test_redirects_are_not_followed(self):
        target = self.serve(folder=self.folder)
        server = self.serve(folder=self.folder, script=[(302, {"Location": target.url()})])
        watching = self.watch(self.webhook(server))
        self.append(fails())
        watching.until_metrics(lambda m: m.get("ikewatch_notification_failures_total", receiver="ops", reason="redirect") == 1, "redirect", WAIT)
        self.assertEqual(target.requests, [])

    def test_gone_disables_until_the_reload(self):
        server = self.serve(folder=self.folder, script=[410])
        watching = self.watch(self.webhook(server))
        self.append(fails())
        watching.until_metrics(lambda m: m.get("ikewatch_notification_failures_total", receiver="ops", reason="gone") == 1, "gone", WAIT)
        watching.send_signal(signal.SIGHUP)
        server.wait(2, WAIT)  # what fires still is told to a receiver that is there again

    def test_retry_after_is_honoured(self):
        server = self.serve(folder=self.folder, script=[(429, {"Retry-After": "9"})])
        self.watch(self.webhook(server))
        self.append(fails())
        server.wait(1, WAIT)
        begun = time.monotonic()
        server.wait(2, WAIT)
        self.assertGreater(time.monotonic() - begun, 7, "the first pause of our own is six seconds at most")

    def test_unknown_certificate_is_refused(self):
        server = self.serve(folder=self.folder)
        watching = self.watch(self.webhook(server).replace(f"tls: {{ca: {self.folder}/ca.pem}}, ", ""))
        self.append(fails())
        watching.until_metrics(lambda m: m.get("ikewatch_notification_failures_total", receiver="ops", reason="tls") == 1, "refusal", WAIT)
        self.assertEqual(server.requests, [])

    def test_shows_its_certificate_to_a_receiver_that_asks(self):
        server = self.serve(folder=self.folder, client_ca=self.folder / "ca.pem")
        ours = f"tls: {{ca: {self.folder}/ca.pem, certificate: {self.folder}/client.pem, key: {self.folder}/client.key}}"
        self.watch(self.webhook(server).replace(f"tls: {{ca: {self.folder}/ca.pem}}", ours))
        self.append(fails())
        server.wait(1, WAIT)

    def test_secret_is_read_anew_at_reload(self):
        server = self.serve(folder=self.folder)
        watching = self.watch(self.webhook(server))
        self.append(fails())
        server.wait(1, WAIT)
        self.write("secret", (OTHER_KEY + "\n" + KEY + "\n").encode())
        before = watching.metrics().get("ikewatch_config_last_reload_success_timestamp_seconds")
        watching.send_signal(signal.SIGHUP)
        watching.until_metrics(lambda m: m.get("ikewatch_config_last_reload_success_timestamp_seconds") > before, "the reload")
        self.append(comes_up())
        _, headers, body, _ = server.wait(2, WAIT)[1]
        self.assertTrue(receiver.signature_fits(headers, body, OTHER_KEY) and receiver.signature_fits(headers, body, KEY))


class Many(Case):
    TUNNELS = 34000

    @staticmethod
    def of_a_router(text):
        return f"{time.strftime('%b %e %H:%M:%S')} edge-1 77: {text}\n".encode()

    def test_go_down_at_once_and_none_is_overlooked(self):
        """More changes at once than the engine keeps: the alert is on the one whose change is the oldest."""
        peers = [f"198.18.{i // 250}.{i % 250 + 1}" for i in range(self.TUNNELS)]
        only_first = "alerts:\n  - {name: FirstDown, when: {state: [failed, down], tunnel: 198.18.0.1}, for: 0s, severity: critical}\n"
        server = self.serve()
        self.configure(extra=f"limits: {{tunnels: {self.TUNNELS}}}\n{only_first}receivers:\n{self.webhook(server)}", tunnels=())
        watching = self.start(self.folder / "ikewatch.yaml")
        self.append(b"".join(self.of_a_router(f"%CRYPTO-5-SESSION_STATUS: Crypto tunnel is UP  .  Peer {peer}:500      Id: {peer}") for peer in peers))
        last = f"/api/v1/tunnels/edge-1/{peers[-1]}"
        until(lambda: watching.get(last).status == 200 and watching.get(last).json()["state"] == "up", 4 * WAIT, "the last one is up")
        # Down, and with a cause: two changes for each.
        self.append(self.of_a_router("%CRYPTO-6-ISAKMP_ON_OFF: ISAKMP is OFF"))
        server.wait(1, 4 * WAIT)


class Secrets(Case):
    def test_none_is_ever_told(self):
        """Every kind of receiver, working and failing."""
        words = {name: f"TOPSECRET-{name}" for name in ("am", "slack", "pagerduty", "template")}
        for name, word in words.items():
            self.write(f"{name}.secret", word.encode())
        works, refuses = self.serve(), self.serve(script=[500, 401, 302, 429, 410] * 20)
        self.write("slack.secret", works.url("/" + words["slack"]).encode())
        self.write("broken.secret", b"https://user:TOPSECRET-url@hooks.example/")
        self.write("nokey.secret", b"whsec_TOPSECRET!!")
        receivers = ""
        for server, mark in ((works, "a"), (refuses, "b")):
            receivers += f"""  - {{name: am-{mark}, type: alertmanager, urls: ["{server.url('')}"], secret_file: {self.folder}/am.secret}}
  - {{name: pd-{mark}, type: pagerduty, url: "{server.url()}", secret_file: {self.folder}/pagerduty.secret}}
  - {{name: tpl-{mark}, type: template, url: "{server.url()}", secret_file: {self.folder}/template.secret, headers: ["Authorization: Key {{secret}}"], body: "{{headline}}"}}
"""
        receivers += f"""  - {{name: slack-a, type: slack, secret_file: {self.folder}/slack.secret}}
  - {{name: slack-b, type: slack, secret_file: {self.folder}/broken.secret}}
  - {{name: hook-b, type: webhook, url: "{works.url()}", secret_file: {self.folder}/nokey.secret}}
  - {{name: gone, type: webhook, url: "http://127.0.0.1:9/", secret_file: {self.folder}/am.secret}}
  - {{name: none, type: pagerduty, secret_file: {self.folder}/not-there}}
"""
        watching = self.watch(receivers)
        self.append(fails())
        works.wait(4, WAIT)
        refuses.wait(3, WAIT)
        sent = b"".join(path.encode() + str(headers).encode() + body for path, headers, body, _ in works.requests)
        for word in words.values():
            self.assertIn(word.encode(), sent, "it does reach the receiver")
        watching.until_metrics(lambda m: m.get("ikewatch_notification_failures_total", receiver="slack-b", reason="secret"), "refusal", WAIT)
        said = watching.said()
        for path in ("/metrics", "/api/v1/alerts", "/api/v1/tunnels", "/"):
            said += watching.get(path).body.decode()
        watching.end()
        said += watching.said()
        for file in self.state.iterdir():
            said += file.read_bytes().decode("utf-8", "replace")
        self.assertNotIn("TOPSECRET", said)


@unittest.skipUnless(shutil.which("prometheus-alertmanager"), "prometheus-alertmanager is not installed")
class Alertmanager(Case):
    def setUp(self):
        super().setUp()
        self.am_port = daemon.free_port()
        config = self.write("am.yml", b"route: {receiver: nobody, group_by: [gateway], group_wait: 0s}\nreceivers: [{name: nobody}]\n")
        with open(self.folder / "am.log", "ab") as log:
            self.am = subprocess.Popen(["prometheus-alertmanager", f"--config.file={config}", f"--storage.path={self.folder}/am",
                                        f"--web.listen-address=127.0.0.1:{self.am_port}", "--cluster.listen-address="],
                                       stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.addCleanup(self.stop_am)
        until(lambda: self.am_get("/-/ready") is not None, WAIT, "Alertmanager")

    def stop_am(self):
        self.am.kill()
        self.am.wait()

    def am_get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.am_port}{path}", timeout=10) as answer:
                return answer.read()
        except OSError:
            return None

    def alerts(self):
        """What fires there now: name and tunnel."""
        found = json.loads(self.am_get("/api/v2/alerts") or b"[]")
        return {(alert["labels"]["alertname"], alert["labels"]["tunnel"]): alert for alert in found}

    def receivers(self):
        # The first instance is not there: it must not keep the second one from hearing.
        return f'  - {{name: am, type: alertmanager, urls: ["http://127.0.0.1:9", "http://127.0.0.1:{self.am_port}"]}}\n'

    def test_firing_grouped_resolved(self):
        self.configure((("branch-lyon", PEER), ("branch-oslo", "203.0.113.9")), ALERTS + "receivers:\n" + self.receivers())
        self.start(self.folder / "ikewatch.yaml")
        self.append(fails())
        alert = until(lambda: self.alerts().get(("TunnelDown", "branch-lyon")), WAIT, "the alert")
        self.assertEqual(alert["labels"], {"alertname": "TunnelDown", "gateway": "edge-1", "tunnel": "branch-lyon", "severity": "critical"})
        self.assertEqual(alert["annotations"]["cause"], "psk_missing")
        self.append(fails("203.0.113.9"))
        until(lambda: len(self.alerts()) == 2, WAIT, "the other alert")
        groups = json.loads(self.am_get("/api/v2/alerts/groups"))
        self.assertEqual([(group["labels"], len(group["alerts"])) for group in groups], [({"gateway": "edge-1"}, 2)])
        self.append(comes_up() + comes_up("203.0.113.9", 2))
        until(lambda: not self.alerts(), WAIT, "the end of both")

    def saved_alerts(self):
        """What the store holds of alerts at this moment."""
        database = self.state / "ikewatch.db"
        if not database.exists():
            return b""
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as store:
            try:
                row = store.execute("SELECT memory FROM parts WHERE name = 'alerts'").fetchone()
            except sqlite3.OperationalError:  # not made yet
                return b""
        return bytes(row[0]) if row else b""

    def test_resolved_after_a_kill_between_the_two(self):
        config = self.configure(extra=ALERTS + "receivers:\n" + self.receivers())
        watching = self.start(config)
        self.append(fails())
        until(lambda: self.alerts(), WAIT, "the alert")
        until(lambda: b'"told":1' in self.saved_alerts() and b'"am"' in self.saved_alerts(), WAIT, "the save")
        watching.kill()
        self.append(comes_up())
        self.start(config)
        until(lambda: not self.alerts(), WAIT, "the end")


if __name__ == "__main__":
    program.main()
