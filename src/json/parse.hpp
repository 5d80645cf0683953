// One JSON text from outside, read strictly: RFC 8259 and nothing more. How its members are asked for stands in
// object_reader.hpp.
#pragma once

#include "base/error.hpp"

#include <boost/json/value.hpp>

#include <string_view>

namespace kontor::json {

/// The deepest nesting that is read; deeper input is errc::malformed, with a stack that does not grow.
inline constexpr std::size_t max_depth = 32;

/// Parses one JSON text. errc::malformed, with the reason in `detail`, for: anything RFC 8259 does not allow, broken
/// UTF-8 or lone surrogates, a byte order mark, a member name that appears twice in one object, numbers outside double,
/// nesting over max_depth, bytes after the value.
///
/// Numbers: an integer that fits 64 bits keeps every digit; all others become the nearest double (too small ones zero);
/// an integer
/// `-0` is 0. The value and all that it was built from are wiped when they are freed, because bodies carry passwords; a
/// copy of the value is an ordinary one.
base::result<boost::json::value> parse(std::string_view text);

}  // namespace kontor::json
