// Reading the parameters of a query, with every wrong one reported at once: what json::object_reader is for a body.
#pragma once

#include "base/error.hpp"
#include "http/request.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontor::api {

/// Ask for every parameter, then call `finish()` once. Values are decoded as forms are (`+` is a space).
class query_reader {
 public:
  /// `in` must outlive the reader.
  explicit query_reader(const http::request& in);

  /// nullopt when it is not there, and when it is refused: because it stands there twice, its percent-encoding is
  /// broken, or it is not UTF-8 or has a NUL.
  std::optional<std::string> text(std::string_view name);

  /// A whole number from 1 to `most`, in digits alone; what is none is refused with the message.
  std::optional<std::int64_t> number(std::string_view name, std::int64_t most, std::string_view message);

  /// Adds an error to a parameter, with the path `/name`.
  void refuse(std::string_view name, std::string message);
  /// Parameters that nobody asked for are errors too (`unknown_member`): a filter with a typing error must not answer
  /// with everything.
  void refuse_unknown();

  /// errc::invalid_input with all errors; success when there are none.
  base::result<void> finish();

 private:
  std::vector<std::pair<std::string_view, std::string_view>> parameters_;  // name and value as received
  std::set<std::string, std::less<>> asked_;
  std::vector<base::field_error> errors_;
};

}  // namespace kontor::api
