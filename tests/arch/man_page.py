#!/usr/bin/env python3
"""Checks that ikewatch.yaml(5) has exactly the options of the option table, with their defaults, and ikewatch-doctor(1) the findings and
options of the command.

usage: man_page.py SOURCE_DIR
"""
import pathlib
import re
import sys

TABLES = ("daemon/config/option_table.cpp", "daemon/config/source_options.hpp", "daemon/config/alerting_options.hpp")
TABLE = TABLES[0]
PAGE = "docs/man/ikewatch.yaml.5"
DOCTOR_PAGE = "docs/man/ikewatch-doctor.1"
FINDING = re.compile(r'"([a-z0-9]+(?:-[a-z0-9]+)+)"')  # their names look like this, and nearly nothing else in that room does
NO_FINDINGS = {"ipv6-icmp"}
ENTRY = re.compile(r'\.path = "([^"]+)"(.*?)\.help =', re.S)
FALLBACK = re.compile(r'\.fallback = "([^"]+)"')
ITEM = re.compile(r"^\.It Va (\S+)\n(.*?)(?=^\.(?:It|El|Bl|Sh|Ss)\b)", re.S | re.M)


def options(root):
    """Path -> default, empty where there is none. List items stand with their list, so they have no entry of their own."""
    found = {}
    text = "".join((root / table).read_text(encoding="utf-8") for table in TABLES)
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


def doctor_problems(root):
    page = (root / DOCTOR_PAGE).read_text(encoding="utf-8")
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((root / "daemon/doctor").glob("*.cpp")))
    told = set(FINDING.findall(code)) - NO_FINDINGS
    described_there = re.findall(r"^\.It Li (\S+)$", page, re.M)
    if len(told) < 10:
        yield f"daemon/doctor: {len(told)} findings seen; was their form changed?"
    for name in sorted(told - set(described_there)):
        yield f"{DOCTOR_PAGE}: the finding {name} is missing; add `.It Li {name}` with what it means"
    for name in sorted(set(described_there) - told):
        yield f"{DOCTOR_PAGE}: {name} is no finding; delete it"
    main_program = (root / "daemon/app/main.cpp").read_text(encoding="utf-8")
    command = main_program[main_program.index("void add_doctor"):main_program.index("/// `--version` everywhere")]
    for name in re.findall(r'add_option\("--([a-z-]+)"', command):
        if f".It Fl -{name} " not in page:
            yield f"{DOCTOR_PAGE}: the option --{name} is missing"


def main(root):
    table = options(root)
    if len(table) < 10:
        sys.exit(f"{TABLE}: {len(table)} options found; was its form changed?")
    found = sorted(problems(table, described(root))) + list(doctor_problems(root))
    print("\n".join(found))
    sys.exit(1 if found else 0)


main(pathlib.Path(sys.argv[1]).resolve())
