// Signatures of Standard Webhooks 1.0 (https://www.standardwebhooks.com/): HMAC-SHA256 over "id.timestamp.body".
#include <ikewatch/base/text.hpp>
#include <ikewatch/notify/receiver.hpp>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace ikewatch::notify {
namespace {

std::string base64(const unsigned char* bytes, std::size_t size) {
  std::string text((size + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, static_cast<int>(size));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

/// Nothing on any character that is none of base64 (RFC 4648 section 4), and without its padding.
std::optional<std::string> decoded(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0 || text.size() > 4096) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

std::string hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       digest.data(), &length);
  return base64(digest.data(), length);
}

}  // namespace

Result<std::string> sign(std::string_view keys, std::string_view id, std::string_view timestamp, std::string_view body) {
  std::string text;
  text.append(id).append(".").append(timestamp).append(".").append(body);
  std::string signatures;
  while (!keys.empty()) {
    auto line = keys.substr(0, keys.find('\n'));
    keys.remove_prefix(std::min(line.size() + 1, keys.size()));
    line = trim(line.substr(0, line.find('\r')));
    if (line.empty()) continue;
    const bool encoded = consume(line, "whsec_");
    auto key = encoded ? decoded(line) : std::optional<std::string>(line);
    if (!key) return Problem{{}, "a key of the receiver begins with whsec_ but is no base64"};
    signatures += (signatures.empty() ? "v1," : " v1,") + hmac(*key, text);
    OPENSSL_cleanse(key->data(), key->size());
  }
  if (signatures.empty()) return Problem{{}, "the secret file of the receiver has no key"};
  return signatures;
}

}  // namespace ikewatch::notify
