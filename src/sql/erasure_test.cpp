#include "sql/erasure.hpp"

#include "sql/byte_search.hpp"
#include "sql/integrity.hpp"
#include "tests/support/databases.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <latch>
#include <random>
#include <thread>

namespace kontor::sql {
namespace {

constexpr migration erasure_steps[] = {{1, "things", R"(
  CREATE TABLE things (id TEXT PRIMARY KEY, owner TEXT NOT NULL, body TEXT NOT NULL);
  CREATE INDEX things_owner ON things (owner);
)"}};

std::string key(std::size_t number) {
  // In no order, so that pages split in the middle.
  std::mt19937_64 random(number);
  return "key-" + std::to_string(random()) + "-" + std::to_string(random());
}

struct Erasure : testing::Test {
  Erasure() {
    settings = empty.settings();
    migrate(settings, erasure_steps);
    store = open_database(settings);
  }

  void fill(std::size_t rows, std::size_t body) {
    auto job = [rows, body](session& in) {
      for (std::size_t i = 0; i < rows; ++i)
        in.execute("INSERT INTO things VALUES (:id, :owner, :body)",
                   {{"id", key(i)},
                    {"owner", i % 7 == 3 ? "the one who leaves" : "somebody who stays"},
                    {"body", (i % 7 == 3 ? "a body that must go " : "a body that stays ") + std::string(body, 'b')}});
    };
    ASSERT_TRUE(store->write_now(std::move(job)).has_value());
  }
  void remove() {
    auto job = [](session& in) { in.execute("DELETE FROM things WHERE owner = 'the one who leaves'"); };
    ASSERT_TRUE(store->write_now(std::move(job)).has_value());
  }
  /// The files of the database in which one of the texts stands.
  std::vector<std::string> files_with(const std::vector<std::string>& texts) const {
    std::vector<std::string> found;
    const byte_search search(texts);
    for (const auto& entry : std::filesystem::directory_iterator(settings.sqlite_file.parent_path()))
      if (search.finds_in(entry.path())) found.push_back(entry.path().filename());
    return found;
  }

  tests::test_database empty{kind::sqlite};
  database_settings settings;
  std::unique_ptr<database> store;
  const std::vector<std::string> traces = {"the one who leaves", "a body that must go"};
};

}  // namespace

TEST_F(Erasure, LeavesNoByteInAnyFile) {
  fill(20'000, 30);
  ASSERT_FALSE(files_with(traces).empty());
  std::vector<std::string> keys = traces;
  for (std::size_t i = 3; i < 20'000; i += 7)
    keys.push_back(key(i));
  auto files = begin_erasure(settings);
  ASSERT_TRUE(files.has_value());
  EXPECT_EQ(count_interrupted_erasures(settings), 1u);
  remove();
  ASSERT_TRUE((*files)->finish(traces).has_value());
  EXPECT_EQ(files_with(keys), std::vector<std::string>());
  EXPECT_FALSE(files_with({"somebody who stays"}).empty());
  EXPECT_EQ(count_interrupted_erasures(settings), 0u);
  EXPECT_TRUE(find_damage(settings).empty());
}

TEST_F(Erasure, ReachesRowsThatFillManyPages) {
  fill(50, 20'000);
  auto files = begin_erasure(settings);
  remove();
  ASSERT_TRUE((*files)->finish(traces).has_value());
  EXPECT_EQ(files_with(traces), std::vector<std::string>());
}

// Once the search opened the file beside its connections, and closed it again: with that all locks of this process on
// it were gone. The next process that came and went took the log of writes for its own to remove, and what was written
// from then on was lost.
TEST_F(Erasure, LeavesTheLocksOfOpenConnectionsInPlace) {
  const auto ask = [this](const std::string& select) {
    const auto command = "sqlite3 '" + settings.sqlite_file.string() + "' \"" + select + "\"";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> said(::popen(command.c_str(), "r"), ::pclose);
    std::array<char, 64> line{};
    return std::string(std::fgets(line.data(), line.size(), said.get()) != nullptr ? line.data() : "nothing");
  };
  fill(100, 100);
  auto files = begin_erasure(settings);
  remove();
  ASSERT_TRUE((*files)->finish(traces).has_value());

  EXPECT_EQ(ask("SELECT COUNT(*) FROM things WHERE id = 'late'"), "0\n");
  auto job = [](session& in) { in.execute("INSERT INTO things VALUES ('late', 'x', 'y')"); };
  ASSERT_TRUE(store->write_now(std::move(job)).has_value());
  EXPECT_EQ(ask("SELECT COUNT(*) FROM things WHERE id = 'late'"), "1\n");
}

TEST_F(Erasure, WaitsForWhoReads) {
  fill(100, 100);
  auto files = begin_erasure(settings);
  std::latch reading(1);
  std::latch go(1);
  std::jthread reader([&] {
    (void)store->read_now([&](session& in) {
      constexpr query<std::int64_t> count{"SELECT COUNT(*) FROM things"};
      (void)in.first(count);
      reading.count_down();
      go.wait();
    });
  });
  reading.wait();
  remove();
  auto done = std::async(std::launch::async, [&] { return (*files)->finish(traces); });
  EXPECT_EQ(done.wait_for(std::chrono::milliseconds(200)), std::future_status::timeout);
  go.count_down();
  ASSERT_TRUE(done.get().has_value());
  EXPECT_EQ(files_with(traces), std::vector<std::string>());
}

TEST_F(Erasure, GoesOnBesideWriters) {
  fill(2000, 100);
  auto files = begin_erasure(settings);
  remove();
  std::atomic<bool> stop = false;
  std::atomic<int> refused = 0;
  std::jthread writer([&] {
    for (int i = 0; !stop; ++i) {
      auto job = [i](session& in) {
        in.execute("INSERT INTO things VALUES (:id, 'a writer', 'text')", {{"id", "new " + std::to_string(i)}});
      };
      if (!store->write_now(std::move(job))) ++refused;
    }
  });
  EXPECT_TRUE((*files)->finish(traces).has_value());
  stop = true;
  writer.join();
  EXPECT_EQ(refused, 0);
  EXPECT_EQ(files_with(traces), std::vector<std::string>());
}

TEST_F(Erasure, RemovesTheCopiesThatMigrationsMade) {
  fill(100, 100);
  const auto copy = settings.sqlite_file.string() + ".before-7.bak";
  std::filesystem::copy_file(settings.sqlite_file, copy);
  std::filesystem::copy_file(settings.sqlite_file, copy + ".partial");
  const auto others = settings.sqlite_file.parent_path() / "other.before-7.bak";
  std::ofstream(others) << "not ours";
  auto files = begin_erasure(settings);
  remove();
  ASSERT_TRUE((*files)->finish(traces).has_value());
  EXPECT_FALSE(std::filesystem::exists(copy));
  EXPECT_FALSE(std::filesystem::exists(copy + ".partial"));
  EXPECT_TRUE(std::filesystem::exists(others));
}

TEST_F(Erasure, ThatWasInterruptedIsFinishedLater) {
  fill(2000, 100);
  auto files = begin_erasure(settings);
  remove();
  // As after a crash: the note is all that is left of it.
  files->reset();
  EXPECT_FALSE(files_with(traces).empty());
  EXPECT_EQ(finish_interrupted_erasures(settings).value(), 1u);
  EXPECT_EQ(files_with(traces), std::vector<std::string>());
  EXPECT_EQ(count_interrupted_erasures(settings), 0u);
  EXPECT_EQ(finish_interrupted_erasures(settings).value(), 0u);
}

TEST_F(Erasure, ThatIsCancelledLeavesNoNote) {
  auto files = begin_erasure(settings);
  auto other = begin_erasure(settings);
  EXPECT_EQ(count_interrupted_erasures(settings), 2u);
  (*files)->cancel();
  (*other)->cancel();
  EXPECT_EQ(count_interrupted_erasures(settings), 0u);
}

TEST_F(Erasure, CannotBeginWhereNoNoteCanBeWritten) {
  auto nowhere = settings;
  nowhere.sqlite_file = settings.sqlite_file.parent_path() / "no such folder" / "app.db";
  const auto refused = begin_erasure(nowhere);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, base::errc::unavailable);
}

// c.87: a list of 1,000 secrets is sealed anew with each of them, and once filled 37 MB with what it was before; that
// table was taken for one too large to be written anew.
TEST(ErasureOfPostgresql, WritesAnewWhatIsLargeForItsRoomAndNotForItsRows) {
  const tests::test_database empty(kind::postgresql);
  const auto& settings = empty.settings();
  migrate(settings, erasure_steps);
  const auto store = open_database(settings);
  const auto write = [&store](const std::string& statement) {
    auto job = [&statement](session& in) { in.execute(statement); };
    ASSERT_TRUE(store->write_now(std::move(job)).has_value());
  };
  write("ALTER TABLE things ALTER COLUMN body SET STORAGE EXTERNAL");
  write("INSERT INTO things VALUES ('1', 'the one who leaves', repeat('b', 100000))");
  for (int i = 0; i < 250; ++i)
    write("UPDATE things SET body = body || 'b'");
  // What comes last keeps the file from being cut off behind it.
  write("INSERT INTO things SELECT '2', 'somebody who stays', body FROM things");
  const auto ask = [&store](const query<std::int64_t>& select) {
    auto job = [&select](session& in) { return std::get<0>(in.first(select).value()); };
    return store->read_now(std::move(job)).value();
  };
  constexpr query<std::int64_t> size{"SELECT CAST(pg_table_size('things') AS BIGINT)"};
  constexpr query<std::int64_t> place_of_leaver{
      "SELECT CAST(position(convert_to('the one who leaves', 'UTF8') IN"
      " pg_read_binary_file(pg_relation_filepath('things'))) AS BIGINT)"};
  ASSERT_GT(ask(size), 20 * 1024 * 1024);
  auto files = begin_erasure(settings);
  write("DELETE FROM things WHERE id = '1'");
  ASSERT_TRUE((*files)->finish({}).has_value());
  EXPECT_LT(ask(size), 1024 * 1024);
  EXPECT_EQ(ask(place_of_leaver), 0);
  EXPECT_EQ(ask(query<std::int64_t>{"SELECT COUNT(*) FROM things"}), 1);
}

TEST(Integrity, NamesWhatIsBroken) {
  const tests::test_database empty(kind::sqlite);
  const auto& settings = empty.settings();
  constexpr migration with_children[] = {{1, "family", R"(
    CREATE TABLE parents (id BIGINT PRIMARY KEY);
    CREATE TABLE children (id BIGINT PRIMARY KEY, parent BIGINT NOT NULL REFERENCES parents (id));
  )"}};
  migrate(settings, with_children);
  EXPECT_TRUE(find_damage(settings).empty());
  EXPECT_TRUE(newest_migration(settings).has_value());
  std::filesystem::resize_file(settings.sqlite_file, std::filesystem::file_size(settings.sqlite_file) / 2 + 100);
  EXPECT_FALSE(find_damage(settings).empty());
}

}  // namespace kontor::sql
