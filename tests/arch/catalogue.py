#!/usr/bin/env python3
"""Checks that config/ikewatch.catalog explains every message of daemon/app/messages.hpp and no other, with fields that exist, and that
journalctl takes it.

usage: catalogue.py SOURCE_DIR
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

MESSAGES = "daemon/app/messages.hpp"
CATALOGUE = "config/ikewatch.catalog"
KIND = re.compile(r'inline constexpr Kind (\w+)\{"([a-z-]+)", "([^"]*)", Level::\w+\};')
FIELDS = re.compile(r'\{"([A-Z_]+)", |add\("([A-Z_]+)", |emplace_back\("([A-Z_]+)", ')
WIDTH = 130


def kinds(root):
    text = (root / MESSAGES).read_text(encoding="utf-8")
    found = KIND.findall(text)
    if len(found) != text.count("inline constexpr Kind"):
        sys.exit(f"{MESSAGES}: its form was changed; this test no longer reads it")
    return found


def fields(root):
    """Every field that the room app gives to a message."""
    text = "".join(path.read_text(encoding="utf-8") for path in (root / "daemon/app").glob("*.cpp"))
    return {name for match in FIELDS.findall(text) for name in match if name}


def entries(root):
    """Id -> text of each entry."""
    text = (root / CATALOGUE).read_text(encoding="utf-8")
    parts = re.split(r"^-- ([0-9a-f]{32})$", text, flags=re.M)[1:]
    ids = parts[::2]
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        sys.exit(f"{CATALOGUE}: {twice} stands twice")
    return dict(zip(ids, parts[1::2]))


def problems(root):
    known, explained, told = kinds(root), entries(root), fields(root)
    for constant, name, message_id in known:
        if name != constant.replace("_", "-"):
            yield f"{MESSAGES}: {constant} is named {name}"
        if not re.fullmatch("[0-9a-f]{32}", message_id):
            yield f"{MESSAGES}: {name}: {message_id!r} is no id; `systemd-id128 new` makes one"
        elif message_id not in explained:
            yield f"{CATALOGUE}: {name} ({message_id}) is missing"
    ids = [message_id for _, _, message_id in known]
    yield from (f"{MESSAGES}: the id {one} stands twice" for one in sorted({one for one in ids if ids.count(one) > 1}))
    yield from (f"{CATALOGUE}: {one} is no message of {MESSAGES}" for one in sorted(explained.keys() - set(ids)))
    for message_id, text in explained.items():
        for name in re.findall(r"@([A-Z_]+)@", text):
            if name not in told:
                yield f"{CATALOGUE}: {message_id}: no message has a field {name}"
        if not re.match(r"\nSubject: \S.*\nDefined-By: ikewatch\nDocumentation: \S.*\n\n\S", text):
            yield f"{CATALOGUE}: {message_id}: Subject, Defined-By and Documentation, an empty line, then the text"


def compiled(root):
    """What journalctl makes of it, on a root of the test's own."""
    if shutil.which("journalctl") is None:
        print("SKIPPED: the catalogue was not compiled: journalctl is not installed", file=sys.stderr)
        return None
    with tempfile.TemporaryDirectory() as top:
        place = pathlib.Path(top)
        (place / "var/lib/systemd/catalog").mkdir(parents=True)
        (place / "usr/lib/systemd/catalog").mkdir(parents=True)
        shutil.copy(root / CATALOGUE, place / "usr/lib/systemd/catalog")
        done = subprocess.run(["journalctl", f"--root={top}", "--update-catalog"], capture_output=True, text=True)
        listed = subprocess.run(["journalctl", f"--root={top}", "--list-catalog"], capture_output=True, text=True)
    if done.returncode or done.stderr or listed.returncode:
        sys.exit(f"journalctl does not take {CATALOGUE}: {done.stderr}{listed.stderr}")
    return {line.split()[0] for line in listed.stdout.splitlines()}


def main(root):
    found = list(problems(root))
    taken = compiled(root)
    if taken is not None and taken != set(entries(root)):
        found.append(f"{CATALOGUE}: journalctl knows {len(taken)} entries, not {len(entries(root))}")
    print("\n".join(found))
    sys.exit(1 if found else 0)


main(pathlib.Path(sys.argv[1]).resolve())
