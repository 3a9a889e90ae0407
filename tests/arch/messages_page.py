#!/usr/bin/env python3
"""Checks that docs/messages.md and docs/messages/ are what the program makes of the packs; with --write, makes them anew.

usage: messages_page.py IKEWATCH SOURCE_DIR [--write]
"""
import pathlib
import subprocess
import sys


def listed(program, *options):
    return subprocess.run([program, "rules", "list", "--format", "markdown", *options], check=True, capture_output=True, text=True,
                          timeout=60).stdout


def dialects(root):
    """Of the packs that ship; their layout is our own."""
    packs = sorted((root / "config/rules").glob("*.yaml"))
    return sorted({line.split(":", 1)[1].strip() for pack in packs for line in pack.read_text(encoding="utf-8").splitlines()
                   if line.startswith("dialect:")})


def pages(program, root):
    yield root / "docs/messages.md", listed(program)
    for name in dialects(root):
        yield root / f"docs/messages/{name}.md", listed(program, "--dialect", name)


def main(program, root, write):
    wanted = dict(pages(program, root))
    if write:
        (root / "docs/messages").mkdir(exist_ok=True)
        for path, text in wanted.items():
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    stale += [path for path in (root / "docs/messages").glob("*.md") if path not in wanted]
    for path in stale:
        print(f"{path.relative_to(root)} is not what the packs say; write it anew: tests/arch/messages_page.py {program} . --write")
    return 1 if stale else 0


if len(sys.argv) < 3:
    sys.exit(__doc__)
sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), "--write" in sys.argv[3:]))
