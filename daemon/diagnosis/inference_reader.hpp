// The `inferences` of causes.yaml. Role: YAML -> Inferences. Threads: pure functions.
#pragma once

#include <ikewatch/diagnosis/inference.hpp>
#include <ikewatch/yaml/strict_map.hpp>

namespace ikewatch::diagnosis {

/// Reads the list; every mistake goes to the report, and what has one is left out.
void read_inferences(const yaml::Node& list, yaml::Report& report, Inferences& into);

}  // namespace ikewatch::diagnosis
