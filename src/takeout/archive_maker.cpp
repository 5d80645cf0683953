#include "takeout/archive_maker.hpp"

#include "takeout/readme.hpp"
#include "takeout/rows.hpp"

#include <algorithm>
#include <utility>

namespace kontor::takeout {

archive_maker::archive_maker(sql::database& database, std::span<const export_source* const> sources,
                             base::user_id owner, base::timestamp at)
    : database_(database), sources_(sources), owner_(owner), at_(at) {}

base::result<std::string> archive_maker::next() {
  while (made_.size() < largest_piece && !is_whole_) {
    const auto more = make_more();
    if (!more) return more.error();
  }
  auto piece = made_.substr(0, largest_piece);
  made_.erase(0, piece.size());
  return piece;
}

base::result<void> archive_maker::make_more() {
  if (!std::exchange(has_readme_, true)) {
    zip_.begin("README.txt", at_);
    zip_.write(make_readme(sources_, at_));
    return {};
  }
  if (source_ == sources_.size()) {
    zip_.finish();
    is_whole_ = true;
    return {};
  }
  auto job = [source = sources_[source_], owner = owner_, from = from_](sql::session& in) {
    return source->read(in, owner, from);
  };
  auto read = database_.read_now(std::move(job));
  if (!read) return read.error();
  if (!std::exchange(in_list_, true)) begin_list();
  write_rows(*read);
  from_ = std::move(read->next);
  if (!from_) end_list();
  return {};
}

void archive_maker::begin_list() {
  const auto& source = *sources_[source_];
  has_rows_ = false;
  zip_.begin(std::string(source.name()) + (format_ == format::json ? ".json" : ".csv"), at_);
  zip_.write(format_ == format::json ? "[" : csv_head(source.columns()));
}

void archive_maker::write_rows(const page& rows) {
  const auto columns = sources_[source_]->columns();
  for (const auto& values : rows.rows) {
    if (format_ == format::csv) {
      zip_.write(csv_of(values));
      continue;
    }
    zip_.write(std::exchange(has_rows_, true) ? ",\n" : "\n");
    zip_.write(json_of(columns, values));
  }
}

void archive_maker::end_list() {
  if (format_ == format::json) zip_.write("\n]\n");
  in_list_ = false;
  if (format_ == format::csv) ++source_;
  format_ = format_ == format::json ? format::csv : format::json;
}

}  // namespace kontor::takeout
