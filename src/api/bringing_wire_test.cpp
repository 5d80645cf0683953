#include "api/bringing_wire.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kontor::api {
namespace {

constexpr const char* id = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
constexpr const char* good_message =
    R"({"number":1,"role":"user","content":"hello","timestamp":"2026-11-23T06:02:21Z"})";

std::string conversation(const std::string& messages, const std::string& more = "", const std::string& title = "t") {
  return R"({"conversation_id":")" + std::string(id) + R"(","title":")" + title +
         R"(","created_at":"2026-11-23T06:02:21Z","updated_at":"2026-11-24T06:02:21.5Z")" + more + R"(,"messages":[)" +
         messages + "]}";
}

std::string file(const std::string& conversations) {
  return R"({"format":"kontor-conversations-1","conversations":[)" + conversations + "]}";
}

std::vector<std::string> errors(const std::string& body) {
  const auto read = read_conversations(body);
  std::vector<std::string> found;
  if (read) return found;
  for (const auto& each : read.error().fields)
    found.push_back(each.path + " " + each.code);
  return found;
}

using list = std::vector<std::string>;

}  // namespace

TEST(BringingWire, ReadsWhatTheExportMakes) {
  const auto answer =
      R"({"number":2,"parent":1,"role":"assistant","content":"a\u0000b\u0007\tc\n","agent_name":"gpt-4o","timestamp":"2026-11-23T06:02:22Z","finish":"length"})";
  const auto read =
      read_conversations(file(conversation(good_message + std::string(",") + answer, R"(,"pinned":true,"shown":1)")));
  ASSERT_TRUE(read) << read.error().detail;
  ASSERT_EQ(read->size(), 1U);
  const auto& [head, messages] = read->front();
  EXPECT_EQ(head.id.str(), id);
  EXPECT_TRUE(head.is_pinned);
  EXPECT_EQ(head.leaf, 1);
  EXPECT_EQ(base::to_rfc3339(head.updated_at), "2026-11-24T06:02:21.500000Z");
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].words, " hello");
  EXPECT_EQ(messages[0].what.parent, std::nullopt);
  EXPECT_EQ(messages[1].what.parent, 1);
  EXPECT_EQ(messages[1].what.content, "ab\tc\n");
  EXPECT_EQ(messages[1].what.agent_name, "gpt-4o");
  EXPECT_EQ(messages[1].what.finish, "length");
}

TEST(BringingWire, TakesAnEmptyFile) {
  EXPECT_TRUE(read_conversations(file(""))->empty());
}

TEST(BringingWire, NamesWhatIsWrongWhereItStands) {
  EXPECT_EQ(errors("{}"), (list{"/format required", "/conversations required"}));
  EXPECT_EQ(errors(R"({"format":"other","conversations":[]})"), list{"/format not_allowed"});
  EXPECT_EQ(errors(file("1")), list{"/conversations/0 wrong_type"});
  EXPECT_EQ(errors(file(conversation(good_message, R"(,"owner":"me")"))),
            list{"/conversations/0/owner unknown_member"});
  EXPECT_EQ(errors(file(conversation(good_message, R"(,"shown":2)"))), list{"/conversations/0/shown not_allowed"});
  EXPECT_EQ(errors(file(conversation(good_message, R"(,"shown":0)"))), list{"/conversations/0/shown not_allowed"});
  const auto at = [](const std::string& member) { return list{"/conversations/0/messages/0/" + member}; };
  const auto message = [](const std::string& number, const std::string& role, const std::string& time,
                          const std::string& more) {
    return errors(file(conversation(R"({"number":)" + number + R"(,"role":")" + role +
                                    R"(","content":"x","timestamp":")" + time + "\"" + more + "}")));
  };
  const std::string time = "2026-11-23T06:02:21Z";
  EXPECT_EQ(message("1", "user", time, ""), list{});
  EXPECT_EQ(message("2", "user", time, ""), at("number not_allowed"));
  EXPECT_EQ(message("1", "root", time, ""), at("role not_allowed"));
  EXPECT_EQ(message("1", "user", "yesterday", ""), at("timestamp not_allowed"));
  EXPECT_EQ(message("1", "user", time, R"(,"parent":1)"), at("parent not_allowed"));
  EXPECT_EQ(message("1", "user", time, R"(,"parent":0)"), at("parent not_allowed"));
  EXPECT_EQ(message("1", "user", time, R"(,"finish":"odd")"), at("finish not_allowed"));
  EXPECT_EQ(message("1", "user", time, R"(,"usage":{})"), at("usage unknown_member"));
}

TEST(BringingWire, HoldsTitleAndTextToTheirLimits) {
  EXPECT_EQ(errors(file(conversation(good_message, "", std::string(chat::max_title, 'x')))), list{});
  EXPECT_EQ(errors(file(conversation(good_message, "", std::string(chat::max_title + 1, 'x')))),
            list{"/conversations/0/title too_long"});
  const auto with_text = [](std::size_t length) {
    return file(conversation(R"({"number":1,"role":"user","timestamp":"2026-11-23T06:02:21Z","content":")" +
                             std::string(length, 'x') + "\"}"));
  };
  EXPECT_EQ(errors(with_text(chat::max_content)), list{});
  EXPECT_EQ(errors(with_text(chat::max_content + 1)), list{"/conversations/0/messages/0/content too_long"});
}

TEST(BringingWire, HoldsAConversationToSoManyMessages) {
  const auto with_messages = [](std::size_t count) {
    std::string all;
    for (std::size_t i = 1; i <= count; ++i)
      all += std::string(i == 1 ? "" : ",") + R"({"number":)" + std::to_string(i) +
             R"(,"role":"user","content":"x","timestamp":"2026-11-23T06:02:21Z"})";
    return file(conversation(all));
  };
  EXPECT_EQ(errors(with_messages(chat::most_messages_brought)), list{});
  EXPECT_EQ(errors(with_messages(chat::most_messages_brought + 1)), list{"/conversations/0/messages too_long"});
}

TEST(BringingWire, NamesTwentyThingsAtMost) {
  std::string many;
  for (int i = 0; i < 50; ++i)
    many += (i == 0 ? "" : ",") + std::string("1");
  EXPECT_EQ(errors(file(many)).size(), 20U);
}

TEST(BringingWire, WhatIsNoJsonIsMalformed) {
  EXPECT_EQ(read_conversations("{").error().code, base::errc::malformed);
}

}  // namespace kontor::api
