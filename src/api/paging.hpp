// Which page of a list is wanted: `?limit=` and `?cursor=`. Lists are paged by key, never by offset.
#pragma once

#include "api/query_reader.hpp"
#include "base/error.hpp"
#include "http/request.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kontor::api {

struct page {
  std::int64_t limit = 20;
  std::optional<std::int64_t> cursor;  ///< As `next_cursor` of the page before; nullopt: the first page.
};

inline constexpr std::int64_t most_per_page = 100;

/// The query of a list that takes these two parameters and no others. errc::invalid_input with paths `/limit` (1 to
/// 100) and `/cursor` (what an earlier answer gave), also for one that stands there twice, and for each parameter that
/// is not known.
base::result<page> read_page(const http::request& in);
/// The same for a list with more parameters, whose errors are reported together.
page read_page(query_reader& in);

/// The query of a list that is given whole: errc::invalid_input for each parameter.
base::result<void> read_no_page(const http::request& in);

/// How many rows are read for a page: one more than are shown, because only that tells whether another page follows.
constexpr std::int64_t rows_for(std::int64_t limit) noexcept {
  return limit + 1;
}

/// Of the rows that were read for a page those that are shown.
template <class Row>
std::span<const Row> shown(std::span<const Row> read, std::int64_t limit) {
  return read.first(std::min(read.size(), static_cast<std::size_t>(limit)));
}
/// Was there one more than are shown?
template <class Row>
bool has_next_page(std::span<const Row> read, std::int64_t limit) {
  return read.size() > static_cast<std::size_t>(limit);
}

/// A page of a list whose key is a text.
struct text_page {
  std::int64_t limit = 20;
  std::string after;  ///< The key that the page begins behind; empty: the first page.
};

inline constexpr std::size_t most_in_cursor = 512;  ///< Bytes of the key.

/// The cursor is opaque to clients: the key as base64url, as text_cursor made it. It is a position and nothing else; a
/// forged one begins elsewhere in the same list.
text_page read_text_page(query_reader& in);
std::string text_cursor(std::string_view key);

}  // namespace kontor::api
