#!/usr/bin/env python3
"""Checks what the tables of the program say of themselves in the documentation; with --write, brings it up to date.

usage: reference_pages.py REFERENCE SOURCE_DIR [--write]

docs/metrics.md is made whole. In ikewatch.yaml(5) the first line of each option and the last, in parentheses, are the table's; what stands
between is written by hand. In ikewatch-rules(5) and docs/rules.md what stands between two marks is the table's.
"""
import json
import pathlib
import re
import subprocess
import sys

CONFIG_PAGE = "docs/man/ikewatch.yaml.5"
RULES_PAGE = "docs/man/ikewatch-rules.5"
RULES_GUIDE = "docs/rules.md"
METRICS_PAGE = "docs/metrics.md"
ITEM = re.compile(r"^\.It Va (\S+)\n(.*?)(?=^\.(?:It Va|El\n(?!\.Pp)|Sh|Ss)\b|^\.El\n\.(?:Sh|Ss))", re.S | re.M)


def roff(text):
    text = text.replace("\\", "\\e").replace('"', "\\(dq")
    return "\\&" + text if text[:1] in ".'" else text


def plain_help(text):
    return text.replace("`", "")


# --- ikewatch.yaml(5) ---

def option_problems(options, page):
    """What no rewriting can mend: options that are missing, superfluous or out of order."""
    wanted = [path for path, _, _ in options if not path.endswith("[]") and not path.endswith("]")]
    found = [path for path, _ in ITEM.findall(page)]
    for path in wanted:
        if path not in found:
            yield f"{CONFIG_PAGE}: option {path} is missing; add `.It Va {path}` at its place, then run this with --write"
    for path in found:
        if path not in wanted:
            yield f"{CONFIG_PAGE}: {path} is no option; delete it"
    if sorted(wanted) == sorted(found) and wanted != found:
        first = next(a for a, b in zip(found, wanted) if a != b)
        yield f"{CONFIG_PAGE}: {first} does not stand where the table has it"


def config_page(options, page):
    table = {path: (roff(plain_help(words)), f"({roff(facts)})") for path, words, facts in options}

    def renewed(found):
        path, body = found[1], found[2].splitlines()
        if path not in table:
            return found[0]
        first, last = table[path]
        own = [line for line in body[1:] if not (line.startswith("(") and line.endswith(".)"))] if body else []
        return f".It Va {path}\n" + "".join(line + "\n" for line in [first, *own, last])
    return ITEM.sub(renewed, page)


# --- marked parts ---

def marked(text, comment, name, content, path):
    begin, end = (comment % f"begin {name}"), (comment % f"end {name}")
    before, found, rest = text.partition(begin + "\n")
    old, also, after = rest.partition(end + "\n")
    if not found or not also:
        sys.exit(f"{path}: the marks `{begin}` and `{end}` are missing")
    return before + begin + "\n" + content + end + "\n" + after


def tagged(rows, macro="Va"):
    lines = [".Bl -tag -width Ds\n"]
    for name, *texts in rows:
        lines.append(f".It {macro} {name}\n" + "".join(roff(plain_help(text)) + "\n" for text in texts))
    return "".join(lines) + ".El\n"


def words(names):
    """A paragraph of words; each line as long as the others of a page."""
    lines, line = [], ".Li"
    for number, name in enumerate(names):
        piece = f" {name}" + (" ," if number + 1 < len(names) else " .")
        if len(line) + len(piece) > 110:
            lines.append(line)
            line = ".Li"
        line += piece
    return "\n".join([*lines, line]) + "\n"


def rules_page(tables, page):
    keys = tables["pack_keys"]
    pack = [(path, text, f"({facts})") for path, text, facts in keys if not path.startswith("rules[].")]
    rule = [(path[len("rules[]."):], text, f"({facts})") for path, text, facts in keys if path.startswith("rules[].")]
    registries = [name for name, text in tables["field_types"] if text == tables["field_types"][-1][1]]
    types = [(name, text) for name, text in tables["field_types"] if name not in registries]
    parts = {
        "pack keys": tagged(pack), "rule keys": tagged(rule), "field types": tagged(types, "Cm"), "registry types": words(registries),
        "acted fields": tagged(tables["acted_fields"], "Va"), "agreed fields": tagged(tables["agreed_fields"], "Va"),
        "events": words(tables["events"]), "causes": words(tables["causes"]), "signals": words(tables["signals"]),
        "inference keys": tagged(tables["inference_keys"]),
    }
    for name, content in parts.items():
        page = marked(page, '.\\" %s', name, content, RULES_PAGE)
    return page


