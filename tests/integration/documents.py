"""The examples that the documentation shows, so that tests can load and run them.

Markdown: fenced blocks with their language. Manual pages: what stands between `.Bd -literal` and `.Ed`, and `.Dl` lines that follow one
another; each must have a comment before it that says what it is: `.\\" example KIND`.
"""
import dataclasses
import json
import pathlib
import re

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PAGES = sorted((SOURCE / "docs/man").glob("*.[1-8]"))
MARKDOWN = sorted([*SOURCE.glob("*.md"), *(SOURCE / "docs").glob("*.md"), *(SOURCE / "docs/adr").glob("*.md"), *(SOURCE / "deploy").rglob("*.md")])
ESCAPES = {r"\(dq": '"', r"\(aq": "'", r"\(ti": "~", r"\(ha": "^", r"\e": "\\", r"\-": "-", r"\&": "", r"\ ": " "}
OPTION_KEYS = set(json.loads((SOURCE / "config/schema/config.json").read_text(encoding="utf-8"))["properties"])


@dataclasses.dataclass
class Example:
    path: pathlib.Path
    line: int
    kind: str
    text: str

    @property
    def place(self):
        return f"{self.path.relative_to(SOURCE)}:{self.line}"


def of_markdown(path):
    kind, begin, lines = None, 0, []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fence = re.match(r"^ *```(\w*)", line)
        if fence and kind is None:
            kind, begin, lines = fence[1], number + 1, []
        elif fence:
            yield Example(path, begin, kind, "\n".join(lines) + "\n")
            kind = None
        elif kind is not None:
            lines.append(line)


def plain(text):
    return re.sub(r"\\(?:\((?:dq|aq|ti|ha)|[e&\- ])", lambda found: ESCAPES[found[0]], text)


def of_page(path):
    """ValueError where an example does not say what it is."""
    said, begin, lines, inside = None, 0, [], False
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], 1):
        if inside and line != ".Ed":
            lines.append(plain(line))
            continue
        displayed = line.startswith(".Dl ")
        if lines and not displayed:
            if said is None:
                raise ValueError(f"{path.name}:{begin}: say before the example what it is: .\\\" example KIND")
            yield Example(path, begin, said, "\n".join(lines) + "\n")
            said, lines = None, []
        inside = line.startswith(".Bd -literal")
        if inside:
            begin = number + 1
        if displayed:
            begin = begin if lines else number
            lines.append(plain(line[4:]).strip())
        if mark := re.match(r'^\.\\" example (\S.*)$', line):
            said = mark[1]


def examples():
    for page in PAGES:
        yield from of_page(page)
    for path in MARKDOWN:
        yield from of_markdown(path)


def configuration(text, root):
    """The whole configuration of which `root` (loaded from `text`) is a part; None where it is no part of one."""
    if isinstance(root, list) and all(isinstance(item, dict) and "listen" in item for item in root):
        return "version: 1\nsources:\n" + text
    if isinstance(root, dict) and set(root) <= OPTION_KEYS and not isinstance(root.get("rules"), list):
        return text if "version" in root else "version: 1\n" + text
    return None


def pack(text, root):
    """The whole rule pack of which `root` is a part; None where it is no part of one."""
    if not isinstance(root, dict):
        return None
    if "dialect" in root:
        return text
    if set(root) == {"cause"}:
        rule = '  - id: racoon.an-example-of-the-documentation\n    match: "documented: {notify:notify}"\n    event: phase1_failed\n' \
               '    note: "An example."\n    examples: [{line: "racoon: ERROR: documented: 14", fields: {notify: NO-PROPOSAL-CHOSEN}}]\n'
        return "version: 1\ndialect: racoon\nprefix: racoon\nrules:\n" + rule + "".join("    " + line + "\n" for line in text.splitlines())
    return None
