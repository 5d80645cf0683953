#include "api/paging.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace kontor::api {

TEST(Paging, ReadsLimitAndCursor) {
  struct row {
    std::string_view query;
    std::int64_t limit;
    std::optional<std::int64_t> cursor;
  };
  for (const auto& [query, limit, cursor] : std::vector<row>{{"", 20, std::nullopt},
                                                             {"limit=1", 1, std::nullopt},
                                                             {"limit=100&cursor=7", 100, 7},
                                                             {"&&cursor=9223372036854775807&=", 20, INT64_MAX}}) {
    http::request in;
    in.query = query;
    const auto read = read_page(in);
    ASSERT_TRUE(read.has_value()) << query;
    EXPECT_EQ(read->limit, limit) << query;
    EXPECT_EQ(read->cursor, cursor) << query;
  }
}

// Zitadel CVE-2024-39683, Rauthy 0.32.1: empty, null and huge values of a list's parameters.
TEST(Paging, ZitadelCve202439683RefusesEmptyNullAndHugeValues) {
  for (const std::string_view query : {"limit=", "limit", "limit=0", "limit=-1", "limit=101", "limit=1e2", "limit=null",
                                       "limit=+5", "limit=5%20", "limit=99999999999999999999", "limit=5&limit=6",
                                       "cursor=", "cursor=0", "cursor=x", "cursor=9223372036854775808"}) {
    http::request in;
    in.query = query;
    const auto read = read_page(in);
    ASSERT_TRUE(read.has_error()) << query;
    EXPECT_EQ(read.error().code, base::errc::invalid_input) << query;
    EXPECT_EQ(read.error().fields.size(), 1u) << query;
  }
}

// Zitadel CVE-2024-39683: what is not understood never means everything, in a list without filters neither.
TEST(Paging, ZitadelCve202439683RefusesParametersThatAreNotKnown) {
  http::request in;
  in.query = "xlimit=5&limit=6&owner=null";
  const auto read = read_page(in);
  ASSERT_TRUE(read.has_error());
  EXPECT_EQ(read.error().fields,
            (std::vector<base::field_error>{{"/xlimit", "unknown_member", "This parameter is not known here."},
                                            {"/owner", "unknown_member", "This parameter is not known here."}}));
  in.query = "limit=6";
  EXPECT_EQ(read_no_page(in).error().fields.at(0).path, "/limit") << "given whole";
  in.query = "";
  EXPECT_TRUE(read_no_page(in).has_value());
}

TEST(Paging, ANextPageIsThereWhenOneMoreRowWasRead) {
  const std::vector<int> rows{1, 2, 3};
  const std::span<const int> read(rows);
  EXPECT_EQ(rows_for(2), 3);
  EXPECT_TRUE(has_next_page(read, 2));
  EXPECT_EQ(shown(read, 2).back(), 2);
  EXPECT_FALSE(has_next_page(read, 3)) << "exactly full";
  EXPECT_EQ(shown(read, 3).size(), 3u);
  EXPECT_FALSE(has_next_page(read, 4));
  EXPECT_EQ(shown(read, 4).size(), 3u);
  EXPECT_TRUE(shown(read.first(0), 4).empty());
}

}  // namespace kontor::api
