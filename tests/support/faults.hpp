// What is wrong with what was read, in one line, for tables of tests.
#pragma once

#include "base/error.hpp"

#include <string>

namespace kontor::tests {

/// `/chart/symbol:required /chart/to:wrong_type`; without fields the name of the error; `good`.
template <class T>
std::string faults_of(const base::result<T>& what) {
  if (what) return "good";
  std::string out;
  for (const auto& one : what.error().fields)
    out.append(out.empty() ? "" : " ").append(one.path).append(":").append(one.code);
  return out.empty() ? std::string(base::name_of(what.error().code)) : out;
}

}  // namespace kontor::tests
