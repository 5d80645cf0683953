#include "legacy/moving_plan.hpp"

#include "legacy/legacy_fixture.hpp"

#include <gtest/gtest.h>

namespace kontor::legacy {
namespace {

const base::timestamp planned_at = base::from_microseconds(1'800'000'000'123'456);
constexpr auto ann = "11111111-1111-4111-8111-111111111111";
constexpr auto bob = "22222222-2222-4222-8222-222222222222";
constexpr auto talk = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
constexpr auto hash = "$2b$04$5lD.fdxWGTHSNmvCbiBSIOBC4KP.1vWAdJ0BpZeseGJKROqe3sNha";
constexpr auto when = "2025-12-01 10:00:00.000000";

user_row somebody(old_text id, old_text email) {
  return {std::move(id), std::move(email), hash, "0", "1", when, std::nullopt};
}
conversation_row said_by(old_text owner, old_text id = talk) {
  return {std::move(id), std::move(owner), "title", when, std::nullopt};
}
message_row said_in(old_text id, std::string content, std::string role = "user") {
  return {"1", std::move(id), std::move(role), std::move(content), std::nullopt, when};
}
old_rows rows_of(std::vector<user_row> users) {
  old_rows rows;
  rows.users = std::move(users);
  return rows;
}
old_vault vault_of(std::initializer_list<std::pair<std::string, std::string>> entries) {
  old_vault vault;
  for (const auto& [name, value] : entries)
    vault.entries.push_back({name, base::secret_bytes(value)});
  return vault;
}
std::string secret_name(const char* owner, const std::string& name) {
  return std::string("user_") + owner + "_" + name;
}
bool names(const std::vector<left_behind>& skipped, std::string_view what, std::string_view why) {
  for (const auto& one : skipped)
    if (one.what.find(what) != std::string::npos && one.why.find(why) != std::string::npos) return true;
  return false;
}
bool notes(const moving_plan& plan, std::string_view text) {
  for (const auto& sentence : plan.notes)
    if (sentence.find(text) != std::string::npos) return true;
  return false;
}

}  // namespace

TEST(MovingPlan, AUserKeepsWhatTheyHad) {
  auto row = somebody(ann, "ann@example.com");
  row.is_admin = "1";
  row.is_active = "0";
  row.updated_at = "2025-12-02 09:00:00.999999";
  const auto plan = make_plan(rows_of({row}), {}, planned_at);
  ASSERT_EQ(plan.users.size(), 1U);
  const auto& account = plan.users[0].account;
  EXPECT_EQ(account.id.text(), ann);
  EXPECT_EQ(account.email, "ann@example.com");
  EXPECT_EQ(account.hashed_password, hash);
  EXPECT_TRUE(account.is_admin);
  EXPECT_FALSE(account.is_active);
  EXPECT_EQ(base::to_rfc3339(account.created_at), "2025-12-01T10:00:00Z");
  EXPECT_EQ(base::to_rfc3339(account.updated_at.value()), "2025-12-02T09:00:00.999999Z");
  EXPECT_TRUE(plan.skipped.empty());
  EXPECT_TRUE(notes(plan, "deactivated"));
}

TEST(MovingPlan, AddressesAreOneInOurFormAndTheOldestAccountHasIt) {
  const auto plan =
      make_plan(rows_of({somebody(ann, "Ann@Example.COM"), somebody(bob, "ann@example.com")}), {}, planned_at);
  ASSERT_EQ(plan.users.size(), 1U);
  EXPECT_EQ(plan.users[0].account.email, "ann@example.com");
  EXPECT_TRUE(names(plan.skipped, bob, ann));
  EXPECT_TRUE(notes(plan, "becomes ann@example.com"));
}

TEST(MovingPlan, UsersWhoCannotBeTakenAreNamed) {
  struct row {
    user_row user;
    const char* why;
  };
  const row rows[] = {
      {somebody("7", "x@example.com"), "UUID"},
      {somebody(std::nullopt, "x@example.com"), "UUID"},
      {somebody("11111111-1111-4111-8111-11111111111A", "x@example.com"), "UUID"},
      {somebody(bob, "no address"), "address"},
      {somebody(bob, std::nullopt), "address"},
      {somebody(bob, "root@localhost"), "address"},
      {somebody(ann, "y@example.com"), "UUID"},  // A second one of the same id.
  };
  for (const auto& [user, why] : rows) {
    const auto plan = make_plan(rows_of({somebody(ann, "ann@example.com"), user}), {}, planned_at);
    EXPECT_EQ(plan.users.size(), 1U) << why;
    EXPECT_TRUE(names(plan.skipped, "user", why)) << why;
  }
}

TEST(MovingPlan, WhatCannotBeReadGivesNoRights) {
  auto row = somebody(ann, "ann@example.com");
  row.is_admin = "yes";
  row.is_active = "maybe";
  row.created_at = "yesterday";
  row.hashed_password = "md5:abc";
  const auto plan = make_plan(rows_of({row}), {}, planned_at);
  ASSERT_EQ(plan.users.size(), 1U);
  const auto& account = plan.users[0].account;
  EXPECT_FALSE(account.is_admin);
  EXPECT_FALSE(account.is_active);
  EXPECT_EQ(account.created_at, planned_at);
  EXPECT_EQ(account.hashed_password, "");
  EXPECT_TRUE(notes(plan, "setup-link"));
  // Columns that an older database lacks are something else.
  const auto older =
      make_plan(rows_of({{ann, "ann@example.com", hash, std::nullopt, std::nullopt, std::nullopt, std::nullopt}}), {},
                planned_at);
  EXPECT_FALSE(older.users.at(0).account.is_admin);
  EXPECT_TRUE(older.users.at(0).account.is_active);
}

TEST(MovingPlan, ConversationsAndMessagesHangOnTheirOwner) {
  auto rows = rows_of({somebody(ann, "ann@example.com")});
  rows.conversations = {said_by(ann), said_by(bob, "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"), said_by(ann, "7"),
                        said_by(ann)};
  rows.messages = {said_in(talk, "one"),
                   said_in(talk, "two", "assistant"),
                   said_in("bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb", "Bob's"),
                   said_in(talk, "three", "root"),
                   said_in(talk, "\xff"),
                   said_in(std::nullopt, "nowhere")};
  rows.messages[1].metadata = R"({"agents": ["one"]})";
  rows.messages[0].metadata = "NaN";
  const auto plan = make_plan(std::move(rows), {}, planned_at);
  ASSERT_EQ(plan.users.at(0).conversations.size(), 1U);
  const auto& messages = plan.users[0].conversations[0].messages;
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].parent, std::nullopt);
  EXPECT_EQ(messages[0].metadata, std::nullopt);
  EXPECT_EQ(messages[1].parent, 1);
  EXPECT_EQ(messages[1].metadata, R"({"agents": ["one"]})");
  EXPECT_TRUE(names(plan.skipped, "bbbbbbbb", "user is not taken"));
  EXPECT_TRUE(names(plan.skipped, "conversation 7", "UUID"));
  EXPECT_TRUE(names(plan.skipped, "message", "role"));
  EXPECT_TRUE(names(plan.skipped, "message", "no text"));
  EXPECT_EQ(plan.skipped.size(), 7U);
  EXPECT_TRUE(notes(plan, "metadata"));
}

