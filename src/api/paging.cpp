#include "api/paging.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace kontor::api {
namespace {

std::int64_t read_limit(query_reader& in) {
  return in.number("limit", most_per_page, "A whole number from 1 to 100.").value_or(page().limit);
}

constexpr std::string_view what_a_cursor_is = "The next_cursor of an earlier answer.";

bool is_key(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return !text.empty() && text.size() <= most_in_cursor && base::is_utf8(text) &&
         std::ranges::none_of(text, is_control);
}

}  // namespace

page read_page(query_reader& in) {
  page wanted;
  wanted.limit = read_limit(in);
  wanted.cursor = in.number("cursor", INT64_MAX, what_a_cursor_is);
  return wanted;
}

base::result<page> read_page(const http::request& in) {
  query_reader reader(in);
  const auto wanted = read_page(reader);
  reader.refuse_unknown();
  if (const auto good = reader.finish(); !good) return good.error();
  return wanted;
}

base::result<void> read_no_page(const http::request& in) {
  query_reader reader(in);
  reader.refuse_unknown();
  return reader.finish();
}

text_page read_text_page(query_reader& in) {
  text_page wanted;
  wanted.limit = read_limit(in);
  const auto cursor = in.text("cursor");
  if (!cursor) return wanted;
  const auto key = base::from_base64url(*cursor);
  if (key && is_key(base::as_text(*key))) {
    wanted.after = base::as_text(*key);
  } else {
    in.refuse("cursor", std::string(what_a_cursor_is));
  }
  return wanted;
}

std::string text_cursor(std::string_view key) {
  return base::to_base64url(base::as_bytes(key));
}

}  // namespace kontor::api
