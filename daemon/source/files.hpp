// The source of all files that a pattern names. Role: what make_source(FileOptions) gives where the path is a pattern. Ownership,
// threads: see source.hpp.
#pragma once

#include <ikewatch/source/make.hpp>

#include <memory>

namespace ikewatch::source {

std::unique_ptr<Source> make_files_source(FileOptions options, Sink sink);

}  // namespace ikewatch::source
