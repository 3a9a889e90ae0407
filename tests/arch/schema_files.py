#!/usr/bin/env python3
"""Checks that config/schema/ is what the program makes of its tables; with --write, makes it anew.

usage: schema_files.py IKEWATCH SOURCE_DIR [--write]
"""
import pathlib
import subprocess
import sys

NAMES = ("config", "rules")


def main(program, root, write):
    folder, stale = root / "config/schema", []
    for name in NAMES:
        text = subprocess.run([program, "check", "--schema", name], check=True, capture_output=True, text=True, timeout=60).stdout
        path = folder / f"{name}.json"
        if write:
            folder.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path)
    stale += [path for path in folder.iterdir() if path.stem not in NAMES]
    for path in stale:
        print(f"{path.relative_to(root)} is not what the tables say; write it anew: tests/arch/schema_files.py {program} . --write")
    return 1 if stale else 0


if len(sys.argv) < 3:
    sys.exit(__doc__)
sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), "--write" in sys.argv[3:]))
