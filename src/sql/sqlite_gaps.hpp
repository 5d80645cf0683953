// The room between the cells of a page of an SQLite file. When pages are split or joined, copies of cells that now live
// elsewhere stay there, and secure_delete does not reach them (decisions/0006).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>

namespace kontor::sql {

class sqlite_connection;

/// Where in a page nothing stands that SQLite reads.
struct page_gap {
  std::size_t begin = 0;
  std::size_t end = 0;  ///< Not in it.

  friend bool operator==(const page_gap&, const page_gap&) = default;
};

/// Of a page of a B-tree; nullopt for any other page. Not for the first page, which has another head and holds the
/// schema only. SQLite file format, section 1.6.
std::optional<page_gap> gap_of(std::span<const char> page) noexcept;

/// Can the pages of a B-tree be told from others? Those begin with the number of a page; in a file of fewer than 2^25
/// pages (128 GiB with the usual ones) its highest byte is 0 or 1, which is no kind of page.
bool can_find_gaps(sqlite_connection& on, std::uintmax_t size);

/// Fills the gaps of such a file with zeros, in one pass that may miss a page that others move meanwhile: some pages at
/// a time, each time keeping others from writing for some milliseconds. Throws sql_error: failure::busy when somebody
/// read or wrote for too long, failure::unavailable when asked to stop.
void empty_gaps(sqlite_connection& on, const std::stop_token& stop = {});

}  // namespace kontor::sql
