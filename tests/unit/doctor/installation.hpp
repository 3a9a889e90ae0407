// A small healthy racoon installation in a directory of its own, for tests that change one thing of it.
#pragma once

#include <ikewatch/doctor/doctor.hpp>

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace ikewatch::doctor {

inline constexpr const char* small_conf =
    "path pre_shared_key \"/etc/racoon/psk.txt\";\n"
    "remote 198.51.100.7 {\n"
    "  exchange_mode main;\n"
    "  proposal { encryption_algorithm aes; hash_algorithm sha1; authentication_method pre_shared_key; dh_group 2; }\n"
    "}\n"
    "sainfo anonymous {\n"
    "  encryption_algorithm aes; authentication_algorithm hmac_sha1; compression_algorithm deflate;\n"
    "}\n";
inline constexpr const char* secret = "unit-test-secret-51c2";

class Installation {
 public:
  Installation() {
    std::string name = (std::filesystem::temp_directory_path() / "ikewatch-doctor-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    root = name;
    put("etc/racoon/racoon.conf", small_conf);
    put("etc/racoon/psk.txt", std::string("198.51.100.7 ") + secret + "\n", 0600);
    inputs.root = root.string();
    inputs.now = std::chrono::time_point_cast<WallTime::duration>(std::chrono::system_clock::now());
    inputs.policies =
        "10.2.0.0/16[any] 10.1.0.0/16[any] any\n\tin prio def ipsec\n\tesp/tunnel/198.51.100.7-192.0.2.1/require\n"
        "10.1.0.0/16[any] 10.2.0.0/16[any] any\n\tout prio def ipsec\n\tesp/tunnel/192.0.2.1-198.51.100.7/require\n";
    inputs.clock_synchronised = true;
  }
  Installation(const Installation&) = delete;
  Installation& operator=(const Installation&) = delete;
  ~Installation() {
    std::error_code ignored;
    std::filesystem::remove_all(root, ignored);
  }

  void put(const std::string& path, const std::string& text, mode_t mode = 0644) const {
    std::filesystem::create_directories((root / path).parent_path());
    std::ofstream(root / path, std::ios::binary) << text;
    ::chmod((root / path).c_str(), mode);
  }
  void conf(const std::string& text) const { put("etc/racoon/racoon.conf", text); }
  void psk(const std::string& text) const { put("etc/racoon/psk.txt", text, 0600); }

  /// `severity name` of each finding.
  [[nodiscard]] std::vector<std::string> findings() const {
    const auto report = examine(inputs);
    std::vector<std::string> out;
    if (!report) return {report.error().what};
    for (const Finding& finding : report->findings)
      out.push_back(std::string(name_of(finding.severity)) + ' ' + std::string(finding.check));
    return out;
  }

  std::filesystem::path root;
  Inputs inputs;
};

}  // namespace ikewatch::doctor
