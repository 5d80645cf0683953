// One object out of the body of a request.
#pragma once

#include "base/error.hpp"
#include "json/object_reader.hpp"
#include "json/parse.hpp"

#include <string_view>

namespace kontor::api {

/// Parses the body, hands the object to `read`, reports every wrong field at once. errc::malformed when the body is no
/// JSON, errc::invalid_input with one entry per wrong field.
template <class Wire, class Read>
base::result<Wire> read_object(std::string_view body, Read read) {
  const auto parsed = json::parse(body);
  if (!parsed) return parsed.error();
  json::object_reader in(*parsed);
  Wire wire = read(in);
  if (const auto finished = in.finish(); !finished) return finished.error();
  return wire;
}

}  // namespace kontor::api
