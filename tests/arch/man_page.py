#!/usr/bin/env python3
"""Checks that ikewatch.yaml(5) has exactly the options of the option table, with their defaults.

usage: man_page.py SOURCE_DIR
"""
import pathlib
import re
import sys

TABLE = "daemon/config/option_table.cpp"
PARTS = (TABLE, "daemon/config/option_table_alerting.cpp")
PAGE = "docs/man/ikewatch.yaml.5"
ENTRY = re.compile(r'\.path = "([^"]+)"(.*?)\.help =', re.S)
FALLBACK = re.compile(r'\.fallback = "([^"]+)"')
ITEM = re.compile(r"^\.It Va (\S+)\n(.*?)(?=^\.(?:It|El|Bl|Sh|Ss)\b)", re.S | re.M)


def options(root):
    """Path -> default, empty where there is none. List items stand with their list, so they have no entry of their own."""
    found = {}
    text = "".join((root / part).read_text(encoding="utf-8") for part in PARTS)
    for path, rest in ENTRY.findall(text):
        default = FALLBACK.search(rest)
        if not path.endswith("[]"):
            found[path] = default.group(1) if default else ""
    return found


def described(root):
    return dict(ITEM.findall((root / PAGE).read_text(encoding="utf-8")))


def problems(table, page):
    for path, default in table.items():
        if path not in page:
            yield f"{PAGE}: option {path} of {TABLE} is missing; add `.It Va {path}` with what it means"
        elif default and not re.search(rf"\bdefault {re.escape(default)}\.?\)", page[path]):
            yield f"{PAGE}: option {path}: the default is {default}; say so"
        elif not default and "default " in page[path].splitlines()[-1]:
            yield f"{PAGE}: option {path} has no default"
    for path in page.keys() - table.keys():
        yield f"{PAGE}: {path} is no option of {TABLE}; delete it"


def main(root):
    table = options(root)
    if len(table) < 10:
        sys.exit(f"{TABLE}: {len(table)} options found; was its form changed?")
    found = sorted(problems(table, described(root)))
    print("\n".join(found))
    sys.exit(1 if found else 0)


main(pathlib.Path(sys.argv[1]).resolve())
