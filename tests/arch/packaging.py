#!/usr/bin/env python3
"""Checks that the packages have the version of CMakeLists.txt and need what deploy/install-deps installs, that nothing that is
installed is left out of the RPM, and what `cmake --install` lays out.

usage: packaging.py SOURCE_DIR BUILD_DIR
"""
import pathlib
import re
import subprocess
import sys
import tempfile

LAYOUT = """
etc/ikewatch/ikewatch.yaml
usr/bin/ikewatch
usr/lib/systemd/catalog/ikewatch.catalog
usr/lib/systemd/system/ikewatch-tcp.socket
usr/lib/systemd/system/ikewatch-tls.socket
usr/lib/systemd/system/ikewatch-udp.socket
usr/lib/systemd/system/ikewatch.service
usr/lib/sysusers.d/ikewatch.conf
usr/share/bash-completion/completions/ikewatch
usr/share/dbus-1/interfaces/org.ikewatch.IkeWatch1.xml
usr/share/dbus-1/system-services/org.ikewatch.IkeWatch1.service
usr/share/dbus-1/system.d/org.ikewatch.IkeWatch1.conf
usr/share/doc/ikewatch/deploy/README.md
usr/share/doc/ikewatch/deploy/*/*
usr/share/doc/ikewatch/docs/metrics.md
usr/share/doc/ikewatch/examples/*.conf
usr/share/fish/vendor_completions.d/ikewatch.fish
usr/share/ikewatch/causes.yaml
usr/share/ikewatch/rules/*.yaml
usr/share/ikewatch/schema/*.json
usr/share/man/man?/*
usr/share/polkit-1/actions/org.ikewatch.IkeWatch1.policy
usr/share/zsh/site-functions/_ikewatch
""".split()
# What the build needs beside what the packages name: tools that every Debian build has, or that only a checkout needs.
ONLY_HERE = {"g++", "git", "ca-certificates"}


def text(root, name):
    return (root / name).read_text(encoding="utf-8")


def version_problems(root):
    version = re.search(r"project\(ikewatch VERSION ([0-9.]+)", text(root, "CMakeLists.txt"))[1]
    changelog = re.match(r"ikewatch \((\S+)\)", text(root, "debian/changelog"))[1]
    spec = re.search(r"(?m)^Version: +(\S+)$", text(root, "deploy/ikewatch.spec"))[1]
    if changelog != version:
        yield f"debian/changelog: {changelog}, but CMakeLists.txt has {version}"
    if spec != version:
        yield f"deploy/ikewatch.spec: {spec}, but CMakeLists.txt has {version}"
    released = re.findall(r"(?m)^## \[(\d[^]]*)\]", text(root, "CHANGELOG.md"))
    if released and released[0] != version:
        yield f"CHANGELOG.md: the last release is {released[0]}, but CMakeLists.txt has {version}"


def dependency_problems(root):
    block = re.search(r"Build-Depends:(.*?)\n\S", text(root, "debian/control"), re.S)[1]
    named = {entry.split()[0] for entry in block.split(",") if entry.strip()} - {"debhelper-compat", "dh-sequence-installsysusers"}
    installed = set(re.search(r"build=\((.*?)\)", text(root, "deploy/install-deps"), re.S)[1].split()) - ONLY_HERE
    yield from (f"debian/control: Build-Depends lacks {one} of deploy/install-deps" for one in sorted(installed - named))
    yield from (f"deploy/install-deps: lacks {one} of debian/control" for one in sorted(named - installed))


def layout_problems(build):
    with tempfile.TemporaryDirectory() as top:
        done = subprocess.run(["cmake", "--install", build, "--prefix", "/usr"], env={"DESTDIR": top, "PATH": "/usr/bin:/bin"}, capture_output=True,
                              text=True)
        if done.returncode:
            sys.exit(f"cmake --install: {done.stderr}")
        place = pathlib.Path(top)
        laid = {path.relative_to(place) for path in place.rglob("*") if path.is_file()}
        for pattern in LAYOUT:
            if not list(place.glob(pattern)):
                yield f"cmake --install lays out no {pattern}"
        for path in sorted(laid):
            if not any(path.match(pattern) for pattern in LAYOUT):
                yield f"cmake --install lays out {path}, which neither this test nor deploy/ikewatch.spec knows"
        unit = place / "usr/lib/systemd/system/ikewatch.service"
        if unit.exists() and "ExecStart=/usr/bin/ikewatch run --config /etc/ikewatch/ikewatch.yaml\n" not in unit.read_text(encoding="utf-8"):
            yield "the unit does not start what was installed"
    with tempfile.TemporaryDirectory() as top:
        subprocess.run(["cmake", "--install", build, "--prefix", f"{top}/opt"], capture_output=True, check=True)
        unit = (pathlib.Path(top) / "opt/lib/systemd/system/ikewatch.service").read_text(encoding="utf-8")
        if f"ExecStart={top}/opt/bin/ikewatch run --config {top}/opt/etc/ikewatch/ikewatch.yaml\n" not in unit or "/usr/bin/ikewatch" in unit:
            yield "below another prefix, the unit does not start what was installed there"


def main(root, build):
    found = [*version_problems(root), *dependency_problems(root), *layout_problems(build)]
    print("\n".join(found))
    sys.exit(1 if found else 0)


main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve())
