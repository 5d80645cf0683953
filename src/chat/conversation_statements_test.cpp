#include "chat/conversation_statements.hpp"

#include "chat/chat_export.hpp"
#include "chat/migrations.hpp"
#include "tests/support/databases.hpp"
#include "tests/support/steps.hpp"

#include <gtest/gtest.h>

namespace kontor::chat {
namespace {

const base::timestamp noon = base::from_microseconds(1'800'000'000'123'456);
const auto ann = base::user_id::parse("11111111-1111-4111-8111-111111111111").value();
const auto bob = base::user_id::parse("22222222-2222-4222-8222-222222222222").value();
const auto talk = conversation_id::parse("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa").value();

std::span<const sql::migration> steps() {
  static constexpr sql::migration users[] = {{1, "users", "CREATE TABLE users (id TEXT PRIMARY KEY)"}};
  static const auto joined = tests::join_steps({users, migrations()});
  return joined;
}

message said(std::string text, std::optional<std::int64_t> parent = std::nullopt) {
  return {.parent = parent, .role = "user", .content = std::move(text), .metadata = std::nullopt, .created_at = noon};
}

struct Conversations : tests::on_each_database {
  template <class Job>
  auto write(Job job) {
    return store->write_now(std::move(job)).value();
  }
  Conversations() {
    open(steps());
    for (const auto& id : {ann, bob})
      write([id](sql::session& in) { return in.execute("INSERT INTO users (id) VALUES (:id)", {{"id", id}}); });
  }
  bool begin(const base::user_id& owner, const std::string& title) {
    return write([owner, title](sql::session& in) {
      return statements::insert_conversation(in, owner,
                                             {.id = talk, .title = title, .created_at = noon, .updated_at = noon});
    });
  }
  std::optional<std::int64_t> append(const base::user_id& owner, const message& what) {
    return write([owner, what](sql::session& in) { return statements::append_message(in, owner, talk, what); });
  }
  std::vector<numbered_message> messages(const base::user_id& owner) {
    return write([owner](sql::session& in) { return statements::list_messages(in, owner, talk, 0, 100); });
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, Conversations, tests::each_database, tests::database_name);

}  // namespace

TEST_P(Conversations, MessagesAreNumberedInTheOrderInWhichTheyCome) {
  ASSERT_TRUE(begin(ann, "Über BTC 📈"));
  EXPECT_EQ(append(ann, said("first")), 1);
  auto answer = said("**yes**\nline two", 1);
  answer.role = "assistant";
  answer.metadata = R"({"agents":["one"]})";
  EXPECT_EQ(append(ann, answer), 2);
  EXPECT_EQ(append(ann, said("another way to ask", 1)), 3);

  const auto all = messages(ann);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].what.parent, std::nullopt);
  EXPECT_EQ(all[1].number, 2);
  EXPECT_EQ(all[1].what.parent, 1);
  EXPECT_EQ(all[1].what.role, "assistant");
  EXPECT_EQ(all[1].what.content, "**yes**\nline two");
  EXPECT_EQ(all[1].what.metadata, R"({"agents":["one"]})");
  EXPECT_EQ(all[1].what.created_at, noon);
  EXPECT_EQ(all[2].what.parent, 1);
}

TEST_P(Conversations, WhatIsSomebodyElsesIsNotThere) {
  ASSERT_TRUE(begin(ann, "Ann's"));
  ASSERT_TRUE(append(ann, said("hers")));
  EXPECT_EQ(append(bob, said("his")), std::nullopt);
  EXPECT_TRUE(messages(bob).empty());
  // The same id is free for everybody, and what stands under it is not the same.
  EXPECT_TRUE(begin(bob, "Bob's"));
  EXPECT_FALSE(begin(bob, "again"));
  EXPECT_EQ(append(bob, said("his")), 1);
  EXPECT_EQ(messages(ann).at(0).what.content, "hers");
}

TEST_P(Conversations, GoWithTheirOwner) {
  ASSERT_TRUE(begin(ann, "Ann's"));
  ASSERT_TRUE(append(ann, said("hers")));
  write([](sql::session& in) { return in.execute("DELETE FROM users WHERE id = :id", {{"id", ann}}); });
  EXPECT_TRUE(messages(ann).empty());
}

TEST_P(Conversations, ARoleNobodyKnowsOrAParentThatComesLaterIsRefused) {
  ASSERT_TRUE(begin(ann, "Ann's"));
  auto odd = said("x");
  odd.role = "root";
  EXPECT_THROW((void)append(ann, odd), sql::sql_error);
  EXPECT_THROW((void)append(ann, said("x", 1)), sql::sql_error);
  EXPECT_TRUE(messages(ann).empty());
  EXPECT_EQ(append(ann, said("x")), 1);
}

TEST_P(Conversations, TheArchiveHasEveryMessageOnce) {
  ASSERT_TRUE(begin(ann, "Ann's"));
  ASSERT_TRUE(begin(bob, "Bob's"));
  constexpr int many = 120;
  write([](sql::session& in) {
    for (int i = 1; i <= many; ++i)
      (void)statements::append_message(in, ann, talk, said(std::to_string(i)));
    return statements::append_message(in, bob, talk, said("Bob's"));
  });
  std::vector<std::string> read;
  std::optional<std::string> from;
  do {
    const auto page = write([from](sql::session& in) { return message_export().read(in, ann, from); });
    for (const auto& row : page.rows)
      read.push_back(std::get<std::string>(row.at(4)));
    from = page.next;
  } while (from);
  ASSERT_EQ(read.size(), static_cast<std::size_t>(many));
  for (int i = 1; i <= many; ++i)
    EXPECT_EQ(read[static_cast<std::size_t>(i - 1)], std::to_string(i));
  const auto heads = write([](sql::session& in) { return conversation_export().read(in, ann, std::nullopt); });
  ASSERT_EQ(heads.rows.size(), 1U);
  EXPECT_EQ(std::get<std::string>(heads.rows[0].at(1)), "Ann's");
}

}  // namespace kontor::chat
