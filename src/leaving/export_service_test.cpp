#include "leaving/export_service.hpp"

#include "leaving/leaving_fixture.hpp"

namespace kontor::leaving {
namespace {

struct ExportService : on_leaving {
  static std::span<const takeout::export_source* const> sources() {
    static const std::array<const takeout::export_source*, 5> all = {
        &account::account_export(), &session::session_export(), &audit::timeline_export(), &factor::factor_export(),
        &token::token_export()};
    return all;
  }
  export_service make(export_limits limits) { return {*store, sources(), pool, audit, clock, limits}; }
  std::string all_of(running_export& archive) {
    std::string all;
    while (true) {
      auto piece = await(archive.next());
      EXPECT_TRUE(piece.has_value());
      if (!piece || piece->empty()) return all;
      EXPECT_LE(piece->size(), takeout::archive_maker::largest_piece);
      all += *piece;
    }
  }
  std::int64_t exports_noted() {
    constexpr sql::query<std::int64_t> noted{"SELECT COUNT(*) FROM audit_log WHERE action = 'export.made'"};
    return count(noted);
  }

  async::blocking_pool pool{{.name = "export", .threads = 1}};
};

INSTANTIATE_TEST_SUITE_P(Databases, ExportService, tests::each_database, tests::database_name);

}  // namespace

TEST_P(ExportService, WritesTheEntryBeforeTheFirstByte) {
  const auto ann = add("ann@example.com");
  auto service = make({});
  const auto archive = await(service.begin(ann, browser));
  ASSERT_TRUE(archive.has_value());
  EXPECT_EQ(exports_noted(), 1);
  EXPECT_EQ((*archive)->file_name(), "kontor-export-2027-01-15.zip");
  const auto bytes = all_of(**archive);
  EXPECT_TRUE(bytes.starts_with("PK\x03\x04"));
  for (const std::string name : {"README.txt", "account.json", "account.csv", "sessions.json", "sessions.csv",
                                 "timeline.json", "timeline.csv", "second-factor.json", "tokens.csv"})
    EXPECT_NE(bytes.find(name), std::string::npos) << name;
}

TEST_P(ExportService, MakesOnlySoManyAtATime) {
  const auto ann = add("ann@example.com");
  const auto bob = add("bob@example.com");
  const auto cid = add("cid@example.com");
  auto service = make({.per_account = 2, .in_all = 3});
  auto first = await(service.begin(ann, browser));
  auto second = await(service.begin(ann, browser));
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_EQ(await(service.begin(ann, browser)).error().code, base::errc::overloaded);
  auto of_bob = await(service.begin(bob, browser));
  ASSERT_TRUE(of_bob.has_value());
  EXPECT_EQ(await(service.begin(cid, browser)).error().code, base::errc::overloaded);
  EXPECT_EQ(exports_noted(), 3);
  first->reset();
  EXPECT_TRUE(await(service.begin(cid, browser)).has_value());
}

TEST_P(ExportService, FailsWhenTheDatabaseDoes) {
  const auto ann = add("ann@example.com");
  auto service = make({});
  const auto archive = await(service.begin(ann, browser));
  ASSERT_TRUE(archive.has_value());
  store->stop();
  EXPECT_EQ(await((*archive)->next()).error().code, base::errc::unavailable);
}

}  // namespace kontor::leaving
