// read() without the file: the seam for tests, which bring bytes of their own making.
#pragma once

#include "bytes.hpp"

#include <ikewatch/reader/reader.hpp>

namespace ikewatch::reader {

/// As read(), but from `bytes`; Totals::bytes stays 0.
Result<Totals> read_bytes(Bytes& bytes, const Source& source, const Callback& callback);

}  // namespace ikewatch::reader
