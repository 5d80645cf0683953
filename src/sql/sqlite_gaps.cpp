#include "sql/sqlite_gaps.hpp"

#include "sql/patience.hpp"
#include "sql/session.hpp"
#include "sql/sqlite_connection.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace kontor::sql {
namespace {

constexpr std::size_t head_of_file = 100;
constexpr std::size_t pages_read_at_once = 256;
// Others wait while so many pages are read once more and written.
constexpr std::size_t pages_held_at_once = 1000;

std::size_t big_endian(std::span<const char> bytes) noexcept {
  std::size_t number = 0;
  for (const char byte : bytes)
    number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

bool is_empty(std::span<const char> bytes) noexcept {
  return std::all_of(bytes.begin(), bytes.end(), [](char byte) { return byte == 0; });
}

std::vector<char> read_head(sqlite_connection& on) {
  std::vector<char> head(head_of_file);
  if (on.read_file(0, head) != head.size()) throw sql_error(failure::unavailable, "the file has no head");
  return head;
}

// A head that says 1 means 65536, which does not fit.
std::size_t page_size_of(std::span<const char> head) noexcept {
  const auto size = big_endian(head.subspan(16, 2));
  return size == 1 ? 65'536 : size;
}

class held_file {
 public:
  // Nobody else writes until this ends; and nobody copies pages from the log of writes into the file, because the log
  // is empty. So what is read from the file is what holds, and stays.
  explicit held_file(sqlite_connection& on) : on_(on) {
    on_.empty_log();
    on_.run("BEGIN IMMEDIATE");
    if (on_.log_size() == 0) return;
    on_.run("ROLLBACK");
    throw sql_error(failure::busy, "somebody wrote before the file could be held");
  }
  ~held_file() {
    if (!on_.in_transaction()) return;
    try {
      on_.run("ROLLBACK");
    } catch (const sql_error&) {  // The connection is closed next.
    }
  }
  held_file(const held_file&) = delete;
  held_file& operator=(const held_file&) = delete;

  void empty(std::size_t number, std::size_t page_size) {
    std::vector<char> page(page_size);
    const auto offset = static_cast<std::int64_t>(number * page_size);
    if (on_.read_file(offset, page) != page.size()) return;
    const auto gap = gap_of(page);
    if (!gap) return;
    const auto stale = std::span(page).subspan(gap->begin, gap->end - gap->begin);
    if (is_empty(stale)) return;
    std::fill(stale.begin(), stale.end(), '\0');
    on_.write_file(offset + static_cast<std::int64_t>(gap->begin), stale);
  }

  // A transaction that changes nothing, so that other connections forget the pages they have in memory: with one of
  // those they would write its gap back.
  void commit() {
    on_.sync_file();
    const auto head = read_head(on_);
    const auto version = big_endian(std::span(head).subspan(60, 4));
    on_.run("PRAGMA user_version = " + std::to_string(static_cast<std::int32_t>(version)));
    on_.run("COMMIT");
  }

 private:
  sqlite_connection& on_;
};

void empty_pages(sqlite_connection& on, const std::vector<std::size_t>& numbers, std::size_t page_size) {
  with_patience([&] {
    held_file file(on);
    for (const auto number : numbers)
      file.empty(number, page_size);
    file.commit();
  });
}

// Whoever writes meanwhile may change what this finds; what is written is looked at again, under the lock.
void find_gaps(std::span<const char> pages, std::size_t first, std::size_t page_size, std::vector<std::size_t>& found) {
  for (std::size_t at = 0; at + page_size <= pages.size(); at += page_size) {
    const auto page = pages.subspan(at, page_size);
    const auto number = first + at / page_size;
    const auto gap = number == 0 ? std::nullopt : gap_of(page);
    if (gap && !is_empty(page.subspan(gap->begin, gap->end - gap->begin))) found.push_back(number);
  }
}

}  // namespace

std::optional<page_gap> gap_of(std::span<const char> page) noexcept {
  if (page.size() < 512) return std::nullopt;
  const auto kind = page[0];
  const bool is_inner = kind == 2 || kind == 5;
  if (!is_inner && kind != 10 && kind != 13) return std::nullopt;
  const auto cells = big_endian(page.subspan(3, 2));
  const auto content = big_endian(page.subspan(5, 2));
  const page_gap gap{.begin = (is_inner ? 12u : 8u) + 2 * cells, .end = content == 0 ? 65'536 : content};
  if (gap.begin > gap.end || gap.end > page.size()) return std::nullopt;
  return gap;
}

bool can_find_gaps(sqlite_connection& on, std::uintmax_t size) {
  constexpr std::uintmax_t too_many = std::uintmax_t{1} << 25;
  return size / page_size_of(read_head(on)) < too_many;
}

void empty_gaps(sqlite_connection& on, const std::stop_token& stop) {
  const auto page_size = page_size_of(read_head(on));
  std::vector<char> pages(pages_read_at_once * page_size);
  std::vector<std::size_t> found;
  for (std::size_t next = 0;;) {
    const auto got = on.read_file(static_cast<std::int64_t>(next * page_size), pages) / page_size;
    find_gaps(std::span(pages).first(got * page_size), next, page_size, found);
    next += got;
    if (found.size() < pages_held_at_once && got != 0) continue;
    if (stop.stop_requested()) throw sql_error(failure::unavailable, "the program ends");
    if (!found.empty()) empty_pages(on, found, page_size);
    found.clear();
    if (got == 0) return;
  }
}

}  // namespace kontor::sql
