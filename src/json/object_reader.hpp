// Reading the members of a JSON object that comes from outside, with every wrong field reported at once.
#pragma once

#include "base/error.hpp"
#include "base/secret_bytes.hpp"
#include "json/parse.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::json {

/// So many members that nobody asked for are reported; a body full of them must not grow into a larger answer.
inline constexpr std::size_t max_unknown_members = 20;

/// Appends what is wrong, when something is.
void append_errors(std::vector<base::field_error>& to, const base::result<void>& what);

/// Reads the members of one object and collects what is wrong with them. Ask for every member, then call `finish()`
/// once.
class object_reader {
 public:
  /// `value` must outlive the reader. A value that is no object is one `wrong_type` error at the root (path "").
  explicit object_reader(const boost::json::value& value, std::string path = "");

  /// A missing member is `required`, one of another type (null included) `wrong_type`; the return value is then empty
  /// and not to be used. An integer is written without fraction and exponent and fits 64 bits with sign; all else is
  /// `wrong_type`.
  std::string required_string(std::string_view name);
  /// Like required_string; makes one copy, which wipes itself.
  base::secret_bytes required_secret(std::string_view name);
  std::int64_t required_integer(std::string_view name);
  bool required_boolean(std::string_view name);
  /// An array of strings, however many. An element of another type is `wrong_type` at its own path (`/scopes/0`) and
  /// stands there as an empty text.
  std::vector<std::string> required_strings(std::string_view name);

  /// An array of anything, at most `most` of it (else `too_long`), for a reader of each element; null when it is
  /// refused. Lives as long as the value.
  const boost::json::array* required_array(std::string_view name, std::size_t most);
  /// The same; null also when it is absent or null.
  const boost::json::array* optional_array(std::string_view name, std::size_t most);

  /// Absent and null are nullopt.
  std::optional<std::string> optional_string(std::string_view name);
  /// Makes one copy, which wipes itself.
  std::optional<base::secret_bytes> optional_secret(std::string_view name);
  std::optional<std::int64_t> optional_integer(std::string_view name);
  std::optional<bool> optional_boolean(std::string_view name);
  /// An array of strings. nullopt also when it is refused: an entry that is no string is `wrong_type` at its own path
  /// (`/name/2`), more than `most` are `too_long` at `/name`.
  std::optional<std::vector<std::string>> optional_strings(std::string_view name, std::size_t most);

  /// An object: `read` asks for its members, and is finished here; what is wrong stands at paths within it. Not called
  /// when it is absent or null.
  template <class Read>
  void optional_object(std::string_view name, Read read) {
    const auto* const value = find(name);
    if (value == nullptr || value->is_null()) return;
    object_reader inside(*value, path_of(name));
    read(inside);
    append_errors(errors_, inside.finish());
  }

  /// The member is there and null, for those to whom that is not the same as absent.
  bool is_null(std::string_view name);

  /// For rules beyond the type: adds an error to a member. Without effect when the value is no object.
  void refuse(std::string_view name, std::string code, std::string message);
  /// The same for one element of an array.
  void refuse(std::string_view name, std::size_t index, std::string code, std::string message);

  /// What is wrong inside of a member, at its own paths: of a reader that was finished, or found by hand. It is told
  /// behind what is wrong with the members.
  void adopt(const base::result<void>& inside);
  void adopt(const std::vector<base::field_error>& inside);

  /// Nothing is wrong with this member so far, and the value is an object.
  bool is_good(std::string_view name) const;
  /// The same for one element of an array.
  bool is_good(std::string_view name, std::size_t index) const;

  /// errc::invalid_input with all field errors, members nobody asked for included (`unknown_member`, the first
  /// max_unknown_members of them); success when there are none.
  base::result<void> finish();

 private:
  // The member, or nullptr; from now on it has been asked for.
  const boost::json::value* find(std::string_view name);
  // The same, and a missing member is an error.
  const boost::json::value* find_required(std::string_view name);
  void add(std::string_view name, std::string code, std::string message);
  void add_wrong_type(std::string_view name, std::string_view expected);
  std::string path_of(std::string_view name) const;
  std::int64_t integer(std::string_view name, const boost::json::value& value);
  std::string string(std::string_view name, const boost::json::value& value);
  base::secret_bytes secret(std::string_view name, const boost::json::value& value);
  bool boolean(std::string_view name, const boost::json::value& value);
  const boost::json::array* array(std::string_view name, const boost::json::value& value, std::size_t most);
  std::vector<std::string> strings(std::string_view name, const boost::json::value& value);

  const boost::json::object* object_ = nullptr;
  std::string path_;
  std::set<std::string, std::less<>> asked_;
  std::vector<base::field_error> errors_;
  std::vector<base::field_error> inside_;  // What was adopted.
};

/// `name` as one reference token of a JSON Pointer (RFC 6901 section 3).
std::string pointer_token(std::string_view name);

}  // namespace kontor::json
