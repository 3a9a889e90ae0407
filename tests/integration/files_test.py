"""Files by a pattern, from outside: every line once, whatever happens to names, and through a restart."""
import gzip
import os
import shutil

import daemon
import program
import story


def numbered(first, count, words=""):
    return b"".join(b"Nov 20 10:00:00 gw-b racoon: DEBUG: %sline %d of a story that is long enough to tell files apart by their begin, all of them\n"
                    % (words.encode(), number) for number in range(first, first + count))


class Files(daemon.Case):
    def setUp(self):
        super().setUp()
        self.logs = self.folder / "logs"
        self.logs.mkdir()
        self.config = self.configure(sources=f'  - {{name: many, type: file, path: "{self.logs}/*/racoon.log*"}}\n')

    def put(self, name, content):
        path = self.logs / name
        path.parent.mkdir(exist_ok=True)
        with open(path, "ab") as file:
            file.write(content)
        return path

    def lines(self, running, count):
        return running.until_metrics(lambda m: m.get("ikewatch_source_lines_total", source="many") == count, f"{count} lines", 30)

    def test_every_line_once_through_ten_rotations_by_renaming(self):
        running = self.start(self.config)
        total = 0
        for turn in range(10):
            for gateway in ("gw-a", "gw-b"):
                current = self.put(f"{gateway}/racoon.log", numbered(1000 * turn, 700, gateway))
                for number in range(4, 0, -1):
                    older = self.logs / gateway / f"racoon.log.{number}"
                    if older.exists():
                        os.rename(older, older.with_name(f"racoon.log.{number + 1}"))
                with open(current, "ab") as writer:  # has not noticed yet that the file is renamed
                    os.rename(current, current.with_name("racoon.log.1"))
                    writer.write(numbered(1000 * turn + 700, 300, gateway))
                total += 1000
            rotated = self.logs / "gw-a" / "racoon.log.4"
            if rotated.exists():
                self.lines(running, total)
                (self.logs / "gw-a" / "racoon.log.4.gz").write_bytes(gzip.compress(rotated.read_bytes()))
                rotated.unlink()
        metrics = self.lines(running, total)
        self.assertEqual(metrics.get("ikewatch_source_dropped_total", source="many", reason="gap"), 0)
        self.put("gw-a/racoon.log", numbered(0, 1, "the last "))
        self.lines(running, total + 1)

    def test_every_line_once_through_copying_and_truncating(self):
        running = self.start(self.config)
        total = 0
        for turn in range(5):
            path = self.put("gw-a/racoon.log", numbered(1000 * turn, 100, "read "))
            total += 100
            self.lines(running, total)
            shutil.copy(path, path.with_name(f"racoon.log.{5 - turn}"))
            os.truncate(path, 0)
        self.put("gw-a/racoon.log", numbered(0, 1, "the last "))
        self.lines(running, total + 1)

    def test_goes_on_after_a_restart(self):
        running = self.start(self.config)
        self.put("gw-a/racoon.log", numbered(0, 50, "a"))
        self.put("gw-b/racoon.log", numbered(0, 50, "b"))
        self.lines(running, 100)
        self.assertEqual(running.end(), 0)
        self.put("gw-a/racoon.log", numbered(50, 20, "a"))
        os.rename(self.logs / "gw-b" / "racoon.log", self.logs / "gw-b" / "racoon.log.1")
        self.put("gw-b/racoon.log", numbered(50, 30, "b"))
        self.put("gw-c/racoon.log", story.rfc3164())
        running = self.start(self.config)
        metrics = self.lines(running, 100 + 20 + 30 + len(story.messages()))  # counters go on
        self.assertEqual(metrics.get("ikewatch_source_dropped_total", source="many", reason="gap"), 0)
        self.assertEqual(metrics.state("edge-1", "branch-lyon"), "up")

    def test_a_whole_story_in_one_write(self):
        self.put("gw-a/racoon.log", b"")
        running = self.start(self.config)
        self.put("gw-a/racoon.log", story.rfc3164() + b"Nov 20 10:00:00 gw-a racoon: INFO: not at its end y")
        metrics = running.until_metrics(lambda m: m.state("edge-1", "branch-lyon") == "up", "the tunnel")
        self.assertEqual(metrics.total("ikewatch_negotiation_failures_total", cause="psk_missing"), 1)
        self.lines(running, len(story.messages()))
        self.put("gw-a/racoon.log", b"et\n")
        self.lines(running, len(story.messages()) + 1)


if __name__ == "__main__":
    program.main()
