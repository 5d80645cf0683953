// What an answer of a model may take: time, text, memory; and how it is ended.
#include "outbound/llm_client_fixture.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

namespace kontor::outbound {
namespace {

using namespace std::chrono_literals;
using test::web_server;

struct LlmClientLimits : LlmFixture {
  // Says this, and then nothing until the other side has gone.
  web_server::handler then_silence(std::string bytes) {
    return [this, bytes = std::move(bytes)](const auto&, web_server::connection& connection) {
      connection.write(bytes);
      connection.wait_for_end();
      gone.reach();
      return false;
    };
  }
  moment gone;
};

constexpr auto too_late = "failed timed-out 0 The server did not answer in time.";
constexpr auto too_late_in_answer = "failed timed-out 200 The server did not answer in time.";

}  // namespace

TEST_F(LlmClientLimits, EachTimeHasItsLimit) {
  struct {
    std::string said;
    std::chrono::milliseconds first_byte, first_piece, idle, whole;
    lines expected;
  } const cases[] = {
      {"", 200ms, 1h, 1h, 1h, {too_late}},
      {stream_head, 1h, 200ms, 1h, 1h, {too_late}},
      {stream_head + text_event("a"), 1h, 1h, 200ms, 1h, {"text a", too_late_in_answer}},
      {stream_head + text_event("a"), 1h, 1h, 1h, 1500ms, {"text a", too_late_in_answer}},
      {stream_head + text_event("a") + event(R"({"choices":[{"finish_reason":"stop"}]})"),
       1h,
       1h,
       200ms,
       1h,
       {"text a", "done stop m"}},
  };
  for (const auto& each : cases) {
    llm_client_settings how;
    how.limits.first_byte = each.first_byte;
    how.limits.first_piece = each.first_piece;
    how.limits.idle = each.idle;
    how.limits.whole = each.whole;
    use(how);
    web_server server(then_silence(each.said));
    EXPECT_EQ(heard(target(server.origin())), each.expected) << each.said;
    EXPECT_EQ(server.requests().size(), 1u) << "what takes too long is not asked again";
  }
}

TEST_F(LlmClientLimits, TheWholeIsForAllThatIsAskedAgain) {
  auto how = quick();
  how.limits.whole = 1s;
  use(how);
  web_server server(always(503, "busy", "Content-Type: text/plain\r\nRetry-After: 2\r\n"));
  EXPECT_EQ(heard(target(server.origin())), lines{"failed unavailable 503 busy retry after 2"});
}

TEST_F(LlmClientLimits, TextUpToTheLimitAndNotOneByteMore) {
  llm_client_settings how;
  how.most_text = 100;
  use(how);
  for (const std::size_t size : {100u, 101u}) {
    web_server server([size](const auto&, web_server::connection& connection) {
      connection.write(answer_saying(std::string(size, 'x')));
      return false;
    });
    EXPECT_EQ(
        heard(target(server.origin())).back(),
        size == 100 ? "done stop m" : "failed answer-too-long 200 The answer is longer than what is kept of one.");
  }
}

// A refusal without an end is cut, and so is a line.
TEST_F(LlmClientLimits, EndlessAnswers) {
  use(quick());
  for (const int status : {400, 200}) {
    moment cut;
    web_server server([&](const auto&, web_server::connection& connection) {
      connection.write("HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Type: text/plain\r\n\r\n");
      const std::string piece(10'000, 'x');
      while (connection.write(piece)) {
      }
      cut.reach();
      return false;
    });
    const auto told = heard(target(server.origin()));
    ASSERT_EQ(told.size(), 1u);
    EXPECT_TRUE(told[0].starts_with(status == 400 ? "failed request-refused 400 xxx" : "failed broken-answer 200"));
    EXPECT_TRUE(cut.wait());
  }
}

TEST_F(LlmClientLimits, EmptyLinesWithoutEnd) {
  llm_client_settings how;
  how.limits.body = 100'000;
  use(how);
  web_server server([](const auto&, web_server::connection& connection) {
    connection.write(stream_head);
    const std::string piece(10'000, '\n');
    while (connection.write(piece)) {
    }
    return false;
  });
  EXPECT_TRUE(heard(target(server.origin())).at(0).starts_with("failed answer-too-long 200"));
}

// Done when 2 of the conversations: whoever stops an answer stops its costs.
TEST_F(LlmClientLimits, DroppingAnAnswerClosesTheConnectionWithinASecond) {
  for (const auto* const tls :
       {static_cast<const test::identity*>(nullptr), static_cast<const test::identity*>(&here_)}) {
    moment closed;
    web_server server(
        [&](const auto&, web_server::connection& connection) {
          connection.write(stream_head + text_event("a"));
          connection.wait_for_end();
          closed.reach();
          return false;
        },
        {.tls = tls});
    auto stream = ask(target(server.origin())).value();
    EXPECT_EQ(next(*stream), "text a");
    drop(std::move(stream));
    EXPECT_TRUE(closed.wait(1s));
  }
}

TEST_F(LlmClientLimits, CancellingWhoWaitsClosesTheConnectionWithinASecond) {
  web_server server(then_silence(stream_head + text_event("a")));
  auto stream = ask(target(server.origin())).value();
  EXPECT_EQ(next(*stream), "text a");
  boost::asio::cancellation_signal signal;
  auto last = boost::asio::co_spawn(loop_.get_executor(), stream->next(),
                                    boost::asio::bind_cancellation_slot(signal.slot(), boost::asio::use_future));
  boost::asio::post(loop_, [&] { signal.emit(boost::asio::cancellation_type::terminal); });
  try {
    EXPECT_EQ(text_of_event(last.get()), "failed stopped 200 The request was stopped.");
  } catch (const boost::system::system_error& e) {
    EXPECT_EQ(e.code(), boost::asio::error::operation_aborted);
  }
  EXPECT_TRUE(gone.wait(1s));
}

TEST_F(LlmClientLimits, CancellingWhoWaitsBeforeAskingAgainEndsTheWait) {
  web_server server(always(503, "busy", "Retry-After: 60\r\n"));
  auto stream = ask(target(server.origin())).value();
  EXPECT_EQ(next(*stream), "waiting 60");
  boost::asio::cancellation_signal signal;
  auto last = boost::asio::co_spawn(loop_.get_executor(), stream->next(),
                                    boost::asio::bind_cancellation_slot(signal.slot(), boost::asio::use_future));
  boost::asio::post(loop_, [&] { signal.emit(boost::asio::cancellation_type::terminal); });
  EXPECT_THROW(last.get(), boost::system::system_error);
}

// Nobody takes what the provider sends: it has to wait, and nothing is lost of it.
TEST_F(LlmClientLimits, AReaderThatDoesNotTakeMakesTheProviderWait) {
  std::atomic<int> sent = 0;
  constexpr int words = 20'000;
  const std::string padding(1'500, 'p');
  web_server server([&](const auto&, web_server::connection& connection) {
    connection.write(stream_head);
    while (sent < words &&
           connection.write(event(R"({"obfuscation":")" + padding + R"(","choices":[{"delta":{"content":"w"}}]})")))
      ++sent;
    connection.write(event(R"({"choices":[{"finish_reason":"stop"}]})") + event("[DONE]"));
    return false;
  });
  auto stream = ask(target(server.origin())).value();
  EXPECT_EQ(next(*stream), "text w");
  int before = 0;
  do {
    before = sent;
    std::this_thread::sleep_for(500ms);
  } while (sent != before);
  EXPECT_LT(sent, words / 2);
  const auto rest = lines_of(run(all_of(*stream)));
  ASSERT_EQ(rest.size(), 2u);
  EXPECT_EQ(rest[0], "text " + std::string(words - 1, 'w'));
  EXPECT_EQ(rest[1], "done stop asked");
}

TEST_F(LlmClientLimits, EachOwnerHasSoManyAnswersAtATime) {
  web_server server(then_silence(stream_head + text_event("a")));
  std::vector<std::unique_ptr<chat::answer_stream>> open;
  for (int i = 0; i < 8; ++i) {
    open.push_back(ask(target(server.origin())).value());
    EXPECT_EQ(next(*open.back()), "text a");
  }
  EXPECT_EQ(heard(target(server.origin())),
            lines{"failed too-many-at-once 0 There are too many requests to the outside at the moment. retry after 1"});
  drop(std::move(open.back()));
  auto again = ask(target(server.origin())).value();
  EXPECT_EQ(next(*again), "text a");
}

}  // namespace kontor::outbound
