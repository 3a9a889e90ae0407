"""Lines of other programs on the hosts of the fleet, for fleet.py. Some of them use words of IKE daemons on purpose."""

USERS = ["admin", "test", "oracle", "ubuntu", "guest", "ftpuser", "git", "www-data"]


def server_line(rnd):
    """One line behind the stamp and the host: program, pid, text."""
    n, ip, pid = rnd.randrange(1, 65536), "203.0.113.%d" % rnd.randrange(1, 255), rnd.randrange(300, 32768)
    user, mac = rnd.choice(USERS), "52:54:00:%02x:%02x:%02x" % (n & 255, pid & 255, n >> 8)
    kind = rnd.randrange(100)
    if kind < 12:
        return f"sshd[{pid}]: Failed password for invalid user {user} from {ip} port {n} ssh2"
    if kind < 18:
        return f"sshd[{pid}]: Disconnected from authenticating user root {ip} port {n} [preauth]"
    if kind < 22:
        return f"sshd[{pid}]: Accepted publickey for backup from 192.0.2.250 port {n} ssh2: ED25519 SHA256:c2FtcGxlLWtleQ{pid}"
    if kind < 32:
        return f"CRON[{pid}]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)"
    if kind < 38:
        return f"CRON[{pid}]: (root) CMD (test -x /usr/sbin/anacron || run-parts --report /etc/cron.hourly)"
    if kind < 54:
        return (f"kernel: [{n}.{pid:06d}] nft drop: IN=eth0 OUT= MAC={mac}:52:54:00:00:00:01:08:00 SRC={ip} DST=192.0.2.9 LEN=44 "
                f"TOS=0x00 PREC=0x00 TTL=241 ID={n} PROTO=TCP SPT={n} DPT=23 WINDOW=1024 RES=0x00 SYN URGP=0")
    if kind < 70:
        return f"named[{pid}]: client @0x7f{n:08x} {ip}#{n} (www.example.com): query: www.example.com IN A +E(0)K (192.0.2.53)"
    if kind < 74:
        return f"named[{pid}]: lame server resolving 'host{n}.example.net' (in 'example.net'?): {ip}#53"
    if kind < 80:
        return f"postfix/smtpd[{pid}]: connect from unknown[{ip}]"
    if kind < 83:
        return f"postfix/qmgr[{pid}]: {n:06X}: from=<{user}@example.org>, size={n}, nrcpt=1 (queue active)"
    if kind < 88:
        return f"systemd[1]: Started session-{n}.scope - Session {n} of User backup."
    if kind < 92:
        return f"dhcpd: DHCPREQUEST for 10.20.{n & 255}.{pid & 255} from {mac} (host-{n}) via eth2"
    if kind < 96:
        return f"dhcpd: DHCPACK on 10.20.{n & 255}.{pid & 255} to {mac} (host-{n}) via eth2"
    if kind < 98:
        return f"sshd[{pid}]: Invalid user racoon from {ip} port {n}"
    if kind < 99:
        return f"backup[{pid}]: copied racoon.conf and psk.txt; ISAKMP-SA established count was {n & 63}"
    return f"kernel: [{n}.{pid:06d}] xfrm: ESP/Tunnel offload enabled on eth1"


def router_line(rnd):
    """Text of a Cisco router that has nothing to do with a tunnel: mnemonic and message."""
    n = rnd.randrange(1, 48)
    return rnd.choice([
        f"%LINK-3-UPDOWN: Interface GigabitEthernet0/{n}, changed state to up",
        f"%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/{n}, changed state to down",
        f"%SYS-5-CONFIG_I: Configured from console by admin on vty0 (192.0.2.{n})",
        f"%SEC-6-IPACCESSLOGP: list 101 denied tcp 203.0.113.{n}(4{n:03d}) -> 192.0.2.9(22), 1 packet",
        f"%OSPF-5-ADJCHG: Process 1, Nbr 192.0.2.{n} on GigabitEthernet0/1 from LOADING to FULL, Loading Done",
    ])


def firewall_line(rnd):
    n = rnd.randrange(1, 65536)
    return rnd.choice([
        f"%ASA-6-302013: Built outbound TCP connection {n} for outside:203.0.113.{n & 127}/443 (203.0.113.{n & 127}/443) to "
        f"inside:10.0.0.{n & 63}/{n} (192.0.2.9/{n})",
        f"%ASA-6-302014: Teardown TCP connection {n} for outside:203.0.113.{n & 127}/443 to inside:10.0.0.{n & 63}/{n} duration 0:00:30 "
        f"bytes {n} TCP FINs",
        f"%ASA-4-106023: Deny tcp src outside:203.0.113.{n & 127}/{n} dst inside:192.0.2.9/23 by access-group \"outside_in\" [0x0, 0x0]",
        f"%ASA-6-106015: Deny TCP (no connection) from 203.0.113.{n & 127}/{n} to 192.0.2.9/443 flags RST on interface outside",
    ])
