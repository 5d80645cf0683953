// Answers that are taken piece by piece.
#include "outbound/body_pipe.hpp"
#include "outbound/https_client.hpp"
#include "outbound/moment.hpp"
#include "outbound/web_fixture.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

namespace kontor::outbound {
namespace {

using namespace std::chrono_literals;
using test::web_server;

struct HttpsStream : WebFixture {
  base::result<std::unique_ptr<web_stream>> open(web_request what) { return run(some_->open(std::move(what))); }
  static std::string outcome_of(const base::result<std::string>& piece) {
    return piece                        ? *piece
           : piece.error().type.empty() ? std::string(base::name_of(piece.error().code))
                                        : piece.error().type;
  }
  std::string next(web_stream& of) { return outcome_of(run(of.next())); }
  /// On the loop, where the stream lives.
  void drop(std::unique_ptr<web_stream> what) {
    boost::asio::post(loop_, boost::asio::use_future([&what] { what.reset(); })).get();
  }
  https_client& begin() { return *(some_ = &client()); }
  https_client* some_ = nullptr;
};

}  // namespace

TEST_F(HttpsStream, TheHeadAndThenPieceByPiece) {
  moment first;
  moment second;
  web_server server([&](const auto&, web_server::connection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\none");
    first.wait();
    connection.write("two");
    second.wait();
    return false;
  });
  begin();
  auto stream = open(get(server.origin())).value();
  EXPECT_EQ(stream->head().status, 200);
  EXPECT_EQ(stream->head().header("content-type"), "text/event-stream");
  EXPECT_EQ(next(*stream), "one");
  first.reach();
  EXPECT_EQ(next(*stream), "two");
  second.reach();
  EXPECT_EQ(next(*stream), "");
  EXPECT_EQ(next(*stream), "");
}

TEST_F(HttpsStream, AnAnswerWithoutABodyAndNoAnswer) {
  web_server server(always(204, ""));
  begin();
  auto stream = open(get(server.origin())).value();
  EXPECT_EQ(stream->head().status, 204);
  EXPECT_EQ(next(*stream), "");
  EXPECT_EQ(open(get("http://nowhere.test")).error().type, "host-not-found");
  auto refused = get(server.origin());
  refused.trust = url_trust::user_given;
  EXPECT_EQ(open(std::move(refused)).error().type, "address-refused");
}

TEST_F(HttpsStream, WhatCameBeforeItBrokeIsThere) {
  web_server server([](const auto&, web_server::connection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    return false;
  });
  begin();
  auto stream = open(get(server.origin())).value();
  EXPECT_EQ(next(*stream), "half");
  EXPECT_EQ(next(*stream), "answer-broken");
}

TEST_F(HttpsStream, DroppingItClosesTheConnection) {
  moment gone;
  web_server server(
      [&](const auto&, web_server::connection& connection) {
        connection.write("HTTP/1.1 200 OK\r\n\r\nx");
        connection.wait_for_end();
        gone.reach();
        return false;
      },
      {.tls = &here_});
  begin();
  auto what = get(server.origin());
  what.version = http_version::one;
  auto stream = open(std::move(what)).value();
  drop(std::move(stream));
  EXPECT_TRUE(gone.wait());
}

TEST_F(HttpsStream, CancellingWhoWaitsEndsIt) {
  moment gone;
  web_server server([&](const web_server::request& asked, web_server::connection& connection) {
    if (asked.target == "/late") connection.write("HTTP/1.1 200 OK\r\n\r\nx");
    connection.wait_for_end();
    if (asked.target == "/late") gone.reach();
    return false;
  });
  auto& some = begin();
  boost::asio::cancellation_signal early;
  auto opened = boost::asio::co_spawn(loop_.get_executor(), some.open(get(server.origin())),
                                      boost::asio::bind_cancellation_slot(early.slot(), boost::asio::use_future));
  server.wait_for_requests(1);
  boost::asio::post(loop_, [&] { early.emit(boost::asio::cancellation_type::terminal); });
  EXPECT_EQ(opened.get().error().type, "stopped");

  auto stream = open(get(server.origin() + "/late")).value();
  EXPECT_EQ(next(*stream), "x");
  boost::asio::cancellation_signal late;
  auto piece = boost::asio::co_spawn(loop_.get_executor(), stream->next(),
                                     boost::asio::bind_cancellation_slot(late.slot(), boost::asio::use_future));
  boost::asio::post(loop_, [&] { late.emit(boost::asio::cancellation_type::terminal); });
  EXPECT_EQ(outcome_of(piece.get()), "stopped");
  EXPECT_TRUE(gone.wait());
}

// The server has to wait when nobody takes what it sends: neither the program's memory grows nor the time of the
// server counts against it.
TEST_F(HttpsStream, WhoDoesNotTakeMakesTheServerWait) {
  std::atomic<std::size_t> sent = 0;
  constexpr std::size_t all = 64 * 1024 * 1024;
  web_server server([&](const auto&, web_server::connection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(all) + "\r\n\r\n");
    const std::string piece(64 * 1024, 'x');
    while (sent < all && connection.write(piece))
      sent += piece.size();
    return false;
  });
  begin();
  auto what = get(server.origin());
  what.version = http_version::one;
  what.limits.body = all;
  what.limits.idle = 2s;
  auto stream = open(std::move(what)).value();
  // The sockets' own buffers fill up, and then nothing goes.
  std::size_t before = 0;
  do {
    before = sent;
    std::this_thread::sleep_for(2'500ms);
  } while (sent != before);
  EXPECT_LT(sent, all / 2);
  std::size_t taken = 0;
  std::size_t longest = 0;
  for (auto piece = run(stream->next()); !piece->empty(); piece = run(stream->next())) {
    ASSERT_TRUE(piece.has_value()) << piece.error().type;
    taken += piece->size();
    longest = std::max(longest, piece->size());
  }
  EXPECT_EQ(taken, all);
  EXPECT_LE(longest, body_pipe::capacity + 16 * 1024);
}

TEST_F(HttpsStream, TheTimeToTheFirstPieceHasALimitOfItsOwn) {
  web_server server([](const web_server::request& asked, web_server::connection& connection) {
    connection.write("HTTP/1.1 200 OK\r\n\r\n");
    if (asked.target == "/slow") std::this_thread::sleep_for(600ms);
    if (asked.target == "/slow") connection.write("x");
    connection.wait_for_end();
    return false;
  });
  begin();
  auto slow = get(server.origin() + "/slow");
  slow.limits.idle = 200ms;
  slow.limits.first_piece = 1h;
  auto stream = open(std::move(slow)).value();
  EXPECT_EQ(next(*stream), "x");
  EXPECT_EQ(next(*stream), "timed-out") << "from then on it is the pause between two pieces";
  auto silent = get(server.origin() + "/silent");
  silent.limits.idle = 1h;
  silent.limits.first_piece = 200ms;
  EXPECT_EQ(open(std::move(silent)).error().type, "timed-out");
}

TEST_F(HttpsStream, TheEndOfTheClientEndsIt) {
  web_server server([](const auto&, web_server::connection& connection) {
    connection.write("HTTP/1.1 200 OK\r\n\r\nx");
    connection.wait_for_end();
    return false;
  });
  begin();
  auto stream = open(get(server.origin())).value();
  EXPECT_EQ(next(*stream), "x");
  auto piece = start(stream->next());
  client();
  EXPECT_EQ(outcome_of(piece.get()), "stopped");
}

}  // namespace kontor::outbound
