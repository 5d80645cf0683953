// Reading the external test vectors below tests/vectors.
#pragma once

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace kontor::test {

/// The bytes of a file below tests/vectors, e.g. `rfc/jws_rfc7515.json`.
inline std::string vector_file(std::string_view path) {
  const std::string full = std::string(KONTOR_TEST_VECTORS) + "/" + std::string(path);
  std::ifstream in(full, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + full);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The same as JSON, read by Boost.JSON itself and not by our reader.
inline boost::json::value vector_json(std::string_view path) {
  return boost::json::parse(vector_file(path));
}

/// A member that must be a string.
inline std::string text_at(const boost::json::value& object, std::string_view name) {
  const auto& text = object.at({name.data(), name.size()}).as_string();
  return {text.data(), text.size()};
}

}  // namespace kontor::test
