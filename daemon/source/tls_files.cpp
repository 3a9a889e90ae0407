#include "tls_files.hpp"

#include <fcntl.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>

#include "fd.hpp"

namespace ikewatch::source {
namespace {

constexpr std::size_t longest_file = 1u << 20;

class Reader {
 public:
  explicit Reader(const TlsOptions& options) : options_(options) {}

  TlsFiles read() {
    context_.reset(SSL_CTX_new(TLS_server_method()));
    if (!context_) {
      refuse(TlsFile::certificate, "cannot be used: " + openssl_reason());
      return {nullptr, std::move(findings_)};
    }
    const auto certificates = read_certificates(TlsFile::certificate);
    const auto key = read_key();
    if (!certificates.empty()) use_certificates(certificates);
    if (!certificates.empty() && key) use_key(*certificates.front(), *key);
    if (!options_.client_ca.empty()) use_authorities();
    const bool usable = std::all_of(findings_.begin(), findings_.end(), [](const TlsFinding& f) { return f.is_warning; });
    return {usable ? std::move(context_) : nullptr, std::move(findings_)};
  }

 private:
  [[nodiscard]] const std::string& path(TlsFile file) const {
    if (file == TlsFile::key) return options_.key;
    return file == TlsFile::certificate ? options_.certificate : options_.client_ca;
  }
  void refuse(TlsFile file, const std::string& why) { findings_.push_back({file, false, path(file) + " " + why}); }
  void warn(TlsFile file, const std::string& what) { findings_.push_back({file, true, path(file) + " " + what}); }

  std::optional<std::string> read_text(TlsFile file) {
    // O_NONBLOCK: a FIFO must not hang us.
    const Fd fd(::open(path(file).c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    struct stat info {};
    if (!fd || ::fstat(fd.get(), &info) != 0) return cannot_read(file, errno);
    if (!S_ISREG(info.st_mode)) return refuse(file, "is not a regular file; write the path of a PEM file"), std::nullopt;
    if (static_cast<std::size_t>(info.st_size) > longest_file)
      return refuse(file, "is longer than 1 MiB; write the path of a PEM file"), std::nullopt;
    if (file == TlsFile::key && (info.st_mode & S_IROTH) != 0) warn(file, "can be read by every user of this host; chmod o-r it");
    std::string text(longest_file, '\0');
    const auto got = ::read(fd.get(), text.data(), text.size());
    if (got < 0) return cannot_read(file, errno);
    text.resize(static_cast<std::size_t>(got));
    return text;
  }

  std::optional<std::string> cannot_read(TlsFile file, int error) {
    const auto remedy = error == ENOENT   ? "; write the path of a PEM file that exists"
                        : error == EACCES ? "; let the user that ikewatch runs as read it"
                                          : "";
    findings_.push_back({file, false, with_errno("cannot read " + path(file), error) + remedy});
    return std::nullopt;
  }

  static Bio bio_of(const std::string& text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

  std::vector<Certificate> read_certificates(TlsFile file) {
    const auto text = read_text(file);
    std::vector<Certificate> all;
    if (!text) return all;
    const auto bio = bio_of(*text);
    ERR_clear_error();
    while (Certificate next{PEM_read_bio_X509(bio.get(), nullptr, &no_password, nullptr)}) all.push_back(std::move(next));
    const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    const auto why = openssl_reason();
    if (!at_end) {
      refuse(file, "is damaged: " + why + "; write the certificate anew");
      all.clear();
    } else if (all.empty()) {
      refuse(file, "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----); convert it with `openssl x509 -inform DER`");
    }
    for (const auto& one : all) check_dates(file, *one);
    return all;
  }

  static std::string date_of(const ASN1_TIME* time) {
    tm parts{};
    std::array<char, 32> text{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unreadable date";
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &parts)};
  }

  void check_dates(TlsFile file, const X509& certificate) {
    const auto* begin = X509_get0_notBefore(&certificate);
    const auto* end = X509_get0_notAfter(&certificate);
    const auto who = file == TlsFile::client_ca ? "no client of it is let in" : "senders will refuse it";
    if (X509_cmp_current_time(end) < 0)
      warn(file, "holds a certificate that expired on " + date_of(end) + "; " + who + ", put a new one there");
    if (X509_cmp_current_time(begin) > 0)
      warn(file, "holds a certificate that is not valid before " + date_of(begin) + "; " + who + ", compare the clocks");
  }

  static int no_password(char* /*room*/, int /*size*/, int /*writing*/, void* /*ours*/) { return -1; }

  PrivateKey read_key() {
    const auto text = read_text(TlsFile::key);
    if (!text) return nullptr;
    const auto bio = bio_of(*text);
    ERR_clear_error();
    PrivateKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_password, nullptr));
    if (key) return key;
    const bool locked = text->find("ENCRYPTED") != std::string::npos;
    const auto why = openssl_reason();
    if (locked) {
      refuse(TlsFile::key,
             "is encrypted, and nobody can type its password here; decrypt it with `openssl pkey -in ... -out ...`");
    } else {
      refuse(TlsFile::key, "holds no private key in PEM form (" + why + "); convert it with `openssl pkey -inform DER`");
    }
    return nullptr;
  }

  void use_certificates(const std::vector<Certificate>& certificates) {
    ERR_clear_error();
    bool used = SSL_CTX_use_certificate(context_.get(), certificates.front().get()) == 1;
    for (std::size_t i = 1; i < certificates.size() && used; ++i)
      used = SSL_CTX_add1_chain_cert(context_.get(), certificates[i].get()) == 1;
    if (!used) refuse(TlsFile::certificate, "is refused by this system's OpenSSL: " + openssl_reason() + "; make a stronger one");
  }

  void use_key(const X509& certificate, EVP_PKEY& key) {
    ERR_clear_error();
    if (X509_check_private_key(&certificate, &key) != 1) {
      openssl_reason();
      return refuse(TlsFile::key, "is not the key of the first certificate in " + options_.certificate +
                                      "; write the two that belong together (the server's own certificate stands first)");
    }
    if (SSL_CTX_use_PrivateKey(context_.get(), &key) != 1)
      refuse(TlsFile::key, "is refused by this system's OpenSSL: " + openssl_reason());
  }

  void use_authorities() {
    auto* store = SSL_CTX_get_cert_store(context_.get());
    for (const auto& one : read_certificates(TlsFile::client_ca)) {
      X509_STORE_add_cert(store, one.get());
      SSL_CTX_add_client_CA(context_.get(), one.get());
    }
    // Whoever lists an intermediate authority, or a sender's own certificate, trusts it.
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  }

  const TlsOptions& options_;
  SslContext context_;
  std::vector<TlsFinding> findings_;
};

}  // namespace

std::string openssl_reason() {
  const auto code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "unknown error" : reason;
}

TlsFiles read_tls_files(const TlsOptions& options) { return Reader(options).read(); }

std::vector<TlsFinding> examine_tls(const TlsOptions& options) { return read_tls_files(options).findings; }

}  // namespace ikewatch::source
