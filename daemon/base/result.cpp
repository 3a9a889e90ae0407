#include <ikewatch/base/result.hpp>

#include <stdexcept>

namespace ikewatch {

std::string to_string(const Problem& problem) {
  std::string out = problem.place.file;
  if (problem.place.line != 0) out += ':' + std::to_string(problem.place.line);
  if (problem.place.column != 0) out += ':' + std::to_string(problem.place.column);
  if (!out.empty()) out += ": ";
  return out + problem.what;
}

void throw_exception_from_error(const Problem& problem, const boost::source_location& /*where*/) {
  throw std::logic_error("value() of a failed Result: " + to_string(problem));
}

}  // namespace ikewatch
