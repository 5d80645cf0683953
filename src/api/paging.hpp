// Which page of a list is wanted: `?limit=` and `?cursor=`. Lists are paged by key, never by offset.
#pragma once

#include "api/query_reader.hpp"
#include "base/error.hpp"
#include "http/request.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::api {

struct page {
  std::int64_t limit = 20;
  std::optional<std::int64_t> cursor;  ///< As `next_cursor` of the page before; nullopt: the first page.
};

inline constexpr std::int64_t most_per_page = 100;

/// errc::invalid_input with paths `/limit` (1 to 100) and `/cursor` (what an earlier answer gave), also for one that
/// stands there twice. Other parameters are none of its business.
base::result<page> read_page(const http::request& in);
/// The same for a list with more parameters, whose errors are reported together.
page read_page(query_reader& in);

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
