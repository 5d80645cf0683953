#include "sql/sqlite_gaps.hpp"

#include "sql/byte_search.hpp"
#include "sql/integrity.hpp"
#include "sql/patience.hpp"
#include "sql/sqlite_connection.hpp"
#include "tests/support/databases.hpp"

#include <atomic>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace kontor::sql {
namespace {

// The head of a page: its kind, the first free block, the cells, where their content begins, fragments.
std::string page_of(char kind, unsigned cells, unsigned content, std::size_t size = 4096) {
  std::string page(size, 'x');
  page[0] = kind;
  page[3] = static_cast<char>(cells >> 8);
  page[4] = static_cast<char>(cells & 0xff);
  page[5] = static_cast<char>(content >> 8);
  page[6] = static_cast<char>(content & 0xff);
  return page;
}

constexpr migration gap_steps[] = {{1, "things", R"(
  CREATE TABLE things (id TEXT PRIMARY KEY, owner TEXT NOT NULL, number BIGINT NOT NULL);
  CREATE INDEX things_owner ON things (owner, id);
)"}};

constexpr query<std::int64_t> count_left{"SELECT COUNT(*) FROM things"};

struct EmptyGaps : testing::Test {
  EmptyGaps() {
    migrate(settings, gap_steps);
    store = open_database(settings);
  }

  void fill(int rows) {
    auto job = [rows](session& in) {
      std::mt19937_64 random(7);
      // In no order, so that pages split in the middle.
      for (int i = 0; i < rows; ++i)
        in.execute("INSERT INTO things VALUES (:id, :owner, 0)",
                   {{"id", "that stays " + std::to_string(random())}, {"owner", std::to_string(random())}});
    };
    ASSERT_TRUE(store->write_now(std::move(job)).has_value());
    leave_copies();
  }
  // As splits of pages do, but in every page that has room for it, and not only when chance wills it.
  void leave_copies() {
    sqlite_connection on(settings.sqlite_file, sqlite_connection::purpose::write, std::chrono::seconds(1));
    with_patience([&] { on.empty_log(); });
    on.run("BEGIN IMMEDIATE");
    std::vector<char> page(4096);
    int copies = 0;
    for (std::int64_t at = 4096; on.read_file(at, page) == page.size(); at += 4096) {
      const auto gap = gap_of(page);
      if (!gap || gap->end - gap->begin < copy.size()) continue;
      on.write_file(at + static_cast<std::int64_t>(gap->begin), copy);
      ++copies;
    }
    // So that the others read their pages once more.
    on.run("PRAGMA user_version = 0");
    on.run("COMMIT");
    ASSERT_GT(copies, rows() > 1000 ? 10 : 0);
    ASSERT_TRUE(files_hold_copies());
  }
  void run(const char* statement) {
    auto job = [statement](session& in) { in.execute(statement); };
    ASSERT_TRUE(store->write_now(std::move(job)).has_value());
  }
  std::int64_t rows() {
    return std::get<0>(store->read_now([](session& in) { return in.first(count_left); }).value().value());
  }
  bool files_hold_copies() {
    {
      sqlite_connection on(settings.sqlite_file, sqlite_connection::purpose::write, std::chrono::seconds(1));
      with_patience([&] { on.empty_log(); });
    }
    const std::vector<std::string> texts = {std::string(copy)};
    const byte_search search(texts);
    for (const auto& entry : std::filesystem::directory_iterator(settings.sqlite_file.parent_path()))
      if (search.finds_in(entry.path())) return true;
    return false;
  }
  void empty(const std::stop_token& stop = {}) {
    sqlite_connection on(settings.sqlite_file, sqlite_connection::purpose::write, std::chrono::seconds(1));
    empty_gaps(on, stop);
  }

  static constexpr std::string_view copy = "the one who left";
  tests::test_database own{kind::sqlite};
  database_settings settings = own.settings();
  std::unique_ptr<database> store;
};

}  // namespace

TEST(GapOf, IsWhatLiesBetweenTheListOfCellsAndTheirContent) {
  EXPECT_EQ(gap_of(page_of(13, 10, 4000)), (page_gap{28, 4000}));
  EXPECT_EQ(gap_of(page_of(10, 300, 0x0300)), (page_gap{608, 0x0300}));
  EXPECT_EQ(gap_of(page_of(5, 10, 4000)), (page_gap{32, 4000}));
  EXPECT_EQ(gap_of(page_of(2, 0, 4096)), (page_gap{12, 4096}));
  EXPECT_EQ(gap_of(page_of(13, 2, 12)), (page_gap{12, 12}));
  EXPECT_EQ(gap_of(page_of(13, 0, 0, 65'536)), (page_gap{8, 65'536}));
}

TEST(GapOf, OtherPagesHaveNone) {
  for (int kind = 0; kind < 256; ++kind)
    if (kind != 2 && kind != 5 && kind != 10 && kind != 13)
      EXPECT_FALSE(gap_of(page_of(static_cast<char>(kind), 10, 4000))) << kind;
  EXPECT_FALSE(gap_of(page_of(13, 10, 27)));
  EXPECT_FALSE(gap_of(page_of(13, 10, 4097)));
  EXPECT_FALSE(gap_of(page_of(13, 0xffff, 4000)));
  EXPECT_FALSE(gap_of(page_of(13, 0, 0)));
  EXPECT_FALSE(gap_of(""));
  EXPECT_FALSE(gap_of(page_of(13, 1, 100, 511)));
}

TEST_F(EmptyGaps, LeavesNoByteOfThemAndAllOfTheRows) {
  fill(20'000);
  empty();
  EXPECT_FALSE(files_hold_copies());
  EXPECT_EQ(rows(), 20'000);
  EXPECT_TRUE(find_damage(settings).empty());
}

// Connections keep pages in memory, gaps and all.
TEST_F(EmptyGaps, NobodyWritesThemBackFromMemory) {
  fill(2000);
  run("UPDATE things SET number = 1");
  ASSERT_TRUE(files_hold_copies());
  empty();
  run("UPDATE things SET number = 0");
  EXPECT_FALSE(files_hold_copies());
  EXPECT_TRUE(find_damage(settings).empty());
}

TEST_F(EmptyGaps, GoesOnBesideWriters) {
  fill(20'000);
  std::atomic<bool> done = false;
  std::int64_t written = 0;
  std::jthread writer([&] {
    std::mt19937_64 random(8);
    for (; !done; ++written) {
      auto job = [id = std::to_string(random())](session& in) {
        in.execute("INSERT INTO things VALUES (:id, :id, 0)", {{"id", id}});
      };
      ASSERT_TRUE(store->write_now(std::move(job)).has_value());
    }
  });
  // Pages that others move meanwhile are met by the next pass: see clean_sqlite_files.
  for (int pass = 0; pass < 3; ++pass)
    empty();
  done = true;
  writer.join();
  EXPECT_FALSE(files_hold_copies());
  EXPECT_EQ(rows(), 20'000 + written);
  EXPECT_TRUE(find_damage(settings).empty());
}

TEST_F(EmptyGaps, EndsWhenAsked) {
  fill(2000);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(empty(stop.get_token()), sql_error);
  EXPECT_TRUE(files_hold_copies());
}

}  // namespace kontor::sql
