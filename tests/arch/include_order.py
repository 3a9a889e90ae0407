#!/usr/bin/env python3
"""Checks that a room includes only rooms below it, and that the pure rooms include nothing impure.

usage: include_order.py SOURCE_DIR
"""
import pathlib
import re
import sys

RANK = {"base": 0, "yaml": 0.5, "syslog": 1, "rules": 2, "tunnel": 3, "diagnosis": 4, "alert": 5, "engine": 6, "view": 7,
        "reader": 8, "source": 8, "store": 8, "metrics": 8, "notify": 8, "http": 8, "dbus": 8, "config": 8,
        "doctor": 8, "app": 9}
PURE = 7  # rooms up to here perform no input or output
IMPURE = re.compile(r"boost/(asio|beast)|systemd/|sqlite3|sys/socket|openssl/|zlib|prometheus/|<thread>|<mutex>|<fstream>|<filesystem>|ikewatch/base/fd\.hpp")
THIRD_PARTY = {  # where a library may appear at all
    "yaml-cpp": {"yaml"}, "re2": {"rules"}, "sqlite3": {"store"}, "prometheus": {"metrics"},
    "boost/beast": {"http", "notify"}, "openssl": {"source", "notify", "doctor"}, "systemd": {"source", "dbus", "app"}, "CLI": {"app"},
    "zlib": {"reader"}, "rapidjson": {"syslog", "view", "reader", "http", "notify", "config", "doctor"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def room_of(path, root):
    parts = path.relative_to(root).parts
    return parts[2] if parts[0] == "include" else parts[1]


def check_include(path, room, quote, target):
    if quote == "<" and target.startswith("ikewatch/"):
        other = target.split("/")[1]
        if other not in RANK:
            yield f"includes {target}: no such room"
        elif other != room and RANK[other] >= RANK[room]:
            yield f"includes {target}: room {RANK[room]} ({room}) may not include room {RANK[other]} ({other})"
        return
    if RANK[room] <= PURE and IMPURE.search(f"<{target}>" if quote == "<" else target):
        yield f"includes {target}: room {room} is pure"
    for library, rooms in THIRD_PARTY.items():
        if target.startswith(library) and room not in rooms:
            yield f"includes {target}: only {', '.join(sorted(rooms))} may"


def check_file(path, root):
    room = room_of(path, root)
    if room not in RANK:
        yield f"{path.relative_to(root)}: {room} is no room"
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        for problem in check_include(path, room, *found.groups()):
            yield f"{path.relative_to(root)}:{number}: {problem}"


def main(root):
    files = sorted(p for folder in ("include", "daemon") for p in (root / folder).rglob("*") if p.suffix in (".hpp", ".cpp"))
    if not files:
        sys.exit("no source file found: wrong directory?")
    problems = [problem for path in files for problem in check_file(path, root)]
    print("\n".join(problems))
    sys.exit(1 if problems else 0)


main(pathlib.Path(sys.argv[1]).resolve())
