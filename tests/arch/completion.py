#!/usr/bin/env python3
"""Checks that the completions for bash, zsh and fish offer exactly the commands and options that `--help` shows, and the words that an
option takes. Where a shell is installed, it completes for real; else its file is not looked at, which is said.

usage: completion.py PROGRAM SOURCE_DIR
"""
import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

OPTION = re.compile(r"^  (?:-h,)?(--[a-z-]+)(.*)$", re.M)
WORDS = re.compile(r"[ :]\{([a-z0-9_,]+)\}")
SUBCOMMAND = re.compile(r"^  ([a-z]+) +\S", re.M)
EVERYWHERE = {"--help", "--version"}

BASH = r"""
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ikewatch
printf '%s\n' "${COMPREPLY[@]}"
"""
# zsh completes at a terminal only, so it gets one. compadd writes down what it was given; ^X says that the completion is over.
ZSH = r"""
zmodload zsh/zpty zsh/zselect
place=$1 state=$2 line=$3
TERM=dumb zpty shell "zsh -f -i"
waitfor() { local x; until [[ -e $state/$1 ]]; do while zpty -r -t shell x; do :; done; zselect -t 1; done }
zpty -w shell "PS1=; fpath=($place \$fpath); autoload -Uz compinit; compinit -D -u"
zpty -w shell 'compadd() { local -a told; builtin compadd -O told "$@"; print -rl -- $told >>'$state'/offers; builtin compadd "$@" }'
zpty -w shell 'finish() { print >'$state'/done }; zle -N finish; bindkey "^I" complete-word; bindkey "^X" finish; print >'$state'/ready'
waitfor ready
zpty -w -n shell "$line"$'\t\x18'
waitfor done
zpty -d shell
"""


def help_of(program, *command):
    return subprocess.run([program, *command, "--help"], capture_output=True, text=True, check=True).stdout


@functools.cache
def wanted(program):
    """Command -> (subcommands, {option: words})."""
    found = {}
    def walk(command):
        text = help_of(program, *command)
        options = {name: tuple(WORDS.search(rest)[1].split(",")) if WORDS.search(rest) else () for name, rest in OPTION.findall(text)}
        _, _, rest = text.partition("Subcommands:\n")
        subcommands = SUBCOMMAND.findall(rest)
        found[command] = (subcommands, options)
        for name in subcommands:
            walk((*command, name))
    walk(())
    if len(found) < 8 or "--config" not in found[("run",)][1]:
        sys.exit("--help no longer looks as this test reads it")
    return found


class Bash:
    name, file = "bash", "ikewatch.bash"

    def __init__(self, folder):
        self.path = folder / self.file

    def offers(self, words):
        return set(subprocess.run(["bash", "-c", BASH, "bash", self.path, *words], capture_output=True, text=True, check=True,
                                  cwd="/var/empty" if os.path.isdir("/var/empty") else "/").stdout.split())


class Fish:
    name, file = "fish", "ikewatch.fish"

    def __init__(self, folder):
        self.path = folder / self.file

    def offers(self, words):
        line = " ".join(words)
        with tempfile.TemporaryDirectory() as home:
            told = subprocess.run(["fish", "--no-config", "-c", f"source {self.path}; complete -C '{line}'"], capture_output=True, text=True,
                                  check=True, cwd=home, env={**os.environ, "HOME": home})
        return {offer.split("\t")[0] for offer in told.stdout.splitlines()} - {"-h"}


class Zsh:
    name, file = "zsh", "_ikewatch"

    def __init__(self, folder):
        self.folder = folder

    def offers(self, words):
        with tempfile.TemporaryDirectory() as state:
            subprocess.run(["zsh", "-f", "-c", ZSH, "zsh", self.folder, state, " ".join(words)], check=True, cwd=state, timeout=120,
                           stdout=subprocess.DEVNULL)
            offers = pathlib.Path(state) / "offers"
            return set(offers.read_text(encoding="utf-8").split()) if offers.exists() else set()


SHELLS = (Bash, Zsh, Fish)


def compare(shell, program):
    for command, (subcommands, options) in wanted(program).items():
        line = ["ikewatch", *command]
        if subcommands:
            missing = set(subcommands) - shell.offers([*line, ""])
            yield from (f"{shell.file}: {' '.join(line)}: the command {one} is missing" for one in sorted(missing))
        offered = {one for one in shell.offers([*line, "--"]) if one.startswith("--")}
        for one in sorted(set(options) - EVERYWHERE - offered):
            yield f"{shell.file}: {' '.join(line)}: the option {one} is missing"
        for one in sorted(offered - set(options)):
            yield f"{shell.file}: {' '.join(line)}: {one} is no option"
        for one, words in options.items():
            if words and not set(words) <= shell.offers([*line, one, ""]):
                yield f"{shell.file}: {' '.join(line)} {one}: offers {sorted(shell.offers([*line, one, '']))}, not {sorted(words)}"


def main(program, root):
    folder = root / "deploy/completion"
    found = []
    for kind in SHELLS:
        if shutil.which(kind.name) is None:
            print(f"SKIPPED: {kind.file} was not tested: {kind.name} is not installed", file=sys.stderr)
            continue
        found += compare(kind(folder), program)
    print("\n".join(found))
    sys.exit(1 if found else 0)


main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve())
