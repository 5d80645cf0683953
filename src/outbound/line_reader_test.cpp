#include "outbound/line_reader.hpp"

#include "outbound/ndjson_reader.hpp"

#include <gtest/gtest.h>

namespace kontor::outbound {
namespace {

using texts = std::vector<std::string>;

// The lines of pieces of so many bytes.
texts lines_of(std::string_view bytes, std::size_t piece) {
  line_reader reader;
  texts out;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
    EXPECT_TRUE(reader.take(bytes.substr(0, piece), out));
  return out;
}

}  // namespace

TEST(LineReader, LinesEndWithLfCrLfOrCrWhereverThePiecesAreCut) {
  struct {
    std::string_view bytes;
    texts lines;
  } const cases[] = {
      {"", {}},
      {"no end", {}},
      {"a\nb\n", {"a", "b"}},
      {"a\r\nb\r\n", {"a", "b"}},
      {"a\rb\r", {"a", "b"}},
      {"a\r\rb\n\nc\r\n\r\nrest", {"a", "", "b", "", "c", ""}},
      {"\n\r\n\r", {"", "", ""}},
      {"a\n\rb\n", {"a", "", "b"}},
      {"\xe2\x82\xac\n\xf0\x9f\x9a\x80\r\n", {"\xe2\x82\xac", "\xf0\x9f\x9a\x80"}},
      {std::string_view("nul\0 and \xff\n", 11), {std::string("nul\0 and \xff", 10)}},
  };
  for (const auto& each : cases)
    for (std::size_t piece = 1; piece <= each.bytes.size() + 1; ++piece)
      EXPECT_EQ(lines_of(each.bytes, piece), each.lines) << each.bytes << " by " << piece;
}

TEST(LineReader, EveryTwoPiecesGiveTheSame) {
  constexpr std::string_view bytes = "one\r\ntwo\rthree\n\r\nfour\r";
  const auto expected = lines_of(bytes, bytes.size());
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    line_reader reader;
    texts out;
    EXPECT_TRUE(reader.take(bytes.substr(0, cut), out));
    EXPECT_TRUE(reader.take(bytes.substr(cut), out));
    EXPECT_EQ(out, expected) << cut;
  }
}

TEST(LineReader, ALineUpToTheLimitAndNotOneByteMore) {
  for (const std::size_t size : {10u, 11u}) {
    for (const std::string end : {"\n", ""}) {
      line_reader reader(10);
      texts out;
      EXPECT_EQ(reader.take(std::string(size, 'x') + end, out), size == 10) << end.size();
      line_reader in_bytes(10);
      bool is_good = true;
      for (std::size_t i = 0; i < size; ++i)
        is_good = is_good && in_bytes.take("x", out);
      EXPECT_EQ(is_good, size == 10);
    }
  }
  line_reader reader(10);
  texts out;
  EXPECT_FALSE(reader.take("good\n" + std::string(11, 'x'), out));
  EXPECT_EQ(out, texts{"good"}) << "what came before is there";
}

TEST(NdjsonReader, LeavesBlankLinesOutAndNeedsNoLastEnd) {
  constexpr std::string_view bytes = "{\"a\":1}\n\n \t\r\n{\"b\":2}\r\n{\"c\":3}";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    ndjson_reader reader;
    texts out;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      EXPECT_TRUE(reader.take(bytes.substr(at, piece), out));
    EXPECT_EQ(out, (texts{"{\"a\":1}", "{\"b\":2}"}));
    EXPECT_EQ(reader.last(), "{\"c\":3}");
  }
  ndjson_reader ended;
  texts out;
  EXPECT_TRUE(ended.take("{}\n  ", out));
  EXPECT_EQ(ended.last(), std::nullopt);
}

}  // namespace kontor::outbound
