"""A real Prometheus of the test's own that scrapes one daemon every second."""
import contextlib
import json
import re
import shutil
import signal
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import program
from program import until

PROGRAM = shutil.which("prometheus")


class Prometheus:
    def __init__(self, case, target, rules=()):
        self.folder = case.folder / "prometheus"
        self.folder.mkdir()
        self.log = self.folder / "said.log"
        config = self.folder / "prometheus.yml"
        config.write_text("global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
                          f"rule_files: {json.dumps([str(rule) for rule in rules])}\n"
                          "scrape_configs:\n  - job_name: ikewatch\n    static_configs:\n"
                          f'      - targets: ["127.0.0.1:{target}"]\n')
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen([PROGRAM, f"--config.file={config}", f"--storage.tsdb.path={self.folder}/data",
                                             "--web.listen-address=127.0.0.1:0"], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        case.addCleanup(self.end)
        self.port = until(self.listening, 60, "the port of Prometheus")
        until(self.is_ready, 60, "Prometheus")

    def listening(self):
        if self.process.poll() is not None:
            raise AssertionError(f"Prometheus ended: {self.log.read_text()}")
        found = re.search(r'msg="Listening on" address=127\.0\.0\.1:([1-9]\d*)', self.log.read_text())
        return int(found[1]) if found else None

    def is_ready(self):
        with contextlib.suppress(OSError):
            return self.fetch("/-/ready")
        return None

    def fetch(self, path, **query):
        url = f"http://127.0.0.1:{self.port}{path}?{urllib.parse.urlencode(query)}"
        try:
            with urllib.request.urlopen(url, timeout=30 * program.PATIENCE) as answer:
                return answer.read().decode("utf-8")
        except urllib.error.HTTPError as error:
            if path.startswith("/api/"):
                return error.read().decode("utf-8")
            raise

    def query(self, expression):
        """The result; fails the test where the expression has an error."""
        answer = json.loads(self.fetch("/api/v1/query", query=expression))
        if answer["status"] != "success":
            raise AssertionError(f"{expression}: {answer['error']}")
        return answer["data"]["result"]

    def rules(self):
        groups = json.loads(self.fetch("/api/v1/rules"))["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