def ticked(names, width=140):
    lines, line = [], ""
    for number, name in enumerate(names):
        piece = f"`{name}`" + ("." if number + 1 == len(names) else "")
        if len(line) + len(piece) + 1 > width:
            lines.append(line)
            line = piece
        else:
            line += (" " if line else "") + piece
    return "\n".join([*lines, line]) + "\n"


def rules_guide(tables, guide):
    for name in ("events", "causes", "signals"):
        guide = marked(guide, "<!-- %s -->", name, ticked(tables[name]), RULES_GUIDE)
    return guide


def guide_problems(tables, guide):
    """The tables of the guide are written by hand, with examples; they must be complete."""
    for path, _, _ in tables["pack_keys"]:
        key = path.rsplit(".", 1)[-1]
        if path.count(".") <= 1 and path.startswith("rules[].") and f"| `{key}` |" not in guide:
            yield f"{RULES_GUIDE}: the key `{key}` of a rule is missing"
    for name, _ in tables["field_types"]:
        if f"`{name}`" not in guide:
            yield f"{RULES_GUIDE}: the type `{name}` is missing"
    for name, _ in tables["acted_fields"]:
        if f"`{name}`" not in guide:
            yield f"{RULES_GUIDE}: the name `{name}` is missing"


# --- docs/metrics.md ---

METRICS_HEAD = """# Metrics

`GET /metrics` (`http.listen`, by default `http://127.0.0.1:10097/metrics`) answers in the Prometheus text format 0.0.4. [deploy/](../deploy/README.md)
has a scrape configuration, rules and dashboards that use what stands here. This page is made of the program's own table of metrics.

Names of gateways and tunnels are the only labels that identify a tunnel. No SPI, cookie, port or free text is a label, and an address only
where the configuration or a negotiation vouches for it. A tunnel of the inventory (`tunnels` of the configuration) has all its series from
the first scrape on, so that `rate()` sees its first failure; others come when a negotiation vouches for their peer. Their number is bounded
by `limits.tunnels`. A tunnel has about 25 series: 7 of them are its state.

Counters and times of tunnels and sources survive a restart of ikewatch; those of receivers, of the store and of the process begin anew.

## Labels

"""


def sections(metrics):
    titles = (("ikewatch_tunnel_", "Tunnels"), ("ikewatch_peer_", "Tunnels"), ("ikewatch_negotiation", "Negotiations"),
              ("ikewatch_events", "Lines"), ("ikewatch_un", "Lines"), ("ikewatch_source", "Sources"), ("ikewatch_alerts", "Alerts and receivers"),
              ("ikewatch_notification", "Alerts and receivers"), ("ikewatch_", "ikewatch itself"), ("process_", "The process"))
    grouped = {}
    for metric in metrics:
        title = next(title for prefix, title in titles if metric[0].startswith(prefix))
        grouped.setdefault(title, []).append(metric)
    return grouped


def metrics_page(tables):
    text = METRICS_HEAD + "| label | holds |\n|---|---|\n"
    text += "".join(f"| `{name}` | {help_text} |\n" for name, help_text in tables["labels"])
    for title, metrics in sections(tables["metrics"]).items():
        text += f"\n## {title}\n"
        for name, kind, labels, help_text, meaning, query in metrics:
            form = f"{{{', '.join(labels.split())}}}" if labels else ""
            text += f"\n### {name}\n\n`{name}{form}`, {kind}. {help_text}{' ' + meaning if meaning else ''}\n"
            text += f"\n```promql\n{query}\n```\n" if query else ""
    return text


# --- all of them ---

def pages(tables, root):
    def read(path):
        return (root / path).read_text(encoding="utf-8")
    yield METRICS_PAGE, metrics_page(tables)
    yield CONFIG_PAGE, config_page(tables["options"], read(CONFIG_PAGE))
    yield RULES_PAGE, rules_page(tables, read(RULES_PAGE))
    yield RULES_GUIDE, rules_guide(tables, read(RULES_GUIDE))


def main(program, root, write):
    tables = json.loads(subprocess.run([program], check=True, capture_output=True, text=True, timeout=60).stdout)
    problems = list(option_problems(tables["options"], (root / CONFIG_PAGE).read_text(encoding="utf-8")))
    problems += guide_problems(tables, (root / RULES_GUIDE).read_text(encoding="utf-8"))
    for name, text in pages(tables, root):
        path = root / name
        if write:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            problems.append(f"{name} is not what the tables say; write it anew: tests/arch/reference_pages.py {program} . --write")
    print("\n".join(problems))
    return 1 if problems else 0


if len(sys.argv) < 3:
    sys.exit(__doc__)
sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), "--write" in sys.argv[3:]))
