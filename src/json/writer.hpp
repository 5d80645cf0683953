// Writing JSON: one pass into one string, in the order of the calls.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kontor::json {

/// `writer w; w.begin_object(); w.member("id", id.text()); w.end_object(); return std::move(w).str();`
/// Text must be well-formed UTF-8; it is escaped as RFC 8259 section 7 asks, and `<`, `>`, `&`, U+2028, U+2029 too, so that the
/// result is harmless wherever it is shown.
class writer {
 public:
  writer& begin_object();
  writer& begin_object(std::string_view name);
  writer& end_object();
  writer& begin_array(std::string_view name);
  writer& begin_array();
  writer& end_array();

  writer& member(std::string_view name, std::string_view value);
  writer& member(std::string_view name, const char* value) { return member(name, std::string_view(value)); }
  writer& member(std::string_view name, std::int64_t value);
  writer& member(std::string_view name, bool value);
  writer& null_member(std::string_view name);
  writer& element(std::string_view value);

  std::string str() && { return std::move(out_); }

 private:
  void separate();
  void name(std::string_view text);
  void text(std::string_view value);

  std::string out_;
  bool needs_comma_ = false;
};

}  // namespace kontor::json
