#include "tls_context.hpp"

#include <arpa/inet.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include "certificate_names.hpp"
#include "openssl.hpp"
#include "tls_files.hpp"

namespace ikewatch::source {
namespace {

// --- a socket for OpenSSL: its own one writes without MSG_NOSIGNAL

struct Socket {
  int fd = -1;
  bool heard = false;  // anything at all
};

Socket& socket_of(BIO* bio) { return *static_cast<Socket*>(BIO_get_data(bio)); }

int read_socket(BIO* bio, char* room, int size) {
  BIO_clear_retry_flags(bio);
  const auto got = ::recv(socket_of(bio).fd, room, static_cast<std::size_t>(size), MSG_DONTWAIT);
  if (got > 0) socket_of(bio).heard = true;
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
  return static_cast<int>(got);
}

int write_socket(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const auto sent = ::send(socket_of(bio).fd, bytes, static_cast<std::size_t>(size), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

long control_socket(BIO* /*bio*/, int command, long /*number*/, void* /*object*/) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

BIO_METHOD* socket_methods() {
  static BIO_METHOD* const methods = [] {
    auto* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "syslog socket");
    if (made == nullptr) return made;
    BIO_meth_set_read(made, &read_socket);
    BIO_meth_set_write(made, &write_socket);
    BIO_meth_set_ctrl(made, &control_socket);
    return made;
  }();
  return methods;
}

// --- who it is

std::string text_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)), static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string address_of(const ASN1_OCTET_STRING* bytes) {
  const auto* data = ASN1_STRING_get0_data(bytes);
  const auto size = ASN1_STRING_length(bytes);
  if (size != 4 && size != 16) return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  const auto* made = ::inet_ntop(size == 4 ? AF_INET : AF_INET6, data, text.data(), text.size());
  return made == nullptr ? std::string{} : std::string(made);
}

std::string common_name_of(const X509& certificate) {
  const auto* subject = X509_get_subject_name(&certificate);
  int last = -1;
  for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;) last = at;
  if (last < 0) return {};
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, last)));
  if (size < 0) return {};
  std::string name(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  return name;
}

CertificateNames names_of(const X509& certificate) {
  CertificateNames names;
  names.common = common_name_of(certificate);
  auto* list = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr));
  // One that cannot be read is there all the same.
  names.has_alternative = X509_get_ext_by_NID(&certificate, NID_subject_alt_name, -1) >= 0;
  for (int i = 0; i < sk_GENERAL_NAME_num(list); ++i) {
    const auto* name = sk_GENERAL_NAME_value(list, i);
    if (name->type == GEN_DNS) names.hosts.push_back(text_of(name->d.dNSName));
    if (name->type == GEN_IPADD) names.addresses.push_back(address_of(name->d.iPAddress));
  }
  GENERAL_NAMES_free(list);
  return names;
}

// --- one connection

/// What OpenSSL's words do not say by themselves.
std::string explain(unsigned long code) {
  switch (ERR_GET_REASON(code)) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
      return " (does it speak TLS at all?)";
    case SSL_R_UNSUPPORTED_PROTOCOL:
      return " (its TLS is older than tls.minimum)";
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
      return " (it does not trust the authority of our certificate)";
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
      return " (it refuses our certificate)";
    default:
      return {};
  }
}

class TlsStream final : public Stream {
 public:
  TlsStream(SslSession session, std::unique_ptr<Socket> socket, std::shared_ptr<const TlsContext> context)
      : context_(std::move(context)), socket_(std::move(socket)), session_(std::move(session)) {}

  State open() override {
    if (refused_) return State::broken;
    ERR_clear_error();
    const auto state = judge(SSL_accept(session_.get()));
    open_ = state == State::ready;
    refused_ = state == State::broken || state == State::ended;
    if (refused_) note_refusal();
    return state;
  }

  Piece read(std::span<char> room) override {
    ERR_clear_error();
    std::size_t bytes = 0;
    const int done = SSL_read_ex(session_.get(), room.data(), room.size(), &bytes);
    const auto state = judge(done);
    if (state == State::broken) open_ = false;
    return {state, bytes};
  }

  [[nodiscard]] bool holds_more() const override { return SSL_pending(session_.get()) > 0; }

  void close() override {
    if (!open_) return;  // after an error nothing more may be said (SSL_shutdown(3))
    ERR_clear_error();
    static_cast<void>(SSL_shutdown(session_.get()));
    ERR_clear_error();
  }

