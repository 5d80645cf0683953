#include "vault/directory.hpp"

#include "vault/frame.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <string>

namespace kontor::vault {
namespace {

base::secret_bytes text(std::string_view of) {
  return base::secret_bytes(of);
}

directory two_secrets() {
  directory all;
  all["a.name"] = {.version = 3,
                   .series = -7,
                   .is_deleted = false,
                   .size = 30,
                   .origin = "https://a.example",
                   .digest = digest_of("a token"),
                   .hint = text("WXYZ")};
  all["b-name"] = {.version = 1, .is_deleted = true, .size = 5, .digest = digest_of("another"), .hint = {}};
  return all;
}

TEST(Directory, IsReadAsItWasWritten) {
  const auto bytes = to_bytes(two_secrets());
  const auto read = parse_directory(bytes.bytes());
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->size(), 2u);
  const auto& first = read->at("a.name");
  EXPECT_EQ(first.version, 3);
  EXPECT_EQ(first.series, -7);
  EXPECT_FALSE(first.is_deleted);
  EXPECT_EQ(first.size, 30);
  EXPECT_EQ(first.origin, "https://a.example");
  EXPECT_EQ(read->at("b-name").origin, "");
  EXPECT_EQ(first.digest, digest_of("a token"));
  EXPECT_EQ(first.hint.text(), "WXYZ");
  EXPECT_TRUE(read->at("b-name").is_deleted);
  EXPECT_TRUE(parse_directory({})->empty());
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    const auto cut = parse_directory(bytes.bytes().first(size));
    EXPECT_TRUE(!cut || cut->size() == 1) << size;
  }
}

TEST(Directory, NothingElseIsOne) {
  const auto one = [](std::string_view name, std::int64_t version, std::int64_t deleted, std::size_t digest_size,
                      std::int64_t size = 9) {
    frame all(64);
    all.add(name)
        .add(version)
        .add(std::int64_t{7})
        .add(deleted)
        .add(size)
        .add("")
        .add(std::string(digest_size, 'd'))
        .add("");
    return std::vector<std::uint8_t>(all.bytes().begin(), all.bytes().end());
  };
  EXPECT_TRUE(parse_directory(one("name", 1, 0, 16)).has_value());
  EXPECT_FALSE(parse_directory(one("Name", 1, 0, 16)).has_value());
  EXPECT_FALSE(parse_directory(one("name", 0, 0, 16)).has_value());
  EXPECT_FALSE(parse_directory(one("name", 1, 2, 16)).has_value());
  EXPECT_FALSE(parse_directory(one("name", 1, 0, 15)).has_value());
  EXPECT_FALSE(parse_directory(one("name", 1, 0, 16, -1)).has_value());
  EXPECT_TRUE(parse_directory(one("name", most_version, 0, 16)).has_value());
  EXPECT_FALSE(parse_directory(one("name", most_version + 1, 0, 16)).has_value());
  auto twice = one("name", 1, 0, 16);
  const auto again = one("name", 2, 0, 16);
  twice.insert(twice.end(), again.begin(), again.end());
  EXPECT_FALSE(parse_directory(twice).has_value());
}

TEST(Directory, NothingIsWrittenThatCouldNotBeRead) {
  const auto written = [](std::string name, std::int64_t version, std::int64_t size) {
    directory all;
    all[std::move(name)] = {.version = version, .is_deleted = false, .size = size, .digest = {}, .hint = {}};
    return parse_directory(to_bytes(all).bytes()).has_value();
  };
  EXPECT_TRUE(written("name", 1, 0));
  EXPECT_TRUE(written("name", most_version, 0));
  EXPECT_THROW(written("name", most_version + 1, 0), std::invalid_argument);
  EXPECT_THROW(written("name", 0, 0), std::invalid_argument);
  EXPECT_THROW(written("name", std::numeric_limits<std::int64_t>::min(), 0), std::invalid_argument);
  EXPECT_THROW(written("name", 1, -1), std::invalid_argument);
  EXPECT_THROW(written("Name", 1, 1), std::invalid_argument);
}

TEST(Hint, TellsNothingOfShortOrOddValues) {
  EXPECT_EQ(hint_of(text("1234567890123456WXYZ")).text(), "WXYZ");
  EXPECT_TRUE(hint_of(text("234567890123456WXYZ")).empty());
  EXPECT_TRUE(hint_of(text("")).empty());
  EXPECT_EQ(hint_of(text("\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
                         "90123456WXYZ"))
                .text(),
            "WXYZ");  // Eight letters of two bytes each.
  EXPECT_TRUE(hint_of(text("\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
                           "0123456WXYZ"))
                  .empty());
  EXPECT_TRUE(hint_of(text("12345678901234567XYZ\n")).empty());
  EXPECT_TRUE(hint_of(text("12345678901234567 XYZ")).empty());
  EXPECT_TRUE(hint_of(text("1234567890123456789\xc3\xa4")).empty());
  EXPECT_TRUE(hint_of(text("1234567890123456789012\xff")).empty());
}

TEST(Judge, OnlyWhatTheDirectorySaysCounts) {
  const std::optional<std::string> token = "a token";
  const auto entry = [](std::int64_t version, bool is_deleted) {
    return directory_entry{
        .version = version, .is_deleted = is_deleted, .size = 9, .digest = digest_of("a token"), .hint = {}};
  };
  const auto head = [](std::int64_t version, bool is_deleted) {
    secret_head made;
    made.version = version;
    if (is_deleted) made.deleted_at = base::timestamp();
    return std::optional(made);
  };
  const auto present = entry(2, false);
  const auto deleted = entry(2, true);
  EXPECT_EQ(judge(nullptr, std::nullopt, std::nullopt), standing::absent);
  EXPECT_EQ(judge(&present, head(2, false), token), standing::present);
  EXPECT_EQ(judge(&deleted, head(2, true), token), standing::deleted);
  EXPECT_EQ(judge(nullptr, head(2, false), token), standing::unreadable);
  EXPECT_EQ(judge(nullptr, head(2, false), std::nullopt), standing::unreadable);
  EXPECT_EQ(judge(&present, std::nullopt, token), standing::unreadable);
  EXPECT_EQ(judge(&present, head(2, false), std::nullopt), standing::unreadable);
  EXPECT_EQ(judge(&present, head(1, false), token), standing::unreadable);
  EXPECT_EQ(judge(&present, head(3, false), token), standing::unreadable);
  EXPECT_EQ(judge(&present, head(2, true), token), standing::unreadable);
  EXPECT_EQ(judge(&deleted, head(2, false), token), standing::unreadable);
  EXPECT_EQ(judge(&present, head(2, false), "b token"), standing::unreadable);
  EXPECT_EQ(judge(&deleted, head(2, true), "b token"), standing::unreadable);
}

}  // namespace
}  // namespace kontor::vault
