#include "json/object_reader.hpp"

#include <gtest/gtest.h>

namespace kontor::json {
namespace {

boost::json::value read(std::string_view text) {
  return parse(text).value();
}

using fields = std::vector<std::pair<std::string, std::string>>;

// What finish() says, as pairs of path and code.
fields errors_of(object_reader& reader) {
  const auto done = reader.finish();
  fields out;
  if (done) return out;
  EXPECT_EQ(done.error().code, base::errc::invalid_input);
  for (const auto& each : done.error().fields) {
    EXPECT_FALSE(each.message.empty());
    out.emplace_back(each.path, each.code);
  }
  return out;
}

TEST(ObjectReader, ReadsEveryKind) {
  const auto body =
      read(R"({"s":"text","p":"secret123","i":-7,"b":true,"os":"x","oi":9223372036854775807,"ob":false,"op":"x"})");
  object_reader in(body);
  EXPECT_EQ(in.required_string("s"), "text");
  EXPECT_EQ(in.required_secret("p").text(), "secret123");
  EXPECT_EQ(in.required_integer("i"), -7);
  EXPECT_TRUE(in.required_boolean("b"));
  EXPECT_EQ(in.optional_string("os"), "x");
  EXPECT_EQ(in.optional_integer("oi"), INT64_MAX);
  EXPECT_EQ(in.optional_boolean("ob"), false);
  EXPECT_EQ(in.optional_secret("op").value().text(), "x");
  EXPECT_TRUE(in.finish());
}

TEST(ObjectReader, ReadsArraysOfStringsAndNamesTheWrongElement) {
  const auto body = read(R"({"a":["x","y"],"c":["x",7,null],"d":"x"})");
  object_reader in(body);
  EXPECT_EQ(in.required_strings("a"), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(in.required_strings("c"), (std::vector<std::string>{"x", "", ""}));
  EXPECT_EQ(in.required_strings("d"), std::vector<std::string>());
  EXPECT_EQ(in.required_strings("e"), std::vector<std::string>());
  in.refuse("a", 1, "not_allowed", "Not this one.");
  EXPECT_EQ(errors_of(in), (fields{{"/c/1", "wrong_type"},
                                   {"/c/2", "wrong_type"},
                                   {"/d", "wrong_type"},
                                   {"/e", "required"},
                                   {"/a/1", "not_allowed"}}));
}

TEST(ObjectReader, AbsentAndNullOptionalsAreNothing) {
  const auto body = read(R"({"a":null,"b":null,"c":null})");
  object_reader in(body);
  EXPECT_EQ(in.optional_string("a"), std::nullopt);
  EXPECT_EQ(in.optional_integer("b"), std::nullopt);
  EXPECT_EQ(in.optional_boolean("c"), std::nullopt);
  EXPECT_EQ(in.optional_string("d"), std::nullopt);
  EXPECT_FALSE(in.optional_secret("c"));
  EXPECT_FALSE(in.optional_secret("e"));
  EXPECT_TRUE(in.finish());
}

TEST(ObjectReader, AnOptionalSecretIsAText) {
  const auto body = read(R"({"good":"secret123","bad":1})");
  object_reader in(body);
  EXPECT_EQ(in.optional_secret("good").value().text(), "secret123");
  EXPECT_TRUE(in.optional_secret("bad").value().empty());
  EXPECT_EQ(errors_of(in), (fields{{"/bad", "wrong_type"}}));
}

TEST(ObjectReader, NullCanBeToldFromAbsent) {
  const auto body = read(R"({"a":null,"b":1})");
  object_reader in(body);
  EXPECT_TRUE(in.is_null("a"));
  EXPECT_FALSE(in.is_null("b"));
  EXPECT_FALSE(in.is_null("c"));
  EXPECT_TRUE(in.finish());
}

TEST(ObjectReader, ReadsListsOfStrings) {
  const auto body = read(R"({"a":["x","y"],"b":[],"c":null,"d":"x","e":["x",1,null],"f":["1","2","3"]})");
  object_reader in(body);
  EXPECT_EQ(in.optional_strings("a", 2), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(in.optional_strings("b", 2), std::vector<std::string>());
  EXPECT_EQ(in.optional_strings("c", 2), std::nullopt);
  EXPECT_EQ(in.optional_strings("z", 2), std::nullopt);
  (void)in.optional_strings("d", 2);
  (void)in.optional_strings("e", 3);
  (void)in.optional_strings("f", 2);
  EXPECT_TRUE(in.is_good("a"));
  EXPECT_FALSE(in.is_good("e"));
  in.refuse("a", 1, "not_allowed", "Not this one.");
  EXPECT_EQ(errors_of(in), (fields{{"/d", "wrong_type"},
                                   {"/e/1", "wrong_type"},
                                   {"/e/2", "wrong_type"},
                                   {"/f", "too_long"},
                                   {"/a/1", "not_allowed"}}));
}

TEST(ObjectReader, ReportsEveryWrongFieldAtOnce) {
  const auto body = read(R"({"email":17,"age":"x","admin":null,"flag":"true","count":1.5,"is_admin":true,"a/b~c":1})");
  object_reader in(body);
  EXPECT_EQ(in.required_string("email"), "");
  EXPECT_TRUE(in.required_secret("password").empty());
  EXPECT_EQ(in.required_integer("age"), 0);
  EXPECT_FALSE(in.required_boolean("admin"));
  EXPECT_EQ(in.optional_boolean("flag"), false);
  EXPECT_EQ(in.optional_integer("count"), 0);
  EXPECT_EQ(errors_of(in), (fields{{"/email", "wrong_type"},
                                   {"/password", "required"},
                                   {"/age", "wrong_type"},
                                   {"/admin", "wrong_type"},
                                   {"/flag", "wrong_type"},
                                   {"/count", "wrong_type"},
                                   {"/is_admin", "unknown_member"},
                                   {"/a~1b~0c", "unknown_member"}}));
}

TEST(ObjectReader, EachWrongTypeIsRefusedByEachQuestion) {
  for (const char* wrong :
       {"1", "1.5", "null", "[]", "[\"x\"]", "{}", "{\"a\":\"x\"}", "true", "18446744073709551615"}) {
    const auto body = read(std::string("{\"f\":") + wrong + "}");
    object_reader string(body), secret(body);
    EXPECT_EQ(string.required_string("f"), "");
    EXPECT_TRUE(secret.required_secret("f").empty());
    EXPECT_EQ(errors_of(string), (fields{{"/f", "wrong_type"}})) << wrong;
    EXPECT_EQ(errors_of(secret), (fields{{"/f", "wrong_type"}})) << wrong;
  }
  for (const char* wrong :
       {"1.0", "1e2", "null", "[]", "{}", "\"1\"", "true", "9223372036854775808", "-9223372036854775809"}) {
    const auto body = read(std::string("{\"f\":") + wrong + "}");
    object_reader in(body);
    EXPECT_EQ(in.required_integer("f"), 0);
    EXPECT_EQ(errors_of(in), (fields{{"/f", "wrong_type"}})) << wrong;
  }
  for (const char* wrong : {"0", "1", "null", "[]", "{}", "\"true\""}) {
    const auto body = read(std::string("{\"f\":") + wrong + "}");
    object_reader in(body);
    EXPECT_FALSE(in.required_boolean("f"));
    EXPECT_EQ(errors_of(in), (fields{{"/f", "wrong_type"}})) << wrong;
  }
}

TEST(ObjectReader, AValueThatIsNoObjectIsOneError) {
  for (const char* text : {"[]", "1", "\"x\"", "null", "true"}) {
    const auto body = read(text);
    object_reader in(body);
    EXPECT_EQ(in.required_string("email"), "");
    EXPECT_EQ(in.optional_integer("n"), std::nullopt);
    in.refuse("email", "too_short", "This is too short.");
    EXPECT_FALSE(in.is_good("email"));
    EXPECT_EQ(errors_of(in), (fields{{"", "wrong_type"}})) << text;
  }
}

TEST(ObjectReader, RulesBeyondTheTypeJoinTheList) {
  const auto body = read(R"({"password":"x"})");
  object_reader in(body, "/user");
  EXPECT_EQ(in.required_secret("password").text(), "x");
  EXPECT_TRUE(in.is_good("password"));
  in.refuse("password", "too_short", "At least 8 characters.");
  EXPECT_FALSE(in.is_good("password"));
  EXPECT_TRUE(in.is_good("email"));
  EXPECT_EQ(errors_of(in), (fields{{"/user/password", "too_short"}}));
}

TEST(ObjectReader, UnknownMembersAreCountedOut) {
  const auto unknown = [](std::size_t count) {
    std::string text = "{\"a\":1";
    for (std::size_t i = 0; i < count; ++i)
      text += ",\"x" + std::to_string(i) + "\":0";
    const auto body = read(text + "}");
    object_reader in(body);
    EXPECT_EQ(in.required_integer("a"), 1);
    return errors_of(in).size();
  };
  EXPECT_EQ(unknown(max_unknown_members), max_unknown_members);
  EXPECT_EQ(unknown(max_unknown_members + 1), max_unknown_members);
}

TEST(ObjectReader, PrototypeNamesAreNamesLikeOthers) {
  const auto body = read(R"({"__proto__":{"is_admin":true},"constructor":1})");
  object_reader in(body);
  EXPECT_EQ(errors_of(in), (fields{{"/__proto__", "unknown_member"}, {"/constructor", "unknown_member"}}));
}

TEST(ObjectReader, NulDoesNotEndAStringOrAName) {
  const auto body = read(R"({"a":"x\u0000y","b\u0000c":1})");
  object_reader in(body);
  EXPECT_EQ(in.required_string("a"), std::string("x\0y", 3));
  EXPECT_EQ(errors_of(in), (fields{{std::string("/b\0c", 4), "unknown_member"}}));
}

TEST(ObjectReader, MessagesDoNotRepeatValues) {
  const auto body = read(R"({"password":["secret123"]})");
  object_reader in(body);
  EXPECT_TRUE(in.required_secret("password").empty());
  const auto done = in.finish();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().fields.at(0).message.find("secret123"), std::string::npos);
}

TEST(PointerToken, EscapesAsRfc6901) {
  EXPECT_EQ(pointer_token("plain"), "plain");
  EXPECT_EQ(pointer_token("a/b"), "a~1b");
  EXPECT_EQ(pointer_token("m~n"), "m~0n");
  EXPECT_EQ(pointer_token("~1"), "~01");
  EXPECT_EQ(pointer_token(""), "");
}

}  // namespace
TEST(ObjectReader, GivesAnArrayOfAnythingUpToItsLimit) {
  const auto value = parse(R"({"good":[1,"two",{}],"long":[1,2,3,4],"odd":{}})").value();
  object_reader in(value);
  ASSERT_NE(in.required_array("good", 3), nullptr);
  EXPECT_EQ(in.required_array("good", 3)->size(), 3U);
  EXPECT_EQ(in.required_array("long", 3), nullptr);
  EXPECT_EQ(in.required_array("odd", 3), nullptr);
  EXPECT_EQ(in.required_array("absent", 3), nullptr);
  const auto done = in.finish();
  ASSERT_FALSE(done);
  std::vector<std::string> codes;
  for (const auto& each : done.error().fields)
    codes.push_back(each.path + " " + each.code);
  EXPECT_EQ(codes, (std::vector<std::string>{"/long too_long", "/odd wrong_type", "/absent required"}));
}

TEST(ObjectReader, AnObjectWithinIsReadAtItsOwnPath) {
  const auto read = [](const char* text) {
    const auto value = parse(text).value();
    object_reader in(value);
    std::int64_t number = 0;
    in.optional_object("inner", [&number](object_reader& inside) { number = inside.required_integer("n"); });
    std::string out = std::to_string(number);
    if (const auto done = in.finish(); !done) {
      const auto why = done.error();
      for (const auto& field : why.fields)
        out += " " + field.path + " " + field.code;
    }
    return out;
  };
  EXPECT_EQ(read(R"({"inner":{"n":3}})"), "3");
  EXPECT_EQ(read("{}"), "0");
  EXPECT_EQ(read(R"({"inner":null})"), "0");
  EXPECT_EQ(read(R"({"inner":7})"), "0 /inner wrong_type");
  EXPECT_EQ(read(R"({"inner":{"n":"x","m":1},"more":2})"),
            "0 /inner/n wrong_type /inner/m unknown_member /more unknown_member");
}

}  // namespace kontor::json
