"""A complete and healthy racoon installation below a directory, for tests that break one thing of it at a time.

Certificates are made by openssl(1).
"""
import datetime
import os
import pathlib
import subprocess

PSK = "a-secret-for-one-peer-8d1f"
HEX_PSK = "0x6d1c9a55e07742b3"
LDAP_PASSWORD = "ldap-secret-77aa"

RACOON_CONF = f"""# gateway of the head office
path include "/etc/racoon";
path pre_shared_key "/etc/racoon/psk.txt";
path certificate "/etc/racoon/certs";
path script "/etc/racoon/scripts";
log info;

padding {{ maximum_length 20; randomize off; strict_check off; exclusive_tail off; }}
timer {{
    counter 5;
    interval 20 sec;
    persend 1;
    phase1 30 sec;
    phase2 15 sec;
    natt_keepalive 0 sec;
}}
listen {{
    isakmp 192.0.2.1 [500];
    isakmp_natt 192.0.2.1 [4500];
    adminsock "/var/run/racoon/racoon.sock" "root" "operator" 0660;
}}
ldapcfg {{ bind_pw "{LDAP_PASSWORD}"; }}

remote 198.51.100.7 [500]
{{
    exchange_mode main, aggressive;   # the first is ours
    doi ipsec_doi;
    my_identifier address 192.0.2.1;
    proposal_check obey;
    proposal {{
        encryption_algorithm aes 256;
        hash_algorithm sha1;
        authentication_method pre_shared_key;
        dh_group modp1024;
    }}
    proposal {{
        encryption_algorithm 3des; hash_algorithm md5;
        authentication_method pre_shared_key; dh_group 2;
    }}
}}
remote 198.51.100.8 inherit 198.51.100.7 {{ lifetime time 12 hour; }}
include "peers.d/*.conf";
"""

PEERS_CONF = """remote "branch-metz"
{
    remote_address 203.0.113.9;
    exchange_mode main;
    certificate_type x509 "gw.pem" "gw.key";
    my_identifier fqdn "gw.example.org";
    peers_identifier fqdn "metz.example.org";
    verify_identifier on;
    nat_traversal on;
    script "up.sh" phase1_up;
    proposal {
        encryption_algorithm aes 256;
        hash_algorithm sha256;
        authentication_method rsasig;
        dh_group 14;
    }
}
remote 2001:db8::7
{
    exchange_mode aggressive;
    peers_identifier user_fqdn "road@example.org";
    verify_identifier on;
    proposal {
        encryption_algorithm aes;
        hash_algorithm sha1;
        authentication_method pre_shared_key;
        dh_group 5;
    }
}
sainfo address 10.1.0.0/16 any address 10.2.0.0/16 any
{
    pfs_group 2;
    lifetime time 1 hour;
    encryption_algorithm aes 256, 3des;
    authentication_algorithm hmac_sha1, hmac_md5;
    compression_algorithm deflate;
}
sainfo address 10.1.0.0/16 any address 10.9.0.0/24 any
{
    encryption_algorithm aes;
    authentication_algorithm hmac_sha1;
    compression_algorithm deflate;
}
"""

PSK_TXT = f"""# one line for each peer
198.51.100.7\t{PSK}
198.51.100.8   {HEX_PSK}

road@example.org another {PSK} with blanks
"""

POLICIES = """src 10.1.0.0/16 dst 10.2.0.0/16 
\tdir out priority 2147483648 ptype main 
\ttmpl src 192.0.2.1 dst 198.51.100.7
\t\tproto esp reqid 0 mode tunnel
src 10.2.0.0/16 dst 10.1.0.0/16 
\tdir fwd priority 2147483648 ptype main 
\ttmpl src 198.51.100.7 dst 192.0.2.1
\t\tproto esp reqid 0 mode tunnel
src 10.2.0.0/16 dst 10.1.0.0/16 
\tdir in priority 2147483648 ptype main 
\ttmpl src 198.51.100.7 dst 192.0.2.1
\t\tproto esp reqid 0 mode tunnel
src 10.1.0.0/16 dst 10.9.0.0/24 
\tdir out priority 2147483648 ptype main 
\ttmpl src 192.0.2.1 dst 203.0.113.9
\t\tproto esp reqid 0 mode tunnel
src 10.9.0.0/24 dst 10.1.0.0/16 
\tdir fwd priority 2147483648 ptype main 
\ttmpl src 203.0.113.9 dst 192.0.2.1
\t\tproto esp reqid 0 mode tunnel
src 10.9.0.0/24 dst 10.1.0.0/16 
\tdir in priority 2147483648 ptype main 
\ttmpl src 203.0.113.9 dst 192.0.2.1
\t\tproto esp reqid 0 mode tunnel
src 0.0.0.0/0 dst 0.0.0.0/0 
\tsocket in priority 0 ptype main 
src 0.0.0.0/0 dst 0.0.0.0/0 
\tsocket out priority 0 ptype main 
"""

SETKEY_POLICIES = """10.2.0.0/16[any] 10.1.0.0/16[any] 255
\tfwd prio def ipsec
\tesp/tunnel/198.51.100.7-192.0.2.1/require
\tcreated: Nov 22 10:00:00 2026  lastused:                     
\tlifetime: 0(s) validtime: 0(s)
\tspid=34 seq=1 pid=4242
\trefcnt=1
10.2.0.0/16[any] 10.1.0.0/16[any] 255
\tin prio def ipsec
\tesp/tunnel/198.51.100.7-192.0.2.1/require
\tspid=24 seq=2 pid=4242
10.1.0.0/16[any] 10.2.0.0/16[any] 255
\tout prio def ipsec
\tesp/tunnel/192.0.2.1-198.51.100.7/require
\tspid=17 seq=3 pid=4242
(per-socket policy) 
\tin(socket) none
\tspid=3 seq=0 pid=4242
"""

