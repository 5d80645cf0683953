#include "sql/session.hpp"

#include "tests/support/databases.hpp"

#include <limits>

namespace kontor::sql {
namespace {

constexpr migration things[] = {{1, "things", R"(
  CREATE TABLE things (id TEXT PRIMARY KEY, label TEXT UNIQUE, number BIGINT, small INTEGER, owner TEXT REFERENCES things (id),
                       body TEXT);
  CREATE TABLE counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL CHECK (value >= 0));
)"}};

constexpr query<std::string, std::optional<std::string>, std::optional<std::int64_t>, std::optional<std::int64_t>> find{
    "SELECT id, label, number, small FROM things WHERE id = :id"};
constexpr std::string_view insert_all =
    "INSERT INTO things (id, label, number, small) VALUES (:id, :label, :number, :small)";

struct Session : tests::on_each_database {
  Session() { open(things); }
  template <class Job>
  auto write(Job job) {
    return store->write_now(std::move(job));
  }
  template <class Job>
  auto read(Job job) {
    return store->read_now(std::move(job));
  }
  // The failure that the job's statement ends with.
  template <class Job>
  failure failure_of(Job job) {
    std::optional<failure> why;
    try {
      (void)write([&](session& in) {
        try {
          job(in);
        } catch (const sql_error& failed) {
          why = failed.why();
          throw;
        }
      });
    } catch (const sql_error&) {
    }
    EXPECT_TRUE(why.has_value());
    return why.value_or(failure::other);
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, Session, tests::each_database, tests::database_name);

std::string naughty(char kind) {
  switch (kind) {
    case 'e':
      return "";
    case 'u':
      return "Zürich · Ελλάδα · 日本語 · \U0001F600 · e\u0301";
    case 'q':
      return "'; DROP TABLE things; -- \" \\ :name %s";
    case 'c':
      return "a\tb\r\nc\x01\x7f";
    case 's':
      return "  spaces  ";
    default:
      return std::string(1 << 20, 'x') + "end";
  }
}

}  // namespace

TEST_P(Session, TextComesBackAsItWas) {
  for (const char kind : {'e', 'u', 'q', 'c', 's', 'm'}) {
    const auto text = naughty(kind);
    const std::string id(1, kind);
    const auto wrote = write([&](session& in) {
      return in.execute("INSERT INTO things (id, body) VALUES (:id, :body)", {{"id", id}, {"body", text}});
    });
    ASSERT_TRUE(wrote.has_value());
    EXPECT_EQ(*wrote, 1);
    static constexpr query<std::string> body{"SELECT body FROM things WHERE id = :id"};
    const auto row = read([&](session& in) { return in.first(body, {{"id", id}}); }).value();
    ASSERT_TRUE(row.has_value());
    EXPECT_TRUE(std::get<0>(*row) == text) << kind;
  }
}

TEST_P(Session, NumbersKeepAll64Bits) {
  using limits = std::numeric_limits<std::int64_t>;
  for (const std::int64_t number : {limits::min(), limits::max(), std::int64_t{0}, std::int64_t{-1},
                                    std::int64_t{1} << 31, std::int64_t{1} << 32}) {
    const auto id = std::to_string(number);
    (void)write([&](session& in) {
      return in.execute(insert_all, {{"id", id}, {"label", id}, {"number", number}, {"small", 1}});
    }).value();
    const auto row = read([&](session& in) { return in.first(find, {{"id", id}}); }).value();
    ASSERT_TRUE(row.has_value());
    EXPECT_EQ(std::get<2>(*row), number);
  }
}

TEST_P(Session, ABigNumberInAnIntegerColumnIsNeverCutShort) {
  const std::int64_t big = std::int64_t{1} << 40;
  const auto wrote = [&] {
    try {
      return write([&](session& in) {
               return in.execute(insert_all, {{"id", "a"}, {"label", "a"}, {"number", 1}, {"small", big}});
             })
          .has_value();
    } catch (const sql_error&) {
      return false;  // PostgreSQL refuses
    }
  }();
  const auto row = read([&](session& in) { return in.first(find, {{"id", "a"}}); }).value();
  ASSERT_EQ(row.has_value(), wrote);
  if (row) EXPECT_EQ(std::get<3>(*row), big);
}

TEST_P(Session, NullGoesInAndOutAndIsNotEmptyText) {
  (void)write([](session& in) {
    in.execute(
        insert_all,
        {{"id", "a"}, {"label", std::nullopt}, {"number", std::nullopt}, {"small", std::optional<std::int64_t>()}});
    in.execute(insert_all, {{"id", "b"}, {"label", ""}, {"number", std::optional<std::int64_t>(7)}, {"small", 0}});
    in.execute(insert_all,
               {{"id", "c"}, {"label", std::optional<std::string>("c")}, {"number", std::nullopt}, {"small", 0}});
  }).value();
  const auto rows = read([](session& in) {
                      return std::make_tuple(in.first(find, {{"id", "a"}}), in.first(find, {{"id", "b"}}),
                                             in.first(find, {{"id", "c"}}));
                    }).value();
  EXPECT_EQ(std::get<0>(rows).value(), std::make_tuple("a", std::nullopt, std::nullopt, std::nullopt));
  EXPECT_EQ(std::get<1>(rows).value(), std::make_tuple("b", "", 7, 0));
  EXPECT_EQ(std::get<2>(rows).value(), std::make_tuple("c", "c", std::nullopt, 0));
}

TEST_P(Session, OtherColumnTypesComeBackAsTheyWere) {
  const auto id = base::user_id::parse("01234567-89ab-4def-8123-456789abcdef").value();
  const auto at = base::from_microseconds(1'790'000'000'123'456);
  (void)write([&](session& in) {
    return in.execute(insert_all, {{"id", id}, {"label", "x"}, {"number", at}, {"small", true}});
  }).value();
  static constexpr query<base::user_id, base::timestamp, bool, std::optional<bool>> typed{
      "SELECT id, number, small, small FROM things WHERE id = :id"};
  const auto row = read([&](session& in) { return in.first(typed, {{"id", id}}); }).value();
  EXPECT_EQ(row.value(), std::make_tuple(id, at, true, true));
}

TEST_P(Session, AllReturnsEveryRowInOrderAndFirstOnlyOne) {
  (void)write([](session& in) {
    for (int i = 0; i < 250; ++i) {
      const auto label = std::to_string(i);
      in.execute(insert_all, {{"id", label}, {"label", label}, {"number", i}, {"small", 0}});
    }
  }).value();
  static constexpr query<std::int64_t, std::string> in_order{"SELECT number, id FROM things ORDER BY number"};
  const auto rows = read([](session& in) { return in.all(in_order); }).value();
  ASSERT_EQ(rows.size(), 250u);
  for (int i = 0; i < 250; ++i)
    EXPECT_EQ(rows[static_cast<std::size_t>(i)], std::make_tuple(i, std::to_string(i)));
  EXPECT_EQ(read([](session& in) { return in.first(in_order); }).value().value(), std::make_tuple(0, "0"));
  static constexpr query<std::int64_t> none{"SELECT number FROM things WHERE number = :number"};
  EXPECT_FALSE(read([](session& in) { return in.first(none, {{"number", -5}}); }).value().has_value());
  EXPECT_TRUE(read([](session& in) { return in.all(none, {{"number", -5}}); }).value().empty());
}

TEST_P(Session, AffectedRowsDecide) {
  (void)write([](session& in) { return in.execute("INSERT INTO counters (name, value) VALUES ('a', 1)"); }).value();
  constexpr std::string_view step = "UPDATE counters SET value = value + 1 WHERE name = :name AND value = :old";
  EXPECT_EQ(write([&](session& in) { return in.execute(step, {{"name", "a"}, {"old", 1}}); }).value(), 1);
  EXPECT_EQ(write([&](session& in) { return in.execute(step, {{"name", "a"}, {"old", 1}}); }).value(), 0);
  EXPECT_EQ(write([](session& in) { return in.execute("DELETE FROM counters WHERE value > 100"); }).value(), 0);
}

TEST_P(Session, ParametersMayComeInAnyOrderAndTwice) {
  (void)write([](session& in) {
    in.execute(insert_all, {{"small", 4}, {"number", 3}, {"label", "l"}, {"id", "i"}});
    in.execute(insert_all, {{"id", "j"}, {"label", "m"}, {"number", 3}, {"small", 4}});
  }).value();
  static constexpr query<std::int64_t> twice{
      "SELECT COUNT(*) FROM things WHERE id = :x OR label = :x OR label = ':y' OR id = :z"};
  EXPECT_EQ(read([](session& in) { return in.first(twice, {{"z", "j"}, {"x", "l"}}); }).value(), std::make_tuple(2));
}

TEST_P(Session, WrongParametersAndColumnsAreRefused) {
  static constexpr query<std::string> one{"SELECT id FROM things WHERE id = :id"};
  static constexpr query<std::string, std::string> too_many{"SELECT id FROM things"};
  static constexpr query<std::string> too_few{"SELECT id, label FROM things"};
  const auto add = [](session& in) {
    in.execute(insert_all, {{"id", "a"}, {"label", "a"}, {"number", 1}, {"small", 1}});
  };
  EXPECT_EQ(failure_of([&](session& in) { in.first(one); }), failure::other);
  EXPECT_EQ(failure_of([&](session& in) { in.first(one, {{"wrong", "a"}}); }), failure::other);
  EXPECT_EQ(failure_of([&](session& in) { in.first(one, {{"id", "a"}, {"more", "b"}}); }), failure::other);
  EXPECT_EQ(failure_of([&](session& in) { add(in), in.all(too_many); }), failure::other);
  EXPECT_EQ(failure_of([&](session& in) { add(in), in.all(too_few); }), failure::other);
  EXPECT_EQ(failure_of([&](session& in) { in.execute("SELEC nonsense"); }), failure::other);
  EXPECT_TRUE(write(add).has_value());
}

TEST_P(Session, ANullWhereNoneMayBeIsAnError) {
  static constexpr query<std::string> strict{"SELECT label FROM things WHERE id = :id"};
  (void)write([](session& in) {
    in.execute(insert_all, {{"id", "a"}, {"label", std::nullopt}, {"number", 1}, {"small", 1}});
    in.execute(insert_all, {{"id", "b"}, {"label", "text"}, {"number", 1}, {"small", 1}});
  }).value();
  EXPECT_THROW((void)read([](session& in) { return in.first(strict, {{"id", "a"}}); }), sql_error);
  EXPECT_EQ(read([](session& in) { return in.first(strict, {{"id", "b"}}); }).value(), std::make_tuple("text"));
}

TEST_P(Session, NulInTextIsRefused) {
  const std::string text("a\0b", 3);
  EXPECT_EQ(failure_of([&](session& in) {
              in.execute(insert_all, {{"id", text}, {"label", "a"}, {"number", 1}, {"small", 1}});
            }),
            failure::constraint);
}

TEST_P(Session, BrokenConstraintsAreToldApart) {
  (void)write([](session& in) {
    in.execute(insert_all, {{"id", "a"}, {"label", "taken"}, {"number", 1}, {"small", 1}});
  }).value();
  EXPECT_EQ(failure_of([](session& in) {
              in.execute(insert_all, {{"id", "a"}, {"label", "b"}, {"number", 1}, {"small", 1}});
            }),
            failure::conflict);
  EXPECT_EQ(failure_of([](session& in) {
              in.execute(insert_all, {{"id", "b"}, {"label", "taken"}, {"number", 1}, {"small", 1}});
            }),
            failure::conflict);
  EXPECT_EQ(failure_of([](session& in) { in.execute("INSERT INTO counters (name, value) VALUES ('x', -1)"); }),
            failure::constraint);
  EXPECT_EQ(failure_of([](session& in) { in.execute("INSERT INTO counters (name, value) VALUES ('x', NULL)"); }),
            failure::constraint);
  EXPECT_EQ(failure_of([](session& in) { in.execute("UPDATE things SET owner = 'nobody'"); }), failure::constraint);
}

TEST_P(Session, AFailureNeverTellsTheValues) {
  (void)write([](session& in) {
    in.execute(insert_all, {{"id", "a"}, {"label", "hunter2"}, {"number", 1}, {"small", 1}});
  }).value();
  const auto taken = write(
      [](session& in) { in.execute(insert_all, {{"id", "b"}, {"label", "hunter2"}, {"number", 1}, {"small", 1}}); });
  ASSERT_TRUE(taken.has_error());
  EXPECT_EQ(taken.error().code, base::errc::conflict);
  EXPECT_EQ(taken.error().internal_detail.find("hunter2"), std::string::npos) << taken.error().internal_detail;
  EXPECT_NE(taken.error().internal_detail.find("label"), std::string::npos) << taken.error().internal_detail;
}

TEST_P(Session, AFailedStatementIsUsableInTheNextTransaction) {
  const auto add = [](session& in) {
    return in.execute(insert_all, {{"id", "a"}, {"label", "a"}, {"number", 1}, {"small", 1}});
  };
  EXPECT_TRUE(write(add).has_value());
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(write(add).error().code, base::errc::conflict);
  (void)write([](session& in) { return in.execute("DELETE FROM things"); }).value();
  EXPECT_EQ(write(add).value(), 1);
}

TEST_P(Session, AReadJobCannotWrite) {
  EXPECT_THROW((void)read([](session& in) { return in.execute("DELETE FROM things"); }), sql_error);
  EXPECT_TRUE(read([](session& in) { return in.first(find, {{"id", "a"}}); }).has_value());
}

TEST_P(Session, WhatIsReadInOneJobIsOneMoment) {
  static constexpr query<std::int64_t> count{"SELECT COUNT(*) FROM things"};
  const auto counts = read([this](session& in) {
                        const auto before = in.first(count);
                        (void)write([](session& other) {
                          other.execute(insert_all, {{"id", "a"}, {"label", "a"}, {"number", 1}, {"small", 1}});
                        }).value();
                        return std::make_pair(before, in.first(count));
                      }).value();
  EXPECT_EQ(counts.first, counts.second);
  EXPECT_EQ(read([](session& in) { return in.first(count); }).value(), std::make_tuple(1));
}

}  // namespace kontor::sql
