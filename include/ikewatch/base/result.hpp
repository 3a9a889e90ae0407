// Errors as values. Role: every room returns Result<T> where a call can fail on input; a Problem says where (file, line,
// column) and what to write instead. Ownership: plain values. Threads: no shared state.
#pragma once

#include <boost/system/result.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace ikewatch {

/// A place in a text that a person wrote. Line and column count from 1; 0 means "not known".
struct Place {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;

  bool operator==(const Place&) const = default;
};

/// One mistake: where it is and one sentence that names it and the remedy.
struct Problem {
  Place place;
  std::string what;

  bool operator==(const Problem&) const = default;
};

/// `file:line:column: what`, the form that editors jump to; unknown parts are left out.
std::string to_string(const Problem& problem);

template <class T>
using Result = boost::system::result<T, Problem>;

using Problems = std::vector<Problem>;

/// Used by boost::system::result when value() is called on an error: a broken invariant of ours, never input.
[[noreturn]] void throw_exception_from_error(const Problem& problem, const boost::source_location& where);

}  // namespace ikewatch
