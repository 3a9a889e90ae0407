#include "token.hpp"

#include "data.hpp"

#include <ikewatch/base/text.hpp>

#include <cstdlib>
#include <filesystem>

namespace ikewatch::app {
namespace {

constexpr std::size_t longest = 4096;
constexpr std::size_t shortest = 16;  // what is shorter can be guessed

std::string credential() {
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory == nullptr) return {};
  const auto path = std::filesystem::path(directory) / "http-token";
  std::error_code ignored;
  return std::filesystem::exists(path, ignored) ? path.string() : std::string{};
}

bool same(std::string_view a, std::string_view b) {
  volatile unsigned char difference = 0;
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<unsigned char>(difference | static_cast<unsigned char>(a[i] ^ b[i]));
  }
  return difference == 0;
}

}  // namespace

Result<void> Token::load(const std::string& file) {
  token_.clear();
  const std::string path = file.empty() ? credential() : file;
  if (path.empty()) return {};
  const auto text = read_file(path, longest);
  if (!text) return text.error();
  std::string_view token(*text);
  while (!token.empty() && (is_blank(token.back()) || token.back() == '\n' || token.back() == '\r')) token.remove_suffix(1);
  token = trim_left(token);
  if (token.size() < shortest)
    return Problem{{path, 0, 0}, "a token has 16 characters or more; `openssl rand -hex 32` makes one"};
  token_ = token;
  return {};
}

Token::Verdict Token::check(std::string_view field) const {
  if (token_.empty()) return Verdict::none;
  if (!consume(field, "Bearer ") && !consume(field, "bearer ")) return Verdict::bad;
  return same(trim(field), token_) ? Verdict::good : Verdict::bad;
}

}  // namespace ikewatch::app
