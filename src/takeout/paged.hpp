// Pages of the rows of one person, read in the order of a text that is each row's own.
#pragma once

#include "takeout/export_source.hpp"

#include <string>
#include <tuple>
#include <utility>

namespace kontor::takeout {

/// `select` takes `:owner`, `:after` and `:row_limit`; its first column is the text by which it orders. `make` turns a
/// row of it into one of the export.
template <class... Columns, class Make>
page read_page(sql::session& in, const sql::query<std::string, Columns...>& select, const base::user_id& owner,
               const std::optional<std::string>& from, Make make) {
  page out;
  for (auto& found : in.all(select, {{"owner", owner}, {"after", from.value_or("")}, {"row_limit", page_size}})) {
    out.next = std::get<0>(found);
    out.rows.push_back(std::apply(make, std::move(found)));
  }
  if (static_cast<std::int64_t>(out.rows.size()) < page_size) out.next.reset();
  return out;
}

}  // namespace kontor::takeout