  [[nodiscard]] const Refusal& refusal() const override { return refusal_; }

 private:
  [[nodiscard]] State judge(int done) const {
    if (done == 1) return State::ready;
    switch (SSL_get_error(session_.get(), done)) {
      case SSL_ERROR_WANT_READ:
        return State::read_later;
      case SSL_ERROR_WANT_WRITE:
        return State::write_later;
      case SSL_ERROR_ZERO_RETURN:
        return State::ended;
      default:
        return State::broken;
    }
  }

  void note_refusal() {
    const auto code = ERR_peek_last_error();
    const auto verdict = SSL_get_verify_result(session_.get());
    const bool nobody = ERR_GET_REASON(code) == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE;
    refusal_.for_its_certificate = verdict != X509_V_OK || nobody;
    if (verdict == X509_V_ERR_HOSTNAME_MISMATCH) {
      refusal_.why = "its certificate has no name that tls.allowed_names lists";
    } else if (verdict != X509_V_OK) {
      refusal_.why = std::string("its certificate is refused: ") + X509_verify_cert_error_string(verdict);
    } else if (nobody) {
      refusal_.why = "it shows no certificate, and tls.client_auth requires one";
    } else if (code != 0) {
      refusal_.why = "no TLS came about: " + openssl_reason() + explain(code);
    } else if (socket_->heard) {
      refusal_.why = "it hung up in the TLS handshake";
    }
    ERR_clear_error();
  }

  std::shared_ptr<const TlsContext> context_;  // the session's callbacks point into it
  std::unique_ptr<Socket> socket_;
  SslSession session_;
  Refusal refusal_;
  bool open_ = false;
  bool refused_ = false;
};

// --- what all connections share

class OpenSslContext final : public TlsContext, public std::enable_shared_from_this<OpenSslContext> {
 public:
  OpenSslContext(SslContext context, const TlsOptions& options)
      : context_(std::move(context)), allowed_names_(options.allowed_names) {
    auto* raw = context_.get();
    SSL_CTX_set_min_proto_version(raw, options.minimum == TlsVersion::tls13 ? TLS1_3_VERSION : TLS1_2_VERSION);
    // No resumption: a session would outlive the certificate that it began with. Connections of senders last for days anyway.
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(raw, 0);
    SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);  // idle connections hold no buffers
    SSL_CTX_clear_mode(raw, SSL_MODE_AUTO_RETRY);
    if (options.client_ca.empty()) return;
    const int required = options.client_auth == ClientAuth::required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | required, nullptr);
    SSL_CTX_set_cert_verify_callback(raw, &verify, this);
  }

  [[nodiscard]] std::unique_ptr<Stream> make_stream(int fd) const override {
    auto socket = std::make_unique<Socket>(Socket{fd});
    SslSession session(SSL_new(context_.get()));
    BIO* bio = session && socket_methods() != nullptr ? BIO_new(socket_methods()) : nullptr;
    if (bio == nullptr) return nullptr;
    BIO_set_data(bio, socket.get());
    BIO_set_init(bio, 1);
    SSL_set_bio(session.get(), bio, bio);
    return std::make_unique<TlsStream>(std::move(session), std::move(socket), shared_from_this());
  }

 private:
  /// In place of X509_verify_cert() alone, so that a wrong name too ends the handshake, which tells the sender why.
  static int verify(X509_STORE_CTX* chain, void* self) {
    const int good = X509_verify_cert(chain);
    const auto& allowed = static_cast<const OpenSslContext*>(self)->allowed_names_;
    if (good != 1 || allowed.empty()) return good;
    if (has_allowed_name(names_of(*X509_STORE_CTX_get0_cert(chain)), allowed)) return 1;
    X509_STORE_CTX_set_error(chain, X509_V_ERR_HOSTNAME_MISMATCH);
    return 0;
  }

  SslContext context_;
  std::vector<std::string> allowed_names_;
};

}  // namespace

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const TlsOptions& options) {
  auto files = read_tls_files(options);
  for (const auto& finding : files.findings) {
    if (!finding.is_warning) return Problem{{}, finding.what};
  }
  return std::shared_ptr<const TlsContext>(std::make_shared<OpenSslContext>(std::move(files.context), options));
}

}  // namespace ikewatch::source
