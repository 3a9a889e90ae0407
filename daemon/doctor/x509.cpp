#include "x509.hpp"

#include <ikewatch/base/text.hpp>

#include <openssl/err.h>

#include <algorithm>
#include <climits>
#include <cstdio>
#include <cstring>
#include <ctime>

namespace ikewatch::doctor {
namespace {

using BioPtr = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using StorePtr = std::unique_ptr<X509_STORE, FreeWith<X509_STORE_free>>;
using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, FreeWith<X509_STORE_CTX_free>>;

BioPtr bio_of(std::string_view text) {
  const auto size = text.size() > INT_MAX ? INT_MAX : static_cast<int>(text.size());
  return BioPtr(BIO_new_mem_buf(text.data(), size));
}

std::string eight_digits(unsigned long hash) {
  char text[16];
  std::snprintf(text, sizeof text, "%08lx", hash & 0xffffffffUL);
  return text;
}

std::string one_line(const X509_NAME* name) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253) < 0) return {};
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string{};
}

std::optional<WallTime> time_of(const ASN1_TIME* time) {
  tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return WallTime{std::chrono::seconds{timegm(&parts)}};
}

std::string text_of(const ASN1_STRING* text) {
  const auto size = ASN1_STRING_length(text);
  return size <= 0 ? std::string{}
                   : std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)), static_cast<std::size_t>(size));
}

std::optional<Address> address_of(const ASN1_OCTET_STRING* bytes) {
  const unsigned char* data = ASN1_STRING_get0_data(bytes);
  char text[64];
  if (ASN1_STRING_length(bytes) == 4) {
    std::snprintf(text, sizeof text, "%u.%u.%u.%u", data[0], data[1], data[2], data[3]);
    return Address::parse(text);
  }
  if (ASN1_STRING_length(bytes) != 16) return std::nullopt;
  std::string groups;
  for (int i = 0; i < 16; i += 2) {
    std::snprintf(text, sizeof text, "%s%x", i == 0 ? "" : ":", static_cast<unsigned>(data[i] << 8 | data[i + 1]));
    groups += text;
  }
  return Address::parse(groups);
}

void take_name(const GENERAL_NAME* name, AltNames& out) {
  if (name->type == GEN_DNS) {
    out.dns.push_back(text_of(name->d.dNSName));
  } else if (name->type == GEN_EMAIL) {
    out.email.push_back(text_of(name->d.rfc822Name));
  } else if (const auto address = name->type == GEN_IPADD ? address_of(name->d.iPAddress) : std::nullopt) {
    out.addresses.push_back(*address);
  } else {
    out.other = true;
  }
}

/// Says that there is no passphrase, so that nobody is asked on the terminal.
int no_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

}  // namespace

bool looks_like_pem(std::string_view text) { return text.find("-----BEGIN ") != std::string_view::npos; }

std::optional<Certificate> Certificate::from_pem(std::string_view text) {
  const auto bio = bio_of(text);
  X509Ptr x509(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
  ERR_clear_error();
  if (!x509) return std::nullopt;
  return Certificate(std::move(x509));
}

std::string Certificate::subject() const { return one_line(X509_get_subject_name(x509_.get())); }
std::optional<WallTime> Certificate::not_before() const { return time_of(X509_get0_notBefore(x509_.get())); }
std::optional<WallTime> Certificate::not_after() const { return time_of(X509_get0_notAfter(x509_.get())); }
bool Certificate::is_authority() const { return X509_check_ca(x509_.get()) != 0; }
std::string Certificate::hash() const { return eight_digits(X509_subject_name_hash(x509_.get())); }
std::string Certificate::old_hash() const { return eight_digits(X509_subject_name_hash_old(x509_.get())); }
bool Certificate::has_subject(const X509_NAME* name) const {
  return X509_NAME_cmp(X509_get_subject_name(x509_.get()), name) == 0;
}
bool Certificate::same_subject(const Certificate& other) const { return has_subject(X509_get_subject_name(other.x509_.get())); }

AltNames Certificate::alt_names() const {
  AltNames out;
  const std::unique_ptr<GENERAL_NAMES, FreeWith<GENERAL_NAMES_free>> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(x509_.get(), NID_subject_alt_name, nullptr, nullptr)));
  ERR_clear_error();
  const int count = names ? sk_GENERAL_NAME_num(names.get()) : 0;
  for (int i = 0; i < count; ++i) take_name(sk_GENERAL_NAME_value(names.get(), i), out);
  return out;
}

