#!/usr/bin/env python3
"""`ikewatch doctor` from outside: silent about a healthy installation, one finding for one fault, and not a byte changed or told."""
import os
import pathlib
import re
import shutil
import tempfile

import gateway_root
import program
from gateway_root import put
from program import run

CONF = "etc/racoon/racoon.conf"
PEERS = "etc/racoon/peers.d/metz.conf"
PSK = "etc/racoon/psk.txt"
CERTS = "etc/racoon/certs"


def edit(root, path, old, new, count=1):
    file = pathlib.Path(root, path)
    text = file.read_bytes().decode()
    if old not in text:
        raise AssertionError(f"{path} does not hold {old!r}")
    file.write_bytes(text.replace(old, new, count).encode())


def swap(path, old, new, count=1):
    return lambda root, workshop: edit(root, path, old, new, count)


def add(path, text):
    def change(root, workshop):
        with pathlib.Path(root, path).open("a") as file:
            file.write(text)
    return change


def remove(path):
    return lambda root, workshop: pathlib.Path(root, path).unlink()


def mode(path, bits):
    return lambda root, workshop: pathlib.Path(root, path).chmod(bits)


def certificate(**what):
    return lambda root, workshop: shutil.copyfile(workshop.gateway(**what, out="changed.pem"), pathlib.Path(root, CERTS, "gw.pem")) and None


def key(*arguments):
    def change(root, workshop):
        file = pathlib.Path(root, CERTS, "gw.key")
        gateway_root.openssl(*arguments, "-out", file, cwd=workshop.folder)
        file.chmod(0o600)
    return change


def fifo(path):
    def change(root, workshop):
        pathlib.Path(root, path).unlink()
        os.mkfifo(pathlib.Path(root, path), 0o600)
    return change


def links(*names):
    """Only these links to the authority; {new} and {old} stand for its hashes."""
    def change(root, workshop):
        folder = pathlib.Path(root, CERTS)
        for link in folder.iterdir():
            if link.is_symlink():
                link.unlink()
        hashes = {"new": workshop.hash_of("ca.pem"), "old": workshop.hash_of("ca.pem", old=True)}
        for name in names:
            (folder / name.format(**hashes)).symlink_to("ca.pem")
    return change


def expired_authority(root, workshop):
    folder = pathlib.Path(root, CERTS)
    gone = workshop.sign("other", "/CN=Old CA", None, -400, -5, "basicConstraints=critical,CA:TRUE")
    shutil.copyfile(gone, folder / "old-ca.pem")
    (folder / f"{workshop.hash_of('other.pem')}.0").symlink_to("old-ca.pem")


def self_signed(root, workshop):
    made = workshop.sign("gw", "/CN=gw", None, -10, 400, "subjectAltName=DNS:gw.example.org", "changed.pem")
    shutil.copyfile(made, pathlib.Path(root, CERTS, "gw.pem"))


def signed_by_no_authority(root, workshop):
    folder = pathlib.Path(root, CERTS)
    shutil.copyfile(workshop.sign("other", "/CN=No CA", None, -400, 400, "basicConstraints=CA:FALSE"), folder / "other.pem")
    (folder / f"{workshop.hash_of('other.pem')}.0").symlink_to("other.pem")
    made = workshop.sign("gw", "/CN=gw", "other", -10, 400, "subjectAltName=DNS:gw.example.org", "changed.pem")
    shutil.copyfile(made, folder / "gw.pem")


def revocation_list(first, last, revoke=False, name=None):
    def change(root, workshop):
        if revoke:
            gateway_root.openssl("ca", "-config", "ca.conf", "-cert", "ca.pem", "-keyfile", "ca.key", "-revoke",
                                 pathlib.Path(root, CERTS, "gw.pem"), cwd=workshop.folder)
        (workshop.folder / "crlnumber").write_text("01\n")
        gateway_root.openssl("ca", "-gencrl", "-config", "ca.conf", "-cert", "ca.pem", "-keyfile", "ca.key", "-crl_lastupdate",
                             gateway_root.stamp(first), "-crl_nextupdate", gateway_root.stamp(last), "-out", "crl.pem", cwd=workshop.folder)
        (workshop.folder / "database").write_text("")
        file = pathlib.Path(root, CERTS, name or workshop.hash_of("ca.pem") + ".r0")
        shutil.copyfile(workshop.folder / "crl.pem", file)
    return change


