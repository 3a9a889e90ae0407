"""The story of story.py as people post logs: damaged by viewers, exporters, mailers, forums and terminals.

Each form is bytes that hold the whole story; what is read from them must be the story.
"""
import csv
import io
import json
import re
import textwrap

import story
from story import BEGIN, HOST, LOCAL, PEER, bsd, stamped


def lines(content):
    return content.decode().splitlines()


def joined(pieces):
    return ("\n".join(pieces) + "\n").encode()


def at_column(content, width):
    return joined(piece for line in lines(content) for piece in (line[at:at + width] for at in range(0, len(line), width)))


def at_column_trimmed(content, width):
    """As a terminal's screen is copied: blanks at the end of a row are gone."""
    return joined(piece.rstrip() for piece in lines(at_column(content, width)))


def at_blank(content, width, indent=""):
    return joined(piece for line in lines(content)
                  for piece in textwrap.wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False))


def glued(content, between=" "):
    return (between.join(lines(content)) + "\n").encode()


def newest_first(content):
    return joined(reversed(lines(content)))


def changed(content, *pairs):
    for old, new in pairs:
        content = content.replace(old.encode(), new.encode())
    return content


def escaped(content):
    return changed(content, ("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("'", "&#39;"), ('"', "&quot;"))


def with_prefix(content, prefix):
    return joined(prefix + line for line in lines(content))


def rows(form):
    """A table with one row for each message, as `form`(time, text) gives its cells."""
    out = io.StringIO()
    table = csv.writer(out, quoting=csv.QUOTE_ALL)
    for after, text in story.messages():
        table.writerow(form(BEGIN + story.datetime.timedelta(seconds=after), text))
    return out.getvalue().encode()


def objects(form):
    return stamped(lambda time, text: json.dumps(form(time, text)))


def iso_z(time):
    return f"{time:%Y-%m-%dT%H:%M:%S}.123Z"


def verbose(time, text):
    fields = {"_HOSTNAME": HOST, "PRIORITY": "6", "SYSLOG_IDENTIFIER": "racoon", "_PID": "2211", "_COMM": "racoon", "MESSAGE": text}
    return f"{time:%a %Y-%m-%d %H:%M:%S}.123456 UTC [s=1f;i=2a;b=3c;m=4d;t=5e;x=6f]\n" + "\n".join(
        f"    {name}={value}" for name, value in fields.items())


def long_logcat(time, text):
    return f"[ {time:%m-%d %H:%M:%S}.123  2211: 2211 I/racoon   ]\n{text}\n"


def prompts():
    out = ["root@edge-1:~# tail -f /var/log/racoon.log"]
    for number, line in enumerate(lines(story.rfc3164())):
        out.append(line)
        if number == 4:
            out += ["^C", "root@edge-1:~# vi /etc/racoon/psk.txt", "root@edge-1:~# ping 198.51.100.7", "",
                    "and then, after I had added the key, it said this:", ""]
    return joined(out + ["root@edge-1:~#", "Any idea? Thanks!"])


def pager():
    out = []
    for number, line in enumerate(lines(story.rfc3164())):
        erased = " --More-- " + "\b" * 10 + " " * 10 + "\b" * 10
        out.append(erased + line if number % 5 == 4 else line)
    return joined(out)


def coloured():
    return joined(re.sub(r"^(\S+ +\d+ \S+) (\S+) (racoon:) (.*)$", "\x1b[32m\\1\x1b[0m \\2 \x1b[1;33m\\3\x1b[m \\4\x1b[K", line)
                  for line in lines(story.rfc3164()))


def repeated():
    """syslogd writes a remark instead of a line that came again."""
    out = lines(story.rfc3164())
    out.insert(4, f"{bsd(BEGIN)} {HOST} last message repeated 2 times")
    return joined(out)


def table_header(head, content):
    return head.encode() + b"\n" + content


def curly(content):
    return changed(content, ("'", "\u2019"), (" ", "\u00a0"), ("->", "\u2192"), ("<=>", "\u21d4"))


def html(content):
    """As a browser shows `<=>` when nobody escaped it."""
    return joined(re.sub(r"<[^ >]*>", "", line) for line in lines(content))


def masked(peer, local="192.0.2.1", form=story.rfc3164):
    return form(peer).replace(LOCAL.encode(), local.encode())


UNIFIED = "Timestamp                       Thread     Type        Activity             PID    TTL"

# name: (bytes, has stamps, has a host)
FORMS = {
    "folded at 80, inside words": (at_column(story.rfc3164(), 80), True, True),
    "folded at 72, inside words": (at_column(story.rfc3164(), 72), True, True),
    "folded at 100, inside words": (at_column(story.rfc3164(), 100), True, True),
    "folded at 60, inside words": (at_column(story.rfc3164(), 60), True, True),
    "folded at 80, blanks trimmed": (at_column_trimmed(story.rfc3164(), 80), True, True),
    "folded at 66, blanks trimmed": (at_column_trimmed(story.rfc3164(), 66), True, True),
    "folded at 80 by racoon -F": (at_column(story.foreground(), 80), True, False),
    "folded at 80 without stamps": (at_column(story.headless(), 80), False, False),
    "folded at 80 without header": (at_column(story.bare(), 80), False, False),
    "folded at 72, at blanks": (at_blank(story.rfc3164(), 72), True, True),
    "folded at 60, at blanks": (at_blank(story.rfc3164(), 60), True, True),
    "folded at 76 and indented": (at_blank(story.rfc3164(), 76, "    "), True, True),
    "folded at 72 and quoted": (with_prefix(at_blank(story.rfc3164(), 72), "> "), True, True),
    "folded at 80, inside words, and quoted": (with_prefix(at_column(story.rfc3164(), 80), "> "), True, True),
    "glued with blanks": (glued(story.rfc3164()), True, True),
    "glued without blanks": (glued(story.rfc3164(), ""), True, True),
    "glued, racoon -F": (glued(story.foreground()), True, False),
    "glued without stamps": (glued(story.headless()), False, False),
    "glued without header": (glued(story.bare()), False, False),
    "newest first": (newest_first(story.rfc3164()), True, True),
    "newest first, racoon -F": (newest_first(story.foreground()), True, False),
    "newest first without stamps": (newest_first(story.headless()), False, False),
    "newest first without header": (newest_first(story.bare()), False, False),
    "prompts and remarks": (prompts(), True, True),
    "HTML entities": (escaped(story.rfc3164()), True, True),
    "HTML entities twice": (escaped(escaped(story.rfc3164())), True, True),
    "HTML lines": (joined(line + "<br />" for line in lines(escaped(story.rfc3164()))), True, True),
    "HTML in one line": (b"<p>" + glued(escaped(story.rfc3164()), "<br>").rstrip() + b"</p>\n", True, True),
    "HTML preformatted": (b'<pre class="log">' + escaped(story.rfc3164()) + b"</pre>\n", True, True),
    "HTML ate the arrows": (html(story.rfc3164()), True, True),
    "BBCode": (b"[code]" + story.rfc3164().rstrip() + b"[/code]\n", True, True),
    "BBCode in a quotation": (b"[QUOTE=bob;12345]Hi![CODE]\n" + story.rfc3164() + b"[/CODE][/QUOTE]\n", True, True),
    "BBCode with bold words": (changed(story.rfc3164(), ("ERROR:", "[b]ERROR:[/b]")), True, True),
    "Markdown fence": (b"```text\n" + story.rfc3164() + b"```\n", True, True),
    "Markdown, escaped": (changed(story.rfc3164(), ("[", "\\["), ("]", "\\]"), ("<", "\\<"), (">", "\\>")), True, True),
    "Markdown with bold words": (changed(story.rfc3164(), ("ERROR:", "**ERROR:**")), True, True),
    "Markdown, each line in backticks": (joined(f"`{line}`" for line in lines(story.rfc3164())), True, True),
    "Jira": (b"{noformat}\n" + story.rfc3164() + b"{noformat}\n", True, True),
    "an empty line after each": (joined(x for line in lines(story.rfc3164()) for x in (line, "")), True, True),
    "curly quotes and hard blanks": (curly(story.rfc3164()), True, True),
    "zero-width marks": (joined("\u200b" + line.replace(".", ".\u200b") for line in lines(story.rfc3164())), True, True),
    "ellipses and dashes": (changed(story.rfc3164(), ("->", "\u2013>")), True, True),
    "acute accent for an apostrophe": (changed(story.rfc3164(), ("'", "\u00b4")), True, True),
    "grave accent for an apostrophe": (changed(story.rfc3164(), ("'", "`")), True, True),
    "UTF-16, little end first": (b"\xff\xfe" + story.rfc3164().decode().encode("utf-16-le"), True, True),
    "UTF-16, big end first": (b"\xfe\xff" + story.rfc3164().decode().replace("\n", "\r\n").encode("utf-16-be"), True, True),
    "Windows quotes": (changed(story.rfc3164(), ("'", "Q")).replace(b"Q", b"\x92"), True, True),
    "colours": (coloured(), True, True),
    "pager": (pager(), True, True),
    "macOS log show": (table_header(UNIFIED, stamped(
        lambda time, text: f"{time:%Y-%m-%d %H:%M:%S}.123456+0000 0x1f2e     Default     0x0                  2211   0    racoon: (libvpn) [net.example.vpn:ike] {text}")), True, False),
    "macOS log show, syslog style": (table_header("Timestamp                       (process)[PID]", stamped(
        lambda time, text: f"{time:%Y-%m-%d %H:%M:%S}.123456+0000  {HOST} racoon[2211]: (libvpn) [net.example.vpn:ike] {text}")), True, True),
    "macOS log show, compact style": (table_header("Timestamp               Ty Process[PID:TID]", stamped(
        lambda time, text: f"{time:%Y-%m-%d %H:%M:%S}.123 Df racoon[2211:1f2e] [net.example.vpn:ike] {text}")), True, False),
    "macOS Console": (stamped(lambda time, text: f"default\t{time:%H:%M:%S}.123456+0000\tracoon\t{text}"), False, False),
    "macOS system.log": (stamped(lambda time, text: f"{bsd(time)} {HOST} racoon[2211] <Notice>: {text}"), True, True),
    "iOS console": (stamped(lambda time, text: f"{bsd(time)} {HOST} racoon(libvpn.dylib)[2211] <Notice>: {text}"), True, True),
    "old Console, day first": (stamped(lambda time, text: f"{time:%d/%m/%Y %H:%M:%S}.123 racoon[2211]: {text}"), None, False),
    "old Console, with dots": (stamped(lambda time, text: f"{time:%d.%m.%y %H:%M:%S},123 racoon[2211]: {text}"), True, False),
    "racoon with pid and level": (stamped(lambda time, text: f"{bsd(time)} {HOST} racoon[2211]: [2211] {text}"), True, True),
    "logcat brief": (stamped(lambda time, text: f"I/racoon  ( 2211): {text}"), False, False),
    "logcat threadtime": (stamped(lambda time, text: f"{time:%m-%d %H:%M:%S}.123  2211  2212 I racoon  : {text}"), True, False),
    "logcat time": (stamped(lambda time, text: f"{time:%m-%d %H:%M:%S}.123 I/racoon  ( 2211): {text}"), True, False),
    "logcat with year": (stamped(lambda time, text: f"{time:%Y-%m-%d %H:%M:%S}.123  2211  2212 I racoon  : {text}"), True, False),
    "logcat with user": (stamped(lambda time, text: f"{time:%m-%d %H:%M:%S}.123  vpn  2211  2212 I racoon  : {text}"), True, False),
    "logcat long": (stamped(long_logcat), True, False),
    "epoch stamps": (stamped(lambda time, text: f"{time.timestamp():.3f} {HOST} racoon: {text}"), True, True),
    "logread of OpenWrt": (stamped(lambda time, text: f"{time:%a %b} {time.day:2d} {time:%H:%M:%S %Y} daemon.info racoon: {text}"), True, False),
    "logread of OpenWrt, older": (stamped(lambda time, text: f"{bsd(time)} {HOST} daemon.info racoon: {text}"), True, True),
    "logread -t": (stamped(lambda time, text: f"{time:%a %b} {time.day:2d} {time:%H:%M:%S %Y} [{time.timestamp():.3f}] daemon.info racoon[2211]: {text}"), True, False),
    "pfSense's table": (table_header("Time\tProcess\tPID\tMessage", stamped(lambda time, text: f"{bsd(time)}\tracoon\t2211\t{text}")), True, False),
    "pfSense's table, with blanks": (stamped(lambda time, text: f"{bsd(time)}  racoon  2211  {text}"), True, False),
    "pfSense's older table, newest first": (newest_first(stamped(lambda time, text: f"{bsd(time)}\tracoon: {text}")), True, False),
    "Kiwi": (stamped(lambda time, text: f"{time:%Y-%m-%d}\t{time:%H:%M:%S}\tDaemon.Info\t{HOST}\t{bsd(time)} racoon: {text}"), True, True),
    "Kiwi without inner stamp": (stamped(lambda time, text: f"{time:%Y-%m-%d %H:%M:%S}\tDaemon.Info\t{HOST}\tracoon: {text}"), True, True),
    "Splunk's raw export": (objects(lambda time, text: {"preview": False, "offset": 1, "result": {
        "_raw": f"{bsd(time)} {HOST} racoon: {text}", "_time": f"{time:%Y-%m-%d %H:%M:%S}.000 UTC", "host": "collector"}}), True, True),
    "Graylog": (objects(lambda time, text: {"version": "1.1", "host": HOST, "short_message": f"racoon: {text}", "level": 6,
                                            "timestamp": time.timestamp() + .123}), True, True),
    "Elasticsearch": (objects(lambda time, text: {"@timestamp": iso_z(time), "host": {"name": HOST}, "process": {"name": "racoon", "pid": 2211},
                                                  "message": text}), True, True),
    "syslog-ng's JSON": (objects(lambda time, text: {"PROGRAM": "racoon", "PRIORITY": "info", "MESSAGE": text, "HOST": HOST,
                                                     "DATE": bsd(time)}), True, True),
    "JSON array": (("[\n" + ",\n".join(json.dumps({"timestamp": iso_z(BEGIN + story.datetime.timedelta(seconds=after)), "source": HOST,
                                                   "message": f"racoon: {text}"}) for after, text in story.messages()) + "\n]\n").encode(), True, True),
    "docker's file": (objects(lambda time, text: {"log": f"{time:%Y-%m-%d %H:%M:%S}: {text}\n", "stream": "stdout", "time": iso_z(time)}), True, False),
    "docker logs -t": (stamped(lambda time, text: f"{time:%Y-%m-%dT%H:%M:%S}.123456789Z {time:%Y-%m-%d %H:%M:%S}: {text}"), True, False),
    "docker compose": (stamped(lambda time, text: f"vpn-racoon-1  | {time:%Y-%m-%d %H:%M:%S}: {text}"), True, False),
    "kubectl logs --prefix": (stamped(lambda time, text: f"[pod/vpn-6c9f7/racoon] {time:%Y-%m-%d %H:%M:%S}: {text}"), True, False),
    "container runtime's file": (stamped(lambda time, text: f"{time:%Y-%m-%dT%H:%M:%S}.123456789+00:00 stdout F {time:%Y-%m-%d %H:%M:%S}: {text}"), True, False),
    "Meraki": (stamped(lambda time, text: f"{time.timestamp():.9f} {HOST} events Non-Meraki / Client VPN negotiation msg: {text.split(': ', 1)[1]}"), True, True),
    "Meraki's table": (stamped(lambda time, text: f"{time:%b} {time.day} {time:%H:%M:%S}\t\tNon-Meraki / Client VPN negotiation\tmsg: {text.split(': ', 1)[1]}"), True, False),
    "journalctl -o short-full": (stamped(lambda time, text: f"{time:%a %Y-%m-%d %H:%M:%S} UTC {HOST} racoon[2211]: {text}"), True, True),
    "journalctl -o short-precise": (stamped(lambda time, text: f"{bsd(time)}.123456 {HOST} racoon[2211]: {text}"), True, True),
    "journalctl -o short-monotonic": (stamped(lambda time, text: f"[{time.timestamp() % 100000:12.6f}] {HOST} racoon[2211]: {text}"), False, True),
    "journalctl -o short-unix": (stamped(lambda time, text: f"{time.timestamp():.6f} {HOST} racoon[2211]: {text}"), True, True),
    "journalctl -o verbose": (stamped(verbose), True, True),
    "journalctl -o cat": (story.bare(), False, False),
    "journalctl -r": (newest_first(stamped(lambda time, text: f"{bsd(time)} {HOST} racoon[2211]: {text}")), True, True),
    "CSV, each line one cell": (joined('"' + line.replace('"', '""') + '"' for line in lines(story.rfc3164())), True, True),
    "CSV with cells": (table_header('"time","host","program","message"', rows(lambda time, text: (bsd(time), HOST, "racoon", text))), True, True),
    "CSV with ISO stamps": (table_header("timestamp,source,message", rows(lambda time, text: (iso_z(time), HOST, f"racoon: {text}"))), True, True),
    "CSV, newest first": (newest_first(rows(lambda time, text: (iso_z(time), HOST, f"racoon[2211]: {text}"))), True, True),
    "numbered by cat -n": (joined(f"{number:6d}\t{line}" for number, line in enumerate(lines(story.rfc3164()), 1)), True, True),
    "numbered by grep -n": (joined(f"{number}:{line}" for number, line in enumerate(lines(story.rfc3164()), 1)), True, True),
    "found by grep in several files": (joined(f"/var/log/syslog.1:{line}" for line in lines(story.rfc3164())), True, True),
}

# As people hide where they are: (peer as written, local as written)
MASKS = [
    ("x.x.x.x", "y.y.y.y"), ("B.B.B.B", "A.A.A.A"), ("1.2.3.xxx", "5.6.7.xxx"), ("xxx.xxx.xxx.xxx", "yyy.yyy.yyy.yyy"),
    ("<removed>", "<local>"), ("PEER-IP", "MY-IP"), ("<peer-ip>", "<my-ip>"), ("REMOTE_IP", "LOCAL_IP"), ("203.0.x.x", "192.0.x.x"),
    ("2xx.1xx.xxx.12", "1xx.2xx.xxx.34"), ("***.***.***.***", "192.0.2.1"), ("[removed]", "[local]"), ("a.b.c.d", "w.x.y.z"),
    ("PEER.PUB.LIC.IP", "192.0.2.1"), ("REMOTE", "LOCAL"), ("peer_public_ip", "192.0.2.1"), ("XX.XX.XX.XX", "192.0.2.1"),
    ("198.51.100.###", "192.0.2.###"), ("[REDACTED]", "10.0.0.1"), ("198.51.100.X", "192.0.2.X"),
]
