#include "outbound/sse_reader.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace kontor::outbound {

void PrintTo(const sse_event& each, std::ostream* to) {
  *to << each.name << ": " << each.data;
}

namespace {

using events = std::vector<sse_event>;

events events_of(std::string_view bytes, std::size_t piece) {
  sse_reader reader;
  events out;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
    EXPECT_TRUE(reader.take(bytes.substr(0, piece), out));
  return out;
}

}  // namespace

TEST(SseReader, ReadsWhatTheStandardSays) {
  struct {
    std::string_view bytes;
    events expected;
  } const cases[] = {
      {"data: a\n\n", {{"", "a"}}},
      {"data:a\r\n\r\n", {{"", "a"}}},
      {"data:  a\r\r", {{"", " a"}}},
      {"data: a\ndata: b\n\n", {{"", "a\nb"}}},
      {"data\n\n", {{"", ""}}},
      {"data\ndata\n\n", {{"", "\n"}}},
      {"data:\n\n", {{"", ""}}},
      {": a comment\n\n", {}},
      {":\n\ndata: a\n\n", {{"", "a"}}},
      {"event: error\ndata: {}\n\n", {{"error", "{}"}}},
      {"event: ping\n\ndata: a\n\n", {{"", "a"}}},
      {"id: 7\nretry: 10\ndata: a\nwhatever: b\nno colon\n\n", {{"", "a"}}},
      {"Data: a\n\n", {}},
      {"data: a: b\n\n", {{"", "a: b"}}},
      {"\xef\xbb\xbf"
       "data: a\n\n",
       {{"", "a"}}},
      {"data: a\n\n\xef\xbb\xbf"
       "data: b\n\n",
       {{"", "a"}}},
      {"data: whole\n\ndata: never ended\n", {{"", "whole"}}},
      {"data: \xe2\x82\xac\n\n", {{"", "\xe2\x82\xac"}}},
  };
  for (const auto& each : cases)
    for (std::size_t piece = 1; piece <= each.bytes.size(); ++piece)
      EXPECT_EQ(events_of(each.bytes, piece), each.expected) << each.bytes << " by " << piece;
}

// The data of an event may come in many lines: each is short, all together are too long.
TEST(SseReader, AnEventUpToTheLimitAndNotOneByteMore) {
  const std::string line = "data: " + std::string(1023, 'x') + "\n";
  for (const std::size_t lines : {1024u, 1025u}) {
    sse_reader reader;
    events out;
    bool is_good = true;
    for (std::size_t i = 0; i < lines; ++i)
      is_good = is_good && reader.take(line, out);
    EXPECT_EQ(is_good, lines == 1024);
    if (is_good) EXPECT_TRUE(reader.take("\n", out) && out.size() == 1);
  }
  sse_reader reader;
  events out;
  EXPECT_FALSE(reader.take(std::string(sse_reader::longest + 1, 'x'), out));
}

}  // namespace kontor::outbound
