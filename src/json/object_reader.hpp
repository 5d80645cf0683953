// Reading JSON that comes from outside. Strict (RFC 8259 and nothing more), with every wrong field reported at once.
#pragma once

#include "base/error.hpp"
#include "base/secret_bytes.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::json {

/// The deepest nesting that is read; deeper input is errc::malformed, with a stack that does not grow.
inline constexpr std::size_t max_depth = 32;

/// Parses one JSON text. errc::malformed, with the reason in `detail`, for: anything RFC 8259 does not allow, broken UTF-8 or lone
/// surrogates, a byte order mark, a member name that appears twice in one object, numbers outside double, nesting over max_depth,
/// bytes after the value.
base::result<boost::json::value> parse(std::string_view text);

/// Reads the members of one object and collects what is wrong with them. Ask for every member, then call `finish()` once.
class object_reader {
 public:
  /// `value` must outlive the reader. A value that is no object is one `wrong_type` error at the root (path "").
  explicit object_reader(const boost::json::value& value, std::string path = "");

  /// A missing member is `required`, one of another type `wrong_type`; the return value is then empty and not to be used.
  std::string required_string(std::string_view name);
  base::secret_bytes required_secret(std::string_view name);
  std::int64_t required_integer(std::string_view name);
  bool required_boolean(std::string_view name);

  /// Absent and null are nullopt.
  std::optional<std::string> optional_string(std::string_view name);
  std::optional<std::int64_t> optional_integer(std::string_view name);
  std::optional<bool> optional_boolean(std::string_view name);

  /// For rules beyond the type: adds an error to a member.
  void refuse(std::string_view name, std::string code, std::string message);

  /// Nothing is wrong with this member so far.
  bool is_good(std::string_view name) const;

  /// errc::invalid_input with all field errors, members nobody asked for included (`unknown_member`); success when there are none.
  base::result<void> finish();

 private:
  const boost::json::value* find(std::string_view name);

  const boost::json::object* object_ = nullptr;
  std::string path_;
  std::set<std::string, std::less<>> asked_;
  std::vector<base::field_error> errors_;
};

/// `name` as one reference token of a JSON Pointer (RFC 6901 section 3).
std::string pointer_token(std::string_view name);

}  // namespace kontor::json
