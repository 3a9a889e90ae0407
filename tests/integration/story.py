"""One little story, and every form in which its log may lie before the user.

A gateway wants a tunnel, its racoon finds no pre-shared key for the peer, somebody adds the key, the tunnel comes up.
"""
import datetime
import gzip
import json
import textwrap

PEER = "198.51.100.7"
LOCAL = "192.0.2.1"
HOST = "edge-1"
# Not long ago: a stamp without a year means the one nearest to now.
BEGIN = datetime.datetime.now(datetime.timezone.utc).replace(hour=10, minute=0, second=0, microsecond=0) - datetime.timedelta(days=2)
END = BEGIN + datetime.timedelta(seconds=301)

PSK_LINE = 4  # the line that names the cause, from 1


def messages(peer=PEER):
    """(seconds since the beginning, what racoon hands to syslog)"""
    return [
        (0, f"INFO: IPsec-SA request for {peer} queued due to no phase1 found."),
        (0, f"INFO: initiate new phase 1 negotiation: {LOCAL}[500]<=>{peer}[500]"),
        (0, "INFO: begin Identity Protection mode."),
        (1, f"[{peer}] ERROR: couldn't find the pskey for {peer}."),
        (1, f"[{peer}] ERROR: failed to process ph1 packet (side: 0, status: 4)."),
        (1, f"[{peer}] ERROR: phase1 negotiation failed."),
        (300, f"INFO: initiate new phase 1 negotiation: {LOCAL}[500]<=>{peer}[500]"),
        (300, "INFO: begin Identity Protection mode."),
        (300, f"INFO: ISAKMP-SA established {LOCAL}[500]-{peer}[500] spi:7c1f0c5b2ad94e60:91d3a6604be1f258"),
        (301, f"INFO: initiate new phase 2 negotiation: {LOCAL}[500]<=>{peer}[500]"),
        (301, f"INFO: IPsec-SA established: ESP/Tunnel {LOCAL}[500]->{peer}[500] spi=45184021(0x2b17415)"),
        (301, f"INFO: IPsec-SA established: ESP/Tunnel {LOCAL}[500]->{peer}[500] spi=238905117(0xe3d6b1d)"),
    ]


def stamped(form, peer=PEER):
    """Each message through `form`(time, text), one line each."""
    return "".join(form(BEGIN + datetime.timedelta(seconds=after), text) + "\n" for after, text in messages(peer)).encode()


def bsd(time):
    return f"{time:%b} {time.day:2d} {time:%H:%M:%S}"


def rfc3164(peer=PEER, host=HOST):
    return stamped(lambda time, text: f"{bsd(time)} {host} racoon: {text}", peer)


def rfc3164_pid():
    return stamped(lambda time, text: f"{bsd(time)} {HOST} racoon[2211]: {text}")


def rfc5424():
    return stamped(lambda time, text: f"<30>1 {time:%Y-%m-%dT%H:%M:%S}.003Z {HOST} racoon - - - {text}")


def rfc5424_structured():
    data = '[timeQuality tzKnown="1" isSynced="1"][x@32473 k="a\\]b \\"c\\""]'
    return stamped(lambda time, text: f"<30>1 {time:%Y-%m-%dT%H:%M:%S}.003000+00:00 {HOST} racoon 2211 - {data} \ufeff{text}")


def iso():
    return stamped(lambda time, text: f"{time:%Y-%m-%dT%H:%M:%S}.123456+00:00 {HOST} racoon: {text}")


def iso_other_zone():
    zone = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
    return stamped(lambda time, text: f"{time.astimezone(zone):%Y-%m-%dT%H:%M:%S}.123456+05:30 {HOST} racoon: {text}")


def journal_short():
    head = f"-- Journal begins at {BEGIN:%a %Y-%m-%d} 08:00:00 UTC, ends at {BEGIN:%a %Y-%m-%d} 12:00:00 UTC. --\n"
    return head.encode() + rfc3164_pid()


def journal_short_iso():
    return stamped(lambda time, text: f"{time:%Y-%m-%dT%H:%M:%S}+0000 {HOST} racoon[2211]: {text}")


def foreground():
    return b"Foreground mode.\n" + stamped(lambda time, text: f"{time:%Y-%m-%d %H:%M:%S}: {text}")


def foreground_over_syslog():
    return stamped(lambda time, text: f"{bsd(time)} {HOST} racoon: {time:%Y-%m-%d %H:%M:%S}: {text}")


def datagrams():
    return stamped(lambda time, text: f"<30>{bsd(time)} racoon: {text}")


def datagrams_with_host():
    return stamped(lambda time, text: f"<30>{bsd(time)} {HOST} racoon: {text}")


def windows():
    return rfc3164().replace(b"\n", b"\r\n")


def byte_order_mark():
    return b"\xef\xbb\xbf" + rfc3164()


def indented():
    return b"".join(b"    " + line for line in rfc3164().splitlines(keepends=True))


def wrapped(width=72):
    """As mail programs and forums break lines: at a blank, which gets lost."""
    pieces = []
    for line in rfc3164().decode().splitlines():
        pieces += textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
    return ("\n".join(pieces) + "\n").encode()


def wrapped_and_indented():
    return textwrap.indent(wrapped().decode(), "  ").encode()


def wrapped_at_column(width=80):
    """As a terminal breaks lines: at a column, whatever stands there."""
    pieces = []
    for line in rfc3164().decode().splitlines():
        pieces += [line[at:at + width] for at in range(0, len(line), width)]
    return ("\n".join(pieces) + "\n").encode()


def headless():
    return stamped(lambda time, text: f"racoon: {text}")