TEST(MovingPlan, ALongTitleIsLeftAndTheConversationTaken) {
  auto rows = rows_of({somebody(ann, "ann@example.com")});
  rows.conversations = {said_by(ann), said_by(ann, "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb")};
  std::string title;
  for (int i = 0; i < 255; ++i)
    title += "ä";
  rows.conversations[0].title = title;
  rows.conversations[1].title = title + "ä";
  const auto plan = make_plan(std::move(rows), {}, planned_at);
  EXPECT_EQ(plan.users.at(0).conversations.at(0).head.title, title);
  EXPECT_EQ(plan.users.at(0).conversations.at(1).head.title, "");
}

TEST(MovingPlan, SecretsGoToTheirOwnersAndTheRestIsNamed) {
  const auto plan = make_plan(rows_of({somebody(ann, "ann@example.com")}),
                              vault_of({{secret_name(ann, "bitget_api_key"), " key with blanks "},
                                        {secret_name(ann, "Upper"), "x"},
                                        {secret_name(ann, "empty"), ""},
                                        {secret_name(ann, "fits"), std::string(64 * 1024, 'x')},
                                        {secret_name(ann, "long"), std::string(64 * 1024 + 1, 'x')},
                                        {secret_name(bob, "bitget_api_key"), "x"},
                                        {"azure_openai_api_key", "x"}}),
                              planned_at);
  ASSERT_EQ(plan.users.at(0).secrets.size(), 2U);
  EXPECT_EQ(plan.users[0].secrets[0].name, "bitget_api_key");
  EXPECT_EQ(plan.users[0].secrets[0].value.text(), " key with blanks ");
  EXPECT_EQ(plan.users[0].secrets[1].name, "fits");
  EXPECT_TRUE(names(plan.skipped, "Upper", "name"));
  EXPECT_TRUE(names(plan.skipped, "empty", "empty"));
  EXPECT_TRUE(names(plan.skipped, "long", "65536"));
  EXPECT_TRUE(names(plan.skipped, bob, "user is not taken"));
  EXPECT_TRUE(names(plan.skipped, "azure_openai_api_key", "no user"));
  EXPECT_EQ(plan.skipped.size(), 5U);
}

TEST(MovingPlan, NothingIsDroppedInSilence) {
  tests::temporary_folder folder;
  make_database(folder.path() / "app.db", read_vector("legacy/app-db.sql"));
  write_file(folder.path() / "tmpabcd1234", "");
  const auto plan = read_folder(folder.path(), planned_at);
  EXPECT_EQ(plan.users.size(), 2U);
  for (const auto* table : {"predictions", "prediction_evaluations", "global_insights"})
    EXPECT_TRUE(names(plan.skipped, table, "stay in the old folder")) << table;
  EXPECT_TRUE(names(plan.skipped, "message 3", "bbbbbbbb"));
  EXPECT_TRUE(notes(plan, "tmpabcd1234"));
  EXPECT_TRUE(notes(plan, "no .secrets.enc"));
  EXPECT_TRUE(notes(plan, "refer to something that is not there: 2"));
}

}  // namespace kontor::legacy
