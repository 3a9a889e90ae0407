// Certificates, keys and revocation lists, through OpenSSL. Role: PEM text -> what the checks ask of it. Ownership: RAII over
// OpenSSL's objects; a private key never leaves PrivateKey. Threads: one.
#pragma once

#include <ikewatch/base/address.hpp>
#include <ikewatch/base/time.hpp>

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::doctor {

template <auto Free>
struct FreeWith {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using X509Ptr = std::unique_ptr<X509, FreeWith<X509_free>>;
using CrlPtr = std::unique_ptr<X509_CRL, FreeWith<X509_CRL_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using NamePtr = std::unique_ptr<X509_NAME, FreeWith<X509_NAME_free>>;

/// Names in subjectAltName (RFC 5280 section 4.2.1.6).
struct AltNames {
  std::vector<std::string> dns, email;
  std::vector<Address> addresses;
  bool other = false;  // of a kind that is not read here
  [[nodiscard]] bool empty() const { return dns.empty() && email.empty() && addresses.empty() && !other; }
};

class Certificate {
 public:
  /// The first certificate of a PEM file; racoon reads no other form.
  static std::optional<Certificate> from_pem(std::string_view text);

  [[nodiscard]] std::string subject() const;
  [[nodiscard]] std::optional<WallTime> not_before() const;
  [[nodiscard]] std::optional<WallTime> not_after() const;
  [[nodiscard]] bool is_authority() const;
  [[nodiscard]] AltNames alt_names() const;
  /// The name of its link in a directory of authorities: eight hexadecimal digits.
  [[nodiscard]] std::string hash() const;
  /// The same as OpenSSL before 1.0.0 made it.
  [[nodiscard]] std::string old_hash() const;
  [[nodiscard]] bool has_subject(const X509_NAME* name) const;
  [[nodiscard]] bool same_subject(const Certificate& other) const;
  [[nodiscard]] X509* get() const { return x509_.get(); }

 private:
  explicit Certificate(X509Ptr x509) : x509_(std::move(x509)) {}
  X509Ptr x509_;
};

enum class KeyState : std::uint8_t { good, not_pem, encrypted, not_rsa, other_key };
/// Whether the key can be used with the certificate. Asks nobody for a passphrase.
KeyState state_of_key(std::string_view pem, const Certificate& certificate);

class RevocationList {
 public:
  static std::optional<RevocationList> from_pem(std::string_view text);
  [[nodiscard]] std::optional<WallTime> next_update() const;
  [[nodiscard]] bool revokes(const Certificate& certificate) const;
  [[nodiscard]] std::string hash() const;
  [[nodiscard]] bool is_of_issuer_of(const Certificate& certificate) const;

 private:
  explicit RevocationList(CrlPtr crl) : crl_(std::move(crl)) {}
  CrlPtr crl_;
};

/// What OpenSSL says of a chain at `now`, without revocation lists. `code` is one of X509_V_*, 0 where the chain is good.
struct Verdict {
  int code = 0;
  int depth = 0;
  std::string subject;  // of the certificate that it is about
};
Verdict verify(const Certificate& certificate, const std::vector<const Certificate*>& authorities, WallTime now);
std::string words_for(const Verdict& verdict);  // as racoon writes it

/// `C=FR, O=Example, CN=gw` as a name; nothing where it is written otherwise, or has a wildcard.
NamePtr name_from(std::string_view text);

bool looks_like_pem(std::string_view text);

}  // namespace ikewatch::doctor
