"""A webhook receiver over HTTPS that does what it is told: takes, refuses, hangs, redirects; and checks signatures."""
import base64
import hashlib
import hmac
import http.server
import json
import ssl
import subprocess
import threading


def certificates(folder):
    """An authority and a certificate for 127.0.0.1 that it signed, and one for a client. Gives the names of the files."""
    def openssl(*words):
        subprocess.run(["openssl", *words], check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
            "-days", "2", "-subj", "/CN=test authority")
    for name, extra in (("server", "subjectAltName=IP:127.0.0.1"), ("client", "subjectAltName=DNS:ikewatch.example")):
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                "-subj", f"/CN={name}")
        (folder / f"{name}.ext").write_text(extra + "\n")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                "-extfile", f"{name}.ext", "-out", f"{name}.pem")


class Receiver:
    """`script` gives the answers in order: a status, (status, headers) or "hang"; afterwards 200."""

    def __init__(self, folder=None, script=(), client_ca=None):
        self.requests = []
        self.script = list(script)
        self.changed = threading.Condition()
        self.closing = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with outer.changed:
                    answer = outer.script.pop(0) if outer.script else 200
                    outer.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body, answer))
                    outer.changed.notify_all()
                if answer == "hang":
                    outer.closing.wait(60)
                    return
                status, headers = answer if isinstance(answer, tuple) else (answer, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # a client that went away, or did not like the certificate
        self.scheme = "http"
        if folder is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(folder / "server.pem", folder / "server.key")
            if client_ca is not None:
                context.load_verify_locations(client_ca)
                context.verify_mode = ssl.CERT_REQUIRED
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
            self.scheme = "https"
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def url(self, path="/hook"):
        return f"{self.scheme}://127.0.0.1:{self.port}{path}"

    def wait(self, count, seconds):
        """The first `count` requests."""
        with self.changed:
            if not self.changed.wait_for(lambda: len(self.requests) >= count, seconds):
                raise AssertionError(f"{len(self.requests)} requests after {seconds} s, not {count}: {self.kinds()}")
            return list(self.requests)

    def kinds(self):
        kinds = []
        for _, _, body, _ in self.requests:
            data = json.loads(body)
            kinds.append(f"{data['type']} {data['data']['alertname']}" if isinstance(data, dict) and "type" in data else body[:60].decode())
        return kinds

    def close(self):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()


def signature_fits(headers, body, secret):
    """As a receiver checks it by the Standard Webhooks specification."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return wanted in headers["webhook-signature"].split(" ")
