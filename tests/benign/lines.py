"""Ordinary lines of ordinary systems: nothing in them is a VPN, although some of the words are. Made anew for every run, always the
same for the same seed. Addresses are those of documentation (RFC 5737, RFC 3849)."""
import datetime
import random

HOSTS = ["web1", "db2", "mail", "fw-lab", "ns1", "build7"]
USERS = ["alice", "bob", "carol", "deploy", "www-data"]
BEGIN = datetime.datetime(2026, 11, 22, 3, 0, 0)


def address(rng):
    return rng.choice(["192.0.2.", "198.51.100.", "203.0.113."]) + str(rng.randrange(1, 255))


def name(rng):
    return rng.choice(["www", "ipsec", "vpn", "tunnel", "mail", "peer", "racoon"]) + str(rng.randrange(1, 40)) + ".example.net"


def port(rng):
    return rng.choice([22, 25, 53, 80, 443, 500, 4500, 8080, rng.randrange(1024, 65000)])


# Texts by program. {a} address, {b} another, {n} number, {p} port, {u} user, {d} domain name, {h} hexadecimal.
PROGRAMS = {
    "sshd[{n}]": [
        "Accepted publickey for {u} from {a} port {p} ssh2: ED25519 SHA256:{h}{h}",
        "Failed password for invalid user {u} from {a} port {p} ssh2",
        "Connection closed by authenticating user {u} {a} port {p} [preauth]",
        "error: kex_exchange_identification: Connection closed by remote host",
        "Unable to negotiate with {a} port {p}: no matching key exchange method found. Their offer: diffie-hellman-group1-sha1 [preauth]",
        "error: connect_to {d} port {p}: failed.",
        "channel_by_id: {n}: bad id: channel free",
        "Received disconnect from {a} port {p}:11: disconnected by user",
        "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={a}  user={u}",
        "Authentication refused: bad ownership or modes for file /home/{u}/.ssh/authorized_keys",
        "Certificate invalid: expired",
        "fatal: Timeout before authentication for {a} port {p}",
    ],
    "CRON[{n}]": [
        "({u}) CMD (/usr/local/bin/check-tunnel --peer {a} >/dev/null 2>&1)",
        "(root) CMD (command -v debian-sa1 > /dev/null && debian-sa1 1 1)",
        "pam_unix(cron:session): session opened for user {u}(uid={n}) by (uid=0)",
        "(root) CMD (/usr/sbin/ipsec-backup /etc/ipsec.d /var/backups/ipsec-{n}.tar)",
    ],
    "kernel": [
        "[{n}.{n}] usb 1-1: new high-speed USB device number {n} using xhci_hcd",
        "[{n}.{n}] eth0: Link is Up - 1Gbps/Full - flow control rx/tx",
        "[{n}.{n}] IPv6: ADDRCONF(NETDEV_CHANGE): tun0: link becomes ready",
        "[{n}.{n}] tun: Universal TUN/TAP device driver, 1.6",
        "[{n}.{n}] Initializing XFRM netlink socket",
        "[{n}.{n}] NET: Registered PF_KEY protocol family",
        "[{n}.{n}] gre: GRE over IPv4 demultiplexor driver",
        "[{n}.{n}] ip_gre: GRE over IPv4 tunneling driver",
        "[{n}.{n}] IN=eth0 OUT= MAC=00:00:5e:00:53:01 SRC={a} DST={b} LEN=40 TTL=240 PROTO=UDP SPT={p} DPT=500 LEN=20",
        "[{n}.{n}] DROP IN=eth0 OUT=eth1 SRC={a} DST={b} LEN=92 PROTO=ESP SPI=0x{h}",
        "[{n}.{n}] audit: type=1400 audit({n}.{n}:{n}): apparmor=\"DENIED\" operation=\"open\" profile=\"/usr/sbin/named\" name=\"/etc/ssl/\"",
        "[{n}.{n}] Out of memory: Killed process {n} (java) total-vm:{n}kB, anon-rss:{n}kB",
        "[{n}.{n}] conntrack: generic helper won't handle protocol 47. Please consider loading the specific helper module.",
        "[{n}.{n}] TCP: request_sock_TCP: Possible SYN flooding on port {p}. Sending cookies.",
    ],
    "dhclient[{n}]": [
        "DHCPREQUEST for {a} on eth0 to {b} port 67", "DHCPACK of {a} from {b}", "bound to {a} -- renewal in {n} seconds.",
    ],
    "dhcpd[{n}]": [
        "DHCPDISCOVER from 00:00:5e:00:53:0a via eth1", "DHCPOFFER on {a} to 00:00:5e:00:53:0a ({d}) via eth1",
        "uid lease {a} for client 00:00:5e:00:53:0a is duplicate on lab", "peer holds all free leases",
        "failover peer lab: I move from normal to communications-interrupted", "balanced pool 55d1 lab total {n} free {n} backup {n}",
    ],
    "named[{n}]": [
        "client @0x7f{h} {a}#{p} (ipsec.example.net): query (cache) 'ipsec.example.net/A/IN' denied",
        "lame server resolving '{d}' (in '{d}'?): {a}#53", "zone example.net/IN: loaded serial {n}",
        "validating {d}/A: no valid signature found", "managed-keys-zone: Unable to fetch DNSKEY set '.': timed out",
        "error (network unreachable) resolving '{d}/IPSECKEY/IN': 2001:db8::{n}#53",
        "peer {a}#{p}: connection reset", "rate-limit: info: limit responses to {a}/24",
    ],
    "postfix/smtpd[{n}]": [
        "connect from unknown[{a}]", "NOQUEUE: reject: RCPT from unknown[{a}]: 554 5.7.1 <{u}@example.net>: Relay access denied",
        "warning: hostname {d} does not resolve to address {a}", "SSL_accept error from {d}[{a}]: lost connection",
        "warning: TLS library problem: error:14094418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:../ssl/record/rec_layer_s3.c:{n}:",
        "lost connection after AUTH from unknown[{a}]", "Untrusted TLS connection established from {d}[{a}]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384",
    ],
    "postfix/smtp[{n}]": [
        "{h}: to=<{u}@{d}>, relay={d}[{a}]:25, delay={n}, status=deferred (connect to {d}[{a}]:25: Connection timed out)",
        "certificate verification failed for {d}[{a}]:25: untrusted issuer /O=Example/CN=Example Root",
        "{h}: host {d}[{a}] refused to talk to me: 421 too many connections",
    ],
    "nginx": [
        '{a} - - [22/Nov/2026:03:00:00 +0000] "GET /docs/ipsec/phase1.html HTTP/1.1" 200 {n} "-" "curl/7.88"',
        "{n}#{n}: *{n} upstream timed out (110: Connection timed out) while connecting to upstream, client: {a}, server: {d}",
        "{n}#{n}: *{n} SSL_do_handshake() failed (SSL: error:0A000412:SSL routines::sslv3 alert bad certificate) while SSL handshaking to upstream, client: {a}",
        "{n}#{n}: *{n} recv() failed (104: Connection reset by peer) while reading response header from upstream, client: {a}",
        "{n}#{n}: signal process started",
    ],
    "systemd[1]": [
        "Started OpenBSD Secure Shell server.", "Starting Daily apt download activities...", "racoon-exporter.service: Succeeded.",
        "ipsec-report.service: Main process exited, code=exited, status=1/FAILURE", "Stopping LSB: IKE traffic report...",
        "Reached target Network is Online.", "certbot.timer: Adding {n}min {n}s random time.", "Finished Rotate log files.",
        "Failed to start Tunnel monitor for the lab.", "policy-routing.service: Deactivated successfully.",
    ],
    "NetworkManager[{n}]": [
        "<info>  [{n}.{n}] device (eth0): state change: ip-config -> ip-check (reason 'none', sys-iface-state: 'managed')",
        "<info>  [{n}.{n}] vpn-connection[0x{h},office]: VPN plugin: state changed: stopped (6)",
        "<warn>  [{n}.{n}] device (tun0): Activation: failed for connection 'tun0'",
        "<info>  [{n}.{n}] dhcp4 (eth0): state changed new lease, address={a}",
        "<info>  [{n}.{n}] policy: set 'Wired connection 1' (eth0) as default for IPv4 routing and DNS",
    ],
    "sudo": [
        "{u} : TTY=pts/0 ; PWD=/home/{u} ; USER=root ; COMMAND=/usr/sbin/setkey -DP",
        "{u} : TTY=pts/1 ; PWD=/etc/racoon ; USER=root ; COMMAND=/usr/bin/vi psk.txt",
        "{u} : command not allowed ; TTY=pts/0 ; PWD=/tmp ; USER=root ; COMMAND=/usr/sbin/racoonctl show-sa ipsec",
        "pam_unix(sudo:session): session closed for user root",
    ],
    "dovecot": [
        "imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<{u}>, method=PLAIN, rip={a}, lip={b}, TLS",
        "imap({u})<{n}><{h}>: Logged out in={n} out={n}",
        "imap-login: Disconnected: TLS handshaking: SSL_accept() failed: error:0A000416:SSL routines::sslv3 alert certificate unknown: rip={a}",
        "lmtp({u})<{n}>: msgid=<{h}@{d}>: saved mail to INBOX",
    ],
    "haproxy[{n}]": [
        "{a}:{p} [22/Nov/2026:03:00:00.123] https~ peers/{d} 0/0/1/{n}/{n} 200 {n} - - ---- 1/1/0/0/0 0/0 \"GET / HTTP/1.1\"",
        "Server peers/{d} is DOWN, reason: Layer4 timeout, check duration: 2001ms. 0 active and 0 backup servers left.",
        "Server tunnel/{d} is UP, reason: Layer7 check passed, code: 200", "{a}:{p} [22/Nov/2026:03:00:00.123] https/1: SSL handshake failure",
        "Peers section lab: peer {d} left", "backend peers has no server available!",
    ],
    "dockerd[{n}]": [
        "time=\"2026-11-22T03:00:00Z\" level=error msg=\"Handler for POST /v1.41/containers/{h}/start returned error: driver failed\"",
        "time=\"2026-11-22T03:00:00Z\" level=warning msg=\"peerDbAdd transient condition - Key:{a} {b} was not found\"",
        "time=\"2026-11-22T03:00:00Z\" level=info msg=\"initialized VXLAN UDP port to 4789 \" module=node node.id={h}",
        "time=\"2026-11-22T03:00:00Z\" level=error msg=\"heartbeat to manager {{{h} {a}:2377}} failed\" error=\"rpc error: code = Unavailable\"",
    ],
    "openvpn[{n}]": [
        "TLS Error: TLS key negotiation failed to occur within 60 seconds (check your network connectivity)",
        "VERIFY ERROR: depth=0, error=certificate has expired: CN={d}", "Peer Connection Initiated with [AF_INET]{a}:1194",
        "Authenticate/Decrypt packet error: packet HMAC authentication failed", "SIGUSR1[soft,ping-restart] received, process restarting",
        "Initialization Sequence Completed",
    ],
    "wg-quick[{n}]": ["[#] ip link add wg0 type wireguard", "[#] wg set wg0 peer {h} allowed-ips {a}/32"],
    "bgpd[{n}]": ["%ADJCHANGE: neighbor {a} in vrf default Up", "{a} [Error] bgp_read_packet error: Connection reset by peer",
                  "{a}: No AFI/SAFI activated for peer"],
    "ntpd[{n}]": ["Soliciting pool server {a}", "kernel reports TIME_ERROR: 0x41: Clock Unsynchronized", "peer {a} now invalid"],
    "rsyslogd": ["[origin software=\"rsyslogd\" swVersion=\"8.2302.0\" x-pid=\"{n}\"] rsyslogd was HUPed",
                 "omfwd: remote server at {a}:6514 seems to have closed connection. [v8.2302.0]",
                 "netstream session 0x{h} from {a} will be closed due to error"],
    "snmpd[{n}]": ["Connection from UDP: [{a}]:{p}->[{b}]:161", "error on subcontainer 'ia_addr' insert (-1)"],
    "slapd[{n}]": ["conn={n} fd={n} ACCEPT from IP={a}:{p} (IP=0.0.0.0:389)", "conn={n} op=1 RESULT tag=97 err=49 text="],
    "freeradius[{n}]": ["({n}) Login incorrect (pap: Cleartext password does not match): [{u}/<via Auth-Type = PAP>] (from client {d} port 0)",
                        "Ignoring request to auth address * port 1812 from unknown client {a} port {p}"],
    "samba[{n}]": ["  check_ntlm_password:  Authentication for user [{u}] -> [{u}] FAILED with error NT_STATUS_WRONG_PASSWORD"],
    "backup[{n}]": ["phase 1 of 2: snapshot of /srv/{u} established", "phase 2 negotiation of the new retention policy with {d} is done",
                    "no suitable proposal for a window was found, using the default", "the packet size of the stream to {a} was lowered to 1400"],
}

