// libFuzzer's door to a target.
#include "target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ikewatch::fuzz::take({reinterpret_cast<const char*>(data), size});
  return 0;
}