KeyState state_of_key(std::string_view pem, const Certificate& certificate) {
  const auto bio = bio_of(pem);
  bool asked = false;
  const KeyPtr key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, &asked) : nullptr);
  const bool fits = key && X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (!key) return asked ? KeyState::encrypted : KeyState::not_pem;
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) return KeyState::not_rsa;
  return fits ? KeyState::good : KeyState::other_key;
}

std::optional<RevocationList> RevocationList::from_pem(std::string_view text) {
  const auto bio = bio_of(text);
  CrlPtr crl(bio ? PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr) : nullptr);
  ERR_clear_error();
  if (!crl) return std::nullopt;
  return RevocationList(std::move(crl));
}

std::optional<WallTime> RevocationList::next_update() const { return time_of(X509_CRL_get0_nextUpdate(crl_.get())); }
std::string RevocationList::hash() const {
  return eight_digits(X509_NAME_hash_ex(X509_CRL_get_issuer(crl_.get()), nullptr, nullptr, nullptr));
}
bool RevocationList::is_of_issuer_of(const Certificate& certificate) const {
  return X509_NAME_cmp(X509_CRL_get_issuer(crl_.get()), X509_get_issuer_name(certificate.get())) == 0;
}
bool RevocationList::revokes(const Certificate& certificate) const {
  X509_REVOKED* entry = nullptr;
  return is_of_issuer_of(certificate) && X509_CRL_get0_by_cert(crl_.get(), &entry, certificate.get()) == 1;
}

Verdict verify(const Certificate& certificate, const std::vector<const Certificate*>& authorities, WallTime now) {
  const StorePtr store(X509_STORE_new());
  const StoreContextPtr context(X509_STORE_CTX_new());
  Verdict out;
  if (!store || !context) return out;
  for (const Certificate* authority : authorities) X509_STORE_add_cert(store.get(), authority->get());
  if (X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr) != 1) return out;
  X509_STORE_CTX_set_time(context.get(), 0, std::chrono::system_clock::to_time_t(now));
  if (X509_verify_cert(context.get()) != 1) {
    out.code = X509_STORE_CTX_get_error(context.get());
    out.depth = X509_STORE_CTX_get_error_depth(context.get());
    const X509* about = X509_STORE_CTX_get_current_cert(context.get());
    if (about != nullptr) out.subject = one_line(X509_get_subject_name(about));
  }
  ERR_clear_error();
  return out;
}

std::string words_for(const Verdict& verdict) {
  return std::string(X509_verify_cert_error_string(verdict.code)) + '(' + std::to_string(verdict.code) +
         ") at depth:" + std::to_string(verdict.depth) + " SubjectName:" + verdict.subject;
}

NamePtr name_from(std::string_view text) {
  NamePtr name(X509_NAME_new());
  if (!name || text.find_first_of("*\\/+\"") != std::string_view::npos) return nullptr;
  while (!text.empty()) {
    const auto part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) return nullptr;
    const std::string key(trim(part.substr(0, equals)));
    const std::string value(trim(part.substr(equals + 1)));
    const int added =
        X509_NAME_add_entry_by_txt(name.get(), key.c_str(), MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.data()),
                                   static_cast<int>(value.size()), -1, 0);
    ERR_clear_error();
    if (added != 1) return nullptr;
  }
  return name;
}

}  // namespace ikewatch::doctor
