#include "api/large_answer.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <gtest/gtest.h>

namespace kontor::api {
namespace {

std::string next_of(const http::response& answer) {
  boost::asio::io_context loop;
  auto piece = boost::asio::co_spawn(loop, answer.pieces()(), boost::asio::use_future);
  loop.run();
  return piece.get().value();
}

}  // namespace

TEST(LargeAnswer, WithoutAPlaceIsABody) {
  const auto answer = data_response("text/csv", {.text = "time", .place = nullptr});
  EXPECT_FALSE(answer.has_pieces());
  EXPECT_EQ(answer.body(), "time");
  EXPECT_EQ(answer.content_type(), "text/csv");
}

TEST(LargeAnswer, KeepsItsPlaceUntilTheLastPieceWasTaken) {
  auto place = std::make_shared<const int>(1);
  const std::weak_ptr<const int> held = place;
  const std::string text = std::string(http::largest_piece, 'a') + std::string(http::largest_piece, 'b') + "c";
  const auto answer = data_response("application/json", {.text = text, .place = std::move(place)});
  ASSERT_TRUE(answer.has_pieces());
  std::string sent;
  for (int i = 0; i < 3; ++i) {
    const auto piece = next_of(answer);
    EXPECT_LE(piece.size(), http::largest_piece);
    EXPECT_FALSE(piece.empty());
    sent += piece;
    EXPECT_FALSE(held.expired());
  }
  EXPECT_EQ(sent, text);
  EXPECT_EQ(next_of(answer), "");
  EXPECT_TRUE(held.expired());
}

TEST(LargeAnswer, GivesItsPlaceBackWithTheConnection) {
  auto place = std::make_shared<const int>(1);
  const std::weak_ptr<const int> held = place;
  {
    const auto answer = data_response("application/json", {.text = "x", .place = std::move(place)});
    EXPECT_FALSE(held.expired());
  }
  EXPECT_TRUE(held.expired());
}

}  // namespace kontor::api
