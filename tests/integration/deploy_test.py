"""The deploy kit: rules, dashboards and configurations against the programs that read them and against a running ikewatch."""
import filecmp
import json
import os
import re
import shutil
import subprocess
import sys
import unittest

import certificates
import daemon
import documents
import gateway_root
import program
import prometheus
import promql
import rsyslog_test
import story
import yaml_core
from program import until

KIT = documents.SOURCE / "deploy"
RULES = [KIT / "prometheus/alerts.yaml", KIT / "prometheus/recording.yaml"]
TESTS = [documents.SOURCE / f"tests/deploy/{name}.test.yaml" for name in ("alerts", "recording")]
BOARDS = [KIT / f"grafana/{name}.json" for name in ("fleet", "tunnel", "ikewatch")]
OF_THE_SCRAPE = {"job", "instance"}  # labels that Prometheus adds
FAILING = "203.0.113.9"


def load(path):
    return yaml_core.load(path.read_bytes())


def rules(path):
    return [rule for group in load(path)["groups"] for rule in group["rules"]]


def panels(board):
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def queries():
    """(where, expression, whether a running ikewatch with a few tunnels must give a result)"""
    for path in BOARDS:
        board = json.loads(path.read_text(encoding="utf-8"))
        for panel in panels(board):
            for target in panel["targets"]:
                yield f"{path.name}: {panel['title']} {target['refId']}", target["expr"], True
        for variable in board["templating"]["list"]:
            if variable["type"] == "query":
                yield f"{path.name}: ${variable['name']}", re.fullmatch(r"label_values\((.*), \w+\)", variable["definition"])[1], True
    for path in RULES:
        for rule in rules(path):
            yield f"{path.name}: {rule.get('alert') or rule['record']}", rule["expr"], "record" in rule
    for example in documents.of_markdown(documents.SOURCE / "docs/metrics.md"):
        if example.kind == "promql":
            yield example.place, example.text, False


def metric_table(exposition):
    """name -> labels, from docs/metrics.md, which arch.reference_pages compares with the program's own table."""
    found = re.findall(r"^`([a-z_]+)(?:\{([^}]*)\})?`, (\w+)\.", exposition, re.M)
    table = {}
    for name, labels, kind in found:
        names = set(filter(None, labels.split(", ")))
        for suffix in ("_bucket", "_sum", "_count") if kind == "histogram" else ("",):
            table[name + suffix] = names | ({"le"} if suffix == "_bucket" else set())
    return table


class Names(program.Case):
    def test_readme_counts_rightly(self):
        readme = (KIT / "README.md").read_text(encoding="utf-8")
        self.assertIn(f"{len(rules(RULES[0]))} alert rules, {len(rules(RULES[1]))} recording rules", readme)
        folders = {path.name for path in KIT.iterdir() if path.is_dir()} - {"completion", "demo"}
        self.assertEqual({name for name in re.findall(r"^\| \[(\w+)\]\(\1\) \|", readme, re.M)}, folders)

    def test_every_metric_and_label_of_every_query_exists(self):
        table = metric_table((documents.SOURCE / "docs/metrics.md").read_text(encoding="utf-8"))
        self.assertGreater(len(table), 35)
        table["up"] = set()
        count = 0
        for where, expression, _ in queries():
            with self.subTest(where):
                count += 1
                metrics, selecting, grouping = promql.names(expression)
                self.assertTrue(metrics)
                self.assertEqual(metrics - set(table), set())
                known = set().union(*(table[name] for name in metrics)) | OF_THE_SCRAPE
                self.assertEqual((selecting | grouping) - known, set())
        self.assertGreater(count, 100)

    def test_names_are_found_in_an_expression(self):
        self.assertEqual(promql.names('sum by (a, b) (rate(x_total{c="d{e}",f=~"$g"}[5m])) / on (h) group_left (i) y offset 15m > bool 1 or vector(0)'),
                         ({"x_total", "y"}, {"c", "f"}, {"a", "b", "h", "i"}))


