// The keys of an inference in causes.yaml, once. Role: drives the manual; the reader is compared with it at compile time.
// Ownership: constants. Threads: none.
#pragma once

#include <span>
#include <string_view>

namespace ikewatch::diagnosis {

struct InferenceKey {
  std::string_view path;  // `when.times`
  std::string_view help;
};

/// In the order of documentation.
std::span<const InferenceKey> inference_format();

}  // namespace ikewatch::diagnosis
