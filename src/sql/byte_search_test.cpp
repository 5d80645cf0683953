#include "sql/byte_search.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace kontor::sql {
namespace {

bool finds(const std::vector<std::string>& texts, std::string_view bytes) {
  return byte_search(texts).finds_in(bytes);
}

}  // namespace

TEST(ByteSearch, FindsEachOfManyTextsWhereverItStands) {
  const std::vector<std::string> texts = {"ann@example.com", "bob@example.com", "bobs other text"};
  EXPECT_TRUE(finds(texts, "ann@example.com"));
  EXPECT_TRUE(finds(texts, "xbob@example.comx"));
  EXPECT_TRUE(finds(texts, std::string("\0\0bobs other text", 17)));
  EXPECT_FALSE(finds(texts, "ann@example.co"));
  EXPECT_FALSE(finds(texts, "bob@example,com bobs other tex"));
  EXPECT_FALSE(finds(texts, ""));
  EXPECT_FALSE(finds({}, "anything at all"));
}

TEST(ByteSearch, LeavesOutWhatIsTooShort) {
  EXPECT_FALSE(finds({"1234567"}, "1234567"));
  EXPECT_TRUE(finds({"12345678"}, "12345678"));
}

TEST(ByteSearch, FindsWhatStandsAcrossTheBlocksOfAFile) {
  const tests::temporary_folder folder;
  const auto file = folder.path() / "file";
  const std::vector<std::string> texts = {"a text to be found"};
  const byte_search search(texts);
  EXPECT_FALSE(search.finds_in(file));
  for (const std::size_t before : {0u, 1u << 20, (1u << 20) - 1, (1u << 20) - 17, (1u << 20) - 18, (2u << 20) - 9}) {
    std::ofstream(file, std::ios::binary) << std::string(before, 'a') << texts.front() << "b";
    EXPECT_TRUE(search.finds_in(file)) << before;
    std::ofstream(file, std::ios::binary) << std::string(before, 'a') << "a text to be foun" << "b";
    EXPECT_FALSE(search.finds_in(file)) << before;
  }
}

}  // namespace kontor::sql
