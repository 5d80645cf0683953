// What a room gives a person who takes their data along. Each room that keeps something of a user implements it; `app`
// lists them all.
#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kontor::takeout {

/// One value; an empty one is `null` in JSON and nothing in CSV. Text must be well-formed UTF-8.
using field = std::variant<std::monostate, std::string, std::int64_t, bool, base::timestamp>;
using row = std::vector<field>;

template <class T>
field to_field(const std::optional<T>& maybe) {
  return maybe ? field(*maybe) : field();
}

/// Some of the rows, and where to go on.
struct page {
  std::vector<row> rows;
  std::optional<std::string> next;  ///< Where to go on; nullopt: these were the last.
};

/// How many rows a page should hold: what is read at once is held in memory at once.
inline constexpr std::int64_t page_size = 200;

/// Never a secret, a hash or a sealed text: what leaves the program can be read by whoever finds the file.
/// Lives as long as the program, and is safe to use from every thread.
class export_source {
 public:
  virtual ~export_source() = default;

  /// The name of its files in the archive, without the ending: `sessions`.
  virtual std::string_view name() const = 0;
  /// What it is, as the README says it: one line each.
  virtual std::string_view in_german() const = 0;
  virtual std::string_view in_english() const = 0;
  /// The tables whose rows it gives. A table of a user that no source names must stand on the list of those left out.
  virtual std::span<const std::string_view> tables() const = 0;
  /// The names of the values of each row.
  virtual std::span<const std::string_view> columns() const = 0;
  /// The owner's next rows. Inside a job of sql::database; throws sql::sql_error. Read twice, once for each format.
  virtual page read(sql::session& in, const base::user_id& owner, const std::optional<std::string>& from) const = 0;
};

}  // namespace kontor::takeout
