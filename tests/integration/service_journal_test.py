"""What the daemon writes to a real journald: entries with fields, under ids that the catalogue knows; and that it never reads them."""
import json
import os
import pathlib
import re
import signal
import socket
import unittest

import daemon
import journald
import program
import story
from program import until

ROOT = pathlib.Path(__file__).resolve().parents[2]
STREAM_HEADER = "ikewatch\n\n6\n1\n0\n0\n0\n"  # identifier, unit, priority, level prefix, forwarding: as systemd opens it for a service


def ids():
    text = (ROOT / "daemon/app/messages.hpp").read_text(encoding="utf-8")
    return {name: message_id for name, message_id in re.findall(r'Kind \w+\{"([a-z-]+)", "([0-9a-f]{32})"', text)}


class Journal(daemon.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.journal = journald.Journald()
        cls.addClassCleanup(journald.remove_units)
        cls.addClassCleanup(cls.journal.end)

    def start_as_service(self, config=None):
        """With a stream of the journal as standard error, as a unit has it."""
        stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        stream.connect(str(self.journal.sockets / "stdout"))
        stream.sendall(STREAM_HEADER.encode())
        about = os.fstat(stream.fileno())
        config = config or self.configure()
        launcher = ["sh", "-c", f'JOURNAL_STREAM={about.st_dev}:{about.st_ino} exec "$@" 2>&{stream.fileno()}', "sh"]
        running = self.launch(config, launcher, pass_fds=[stream.fileno()]).wait_ready()
        stream.close()
        return running

    def entries(self, running, *matches):
        told = journald.ctl("-o", "json", f"_PID={running.process.pid}", *matches)
        return [json.loads(line) for line in told.stdout.splitlines()]

    def test_a_tunnel_has_its_fields(self):
        running = self.start_as_service()
        self.append(story.rfc3164())
        up = until(lambda: self.entries(running, f"MESSAGE_ID={ids()['tunnel-up']}"), 30, "the tunnel that is up")
        self.assertEqual(len(up), 1)
        wanted = {"MESSAGE": f"branch-lyon ({story.PEER}) at edge-1 is up", "TUNNEL": "branch-lyon", "PEER": story.PEER,
                  "GATEWAY": "edge-1", "STATE": "up", "PRIORITY": "6", "SYSLOG_IDENTIFIER": "ikewatch", "_TRANSPORT": "journal"}
        self.assertEqual({name: up[0].get(name) for name in wanted}, wanted)
        [cause] = self.entries(running, f"MESSAGE_ID={ids()['diagnosis']}")
        wanted = {"TUNNEL": "branch-lyon", "CAUSE": "psk_missing", "SIDE": "local", "CONFIDENCE": "confirmed", "PRIORITY": "5"}
        self.assertEqual({name: cause.get(name) for name in wanted}, wanted)
        self.assertIn("couldn't find the pskey", cause["EVIDENCE"])
        self.assertNotIn("couldn't find the pskey", cause["MESSAGE"])

    def test_its_life_has_ids_too(self):
        running = self.start_as_service()
        self.write("ikewatch.yaml", "nonsense: true\n")
        running.send_signal(signal.SIGHUP)
        until(lambda: self.entries(running, f"MESSAGE_ID={ids()['reload-refused']}"), 30, "the refusal")
        running.end(deadline=30)
        told = until(lambda: [one.get("MESSAGE_ID") for one in self.entries(running)] if self.entries(running, f"MESSAGE_ID={ids()['stopped']}")
                     else None, 30, "the end")
        self.assertIn(ids()["started"], told)
        self.assertEqual(told[-1], ids()["stopped"])

    def test_what_it_says_is_no_input(self):
        """Not even under a name that it is told to read."""
        config = self.configure(sources="  - {name: journal, type: journald, identifiers: [ikewatch, racoon]}\n")
        running = self.start_as_service(config)
        self.append(story.rfc3164())
        until(lambda: self.entries(running, f"MESSAGE_ID={ids()['tunnel-up']}"), 30, "the tunnel that is up")
        speaker = journald.Speaker("racoon.service")
        self.addCleanup(speaker.end)
        speaker.say("INFO: begin Identity Protection mode.")  # what stands behind all that the daemon said
        running.until_metrics(lambda m: m.get("ikewatch_source_lines_total", source="journal") == 1, "the line of racoon", 30)
        self.assertGreater(len(self.entries(running)), 3)

    def test_a_journal_that_went_away_is_no_end(self):
        running = self.start_as_service()
        self.journal.end()
        self.append(story.rfc3164())
        running.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "up", "the tunnel that is up", 30)
        self.journal.start()
        self.assertEqual(running.end(deadline=30), 0)


if __name__ == "__main__":
    journald.enter()
    program.main()
