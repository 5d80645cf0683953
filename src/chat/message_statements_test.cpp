#include "chat/message_statements.hpp"

#include "chat/chat_fixture.hpp"

#include <gtest/gtest.h>

namespace kontor::chat {
namespace {

using numbers = std::vector<std::int64_t>;

//   1 ── 2 ── 3 ── 6
//   │    └─── 4 ── 5
//   └─── 7
//   8
struct Branches : on_chat {
  Branches() {
    EXPECT_TRUE(begin(ann, "tree"));
    const std::optional<std::int64_t> parents[] = {std::nullopt, 1, 2, 2, 4, 3, 1, std::nullopt};
    for (const auto& parent : parents)
      EXPECT_TRUE(append(ann, said("ten bytes.", parent)));
  }
  numbers up_to(const base::user_id& owner, std::int64_t number, const statements::branch_limits& limits = {}) {
    return read([owner, number, limits](sql::session& in) {
      numbers found;
      for (const auto& each : statements::branch_up_to(in, owner, talk, number, limits))
        found.push_back(each.number);
      return found;
    });
  }
  bool show(const base::user_id& owner, std::int64_t number) {
    return write([owner, number](sql::session& in) { return statements::show_branch(in, owner, talk, number); });
  }
  std::optional<std::int64_t> leaf() {
    return read([](sql::session& in) { return statements::find_conversation(in, ann, talk)->leaf; });
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, Branches, tests::each_database, tests::database_name);

}  // namespace

TEST_P(Branches, AreWalkedFromTheirEndToTheBeginning) {
  EXPECT_EQ(up_to(ann, 6), (numbers{1, 2, 3, 6}));
  EXPECT_EQ(up_to(ann, 5), (numbers{1, 2, 4, 5}));
  EXPECT_EQ(up_to(ann, 8), numbers{8});
  EXPECT_EQ(up_to(ann, 9), numbers{});
  EXPECT_EQ(up_to(bob, 6), numbers{});
  EXPECT_EQ(read([](sql::session& in) { return statements::way_to(in, ann, talk, 5); }), (numbers{1, 2, 4, 5}));
  EXPECT_TRUE(read([](sql::session& in) { return statements::way_to(in, bob, talk, 5); }).empty());
}

TEST_P(Branches, AreReadAsFarAsTheLimitsAllow) {
  EXPECT_EQ(up_to(ann, 6, {.bytes = 20, .messages = 100}), (numbers{3, 6}));
  EXPECT_EQ(up_to(ann, 6, {.bytes = 19, .messages = 100}), numbers{6});
  EXPECT_EQ(up_to(ann, 6, {.bytes = 0, .messages = 100}), numbers{6});
  EXPECT_EQ(up_to(ann, 6, {.bytes = 1000, .messages = 2}), (numbers{3, 6}));
}

TEST_P(Branches, KnowWhatStandsBesideThem) {
  const auto beside = read([](sql::session& in) {
    std::vector<std::pair<std::int64_t, std::int64_t>> found;
    for (const auto& each : statements::siblings_on_way(in, ann, talk, 1, 6, 100))
      found.emplace_back(each.parent, each.number);
    return found;
  });
  EXPECT_EQ(beside, (std::vector<std::pair<std::int64_t, std::int64_t>>{
                        {0, 1}, {1, 2}, {2, 3}, {2, 4}, {3, 6}, {1, 7}, {0, 8}}));
  // Of a page in the middle of the branch its own parents alone.
  const auto part = read([](sql::session& in) { return statements::siblings_on_way(in, ann, talk, 3, 3, 100); });
  ASSERT_EQ(part.size(), 2U);
  EXPECT_EQ(part[0].number, 3);
  EXPECT_EQ(part[1].number, 4);
  EXPECT_TRUE(read([](sql::session& in) { return statements::siblings_on_way(in, bob, talk, 1, 6, 100); }).empty());
}

TEST_P(Branches, AreShownToTheEndOfTheirLatestWay) {
  EXPECT_EQ(leaf(), 8);
  EXPECT_TRUE(show(ann, 2));
  EXPECT_EQ(leaf(), 5);
  EXPECT_TRUE(show(ann, 3));
  EXPECT_EQ(leaf(), 6);
  EXPECT_TRUE(show(ann, 1));
  EXPECT_EQ(leaf(), 7);
  EXPECT_FALSE(show(ann, 9));
  EXPECT_FALSE(show(ann, 0));
  EXPECT_FALSE(show(bob, 1));
  EXPECT_EQ(leaf(), 7);
}

TEST_P(Branches, OfTenThousandMessagesAreReadFromTheirEnd) {
  const auto other = conversation_id::parse("bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb").value();
  ASSERT_TRUE(begin(ann, "long", other));
  EXPECT_EQ(write([other](sql::session& in) { return statements::take_numbers(in, ann, other, 10'000); }), 1);
  // In parts: a job may take as long as a request, on a busy machine too.
  constexpr std::int64_t part = 250;
  for (std::int64_t first = 1; first <= 10'000; first += part)
    write([other, first](sql::session& in) {
      for (auto i = first; i < first + part; ++i)
        statements::bring_numbered(in, ann, other, i, said("x", i == 1 ? std::nullopt : std::optional(i - 1)), "");
    });
  const auto way = read([other](sql::session& in) { return statements::way_to(in, ann, other, 10'000); });
  EXPECT_EQ(way.size(), 10'000U);
  EXPECT_TRUE(write([other](sql::session& in) { return statements::show_branch(in, ann, other, 1); }));
  const auto head = read([other](sql::session& in) { return statements::find_conversation(in, ann, other); });
  EXPECT_EQ(head->leaf, 10'000);
}

}  // namespace kontor::chat