# Cisco devices that are no VPN: tag and text.
CISCO = [
    ("LINK-3-UPDOWN", "Interface GigabitEthernet0/{n}, changed state to up"),
    ("LINEPROTO-5-UPDOWN", "Line protocol on Interface GigabitEthernet0/{n}, changed state to down"),
    ("LINK-5-CHANGED", "Interface Vlan{n}, changed state to administratively down"),
    ("SYS-5-CONFIG_I", "Configured from console by {u} on vty0 ({a})"),
    ("SYS-6-LOGGINGHOST_STARTSTOP", "Logging to host {a} port 514 started - CLI initiated"),
    ("SEC-6-IPACCESSLOGP", "list 101 denied udp {a}({p}) -> {b}(500), 1 packet"),
    ("SEC_LOGIN-5-LOGIN_SUCCESS", "Login Success [user: {u}] [Source: {a}] [localport: 22] at 03:00:00 UTC Sun Nov 22 2026"),
    ("SSH-5-SSH2_SESSION", "SSH2 Session request from {a} (tty = 0) using crypto cipher 'aes256-ctr', hmac 'hmac-sha2-256' Succeeded"),
    ("BGP-5-ADJCHANGE", "neighbor {a} Down Peer closed the session"),
    ("BGP-3-NOTIFICATION", "received from neighbor {a} 4/0 (hold time expired) 0 bytes"),
    ("OSPF-5-ADJCHG", "Process 1, Nbr {a} on GigabitEthernet0/{n} from FULL to DOWN, Neighbor Down: Dead timer expired"),
    ("DUAL-5-NBRCHANGE", "EIGRP-IPv4 100: Neighbor {a} (GigabitEthernet0/{n}) is down: peer restarted"),
    ("SPANTREE-2-BLOCK_BPDUGUARD", "Received BPDU on port Gi1/0/{n} with BPDU Guard enabled. Disabling port."),
    ("CDP-4-NATIVE_VLAN_MISMATCH", "Native VLAN mismatch discovered on GigabitEthernet0/{n} ({n}), with {d} GigabitEthernet0/1 ({n})."),
    ("ILPOWER-5-POWER_GRANTED", "Interface Gi1/0/{n}: Power granted"),
    ("DOT1X-5-FAIL", "Authentication failed for client (0000.5e00.530a) on Interface Gi1/0/{n} AuditSessionID {h}"),
    ("SNMP-3-AUTHFAIL", "Authentication failure for SNMP req from host {a}"),
    ("PARSER-5-CFGLOG_LOGGEDCMD", "User:{u}  logged command:crypto isakmp policy 10"),
    ("PLATFORM_ENV-1-FAN", "Faulty fan detected"),
    ("IP-4-DUPADDR", "Duplicate address {a} on Vlan{n}, sourced by 0000.5e00.530a"),
]
ASA = [
    ("6-302013", "Built outbound TCP connection {n} for outside:{a}/443 ({a}/443) to inside:{b}/{p} ({b}/{p})"),
    ("6-302014", "Teardown TCP connection {n} for outside:{a}/443 to inside:{b}/{p} duration 0:00:30 bytes {n} TCP FINs"),
    ("6-302015", "Built inbound UDP connection {n} for outside:{a}/500 ({a}/500) to identity:{b}/500 ({b}/500)"),
    ("6-302016", "Teardown UDP connection {n} for outside:{a}/4500 to identity:{b}/4500 duration 0:02:01 bytes {n}"),
    ("4-106023", "Deny tcp src outside:{a}/{p} dst inside:{b}/{p} by access-group \"outside_in\" [0x0, 0x0]"),
    ("6-106015", "Deny TCP (no connection) from {a}/{p} to {b}/443 flags RST on interface outside"),
    ("2-106001", "Inbound TCP connection denied from {a}/{p} to {b}/22 flags SYN on interface outside"),
    ("6-305011", "Built dynamic TCP translation from inside:{a}/{p} to outside:{b}/{p}"),
    ("6-605005", "Login permitted from {a}/{p} to inside:{b}/ssh for user \"{u}\""),
    ("5-111008", "User '{u}' executed the 'show crypto isakmp sa' command."),
    ("5-111010", "User '{u}', running 'CLI' from IP {a}, executed 'crypto map outside_map 1 set peer {b}'"),
    ("4-411001", "Line protocol on Interface GigabitEthernet0/{n}, changed state to up"),
    ("4-733100", "[ Scanning] drop rate-1 exceeded. Current burst rate is {n} per second, max configured rate is 10"),
    ("3-710003", "TCP access denied by ACL from {a}/{p} to outside:{b}/22"),
    ("1-105005", "(Primary) Lost Failover communications with mate on interface outside"),
    ("6-725001", "Starting SSL handshake with client outside:{a}/{p} to {b}/443 for TLS session"),
]


