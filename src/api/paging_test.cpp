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
                                                             {"a=b&&cursor=9223372036854775807&=", 20, INT64_MAX},
                                                             {"xlimit=5&limitx=6", 20, std::nullopt}}) {
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

}  // namespace kontor::api