def bare():
    return stamped(lambda time, text: text)


def no_last_newline():
    return rfc3164().rstrip(b"\n")


def microseconds(time):
    return str(int(time.timestamp()) * 1_000_000)


def journal_fields(time, text):
    return {"__CURSOR": f"s=1;i={microseconds(time)}", "__REALTIME_TIMESTAMP": microseconds(time), "__MONOTONIC_TIMESTAMP": "1",
            "_BOOT_ID": "0" * 32, "PRIORITY": "6", "SYSLOG_FACILITY": "3", "SYSLOG_IDENTIFIER": "racoon", "_HOSTNAME": HOST,
            "_PID": "2211", "_TRANSPORT": "syslog", "_SYSTEMD_UNIT": "racoon.service", "MESSAGE": text}


def journal_export():
    def entry(time, text):
        return "".join(f"{name}={value}\n" for name, value in journal_fields(time, text).items())
    return stamped(entry)


def journal_export_binary():
    """MESSAGE with its length instead of a newline, as for texts that are not plain."""
    out = b""
    for after, text in messages():
        fields = journal_fields(BEGIN + datetime.timedelta(seconds=after), text)
        message = fields.pop("MESSAGE").encode()
        out += "".join(f"{name}={value}\n" for name, value in fields.items()).encode()
        out += b"MESSAGE\n" + len(message).to_bytes(8, "little") + message + b"\n\n"
    return out


def journal_json():
    return stamped(lambda time, text: json.dumps(journal_fields(time, text)))


def journal_json_bytes():
    """MESSAGE as an array of numbers, as journalctl writes what is not UTF-8."""
    return stamped(lambda time, text: json.dumps(journal_fields(time, list(text.encode()))))


def packed():
    return gzip.compress(rfc3164())


def packed_in_parts():
    """Two gzip members, one behind the other: what `cat a.gz b.gz` gives."""
    lines = rfc3164().splitlines(keepends=True)
    return gzip.compress(b"".join(lines[:5])) + gzip.compress(b"".join(lines[5:]))


def mail_with_marks():
    return b"".join(b"> " + line for line in rfc3164().splitlines(keepends=True))


# name: (bytes, has stamps, has a host, lines before the first message, physical lines of a message)
FORMS = {
    "RFC 3164": (rfc3164(), True, True, 0, 1),
    "RFC 3164 with process id": (rfc3164_pid(), True, True, 0, 1),
    "RFC 5424": (rfc5424(), True, True, 0, 1),
    "RFC 5424 with structured data": (rfc5424_structured(), True, True, 0, 1),
    "rsyslog's ISO stamps": (iso(), True, True, 0, 1),
    "ISO stamps of another zone": (iso_other_zone(), True, True, 0, 1),
    "journalctl -o short": (journal_short(), True, True, 1, 1),
    "journalctl -o short-iso": (journal_short_iso(), True, True, 0, 1),
    "journalctl -o export": (journal_export(), True, True, 0, 13),
    "journalctl -o export, binary": (journal_export_binary(), True, True, 0, None),
    "journalctl -o json": (journal_json(), True, True, 0, 1),
    "journalctl -o json, bytes": (journal_json_bytes(), True, True, 0, 1),
    "racoon -F": (foreground(), True, False, 1, 1),
    "racoon -F through syslog": (foreground_over_syslog(), True, True, 0, 1),
    "datagrams": (datagrams(), True, False, 0, 1),
    "datagrams with host": (datagrams_with_host(), True, True, 0, 1),
    "CRLF": (windows(), True, True, 0, 1),
    "byte order mark": (byte_order_mark(), True, True, 0, 1),
    "indented": (indented(), True, True, 0, 1),
    "wrapped": (wrapped(), True, True, 0, None),
    "wrapped and indented": (wrapped_and_indented(), True, True, 0, None),
    "quoted in a mail": (mail_with_marks(), True, True, 0, 1),
    "without header": (headless(), False, False, 0, 1),
    "without header and program": (bare(), False, False, 0, 1),
    "no newline at the end": (no_last_newline(), True, True, 0, 1),
    "gzip": (packed(), True, True, 0, 1),
    "gzip in two members": (packed_in_parts(), True, True, 0, 1),
}

IOS = [
    (0, "ISAKMP:(0): beginning Main Mode exchange"),
    (0, f"ISAKMP-ERROR: (0):No pre-shared key with {PEER}!"),
    (300, f"%CRYPTO-5-SESSION_STATUS: Crypto tunnel is UP  .  Peer {PEER}:500       Id: {PEER}"),
]


def ios(form):
    return "".join(form(number, BEGIN + datetime.timedelta(seconds=after), text) + "\n" for number, (after, text) in enumerate(IOS, 1)).encode()


# The same on a Cisco router, which has its own forms. name: (bytes, line of the cause)
CISCO_FORMS = {
    "console debug": (ios(lambda number, time, text: f"*{bsd(time)}.345: {text}"), 2),
    "show log": (b"Syslog logging: enabled (0 messages dropped, 3 messages rate-limited)\n\nLog Buffer (8192 bytes):\n\n"
                 + ios(lambda number, time, text: f"{number:06d}: {bsd(time)}.345 UTC: {text}"), 6),
    "datagrams of a router": (ios(lambda number, time, text: f"<189>{number}: par-rtr1: {bsd(time)}.345: {text}"), 2),
    "written by a syslog server": (ios(lambda number, time, text: f"{bsd(time)} par-rtr1 {number}: {bsd(time)}.345: {text}"), 2),
    "without header": (ios(lambda number, time, text: text), 2),
}
