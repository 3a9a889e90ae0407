// Any bytes as the file of the saved state: it is used, or set aside with a notice and a fresh one begins.
#include "target.hpp"

#include "folder_of_test.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/store/store.hpp>

#include <fstream>

namespace ikewatch::fuzz {
namespace {

constexpr WallTime now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};

}  // namespace

void take(std::string_view bytes) {
  const TestFolder folder;
  std::ofstream(folder.path() / "ikewatch.db", std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  std::vector<std::string> notices;
  const auto store = store::Store::open(folder.path(), {}, notices);
  must(store.has_value(), "whatever stands in the file, the store opens");
  must(notices.size() <= 1, "a file is set aside once");
  for (const auto& notice : notices) must(is_printable(notice), "a notice is printable");
  const auto saved = (*store)->load();
  must(saved.has_value(), "what was opened can be read");
  must(notices.empty() || (saved->sources.empty() && saved->memory.tunnels.empty()), "a fresh file is empty");
  must((*store)->save(*saved, {}, now).has_value(), "what was read can be saved");
}

}  // namespace ikewatch::fuzz