def held_by(name):
    return lambda root, workshop: put(root, "proc/321/comm", name + "\n") and None


def without_process(root, workshop):
    shutil.rmtree(pathlib.Path(root, "proc/321"))


def without_sockets(*ports):
    def change(root, workshop):
        lines = [line for line in gateway_root.UDP.splitlines(True) if not any(f":{port} 0000" in line for port in ports)]
        put(root, "proc/net/udp", "".join(lines))
    return change


def kernel_without_pfkey(root, workshop):
    pathlib.Path(root, "proc/net/pfkey").unlink()
    put(root, "proc/sys/kernel/osrelease", "6.1.0-example\n")
    put(root, "lib/modules/6.1.0-example/modules.dep", "kernel/net/ipv4/esp4.ko:\n")


def from_the_future(root, workshop):
    os.utime(pathlib.Path(root, CONF), (4_000_000_000, 4_000_000_000))


def policy(*wanted):
    """Takes the policies out of the list that hold all of these words."""
    def change(root, workshop):
        blocks = re.split(r"(?m)^(?=src )", gateway_root.POLICIES)
        kept = [block for block in blocks if not all(word in block for word in wanted)]
        if len(kept) == len(blocks):
            raise AssertionError(f"no policy holds {wanted}")
        put(root, "policies", "".join(kept))
    return change