UDP = """  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  31: 010200C0:01F4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 11101 2 0000000000000000 0
  32: 010200C0:1194 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 11102 2 0000000000000000 0
  90: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 11999 2 0000000000000000 0
"""

FIB_TRIE = """Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 192.0.2.0/24 2 0 2
        |-- 192.0.2.0
           /24 link UNICAST
Local:
  +-- 0.0.0.0/0 3 0 5
        |-- 192.0.2.1
           /32 host LOCAL
        |-- 10.1.0.1
           /32 host LOCAL
        |-- 192.0.2.255
           /32 link BROADCAST
"""


def put(root, path, text, mode=0o644):
    file = pathlib.Path(root, path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    file.chmod(mode)
    return file


def openssl(*arguments, cwd):
    done = subprocess.run(["openssl", *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise AssertionError(f"openssl {arguments}: {done.stderr}")
    return done.stdout.strip()


class Workshop:
    """Makes keys and certificates in a directory of its own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.serial = 1
        for name in ("ca", "gw", "other", "road"):
            openssl("genrsa", "-out", f"{name}.key", "2048", cwd=self.folder)
        self.authority("ca", "/C=FR/O=Example/CN=Example CA")

    def request(self, name, subject):
        openssl("req", "-new", "-key", f"{name}.key", "-subj", subject, "-out", f"{name}.csr", cwd=self.folder)

    def authority(self, name, subject, first=-400, last=4000, out=None):
        return self.sign(name, subject, None, first, last, "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign", out)

    def sign(self, name, subject, by, first, last, extensions, out=None):
        """A certificate that is valid from `first` to `last`, in days from now. Returns its path."""
        self.request(name, subject)
        out = out or f"{name}.pem"
        (self.folder / "database").write_text("")
        (self.folder / "serial").write_text(f"{self.serial:04x}\n")
        (self.folder / "ca.conf").write_text(
            "[ca]\ndefault_ca=one\n[one]\ndatabase=database\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=any\n"
            "default_crl_days=30\n[any]\ncountryName=optional\norganizationName=optional\ncommonName=supplied\n[ext]\n" + extensions + "\n")
        self.serial += 1
        issuer = ["-selfsign", "-keyfile", f"{name}.key"] if by is None else ["-cert", f"{by}.pem", "-keyfile", f"{by}.key"]
        openssl("ca", "-batch", "-notext", "-config", "ca.conf", "-extensions", "ext", "-startdate", stamp(first), "-enddate", stamp(last),
                "-in", f"{name}.csr", "-out", out, *issuer, cwd=self.folder)
        return self.folder / out

    def gateway(self, first=-10, last=400, names="DNS:gw.example.org,IP:192.0.2.1", out="gw.pem"):
        extensions = "basicConstraints=CA:FALSE" + (f"\nsubjectAltName={names}" if names else "")
        return self.sign("gw", "/C=FR/O=Example/CN=gw", "ca", first, last, extensions, out)

    def hash_of(self, name, old=False):
        return openssl("x509", "-noout", "-subject_hash_old" if old else "-subject_hash", "-in", name, cwd=self.folder)


def stamp(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y%m%d%H%M%SZ")


def build(root, workshop):
    root = pathlib.Path(root)
    put(root, "etc/racoon/racoon.conf", RACOON_CONF)
    put(root, "etc/racoon/peers.d/metz.conf", PEERS_CONF)
    put(root, "etc/racoon/psk.txt", PSK_TXT, 0o600)
    put(root, "etc/racoon/scripts/up.sh", "#!/bin/sh\n", 0o755)
    certs = "etc/racoon/certs"
    put(root, f"{certs}/ca.pem", (workshop.folder / "ca.pem").read_bytes())
    put(root, f"{certs}/gw.pem", workshop.gateway().read_bytes())
    put(root, f"{certs}/gw.key", (workshop.folder / "gw.key").read_bytes(), 0o600)
    # Absolute, as openssl rehash does not make them and people do: it must be followed inside the root.
    (root / certs / f"{workshop.hash_of('ca.pem')}.0").symlink_to("/etc/racoon/certs/ca.pem")
    (root / certs / f"{workshop.hash_of('ca.pem', old=True)}.0").symlink_to("ca.pem")
    put(root, "proc/net/udp", UDP)
    put(root, "proc/net/udp6", UDP.splitlines(True)[0])
    put(root, "proc/net/pfkey", "sk RefCnt Rmem Wmem User Inode\n")
    put(root, "proc/net/fib_trie", FIB_TRIE)
    put(root, "proc/net/if_inet6", "20010db8000000000000000000000001 02 40 00 80     eth0\n")
    put(root, "proc/sys/net/ipv4/ip_forward", "1\n")
    put(root, "proc/321/comm", "racoon\n")
    (root / "proc/321/fd").mkdir()
    for number, inode in ((7, 11101), (8, 11102)):
        (root / f"proc/321/fd/{number}").symlink_to(f"socket:[{inode}]")
    put(root, "policies", POLICIES)
    return root


def contents(root):
    """Of every file and link. Reading may move access times."""
    paths = sorted(pathlib.Path(root).rglob("*"))
    return {path: os.readlink(path) if path.is_symlink() else path.read_bytes() for path in paths if path.is_symlink() or path.is_file()}


def stamps(root):
    """Everything that writing or touching would change; of files also the time of the last reading."""
    found = {}
    for path in sorted(pathlib.Path(root).rglob("*")):
        info = path.lstat()
        accessed = info.st_atime_ns if path.is_file() and not path.is_symlink() else None
        found[path] = (info.st_mode, info.st_uid, info.st_size, info.st_mtime_ns, info.st_ctime_ns, accessed)
    return found
