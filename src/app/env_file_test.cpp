#include "app/env_file.hpp"

#include <gtest/gtest.h>

namespace kontor::app {

TEST(EnvFile, ReadsEveryFormOfALine) {
  const auto read = parse_env_file(
      "# comment\n"
      "\n"
      "PLAIN=value\n"
      "export EXPORTED=yes\n"
      "  SPACED  =  around  \n"
      "EMPTY=\n"
      "TAIL=value # comment\n"
      "HASH=a#b\n"
      "DOUBLE=\"two words \\\"quoted\\\" \\n next\" # comment\n"
      "SINGLE='as $it \\n stands'\n"
      "DOLLAR=$HOME\n"
      "CRLF=line\r\n"
      "LAST=end");
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  const std::map<std::string, std::string> expected = {
      {"PLAIN", "value"},
      {"EXPORTED", "yes"},
      {"SPACED", "around"},
      {"EMPTY", ""},
      {"TAIL", "value"},
      {"HASH", "a#b"},
      {"DOUBLE", "two words \"quoted\" \n next"},
      {"SINGLE", "as $it \\n stands"},
      {"DOLLAR", "$HOME"},
      {"CRLF", "line"},
      {"LAST", "end"},
  };
  EXPECT_EQ(*read, expected);
}

TEST(EnvFile, RefusesTheRestWithItsLine) {
  for (const auto& [text, part] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"A=1\nnonsense\n", "line 2: after nonsense there must be an equals sign"},
           {"=x\n", "line 1: a line reads NAME=value"},
           {"1A=x\n", "line 1: a line reads NAME=value"},
           {"A=\"open\n", "line 1: the closing quote is missing"},
           {"A='x' y\n", "line 1: there is something after the closing quote"},
           {"A=1\nB=2\nA=3\n", "line 3: A was set before"},
           {std::string_view("A=\0\n", 4), "line 1: there is a NUL byte"}}) {
    const auto read = parse_env_file(text);
    ASSERT_TRUE(read.has_error()) << text;
    EXPECT_NE(read.error().detail.find(part), std::string::npos) << read.error().detail;
  }
}

TEST(EnvFile, AFileThatSomebodyNamedMustBeThereAndBeAFile) {
  EXPECT_NE(read_env_file("/nonexistent/.env", missing_file::is_refused)
                .error()
                .detail.find("/nonexistent/.env cannot be read"),
            std::string::npos);
  for (const auto how : {missing_file::is_empty, missing_file::is_refused})
    EXPECT_NE(read_env_file("/tmp", how).error().detail.find("/tmp is a folder"), std::string::npos);
}

TEST(EnvFile, AMissingFileIsEmpty) {
  EXPECT_TRUE(read_env_file("/nonexistent/.env", missing_file::is_empty).value().empty());
}

}  // namespace kontor::app
