// Makes the archive of one person, piece by piece.
#pragma once

#include "base/error.hpp"
#include "sql/database.hpp"
#include "takeout/export_source.hpp"
#include "takeout/zip_writer.hpp"

#include <optional>
#include <span>
#include <string>

namespace kontor::takeout {

/// Holds a page of rows and a piece of the archive at a time, however much there is. Blocks: for pools. Used by one
/// thread at a time.
class archive_maker {
 public:
  /// A piece is never larger.
  static constexpr std::size_t largest_piece = 64 * 1024;

  /// `sources` and what they refer to outlive it. `at`: the moment the archive says it is of.
  archive_maker(sql::database& database, std::span<const export_source* const> sources, base::user_id owner,
                base::timestamp at);

  /// The next piece; empty: that was all. errc::unavailable and the like when a page cannot be read: then the archive
  /// ends there and is not whole.
  base::result<std::string> next();

 private:
  enum class format { json, csv };

  base::result<void> make_more();
  void begin_list();
  void write_rows(const page& rows);
  void end_list();

  sql::database& database_;
  const std::span<const export_source* const> sources_;
  const base::user_id owner_;
  const base::timestamp at_;

  std::string made_;  // and not yet taken
  zip_writer zip_{made_};
  bool has_readme_ = false;
  bool is_whole_ = false;
  // Where we are: of which source, in which format, behind which page.
  std::size_t source_ = 0;
  format format_ = format::json;
  bool in_list_ = false;
  bool has_rows_ = false;
  std::optional<std::string> from_;
};

}  // namespace kontor::takeout