# name: (what is broken, the findings that must come of it and no others)
HINTS = {
    "debug2 tells keys": (swap(CONF, "log info;", "log debug2;"), ["log-secrets"]),
    "same key twice": (add(PSK, f"198.51.100.7 {gateway_root.PSK}\n"), ["psk-twice"]),
    "verify_cert off": (swap(PEERS, "verify_identifier on;\n    nat", "verify_identifier on; verify_cert off;\n    nat"), ["cert-not-verified"]),
    "identified by an address that the certificate lacks": (
        lambda root, workshop: (certificate(names="DNS:gw.example.org")(root, workshop), edit(root, PEERS, 'my_identifier fqdn "gw.example.org";', "")),
        ["cert-no-address"]),
    "certificate of an unknown issuer": (self_signed, ["chain-no-issuer"]),
    "level use": (swap("policies", "proto esp reqid 0 mode tunnel\n", "proto esp reqid 0 mode tunnel\n\t\tlevel use \n"), ["spd-level-use"]),
    "nobody listens": (without_sockets("01F4", "1194"), ["port-nobody"]),
    "two sections for one peer": (add(CONF, "remote 198.51.100.7 inherit 198.51.100.7;\n"), ["remote-twice"]),
}
FAULTS = {
    # racoon.conf
    "closing brace missing": (swap(CONF, "    natt_keepalive 0 sec;\n}", "    natt_keepalive 0 sec;\n"), ["conf-brace"]),
    "closing brace missing at the end": (swap(CONF, "remote 198.51.100.8 inherit 198.51.100.7 { lifetime time 12 hour; }\ninclude \"peers.d/*.conf\";",
                                              "include \"peers.d/*.conf\";\nremote 198.51.100.8 inherit 198.51.100.7 { lifetime time 12 hour;"),
                                         ["conf-brace"]),
    "brace too many": (swap(CONF, "exclusive_tail off; }", "exclusive_tail off; } }"), ["conf-brace"]),
    "quote missing": (swap(CONF, 'certs";', "certs;"), ["conf-quote"]),
    "no quotes at all": (swap(CONF, '"/etc/racoon/certs"', "/etc/racoon/certs"), ["conf-quote"]),
    "semicolon missing": (swap(CONF, "log info;", "log info"), ["conf-semicolon"]),
    "semicolon missing before a brace": (swap(CONF, "natt_keepalive 0 sec;", "natt_keepalive 0 sec"), ["conf-semicolon"]),
    "misspelt word": (swap(CONF, "proposal_check obey", "proposal_chek obey"), ["conf-word"]),
    "include without match": (add(CONF, 'include "more.d/*.conf";\n'), ["conf-include"]),
    "include of itself": (add(CONF, 'include "racoon.conf";\n'), ["conf-include-depth"]),
    "relative include": (swap(CONF, 'path include "/etc/racoon";', ""),
                         ["conf-include", "sainfo-none", "spd-no-remote"]),
    "quiet log": (swap(CONF, "log info;", "log notify;"), ["log-level"]),
    "timer without time": (swap(CONF, "interval 20 sec", "interval 0 sec"), ["timer-zero"]),
    "no such certificate directory": (swap(CONF, "racoon/certs", "racoon/cert"),
                                      ["path-missing", "cert-missing", "authority-none"]),
    "script not executable": (mode("etc/racoon/scripts/up.sh", 0o644), ["script-missing"]),
    "script elsewhere under privsep": (
        lambda root, workshop: (edit(root, PEERS, '"up.sh"', '"/opt/up.sh"'), put(root, "opt/up.sh", "", 0o755),
                                add(CONF, 'privsep { user "racoon"; }\n')(root, workshop)),
        ["privsep-path"]),
    # sections
    "no exchange mode": (swap(PEERS, "    exchange_mode aggressive;\n", ""), ["remote-mode"]),
    "no proposal": (swap(PEERS, gateway_root.PEERS_CONF[gateway_root.PEERS_CONF.index("    proposal {\n        encryption_algorithm aes;"):
                                                                 gateway_root.PEERS_CONF.index("}\nsainfo")], ""), ["remote-proposal"]),
    "no hash algorithm": (swap(CONF, "hash_algorithm md5;", ""), ["proposal-item"]),
    "groups differ in aggressive mode": (swap(CONF, "dh_group 2;", "dh_group 5;"), ["proposal-groups"]),
    "unknown parent": (swap(CONF, "inherit 198.51.100.7", "inherit 198.51.100.70"), ["remote-parent"]),
    "group outside a proposal": (swap(CONF, "doi ipsec_doi;", "dh_group 2;"), ["remote-dh-group"]),
    "no address": (swap(CONF, "remote 198.51.100.8", "remote 198.51.100.888"), ["remote-address"]),
    "name in main mode": (
        lambda root, workshop: (edit(root, CONF, "exchange_mode main, aggressive;", "exchange_mode main;"),
                                edit(root, CONF, "my_identifier address 192.0.2.1;", 'my_identifier fqdn "a.example.org";')),
        ["identifier-main-mode"]),
    "peer's name in main mode": (
        lambda root, workshop: (edit(root, CONF, "exchange_mode main, aggressive;", "exchange_mode main; verify_identifier on;"),
                                edit(root, CONF, "my_identifier address 192.0.2.1;", 'peers_identifier fqdn "a.example.org";')),
        ["identifier-main-mode"]),
    "name from no certificate": (swap(CONF, "my_identifier address 192.0.2.1;", "my_identifier asn1dn;"), ["identifier-no-certificate"]),
    "signature without certificate": (swap(PEERS, 'certificate_type x509 "gw.pem" "gw.key";', ""), ["cert-none"]),
    "peer's certificate not there": (swap(PEERS, "verify_identifier on;", 'peers_certfile x509 "metz.pem"; verify_identifier on;'), ["cert-missing"]),
    "peer's certificate of another name": (swap(PEERS, "verify_identifier on;", 'peers_certfile x509 "gw.pem"; verify_identifier on;'),
                                           ["cert-identity"]),
    "authority's file not there": (swap(PEERS, "verify_identifier on;", 'ca_type x509 "none.pem"; verify_identifier on;'), ["cert-missing"]),
    "no compression": (swap(PEERS, "compression_algorithm deflate;", ""), ["sainfo-algorithm"]),
    "sainfo twice": (add(PEERS, gateway_root.PEERS_CONF[gateway_root.PEERS_CONF.index("sainfo address 10.1.0.0/16 any address 10.9"):]), ["sainfo-twice"]),
    "sainfo without protocol": (swap(PEERS, "10.1.0.0/16 any address 10.2.0.0/16 any", "10.1.0.0/16 address 10.2.0.0/16"), ["sainfo-syntax"]),
    # psk.txt
    "no file of keys": (remove(PSK), ["psk-file-missing"]),
    "file of keys for all to read": (mode(PSK, 0o644), ["psk-mode"]),
    "file of keys for the group": (mode(PSK, 0o640), ["psk-mode"]),
    "file of keys is a FIFO": (fifo(PSK), ["psk-file-type"]),
    "no path to it": (swap(CONF, 'path pre_shared_key "/etc/racoon/psk.txt";', ""), ["psk-path"]),
    "no key for a peer": (swap(PSK, "198.51.100.7", "198.51.100.77"), ["psk-missing"]),
    "no key for a name": (swap(PSK, "road@", "Road@"), ["psk-missing"]),
    "CR LF": (swap(PSK, "\n", "\r\n", -1), ["psk-carriage-return"]),
    "blank behind the key": (swap(PSK, gateway_root.PSK + "\n", gateway_root.PSK + " \n"), ["psk-trailing-blank"]),
    "blank before the identifier": (swap(PSK, "198.51.100.7\t", " 198.51.100.7\t"), ["psk-leading-blank", "psk-missing"]),
    "another key for the same peer": (add(PSK, "198.51.100.7 other\n"), ["psk-twice"]),
    "line without key": (add(PSK, f"{gateway_root.PSK}\n"), ["psk-no-key"]),
    "odd number of digits": (swap(PSK, gateway_root.HEX_PSK, gateway_root.HEX_PSK + "0"), ["psk-hex"]),
    "line too long": (add(PSK, "203.0.113.200 " + "x" * 1100 + "\n"), ["psk-long-line"]),
    "byte order mark": (swap(PSK, "# one line for each peer\n", "\ufeff"), ["psk-byte-order-mark", "psk-missing"]),
    "no password": (swap(PEERS, "verify_identifier on;", 'xauth_login "road"; verify_identifier on;'), ["psk-login"]),
    # certificates
    "no certificate": (remove(f"{CERTS}/gw.pem"), ["cert-missing"]),
    "certificate in DER form": (
        lambda root, workshop: gateway_root.openssl("x509", "-in", "gw.pem", "-outform", "DER", "-out", "gw.pem", cwd=pathlib.Path(root, CERTS)) and None,
        ["cert-format"]),
    "certificate expired": (certificate(first=-60, last=-3), ["cert-expired"]),
    "certificate expires soon": (certificate(last=12.5), ["cert-expires-soon"]),
    "certificate of tomorrow": (certificate(first=3), ["cert-not-yet-valid"]),
    "certificate of another name": (certificate(names="DNS:gate.example.org"), ["cert-identity"]),
    "certificate without names": (certificate(names=""), ["cert-identity"]),
    "no key": (remove(f"{CERTS}/gw.key"), ["key-missing"]),
    "key of another certificate": (key("rsa", "-in", "other.key"), ["key-mismatch"]),
    "key with a passphrase": (key("rsa", "-in", "gw.key", "-aes128", "-passout", "pass:sesame"), ["key-encrypted"]),
    "key that is none": (lambda root, workshop: put(root, f"{CERTS}/gw.key", "no key\n", 0o600) and None, ["key-format"]),
    "key of another kind": (key("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"), ["key-not-rsa"]),
    "key for all to read": (mode(f"{CERTS}/gw.key", 0o644), ["key-mode"]),
    "no links": (links(), ["authority-none"]),
    "only an old link": (links("{old}.0"), ["link-old-hash", "authority-none"]),
    "links that do not begin at 0": (links("{new}.1"), ["link-gap", "authority-none"]),
    "link with a wrong name": (links("{new}.0", "{old}.0", "0badcafe.0"), []),
    "only a link with a wrong name": (links("0badcafe.0"), ["link-wrong-hash", "authority-none"]),
    "link that leads nowhere": (remove(f"{CERTS}/ca.pem"), ["link-broken", "link-broken", "authority-none"]),
    "authority expired": (expired_authority, ["authority-expired"]),
    "certificate of somebody who is no authority": (signed_by_no_authority, ["chain-broken"]),
    "revocation list out of date": (revocation_list(-20, -2), ["crl-expired"]),
    "revoked": (revocation_list(-2, 20, revoke=True), ["cert-revoked"]),
    "revocation list under a wrong name": (revocation_list(-2, 20, name="0badcafe.r0"), ["crl-wrong-hash"]),
    # policies
    "no policy": (lambda root, workshop: put(root, "policies", "") and None, []),  # `script` may load them
    "no way back": (policy("dir in", "198.51.100.7"), ["spd-one-way"]),
    "no way out": (policy("dir out", "198.51.100.7"), ["spd-one-way"]),
    "no forwarding": (policy("dir fwd", "198.51.100.7"), ["spd-no-forward"]),
    "ends exchanged": (swap("policies", "tmpl src 192.0.2.1 dst 198.51.100.7", "tmpl src 198.51.100.7 dst 192.0.2.1"), ["spd-turned"]),
    "no section for the peer": (swap("policies", "203.0.113.9", "203.0.113.99", -1), ["spd-no-remote"]),
    "no sainfo for the networks": (swap(PEERS, "address 10.9.0.0/24", "address 10.9.0.0/16"), ["spd-no-sainfo"]),
    "sainfo with its ends exchanged": (swap(PEERS, "10.1.0.0/16 any address 10.9.0.0/24 any", "10.9.0.0/24 any address 10.1.0.0/16 any"),
                                       ["spd-no-sainfo"]),
    # ports, clock
    "another daemon": (held_by("charon"), ["port-taken", "port-taken"]),
    "no PF_KEY": (kernel_without_pfkey, ["kernel-pfkey"]),
    "no port for NAT traversal": (without_sockets("1194"), ["port-natt-closed"]),
    "address of another host": (swap(CONF, "isakmp 192.0.2.1 [500]", "isakmp 192.0.2.2 [500]"), ["listen-address"]),
    "no door for NAT traversal": (
        lambda root, workshop: edit(root, CONF, "    isakmp_natt 192.0.2.1 [4500];\n", ""), ["listen-no-natt"]),
    "clock behind": (from_the_future, ["clock-behind"]),
}


