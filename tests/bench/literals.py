"""What the rules that a log needs look like to other tools: literals for grep, a program for mtail. Used by compare."""
import functools
import glob
import json
import os
import re
import subprocess

ADDRESS = r"[0-9A-Fa-f.:]+"
TYPES = {
    "address": ADDRESS, "endpoint": ADDRESS + r"(?:\[\d+\])?", "number": r"-?\d+", "hex": "(?:0x)?[0-9A-Fa-f]+",
    "spi": r"[0-9A-Fa-fx]+(?:\([0-9A-Fa-fx]+\))?", "cookies": "[0-9a-f]{16}:[0-9a-f]{16}(?::[0-9a-f]{8})?", "word": r"\S+", "text": ".*?",
    "rest": ".*",
}
FIELD = re.compile(r"\{(\w*):(\w+)\}")
FAMILY = {"racoon": r"racoon(?:\[\d+\])?: ", "cisco-ios": r": %[A-Z_]+-\d-[A-Z_]+: ", "cisco-asa": r"%ASA-\d-\d+: "}
HEADLESS = {"113009", "602303", "602304"}      # ASA numbers whose lines do not begin with the peer


@functools.cache
def rules_used(ikewatch, log):
    """The ids of the rules that fit some line of a log."""
    told = subprocess.Popen([ikewatch, "explain", "--format", "events", log], stdout=subprocess.PIPE)
    used = {json.loads(line)["rule"] for line in told.stdout} - {None}
    if told.wait() != 0:
        raise SystemExit(f"{ikewatch} explain ended with {told.returncode}")
    return used


def forms(rules_directory):
    """Rule id -> (tag or None, templates), read from the packs without a YAML library: their layout is our own."""
    found = {}
    for path in sorted(glob.glob(os.path.join(rules_directory, "*.yaml"))):
        with open(path, encoding="utf-8") as file:
            for block in file.read().split("\n  - id: ")[1:]:
                head = re.split(r"\n    (?:event|examples|regex):", block)[0]
                tag = re.search(r'\n    tag: "?([\w-]+)', head)
                match = re.search(r"\n    match:(.*)", head, re.S)
                texts = re.findall(r'"((?:[^"\\]|\\.)*)"', re.split(r"\n    \w+:", match.group(1))[0]) if match else []
                texts = [t.replace('\\"', '"').replace("\\\\", "\\") for t in texts]
                found[head.split()[0]] = (tag.group(1) if tag else None, texts)
    return found


def literal(template):
    """The longest text of a template that stands there as it is."""
    return max(re.split(r"\{\w*:\w+\}", template), key=len).replace("{{", "{").strip(" .")


def grep_patterns(ikewatch, log, rules_directory):
    known, patterns = forms(rules_directory), set()
    for rule in rules_used(ikewatch, log):
        tag, texts = known.get(rule, (None, []))
        if tag:
            patterns.add("-" + tag.rsplit("-", 1)[-1])
        else:
            patterns.update(text for text in map(literal, texts) if len(text) >= 4)
    return sorted(patterns)


def regular(template):
    """A template as a regular expression of RE2, with the peer as a group."""
    parts, last, named = [], 0, False
    template = re.sub(r" ?\{\w*:rest\}$", "", template.strip(" ."))     # may be empty, and the expression is not anchored
    for field in FIELD.finditer(template):
        parts.append(re.sub(r"(\\? )+", r"\\s+", re.escape(template[last:field.start()])))
        last = field.end()
        shape = TYPES.get(field.group(2), r"\S+")
        peer = field.group(1) in ("peer", "dst") and not named
        named = named or peer
        parts.append(f"(?P<peer>{ADDRESS})" + shape[len(ADDRESS):] if peer and shape.startswith(ADDRESS) else f"(?:{shape})")
    parts.append(re.sub(r"(\\? )+", r"\\s+", re.escape(template[last:])))
    return "".join(parts).replace("/", "\\/"), named


def mtail_program(ikewatch, log, rules_directory):
    """Counts events by peer and rule, once for each line; families first, so that other programs' lines cost one test each."""
    known, families = forms(rules_directory), {}
    for rule in sorted(rules_used(ikewatch, log)):
        tag, texts = known.get(rule, (None, []))
        for text in texts or ["{:rest}"]:
            shape, named = regular(text)
            prefix = re.escape(tag.rsplit("-", 1)[-1]) + ": .*" if tag else ""
            if rule.startswith("cisco-asa.") and not named and tag not in HEADLESS:
                prefix, named = prefix + f"IP = (?P<peer>{ADDRESS}), .*", True
            peer = "$peer" if named else '"-"'
            families.setdefault(rule.split(".")[0], []).append(
                (len(literal(text)), f'  /{prefix}{shape}/ {{\n    ike_events_total[{peer}]["{rule}"]++\n    stop\n  }}\n'))
    program = "counter ike_events_total by peer, rule\n"
    for family, tests in sorted(families.items()):
        program += f"/{FAMILY[family]}/ {{\n" + "".join(text for _, text in sorted(tests, reverse=True)) + "}\n"
    return program
