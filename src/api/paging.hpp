// Which page of a list is wanted: `?limit=` and `?cursor=`. Lists are paged by key, never by offset.
#pragma once

#include "base/error.hpp"
#include "http/request.hpp"

#include <cstdint>
#include <optional>

namespace kontor::api {

struct page {
  std::int64_t limit = 20;
  std::optional<std::int64_t> cursor;  ///< As `next_cursor` of the page before; nullopt: the first page.
};

inline constexpr std::int64_t most_per_page = 100;

/// errc::invalid_input with paths `/limit` (1 to 100) and `/cursor` (what an earlier answer gave), also for one that
/// stands there twice. Other parameters are none of its business.
base::result<page> read_page(const http::request& in);

}  // namespace kontor::api