class Doctor(program.Case):
    @classmethod
    def setUpClass(cls):
        cls.shelf = pathlib.Path(tempfile.mkdtemp(prefix="ikewatch-doctor-"))
        cls.addClassCleanup(shutil.rmtree, cls.shelf, ignore_errors=True)
        cls.workshop = gateway_root.Workshop(cls.shelf / "workshop")
        gateway_root.build(cls.shelf / "healthy", cls.workshop)
        private = (cls.shelf / "workshop/gw.key").read_text().splitlines()[1:-1]
        cls.secrets = [gateway_root.PSK, gateway_root.HEX_PSK[2:], gateway_root.LDAP_PASSWORD, "with blanks", *private]

    def fresh(self):
        root = self.folder / "root"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self.shelf / "healthy", root, symlinks=True)
        return root

    def doctor(self, root, *arguments):
        """Runs it, and proves that nothing was changed and no secret told."""
        policies = shutil.copy(root / "policies", self.folder / "policies")  # a list that somebody made is no part of the host
        contents, stamps = gateway_root.contents(root), gateway_root.stamps(root)
        outcome = run("doctor", "--root", root, "--policies", policies, *arguments)
        self.assertEqual(gateway_root.stamps(root), stamps)
        self.assertEqual(gateway_root.contents(root), contents)
        for secret in self.secrets:
            self.assertNotIn(secret, outcome.text)
            self.assertNotIn(secret, outcome.err)
        return outcome

    def checks(self, root):
        outcome = self.doctor(root, "--format", "json")
        self.assertEqual(outcome.err, "")
        return outcome.status, outcome.json()

    def test_healthy_installation_is_well(self):
        root = self.fresh()
        status, report = self.checks(root)
        self.assertEqual((status, report["findings"]), (0, []))
        self.assertEqual([one["what"] for one in report["not_looked_at"]], ["synchronisation of the clock"])
        self.assertGreater(len(report["well"]), 20)
        outcome = self.doctor(root)
        self.assert_done(outcome)
        self.assertIn("`ikewatch explain FILE`", outcome.text.replace("\n", " "))
        self.assertRegex(outcome.text, r"\n0 problems; \d+ things are well; 1 could not be looked at\.\n$")

    def test_each_fault_is_found_and_nothing_else(self):
        for name, (change, expected) in FAULTS.items():
            with self.subTest(name):
                root = self.fresh()
                change(root, self.workshop)
                status, report = self.checks(root)
                found = [finding["check"] for finding in report["findings"] if finding["severity"] != "hint"]
                self.assertEqual(sorted(found), sorted(expected), report["findings"])
                self.assertEqual(status, 1 if found else 0)
                self.assertEqual(report["problems"], len(found))
                self.doctor(root)

    def test_hints_are_no_problems(self):
        for name, (change, expected) in HINTS.items():
            with self.subTest(name):
                root = self.fresh()
                change(root, self.workshop)
                status, report = self.checks(root)
                self.assertEqual([(finding["severity"], finding["check"]) for finding in report["findings"]], [("hint", one) for one in expected])
                self.assertEqual((status, report["problems"], report["hints"]), (0, 0, len(expected)))
                self.doctor(root)

    def test_a_finding_says_where_what_and_why(self):
        root = self.fresh()
        edit(root, CONF, "log info;", "log notify;")
        (root / PSK).chmod(0o644)
        report = self.checks(root)[1]
        mode, level = report["findings"]
        self.assertEqual(mode, {"severity": "error", "check": "psk-mode", "file": str(root / PSK), "line": None, "column": None,
                                "what": "The file of pre-shared keys has the mode 0644: racoon does not read it while group or others may do "
                                        "anything with it.",
                                "log": "ERROR: /etc/racoon/psk.txt has weak file permission, then: failed to open pre_share_key file "
                                       "/etc/racoon/psk.txt",
                                "remedy": "`chmod 600 /etc/racoon/psk.txt`.", "cause": "psk_missing"})
        self.assertEqual((level["severity"], level["file"], level["line"], level["column"]), ("warning", str(root / CONF), 6, 5))
        text = self.doctor(root).text
        self.assertIn(f"error psk-mode  {root / PSK}\n", text)
        self.assertIn(f"warning log-level  {root / CONF}:6:5\n", text)
        self.assertIn("\n2 problems; ", text)
        self.assertNotIn("\x1b", text)

    def test_setkey_list_is_understood(self):
        root = self.fresh()
        put(root, "policies", gateway_root.SETKEY_POLICIES)
        self.assertEqual(self.checks(root)[1]["findings"], [])
        edit(root, "policies", "\tin prio def ipsec", "\tin prio def none")
        self.assertEqual([one["check"] for one in self.checks(root)[1]["findings"]], ["spd-one-way"])

    def test_list_of_policies_on_standard_input(self):
        root = self.fresh()
        outcome = run("doctor", "--root", root, "--policies", "-", "--format", "json", stdin=b"src 10.1.0.0/16 dst 10.2.0.0/16\n\tdir out\n"
                      b"\ttmpl src 192.0.2.1 dst 198.51.100.7\n\t\tproto esp reqid 0 mode tunnel\n")
        self.assertEqual([one["check"] for one in outcome.json()["findings"]], ["spd-one-way"])
        self.assert_one_complaint(run("doctor", "--root", root, "--policies", root / "none"), 2, "none", "No such file")

    def test_what_cannot_be_looked_at_is_no_problem(self):
        root = self.fresh()
        shutil.rmtree(root / "proc")
        outcome = run("doctor", "--root", root, "--format", "json")
        self.assert_done(outcome)
        missing = {one["what"] for one in outcome.json()["not_looked_at"]}
        self.assertEqual(missing, {"security policies", "addresses of `listen`", "UDP ports", "PF_KEY in the kernel",
                                   "synchronisation of the clock"})

    def test_sockets_of_nobody_known(self):
        root = self.fresh()
        without_process(root, None)
        status, report = self.checks(root)
        self.assertEqual((status, report["findings"]), (0, []))
        self.assertIn("who holds UDP port 500", [one["what"] for one in report["not_looked_at"]])

    def test_file_of_keys_of_another_user(self):
        if os.geteuid() != 0:
            self.skipTest("only root can give a file away")
        root = self.fresh()
        os.chown(root / PSK, 1234, -1)
        self.assertEqual([one["check"] for one in self.checks(root)[1]["findings"]], ["psk-owner"])

    def test_no_racoon_is_one_line_and_status_2(self):
        empty = self.folder / "empty"
        empty.mkdir()
        self.assert_one_complaint(run("doctor", "--root", empty), 2, "no racoon.conf")
        self.assert_one_complaint(run("doctor", "--root", self.folder / "none"), 2, "none")
        self.assert_one_complaint(run("doctor", "--root", self.fresh(), "--racoon-conf", "/etc/other.conf"), 2, "other.conf")
        self.assert_one_complaint(run("doctor", "--format", "xml"), 2, "--format")

    def test_racoon_conf_in_another_place(self):
        root = self.fresh()
        shutil.move(root / CONF, root / "etc/other.conf")
        outcome = run("doctor", "--root", root, "--racoon-conf", "/etc/other.conf", "--policies", root / "policies")
        self.assert_done(outcome)

    def test_links_never_lead_out_of_the_root(self):
        root = self.fresh()
        outside = self.write("outside.txt", "198.51.100.7 key\n")
        outside.chmod(0o644)  # would be a finding of its own
        (root / PSK).unlink()
        (root / PSK).symlink_to(outside)
        self.assertEqual([one["check"] for one in self.checks(root)[1]["findings"]], ["psk-file-missing"])

    def test_hostile_bytes_never_break_it(self):
        garbage = [b"", b"\x00" * 3000, b"\xff\xfe\x1b[31m\"{{{{{{{{{{{{{{{{{{{{{{", b"{" * 100_000, b"}" * 100_000, b'"' * 9999 + b"\n" * 9999,
                   b"remote " * 50_000, b"sainfo address 1.2.3.4/99 [99999999999999] any address / [ ] {}\n", b"include \"*\";\n",
                   b"remote \x1b]0;title\x07 { exchange_mode main; }\nlog \x1b[31m;", b"a" * 2_000_000]
        for content in garbage:
            for path in (CONF, PEERS, PSK, f"{CERTS}/gw.pem", f"{CERTS}/gw.key", "policies", "proc/net/udp", "proc/net/fib_trie"):
                with self.subTest(path, content=content[:20]):
                    root = self.fresh()
                    old = (root / path).stat().st_mode & 0o777
                    put(root, path, content, old)
                    outcome = run("doctor", "--root", root, "--policies", root / "policies")
                    self.assertIn(outcome.status, (0, 1, 2))
                    self.assertFalse(any(byte < 32 and byte != 10 for byte in outcome.out))
                    outcome.text

    def test_this_host_is_looked_at_without_options(self):
        """Whatever is installed here: an answer, and nothing else on standard error than one line."""
        outcome = run("doctor")
        self.assertIn(outcome.status, (0, 1, 2))
        self.assertEqual(len(outcome.complaints), 1 if outcome.status == 2 else 0)


if __name__ == "__main__":
    program.main()
