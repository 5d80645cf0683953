#include "sql/use_notes.hpp"

#include "tests/support/databases.hpp"

#include <latch>

namespace kontor::sql {
namespace {

constexpr migration noted_entries[] = {{1, "rows", "CREATE TABLE entries (id BIGINT PRIMARY KEY, label TEXT UNIQUE)"}};

using labels = use_notes<std::int64_t, std::string>;

void insert_entry(session& in, const std::int64_t& id, const std::string& label) {
  in.execute("INSERT INTO entries (id, label) VALUES (:id, :label)", {{"id", id}, {"label", label}});
}

void insert_new(session& in, const std::int64_t& id, const std::string& label) {
  in.execute("INSERT INTO entries (id, label) VALUES (:id, :label) ON CONFLICT DO NOTHING",
             {{"id", id}, {"label", label}});
}

struct UseNotes : tests::on_each_database {
  UseNotes() { settings.write_sessions = 1; }

  std::vector<std::string> stored() {
    constexpr query<std::string> all{"SELECT label FROM entries ORDER BY id"};
    std::vector<std::string> found;
    for (auto& [label] : store->read_now([&all](session& in) { return in.all(all); }).value())
      found.push_back(std::move(label));
    return found;
  }
  // Nothing is written before release(), so what is added waits together.
  void hold() {
    auto job = [this](session&) {
      held_.count_down();
      release_.wait();
    };
    holding_ = std::thread([this, job] { (void)store->write_now(job); });
    held_.wait();
  }
  void release() {
    release_.count_down();
    holding_.join();
  }

 private:
  std::latch held_{1};
  std::latch release_{1};
  std::thread holding_;
};
INSTANTIATE_TEST_SUITE_P(Databases, UseNotes, tests::each_database, tests::database_name);

}  // namespace

TEST(Use, IsDueOnceAMinuteAndWhenTheClockLeaptBack) {
  using namespace std::chrono_literals;
  const auto noon = base::from_microseconds(1'800'000'000'000'000);
  EXPECT_TRUE(is_use_due(std::nullopt, noon));
  EXPECT_FALSE(is_use_due(noon, noon));
  EXPECT_FALSE(is_use_due(noon, noon + 1min - 1us));
  EXPECT_TRUE(is_use_due(noon, noon + 1min));
  EXPECT_TRUE(is_use_due(noon, noon - 1us));
}

TEST_P(UseNotes, WritesWhatWaitsBeforeItEnds) {
  labels notes(open(noted_entries), "notes", insert_entry);
  notes.add(2, "two");
  notes.add(1, "one");
  notes.stop();
  notes.stop();
  notes.add(3, "too late");
  EXPECT_EQ(stored(), (std::vector<std::string>{"one", "two"}));
}

TEST_P(UseNotes, TheFirstOfSeveralIsWrittenAndWhatDoesNotFitIsForgotten) {
  auto& database = open(noted_entries);
  hold();
  labels notes(database, "notes", insert_new, 2);
  // The first is taken at once, or waits with the others.
  notes.add(1, "first");
  notes.add(1, "first again");
  for (std::int64_t id = 2; id <= 4; ++id)
    notes.add(id, std::to_string(id));
  release();
  notes.stop();
  const auto kept = stored();
  EXPECT_GE(kept.size(), 2u);
  EXPECT_LE(kept.size(), 3u);
  EXPECT_EQ(kept.at(0), "first");
}

TEST_P(UseNotes, GoesOnAfterNotesThatCannotBeWritten) {
  auto& database = open(noted_entries);
  {
    labels notes(database, "notes", insert_entry);
    notes.add(1, "one");
  }
  labels notes(database, "notes", insert_entry);
  notes.add(1, "taken");
  notes.stop();
  labels later(database, "notes", insert_entry);
  later.add(2, "two");
  later.stop();
  EXPECT_EQ(stored(), (std::vector<std::string>{"one", "two"}));
}

}  // namespace kontor::sql
