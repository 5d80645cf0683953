// Writing JSON: one pass into one string, in the order of the calls.
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace kontor::json {

/// `writer w; w.begin_object(); w.member("id", id.text()); w.end_object(); return std::move(w).str();`
/// Functions with a name belong inside an object, those without at the top or inside an array; that they are paired is
/// the caller's part. Text must be well-formed UTF-8, else std::invalid_argument: what is not is a defect of the
/// caller. It is escaped as RFC 8259 section 7 asks, and `<`, `>`, `&`, U+2028, U+2029 too, so that the result is
/// harmless wherever it is shown.
class writer {
 public:
  writer& begin_object();
  writer& begin_object(std::string_view name);
  writer& end_object();
  writer& begin_array(std::string_view name);
  writer& begin_array();
  writer& end_array();

  writer& member(std::string_view name, std::string_view value);
  /// The same for long text in answers whose size is bounded: escaped as RFC 8259 section 7 asks and no further, so not
  /// for where it could be taken for markup.
  writer& long_member(std::string_view name, std::string_view value);
  writer& member(std::string_view name, const char* value) { return member(name, std::string_view(value)); }
  /// Truth values as `true` and `false`, every other integer type as its decimal digits.
  template <std::integral Integer>
  writer& member(std::string_view name, Integer value) {
    if constexpr (std::same_as<Integer, bool>) return raw_member(name, value ? "true" : "false");
    return raw_member(name, std::to_string(value));
  }
  writer& null_member(std::string_view name);
  /// A value that is JSON already, as this writer made it.
  writer& json_member(std::string_view name, std::string_view value) { return raw_member(name, value); }
  writer& element(std::string_view value);
  template <std::integral Integer>
    requires(!std::same_as<Integer, bool>)
  writer& element(Integer value) {
    return raw_element(std::to_string(value));
  }

  /// Room for so many bytes at once. Text that carries a secret must not grow: that would leave copies behind.
  writer& reserve(std::size_t bytes) {
    out_.reserve(bytes);
    return *this;
  }

  std::string str() && { return std::move(out_); }

 private:
  writer& raw_member(std::string_view name, std::string_view value);
  writer& raw_element(std::string_view value);
  void separate();
  void name(std::string_view text);
  enum class escapes { all, demanded };
  void text(std::string_view value, escapes which = escapes::all);

  std::string out_;
  bool needs_comma_ = false;
};

}  // namespace kontor::json