def filled(rng, text):
    return text.format(a=address(rng), b=address(rng), n=rng.randrange(1, 99999), p=port(rng), u=rng.choice(USERS), d=name(rng),
                       h=f"{rng.getrandbits(32):08x}")


def linux(rng):
    program = rng.choice(sorted(PROGRAMS))
    return rng.choice(HOSTS), filled(rng, program), filled(rng, rng.choice(PROGRAMS[program]))


def entries(count, seed):
    """(time, host, program or empty, text) of Linux hosts and Cisco devices; the text of a Cisco line begins with its tag."""
    rng = random.Random(seed)
    when = BEGIN
    for number in range(count):
        when += datetime.timedelta(seconds=rng.randrange(0, 20))
        kind = number % 10
        if kind < 7:
            yield when, *linux(rng)
        elif kind < 9:
            tag, text = rng.choice(CISCO)
            yield when, "sw1", "", f"%{tag}: {filled(rng, text)}"
        else:
            tag, text = rng.choice(ASA)
            yield when, "fw1", "", f"%ASA-{tag}: {filled(rng, text)}"


def header_of(number, when, host, program):
    """One of the headers that a line may have in a file."""
    bsd = when.strftime("%b %e %H:%M:%S")
    if not program and host == "sw1":
        return f"<189>{number}: {host}: {bsd}.123: "
    if not program:
        return f"<166>{when.strftime('%b %d %Y %H:%M:%S')} {host} : "
    if number % 3 == 0:
        return f"{when.isoformat()}.123456+00:00 {host} {program}: "
    return f"{bsd} {host} {program}: "


def as_file(count, seed):
    return "".join(header_of(number, *entry[:3]) + entry[3] + "\n" for number, entry in enumerate(entries(count, seed)))


def as_journal_export(count, seed):
    """systemd's export format (systemd.io/JOURNAL_EXPORT_FORMATS): text fields, one entry a block."""
    out = []
    for number, (when, host, program, text) in enumerate(entries(count, seed)):
        micros = int((when - datetime.datetime(1970, 1, 1)).total_seconds() * 1_000_000)
        identifier, _, pid = (program or "cisco").partition("[")
        pid_field = f"_PID={pid.rstrip(']')}\n" if pid else ""
        out.append(f"__CURSOR=s=5e;i={number:x}\n__REALTIME_TIMESTAMP={micros}\n_HOSTNAME={host}\nPRIORITY=6\n"
                   f"SYSLOG_IDENTIFIER={identifier}\n{pid_field}MESSAGE={text}\n\n")
    return "".join(out)


def as_pasted(count, seed):
    """Texts alone, as they are pasted from a terminal."""
    return "".join(text + "\n" for _, _, _, text in entries(count, seed))
