// A folder in memory for one input. Role: targets of the store. Ownership: the folder goes with the object. Threads: one.
#pragma once

#include "target.hpp"

#include <stdlib.h>

#include <filesystem>

namespace ikewatch::fuzz {

class TestFolder {
 public:
  TestFolder() {
    std::string name =
        (std::filesystem::exists("/dev/shm") ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path()) /
        "ikewatch-fuzz-XXXXXX";
    must(::mkdtemp(name.data()) != nullptr, "a folder can be made");
    path_ = name;
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace ikewatch::fuzz
