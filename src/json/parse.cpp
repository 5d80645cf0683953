#include "json/parse.hpp"

#include "base/text.hpp"
#include "json/wiping_resource.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

namespace kontor::json {
namespace {

boost::json::storage_ptr wiping_storage() {
  // Never destroyed: values may live until the very end of the program.
  static const boost::json::storage_ptr heap;
  static auto& resource = *new wiping_resource(*heap.get());  // NOLINT(cppcoreguidelines-owning-memory)
  return boost::json::storage_ptr(&resource);
}

// What Boost's own handler does, and two rules more: no member name twice, and no number outside double.
class handler {
 public:
  static constexpr std::size_t max_array_size = boost::json::array::max_size();
  static constexpr std::size_t max_object_size = boost::json::object::max_size();
  static constexpr std::size_t max_string_size = boost::json::string::max_size();
  static constexpr std::size_t max_key_size = boost::json::string::max_size();

  explicit handler(const boost::json::storage_ptr& storage) : stack_(storage) { stack_.reset(storage); }

  boost::json::value release() { return stack_.release(); }
  const char* reason() const noexcept { return reason_; }

  bool on_document_begin(boost::json::error_code&) { return true; }
  bool on_document_end(boost::json::error_code&) { return true; }

  bool on_array_begin(boost::json::error_code&) { return true; }
  bool on_array_end(std::size_t count, boost::json::error_code&) {
    stack_.push_array(count);
    return true;
  }

  bool on_object_begin(boost::json::error_code&) {
    object_starts_.push_back(names_.size());
    return true;
  }
  bool on_object_end(std::size_t count, boost::json::error_code& error) {
    const auto first = names_.begin() + static_cast<std::ptrdiff_t>(object_starts_.back());
    std::sort(first, names_.end());
    if (std::adjacent_find(first, names_.end()) != names_.end()) return refuse(error, "A member name appears twice.");
    names_.erase(first, names_.end());
    object_starts_.pop_back();
    stack_.push_object(count);
    return true;
  }

  bool on_key_part(boost::json::string_view part, std::size_t, boost::json::error_code&) {
    stack_.push_chars(part);
    name_.append(part.data(), part.size());
    return true;
  }
  bool on_key(boost::json::string_view part, std::size_t, boost::json::error_code&) {
    stack_.push_key(part);
    name_.append(part.data(), part.size());
    names_.push_back(std::move(name_));
    name_.clear();
    return true;
  }

  bool on_string_part(boost::json::string_view part, std::size_t, boost::json::error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(boost::json::string_view part, std::size_t, boost::json::error_code&) {
    stack_.push_string(part);
    return true;
  }

  bool on_number_part(boost::json::string_view part, boost::json::error_code&) {
    number_.append(part.data(), part.size());
    return true;
  }
  bool on_int64(std::int64_t value, boost::json::string_view, boost::json::error_code&) {
    number_.clear();
    stack_.push_int64(value);
    return true;
  }
  bool on_uint64(std::uint64_t value, boost::json::string_view, boost::json::error_code&) {
    number_.clear();
    stack_.push_uint64(value);
    return true;
  }
  bool on_double(double rough, boost::json::string_view part, boost::json::error_code& error) {
    // Boost's own result may be some units off in the last place; a price must be the nearest double.
    number_.append(part.data(), part.size());
    double value = 0;
    const auto read = std::from_chars(number_.data(), number_.data() + number_.size(), value);
    const bool tiny = read.ec == std::errc::result_out_of_range && std::fabs(rough) < 1;
    if (tiny) {
      value = std::signbit(rough) ? -0.0 : 0.0;
    } else if (read.ec != std::errc() || !std::isfinite(value)) {
      return refuse(error, "A number is too large.");
    }
    number_.clear();
    stack_.push_double(value);
    return true;
  }

  bool on_bool(bool value, boost::json::error_code&) {
    stack_.push_bool(value);
    return true;
  }
  bool on_null(boost::json::error_code&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(boost::json::string_view, boost::json::error_code&) { return true; }
  bool on_comment(boost::json::string_view, boost::json::error_code&) { return true; }

 private:
  bool refuse(boost::json::error_code& error, const char* reason) {
    reason_ = reason;
    error = boost::json::error::syntax;
    return false;
  }

  boost::json::value_stack stack_;
  std::vector<std::string> names_;  // of all open objects, the innermost last
  std::vector<std::size_t> object_starts_;
  std::string name_;
  std::string number_;
  const char* reason_ = nullptr;
};

base::error malformed(std::string detail) {
  base::error e;
  e.code = base::errc::malformed;
  e.detail = std::move(detail);
  return e;
}

}  // namespace

base::result<boost::json::value> parse(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) return malformed("The text starts with a byte order mark.");
  if (!base::is_utf8(text)) return malformed("The text is not UTF-8.");

  boost::json::parse_options options;
  options.max_depth = max_depth;
  boost::json::basic_parser<handler> parser(options, wiping_storage());
  boost::json::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read < text.size()) error = boost::json::error::extra_data;
  if (!error) return parser.handler().release();

  const char* reason = parser.handler().reason();
  return malformed((reason != nullptr ? std::string(reason) : "The text is not JSON: " + error.message() + ".") +
                   " (Byte " + std::to_string(read) + ".)");
}

}  // namespace kontor::json