@unittest.skipUnless(shutil.which("promtool"), "PROMTOOL IS NOT INSTALLED (Debian package prometheus): the rules were not checked")
class Rules(program.Case):
    def promtool(self, *arguments, cwd=None):
        done = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, timeout=120 * program.PATIENCE, cwd=cwd)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_rules_and_configuration_are_right(self):
        self.promtool("check", "rules", *RULES)
        self.promtool("check", "config", "prometheus.yml", cwd=KIT / "prometheus")

    def test_every_rule_does_what_its_cases_say(self):
        self.assertNotIn("FAILED", self.promtool("test", "rules", *TESTS))

    def test_every_alert_has_a_case_in_which_it_fires_and_one_in_which_nothing_does(self):
        firing, quiet = set(), set()
        for case in load(TESTS[0])["tests"]:
            samples = [sample for test in case["promql_expr_test"] for sample in test["exp_samples"]]
            fired = {name for sample in samples for name in re.findall(r'alertname="(\w+)"', sample["labels"])}
            firing |= fired
            if any(sample["labels"] == "{}" and sample["value"] == 0 for sample in samples):
                quiet |= fired
        names = {rule["alert"] for rule in rules(RULES[0])}
        self.assertEqual((firing, quiet), (names, names))

    def test_every_recording_has_a_case(self):
        asked = " ".join(test["expr"] for case in load(TESTS[1])["tests"] for test in case["promql_expr_test"])
        self.assertEqual([rule["record"] for rule in rules(RULES[1]) if rule["record"] not in asked], [])

    def test_every_alert_says_how_bad_it_is_and_what_to_do(self):
        for rule in rules(RULES[0]):
            with self.subTest(rule["alert"]):
                self.assertRegex(rule["alert"], "^Ikewatch([A-Z][a-z]+)+$")
                self.assertIn(rule["labels"]["severity"], ("critical", "warning", "info"))
                for name in ("summary", "description"):
                    self.assertRegex(rule["annotations"][name], r"\.$")

    @unittest.skipUnless(shutil.which("amtool"), "AMTOOL IS NOT INSTALLED (Debian package prometheus-alertmanager)")
    def test_alertmanager_configuration_is_right_and_names_alerts_that_exist(self):
        path = KIT / "alertmanager/alertmanager.yml"
        done = subprocess.run(["amtool", "check-config", path], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        named = {name for rule in load(path)["inhibit_rules"] for matcher in rule["source_matchers"] + rule["target_matchers"]
                 for name in re.findall(r"Ikewatch\w+", matcher)}
        alerts = {rule["alert"] for rule in rules(RULES[0])}
        self.assertTrue(named)
        self.assertEqual([name for name in named if not any(alert.startswith(name) for alert in alerts)], [])


class Dashboards(program.Case):
    def test_are_what_the_program_beside_them_makes(self):
        subprocess.run([sys.executable, "-B", KIT / "grafana/make-dashboards", self.folder], check=True, timeout=60)
        for path in BOARDS:
            self.assertTrue(filecmp.cmp(path, self.folder / path.name, shallow=False), f"{path.name}: run deploy/grafana/make-dashboards")

    def test_have_panels_that_do_not_overlap_and_what_grafana_needs(self):
        seen = set()
        for path in BOARDS:
            board = json.loads(path.read_text(encoding="utf-8"))
            self.assertNotIn(board["uid"], seen)
            seen.add(board["uid"])
            self.assertEqual(len({panel["id"] for panel in board["panels"]}), len(board["panels"]))
            self.assertGreater(len(panels(board)), 8)
            taken = set()
            for panel in board["panels"]:
                place = panel["gridPos"]
                cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
                self.assertLessEqual(place["x"] + place["w"], 24)
                self.assertEqual(cells & taken, set(), panel["title"])
                taken |= cells
            for panel in panels(board):
                self.assertTrue(panel["title"])
                self.assertTrue(all(target["datasource"] == {"type": "prometheus", "uid": "${datasource}"} for target in panel["targets"]))
            variables = {variable["name"] for variable in board["templating"]["list"]}
            used = set(re.findall(r"\$\{?(\w+)", " ".join(target["expr"] for panel in panels(board) for target in panel["targets"])))
            self.assertEqual(used - variables - {"__rate_interval", "__range"}, set())
            self.assertEqual(variables - used - {"datasource"}, set())


@unittest.skipUnless(prometheus.PROGRAM, "PROMETHEUS IS NOT INSTALLED: no query was asked")
class Live(daemon.Case):
    def speak(self):
        """Once more: a tunnel fails, a stranger knocks, a line that nobody knows."""
        stamp = story.bsd(story.END)
        fails = [f"INFO: initiate new phase 1 negotiation: {story.LOCAL}[500]<=>{FAILING}[500]", f"[{FAILING}] ERROR: couldn't find the pskey for {FAILING}.",
                 f"[{FAILING}] ERROR: phase1 negotiation failed.", f"INFO: respond new phase 1 negotiation: {story.LOCAL}[500]<=>192.0.2.77[500]",
                 "ERROR: nobody ever wrote this"]
        self.append("".join(f"{stamp} edge-1 racoon: {text}\n" for text in fails).encode())

    def test_every_query_is_answered(self):
        extra = ("alerts:\n  - {name: TunnelDown, when: {state: [failed, down]}, severity: critical}\nreceivers:\n"
                 f'  - {{name: ops, type: webhook, url: "http://127.0.0.1:{daemon.free_port()}/"}}\n')
        watching = self.start(self.configure((("branch-lyon", story.PEER), ("branch-metz", FAILING)), extra))
        asked = prometheus.Prometheus(self, self.http, RULES)
        self.append(story.rfc3164())
        self.send(story.datagrams_with_host().splitlines()[0])
        wanted = {where: self.filled(expression) for where, expression, must in queries() if must}
        self.assertGreater(len(wanted), 60)

        def unanswered():
            self.speak()
            for where in [where for where, expression in wanted.items() if asked.query(expression)]:
                del wanted[where]
            return not wanted or None
        try:
            until(unanswered, 120, "a result for every query")
        finally:
            self.assertEqual(wanted, {})
        for where, expression, _ in queries():
            with self.subTest(where):
                asked.query(self.filled(expression))
        broken = [(rule["name"], rule["lastError"]) for rule in asked.rules() if rule["health"] != "ok"]
        self.assertEqual(broken, [])
        self.exposed(watching.metrics())

    def exposed(self, metrics):
        """What the queries that must have a result name is there at the daemon itself."""
        labels = {}
        for name, pairs in metrics.samples:
            labels.setdefault(name, set()).update(label for label, _ in pairs)
        for where, expression, must in queries():
            names, selecting, grouping = promql.names(expression)
            names.discard("up")
            if must:
                self.assertEqual(names - set(labels), set(), where)
                self.assertEqual((selecting | grouping) - OF_THE_SCRAPE - set().union(*(labels[name] for name in names)), set(), where)

    @staticmethod
    def filled(expression):
        """As Grafana fills its variables in."""
        values = {"gateway": "edge-1", "tunnel": "branch-lyon", "instance": ".*", "__rate_interval": "20s", "__range": "5m"}
        if 'tunnel="$tunnel"' in expression and "failures" in expression:
            values["tunnel"] = "branch-metz"
        return re.sub(r"\$(\w+)", lambda found: values[found[1]], expression)


@unittest.skipUnless(rsyslog_test.RSYSLOG, "RSYSLOGD IS NOT INSTALLED: the snippets were not tried")
class Rsyslog(daemon.Case):
    def snippet(self, name, port):
        text = (KIT / f"rsyslog/{name}.conf").read_text(encoding="utf-8")
        text = re.sub(r'target="[^"]*" port="\d+"', f'target="127.0.0.1" port="{port}"', text)
        return text.replace("/etc/rsyslog.d/ikewatch", str(self.folder)).replace('"vpnlog.example.net"', '"localhost"')

    def test_every_snippet_is_right(self):
        found = sorted((KIT / "rsyslog").glob("*.conf"))
        self.assertEqual([path.stem for path in found], ["relay", "tcp", "tls", "udp"])
        for path in found:
            done = subprocess.run([rsyslog_test.RSYSLOG, "-N1", "-f", path], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotRegex(done.stderr, "(?i)error|warn")

    def send_through(self, name, port):
        rsyslog_test.Sender(self, statements=self.snippet(name, port)).give([b"<30>Nov 22 10:00:00 edge-1 sshd[1]: not for ikewatch", *story.datagrams_with_host().splitlines()])

    def arrives(self, running):
        metrics = running.until_up("branch-lyon", len(story.messages()))
        self.assertEqual(metrics.total("ikewatch_source_lines_total"), len(story.messages()))

    def test_udp(self):
        running = self.start()
        self.send_through("udp", self.syslog)
        self.arrives(running)

    def test_tcp(self):
        running = self.start()
        self.send_through("tcp", self.syslog)
        self.arrives(running)

    @unittest.skipUnless(rsyslog_test.has_driver("ossl"), "no OpenSSL driver of rsyslog")
    def test_tls(self):
        authority = certificates.Authority(self.folder)
        server, client, port = authority.issue("server"), authority.issue("this-host", "DNS:edge-1.example.net"), daemon.free_port()
        running = self.start(self.configure(sources=f"""  - name: tls
    type: syslog
    listen: "tls://127.0.0.1:{port}"
    tls: {{certificate: {server.certificate}, key: {server.key}, client_ca: {authority.certificate}, allowed_names: ["*.example.net"]}}
"""))
        self.assertTrue(client.certificate.exists())
        self.send_through("tls", port)
        self.arrives(running)

    def test_relay_passes_on_what_routers_send(self):
        listening = daemon.free_port()
        running = self.start(self.configure(tunnels=(), extra='gateways: [{name: par-rtr1, addresses: [127.0.0.1]}]\n'))
        text = self.snippet("relay", self.syslog).replace('port="10514"', f'port="{listening}"')
        rsyslog_test.Sender(self, statements=text)
        wanted = b"<189>7: Nov 22 10:00:00.345: %CRYPTO-5-SESSION_STATUS: Crypto tunnel is UP  .  Peer 198.51.100.7:500       Id: 198.51.100.7"

        def relayed():
            self.send(b"<189>8: Nov 22 10:00:01.345: %SYS-5-CONFIG_I: Configured from console", wanted, port=listening)
            return running.metrics().total("ikewatch_events_total") or None
        until(relayed, 30, "the line of the router")
        metrics = running.metrics()
        self.assertEqual({dict(pairs)["event"] for (name, pairs), value in metrics.samples.items() if name == "ikewatch_events_total" and value},
                         {"phase2_up"})


class Senders(program.Case):
    """What the README says of levels, against the examples of the rule packs."""

    def examples(self, pattern):
        for path in sorted((documents.SOURCE / "config/rules").glob(pattern)):
            if "apple" not in path.name:
                yield from ((rule, str(example["line"])) for rule in load(path)["rules"] for example in rule["examples"])

    def test_racoon_tells_of_states_at_level_info_and_of_no_more_states_below_it(self):
        levels = {}
        for rule, line in self.examples("racoon*.yaml"):
            level = re.search(r"\b(ERROR|WARNING|NOTIFY|INFO|DEBUG2?): ", line)
            if level:
                levels.setdefault(rule["event"], set()).add(level[1])
        for event in ("phase1_up", "phase2_up", "phase1_expired", "phase2_expired", "phase1_deleted", "peer_dead", "daemon_started"):
            self.assertEqual(levels[event], {"INFO"}, event)
        self.assertEqual({event for event, found in levels.items() if found & {"DEBUG", "DEBUG2"}}, {"info", "notify_received", "retransmit"})

    def test_asa_numbers_have_the_levels_that_the_readme_says(self):
        said = {6: "602303 602304 113009", 5: "713119 713120 750006 750007 713041 750001 713050 713259", 4: "113019 750003"}
        levels = {}
        for _, line in self.examples("cisco-asa*.yaml"):
            for level, number in re.findall(r"%ASA-(?:\w+-)?(\d)-(\d{6})", line):
                levels.setdefault(number, set()).add(int(level))
        readme = (KIT / "README.md").read_text(encoding="utf-8")
        for level, numbers in said.items():
            for number in numbers.split():
                self.assertEqual(levels[number], {level}, number)
                self.assertIn(number, readme)

    def test_numbers_of_the_asa_list_are_those_that_the_packs_know(self):
        ranges = [(int(low), int(high)) for low, high in re.findall(r"logging list ikewatch message (\d+)-(\d+)", (KIT / "cisco/asa.txt").read_text())]
        known = {int(str(rule["tag"])) for rule, _ in self.examples("cisco-asa*.yaml") if re.fullmatch(r"\d{6}", str(rule.get("tag", "")))}
        left_out = {number for number in known if not any(low <= number <= high for low, high in ranges)}
        self.assertGreater(len(known), 300)
        self.assertEqual({number // 1000 for number in left_out}, {106, 714, 715})  # dropped packets; debug output

    def test_ios_commands_give_the_messages_that_they_are_there_for(self):
        lines = [line for rule, line in self.examples("cisco-ios*.yaml") if rule["event"] in ("phase2_up", "phase1_up", "phase2_deleted")]
        for tag in ("%CRYPTO-5-SESSION_STATUS", "%CRYPTO-5-IKEV2_SESSION_STATUS", "%DMVPN-5-CRYPTO_SS", "%LINEPROTO-5-UPDOWN"):
            self.assertTrue(any(tag in line for line in lines), tag)

    def test_doctor_is_content_with_the_racoon_snippet(self):
        root = gateway_root.build(self.folder / "root", gateway_root.Workshop(self.folder / "workshop"))
        conf = root / "etc/racoon/racoon.conf"
        snippet, text = (KIT / "racoon/racoon.conf").read_text(encoding="utf-8"), conf.read_text(encoding="utf-8")
        for content, status in ((text.replace("log info;\n", snippet), 0), (text.replace("log info;", "log notify;"), 1)):
            conf.write_text(content, encoding="utf-8")
            outcome = program.run("doctor", "--root", root, "--policies", root / "policies")
            self.assert_status(outcome, status)
            self.assertEqual("log-level" in outcome.text, status == 1)


IN_NAMESPACE = r"""
import os, socket, subprocess, sys, time
def run(*words, inside=None):
    enter = ["nsenter", "-t", str(inside), "-n"] if inside else []
    subprocess.run([*enter, *words], check=True)
far = subprocess.Popen(["unshare", "-n", sys.executable, "-c", sys.argv[2]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
assert far.stdout.readline() == "here\n"
run("ip", "link", "set", "lo", "up")
run("ip", "link", "add", "near0", "type", "veth", "peer", "name", "far0")
run("ip", "link", "set", "far0", "netns", str(far.pid))
run("ip", "addr", "add", "192.0.2.10/24", "dev", "near0")
run("ip", "link", "set", "near0", "up")
for address in ("192.0.2.1", "192.0.2.99", "192.0.2.250"):
    run("ip", "addr", "add", f"{address}/24", "dev", "far0", inside=far.pid)
run("ip", "link", "set", "far0", "up", inside=far.pid)
run("nft", "-f", sys.argv[1])
syslog = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
syslog.bind(("192.0.2.10", 5514))
syslog.settimeout(60)
page = socket.create_server(("192.0.2.10", 10097))
page.settimeout(60)
far.stdin.write("go\n")
far.stdin.flush()
print(syslog.recv(100).decode(), page.accept()[1][0])
assert far.stdout.readline() == "sent\n"
far.stdin.close()
far.wait(60)
page.setblocking(False)
try:
    print("also", page.accept()[1][0])
except BlockingIOError:
    print("nobody else")
"""
FAR_END = r"""
import socket, sys
print("here", flush=True)
sys.stdin.readline()
def udp(address, text):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind((address, 0))
        out.sendto(text, ("192.0.2.10", 5514))
stranger = socket.socket()
stranger.bind(("192.0.2.1", 0))
stranger.setblocking(False)
try:
    stranger.connect(("192.0.2.10", 10097))
except BlockingIOError:
    pass
for attempt in range(20):
    udp("192.0.2.99", b"of a stranger")
    udp("192.0.2.1", b"of a gateway")
reader = socket.create_connection(("192.0.2.10", 10097), timeout=60, source_address=("192.0.2.250", 0))
print("sent", flush=True)
sys.stdin.read()
"""


def namespaces():
    return shutil.which("nft") and subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode == 0


@unittest.skipUnless(namespaces(), "NO NFT OR NO NETWORK NAMESPACE: the firewall example was not tried")
class Firewall(program.Case):
    def unshared(self, *words, deadline=120):
        return subprocess.run(["unshare", "-rn", *map(str, words)], capture_output=True, text=True, timeout=deadline)

    def test_is_right_and_can_be_loaded_again(self):
        path = KIT / "nftables/ikewatch.nft"
        for words in (("nft", "-c", "-f", path), ("sh", "-c", f"nft -f {path} && nft -f {path}")):
            done = self.unshared(*words)
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_lets_gateways_and_readers_in_and_nobody_else(self):
        able = self.unshared("sh", "-c", "ip link add near0 type veth peer name far0")
        if able.returncode:
            self.skipTest(f"NO VETH HERE: {able.stderr}")
        done = self.unshared(sys.executable, "-c", IN_NAMESPACE, KIT / "nftables/ikewatch.nft", FAR_END, deadline=300)
        self.assertEqual((done.returncode, done.stdout), (0, "of a gateway 192.0.2.250\nnobody else\n"), done.stderr)


if __name__ == "__main__":
    program.main()
