"""Certificates for a test, made by the openssl command in a folder of the test's own."""
import dataclasses
import pathlib
import ssl
import subprocess


@dataclasses.dataclass
class Pair:
    certificate: pathlib.Path
    key: pathlib.Path


def openssl(*arguments):
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise AssertionError(f"openssl {arguments}: {done.stderr}")


class Authority:
    """Signs certificates; its own lies at `certificate`."""

    def __init__(self, folder, name="ca"):
        self.folder = folder
        self.certificate, self.key = folder / f"{name}.pem", folder / f"{name}.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 30, "-subj", f"/CN={name}",
                "-keyout", self.key, "-out", self.certificate)

    def issue(self, name, alternative="DNS:localhost,IP:127.0.0.1", days=30, common="nobody"):
        """A pair NAME.pem and NAME.key; no subjectAltName where `alternative` is empty; expired where `days` is negative."""
        pair = Pair(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        request = self.folder / f"{name}.csr"
        extension = ["-addext", f"subjectAltName={alternative}"] if alternative else []
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={common}", "-keyout", pair.key,
                "-out", request, *extension)
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-days", days, "-copy_extensions", "copy",
                "-out", pair.certificate)
        pair.key.chmod(0o600)
        return pair


def client(authority, pair=None, oldest=ssl.TLSVersion.TLSv1_2, newest=ssl.TLSVersion.TLSv1_3):
    """A context that trusts this authority, and shows the certificate of `pair`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(authority.certificate)
    if oldest < ssl.TLSVersion.TLSv1_2:
        context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = oldest, newest
    if pair:
        context.load_cert_chain(pair.certificate, pair.key)
    return context
