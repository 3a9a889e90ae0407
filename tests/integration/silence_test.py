"""Silences: set, listed and ended by the command and over HTTP, by those who may; kept over restarts."""
import os
import signal
import subprocess

import alerts_test
import bus
import program
from bus import WAIT
from program import until

TOKEN = "TOPSECRET-token-0123456789abcdef"
fails = alerts_test.fails


class Command(bus.Case):
    def test_sets_lists_and_ends(self):
        self.start()
        outcome = program.run("silence", "branch-lyon", "2h", "--why", "new router")
        self.assert_done(outcome)
        name = outcome.text.strip()
        self.assertRegex(name, r"^[0-9a-f]{12}$")
        listed = program.run("silence", "--list")
        self.assert_done(listed)
        self.assertRegex(listed.text.splitlines()[1], rf"^{name}  branch-lyon, at edge-1  1h 59m +(root|uid \d+) +new router$")
        silence, = program.run("silence", "--list", "--json").json()
        self.assertEqual((silence["tunnel"], silence["gateway"], silence["why"]), (["branch-lyon"], ["edge-1"], "new router"))
        self.assert_done(program.run("silence", "--end", name))
        self.assertEqual(program.run("silence", "--list").text, "No silence is in force.\n")
        self.assert_one_complaint(program.run("silence", "--end", name), 2, "no silence has the id", name)

    def test_wrong_usage(self):
        self.start()
        for words, complaint in ((("branch-lyon",), "how long?"), (("branch-lyon", "soon"), "`soon` is no length of time"), ((), "say what to silence"),
                                 (("branch-lyon", "0s"), "no length of time"), (("branch-lyon", "2h", "--list"), "say what"),
                                 (("branch-lyons", "2h"), "no tunnel has the name or the peer branch-lyons"), (("branch-lyon", "400d"), "366 days")):
            self.assert_one_complaint(program.run("silence", *words), 2, complaint)
        self.assertEqual(program.run("silence", "--list", "--json").json(), [])

    def test_silenced_tunnel_alerts_nobody(self):
        watching = self.start(self.configure(extra=alerts_test.ALERTS))
        until(lambda: not any((a["held"] or {}).get("why") == "grace" for a in watching.get("/api/v1/alerts").json()), WAIT, "grace")
        name = program.run("silence", "branch-*", "1h").text.strip()
        self.append(fails())
        held = until(lambda: [a["held"] for a in watching.get("/api/v1/alerts").json() if a["state"] == "firing"], WAIT, "the alert")
        self.assertEqual(held, [{"why": "silenced", "by": name}])

    @bus.unittest.skipUnless(os.getuid() == 0, "only root can call as somebody else")
    def test_only_some_may(self):
        self.start()
        done = subprocess.run([program.PROGRAM, "silence", "branch-lyon", "1h"], capture_output=True, text=True, env=program.environment(),
                              user=bus.NOBODY, group=bus.NOBODY, extra_groups=[], check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("only root and members of the group ikewatch may do this", done.stderr)


class Restart(bus.Case):
    def check(self, end):
        watching = self.start()
        until(lambda: not watching.metrics().get("ikewatch_store_up", 0) == 0, WAIT, "the store")
        kept = program.run("silence", "branch-lyon", "2h", "--why", "kept").text.strip()
        ended = program.run("silence", "branch-lyon", "3h", "--why", "ended").text.strip()
        program.run("silence", "--end", ended)
        before = program.run("silence", "--list", "--json").json()
        end(watching)
        self.start(self.folder / "ikewatch.yaml")
        self.assertEqual(program.run("silence", "--list", "--json").json(), before)
        self.assertEqual([each["id"] for each in before], [kept])

    def test_kept_when_the_daemon_ends(self):
        self.check(lambda watching: self.assertEqual(watching.end(), 0))

    def test_kept_when_it_is_killed(self):
        def kill(watching):
            saved = watching.metrics().get("ikewatch_store_last_save_timestamp_seconds")
            watching.until_metrics(lambda m: m.get("ikewatch_store_last_save_timestamp_seconds") > saved, "a save", WAIT)
            watching.send_signal(signal.SIGKILL)
            watching.process.wait()
        self.check(kill)


class Http(bus.Case):
    """Without D-Bus: the token alone decides."""

    def serve(self, token=TOKEN, **environment):
        config = self.configure(extra="dbus: {enabled: false}\n")
        if token is not None:
            where = self.write("token", token.encode())
            config.write_text(config.read_text().replace("http: {listen:", f"http: {{token_file: {where}, listen:"))
        self.watching = self.launch(config, environment=environment).wait_ready()

    def ask(self, method, path="/api/v1/silences", body=None, token=TOKEN, scheme="Bearer "):
        fields = {"Authorization": scheme + token} if token is not None else {}
        return self.watching.request(method, path, fields, body)

    def test_sets_and_ends(self):
        self.serve()
        answer = self.ask("POST", body=b'{"tunnel": "branch-lyon", "for": "2h", "why": "new \\"router\\""}')
        self.assertEqual(answer.status, 201, answer.body)
        name = answer.json()["id"]
        silence, = self.watching.get("/api/v1/silences").json()
        self.assertEqual((silence["id"], silence["tunnel"], silence["why"], silence["who"]), (name, ["branch-lyon"], 'new "router"', "HTTP"))
        self.assertEqual(self.ask("DELETE", "/api/v1/silences/" + name).status, 204)
        self.assertEqual(self.watching.get("/api/v1/silences").json(), [])
        self.assertEqual(self.ask("DELETE", "/api/v1/silences/" + name).status, 404)

    def test_only_with_the_token(self):
        self.serve()
        body = b'{"tunnel": "*", "for": "2h"}'
        for token, scheme in ((None, ""), ("", "Bearer "), (TOKEN[:-1], "Bearer "), (TOKEN + "x", "Bearer "), (TOKEN, "Basic "), (TOKEN.upper(), "Bearer ")):
            answer = self.ask("POST", body=body, token=token, scheme=scheme)
            self.assertEqual((answer.status, answer.headers.get("www-authenticate")), (401, "Bearer"), token)
            self.assertEqual(self.ask("DELETE", "/api/v1/silences/x", token=token, scheme=scheme).status, 401)
        self.assertEqual(self.watching.get("/api/v1/silences").json(), [])

    def test_without_one_nobody_may_and_is_told_why(self):
        for token in (None, "short", ""):
            self.serve(token)
            answer = self.ask("POST", body=b'{"tunnel": "*", "for": "2h"}', token=token or TOKEN)
            self.assertEqual(answer.status, 403)
            self.assertIn("http: {token_file: FILE}", answer.json()["error"])
            self.assertEqual("16 characters or more" in self.watching.said(), token is not None)
            self.watching.end()
            (self.folder / "daemon.log").unlink()

    def test_credential_takes_its_place(self):
        self.write("credentials/http-token", TOKEN.encode() + b"\n")
        self.serve(None, CREDENTIALS_DIRECTORY=str(self.folder / "credentials"))
        self.assertEqual(self.ask("POST", body=b'{"tunnel": "*", "for": "2h"}').status, 201)

    def test_new_token_counts_after_the_reload(self):
        self.serve()
        other = TOKEN[::-1]
        self.write("token", other.encode())
        before = self.watching.metrics().get("ikewatch_config_last_reload_success_timestamp_seconds")
        self.watching.send_signal(signal.SIGHUP)
        self.watching.until_metrics(lambda m: m.get("ikewatch_config_last_reload_success_timestamp_seconds") > before, "the reload", WAIT)
        self.assertEqual(self.ask("POST", body=b'{"tunnel": "*", "for": "2h"}').status, 401)
        self.assertEqual(self.ask("POST", body=b'{"tunnel": "*", "for": "2h"}', token=other).status, 201)

    def test_wrong_requests(self):
        self.serve()
        for body, status, words in ((b"", 400, "JSON object"), (b"[" * 10000, 400, "JSON object"), (b"{}", 400, "name a tunnel"),
                                    (b'{"tunnel": "branch-lyon"}', 400, "until when"), (b'{"tunnel": "branch-lyon", "for": "soon"}', 400, "until when"),
                                    (b'{"tunnel": "branch-lyon", "for": "2h", "tunel": "x"}', 400, "unknown member tunel"),
                                    (b'{"tunnel": "branch-lyons", "for": "2h"}', 404, "no tunnel has this name"),
                                    (b'{"tunnel": "\xff", "for": "2h"}', 400, "JSON object"),
                                    (b'{"tunnel": "*", "ends_at": "2001-01-01T00:00:00Z"}', 400, "must end after"),
                                    (b'{"tunnel": "*", "for": "9d", "ends_at": 7}', 201, None)):
            answer = self.ask("POST", body=body)
            self.assertEqual(answer.status, status, (body, answer.body))
            if words:
                self.assertIn(words, answer.json()["error"])
        for method, path, status in (("PUT", "/api/v1/silences", 405), ("DELETE", "/api/v1/silences", 405), ("POST", "/api/v1/silences/x", 405),
                                     ("POST", "/metrics", 405), ("DELETE", "/", 405), ("POST", "/api/v1/tunnels", 405)):
            answer = self.ask(method, path)
            self.assertEqual(answer.status, status, (method, path))
            self.assertTrue(answer.headers["allow"])

    def test_token_is_never_shown(self):
        self.serve()
        self.ask("POST", body=b'{"tunnel": "*", "for": "2h", "why": "x"}')
        self.ask("POST", body=b"{}", token=TOKEN + "wrong")
        said = "".join(self.watching.get(path).body.decode() for path in ("/", "/metrics", "/api/v1/silences", "/api/v1/alerts", "/api/v1/tunnels"))
        self.watching.end()
        said += self.watching.said() + program.run("check", "--config", self.folder / "ikewatch.yaml").err
        for file in self.state.iterdir():
            said += file.read_bytes().decode("utf-8", "replace")
        self.assertNotIn("TOPSECRET", said)


if __name__ == "__main__":
    program.main()
