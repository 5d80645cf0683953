#include "takeout/archive_maker.hpp"

#include "takeout/rows.hpp"
#include "tests/support/databases.hpp"

#include <array>

namespace kontor::takeout {
namespace {

constexpr sql::migration steps[] = {{1, "none", "CREATE TABLE things (id BIGINT PRIMARY KEY)"}};

// Pages of rows that nobody has to store.
class many_rows final : public export_source {
 public:
  explicit many_rows(std::int64_t pages) : pages_(pages) {}
  std::string_view name() const override { return "many"; }
  std::string_view in_german() const override { return "viele"; }
  std::string_view in_english() const override { return "many"; }
  std::span<const std::string_view> tables() const override { return {}; }
  std::span<const std::string_view> columns() const override {
    static constexpr std::array<std::string_view, 2> names = {"number", "text"};
    return names;
  }
  page read(sql::session&, const base::user_id&, const std::optional<std::string>& from) const override {
    const auto number = from ? std::stoll(*from) : 0;
    if (number == fails_at) throw sql::sql_error(sql::failure::unavailable, "away");
    page out;
    if (pages_ == 0) return out;
    for (std::int64_t i = 0; i < page_size; ++i)
      out.rows.push_back({number * page_size + i, "text " + std::to_string((number * 7919 + i) * 104729 % 1'000'003)});
    if (number + 1 < pages_) out.next = std::to_string(number + 1);
    return out;
  }
  std::int64_t fails_at = -1;

 private:
  const std::int64_t pages_;
};

struct ArchiveMaker : testing::Test {
  ArchiveMaker() {
    sql::migrate(empty.settings(), steps);
    store = sql::open_database(empty.settings());
  }
  tests::test_database empty{sql::kind::sqlite};
  std::unique_ptr<sql::database> store;
};

}  // namespace

TEST_F(ArchiveMaker, MakesSmallPiecesOfAnyNumberOfRows) {
  for (const std::int64_t pages : {0, 1, 2, 500}) {
    const many_rows source(pages);
    const std::array<const export_source*, 1> sources = {&source};
    archive_maker maker(*store, sources, {}, {});
    std::size_t size = 0;
    std::string last;
    for (auto piece = maker.next(); !piece->empty(); piece = maker.next()) {
      ASSERT_LE(piece->size(), archive_maker::largest_piece);
      size += piece->size();
      last = *piece;
    }
    EXPECT_NE(last.find("many.csv"), std::string::npos);
    EXPECT_GT(size, static_cast<std::size_t>(pages) * 500);
    EXPECT_TRUE(maker.next()->empty());
  }
}

TEST_F(ArchiveMaker, EndsWithAnErrorWhereAPageCannotBeRead) {
  many_rows source(3);
  source.fails_at = 2;
  const std::array<const export_source*, 1> sources = {&source};
  archive_maker maker(*store, sources, {}, {});
  auto piece = maker.next();
  while (piece && !piece->empty())
    piece = maker.next();
  ASSERT_FALSE(piece.has_value());
  EXPECT_EQ(piece.error().code, base::errc::unavailable);
}

TEST(Rows, AreWrittenInBothFormats) {
  const std::array<std::string_view, 5> columns = {"text", "number", "flag", "at", "nothing"};
  const row values = {std::string("=1 \"<b>\""), std::int64_t{-5}, true, base::from_microseconds(0), {}};
  EXPECT_EQ(json_of(columns, values),
            R"({"text":"=1 \"\u003cb\u003e\"","number":-5,"flag":true,"at":"1970-01-01T00:00:00Z","nothing":null})");
  EXPECT_EQ(csv_of(values), "\"'=1 \"\"<b>\"\"\",-5,true,1970-01-01T00:00:00Z,\r\n");
  EXPECT_EQ(csv_head(columns), "\xef\xbb\xbf\"text\",\"number\",\"flag\",\"at\",\"nothing\"\r\n");
  EXPECT_THROW(json_of(std::span(columns).first(4), values), std::logic_error);
}

}  // namespace kontor::takeout
