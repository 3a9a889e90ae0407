// Everything that an engine shows, as one text: two engines with the same portrait look the same to every user. Role: tests that
// compare engines. Threads: a pure function.
#pragma once

#include <ikewatch/engine/engine.hpp>

#include <string>

namespace ikewatch::test {

std::string portrait(const engine::Engine& engine);

}  // namespace ikewatch::test
