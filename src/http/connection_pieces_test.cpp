// Answers whose body is made while it is sent.
#include "http/server_fixture.hpp"

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <future>
#include <stdexcept>
#include <string>

namespace kontor::http {
namespace {

constexpr std::string_view plain = "text/plain; charset=utf-8";

// What the client has to have read to believe that it has all.
struct read_body {
  std::string body;
  bool is_whole = false;
};

// Reads chunks until the last one, strictly, or until the connection ends.
read_body read_chunks(test::raw_client& client) {
  read_body out;
  while (true) {
    const auto line = client.read_line();
    if (!line) return out;
    const auto size = std::stoul(*line, nullptr, 16);
    const auto chunk = client.read_bytes(size + 2);
    if (chunk.size() != size + 2 || !chunk.ends_with("\r\n")) return out;
    if (size == 0) break;
    out.body.append(chunk, 0, size);
  }
  out.is_whole = true;
  return out;
}

std::string ask_for(std::string_view path, std::string_view version = "1.1") {
  return "GET " + std::string(path) + " HTTP/" + std::string(version) + "\r\nHost: x\r\n\r\n";
}

// Pieces of a size, so many of them; what comes then is the test's.
class counted_pieces {
 public:
  counted_pieces(std::size_t count, std::size_t size) : left_(count), size_(size) {}
  async::awaitable<base::result<std::string>> next() {
    ++asked;
    if (left_ == 0) co_return at_end ? at_end() : base::result<std::string>(std::string());
    --left_;
    co_return std::string(size_, static_cast<char>('a' + asked % 26));
  }
  std::atomic<std::size_t> asked = 0;
  std::function<base::result<std::string>()> at_end;

 private:
  std::size_t left_;
  const std::size_t size_;
};

handler give(std::shared_ptr<counted_pieces> from) {
  return [from](request&) -> async::awaitable<response> {
    co_return response::with_pieces(200, plain, [from] { return from->next(); });
  };
}

struct pieces : testing::Test {
  std::shared_ptr<counted_pieces> serve(std::size_t count, std::size_t size, const limits& l = {}) {
    running = std::make_unique<running_server>(l, 1);
    auto source = std::make_shared<counted_pieces>(count, size);
    running->routes.add(method::get, "/pieces", give(source));
    running->routes.add(method::get, "/other", [](request&) -> async::awaitable<response> { co_return response(204); });
    running->start();
    return source;
  }
  std::unique_ptr<running_server> running;
};

}  // namespace

TEST_F(pieces, ComeInChunksAndTheConnectionGoesOn) {
  serve(3, largest_piece);
  auto client = running->connect();
  client.send(ask_for("/pieces") + ask_for("/other"));
  const auto head = client.read_head();
  EXPECT_EQ(head.status, 200u);
  EXPECT_EQ(head.header("transfer-encoding"), "chunked");
  EXPECT_EQ(head.count("content-length"), 0u);
  const auto got = read_chunks(client);
  EXPECT_TRUE(got.is_whole);
  EXPECT_EQ(got.body.size(), 3 * largest_piece);
  EXPECT_EQ(client.read()->status, 204u);
}

TEST_F(pieces, MayBeNone) {
  serve(0, 1);
  auto client = running->connect();
  client.send(ask_for("/pieces") + ask_for("/other"));
  EXPECT_EQ(client.read_head().header("transfer-encoding"), "chunked");
  const auto got = read_chunks(client);
  EXPECT_TRUE(got.is_whole);
  EXPECT_EQ(got.body, "");
  EXPECT_EQ(client.read()->status, 204u);
}

TEST_F(pieces, EndWithTheConnectionForHttp10) {
  serve(3, 1000);
  auto client = running->connect();
  client.send("GET /pieces HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto head = client.read_head();
  EXPECT_EQ(head.header("connection"), "close");
  EXPECT_EQ(head.count("transfer-encoding"), 0u);
  EXPECT_EQ(head.count("content-length"), 0u);
  const auto rest = client.read_to_end();
  EXPECT_EQ(rest.body.size(), 3000u);
  EXPECT_FALSE(rest.was_reset);
}

TEST_F(pieces, AreNotAskedForByAHead) {
  const auto source = serve(3, 1000);
  auto client = running->connect();
  EXPECT_EQ(client.ask("HEAD /pieces HTTP/1.1\r\nHost: x\r\n\r\n", "HEAD").status, 200u);
  EXPECT_EQ(client.ask(ask_for("/other")).status, 204u);
  EXPECT_EQ(source->asked, 0u);
}

TEST_F(pieces, AnErrorOrAnExceptionOrAPieceTooLargeCutsTheConnection) {
  const std::vector<std::function<base::result<std::string>()>> ends = {
      [] { return base::error{base::errc::unavailable, "", "", "the database is away"}; },
      []() -> base::result<std::string> { throw std::runtime_error("a private detail"); },
      [] { return std::string(largest_piece + 1, 'x'); },
  };
  for (const auto& end : ends) {
    serve(2, 1000)->at_end = end;
    auto client = running->connect();
    client.send(ask_for("/pieces"));
    EXPECT_EQ(client.read_head().status, 200u);
    const auto got = read_chunks(client);
    EXPECT_FALSE(got.is_whole);
    EXPECT_LE(got.body.size(), 2000u);

    // Without chunks only the reset tells that there is something missing.
    serve(2, 1000)->at_end = end;
    auto old = running->connect();
    old.send(ask_for("/pieces", "1.0"));
    EXPECT_TRUE(old.read_to_end().was_reset);
  }
}

TEST_F(pieces, AreMadeNoFasterThanTheClientTakesThem) {
  constexpr std::size_t many = 4096;  // 256 MiB
  const auto source = serve(many, largest_piece);
  auto slow = running->connect();
  slow.send(ask_for("/pieces"));
  EXPECT_EQ(slow.read_head().status, 200u);
  // Once it waits for the client nothing more is asked for, whatever else the loop does.
  std::size_t before = 0;
  do {
    before = source->asked;
    auto other = running->connect();
    for (int i = 0; i < 200; ++i)
      ASSERT_EQ(other.ask(ask_for("/other")).status, 204u);
  } while (before != source->asked);
  EXPECT_LT(source->asked, many / 4);
  const auto got = read_chunks(slow);
  EXPECT_TRUE(got.is_whole);
  EXPECT_EQ(got.body.size(), many * largest_piece);
}

TEST_F(pieces, AClientThatTakesNothingIsCutAfterTheTimeForAPiece) {
  limits l;
  l.write_time = std::chrono::milliseconds(50);
  const auto source = serve(4096, largest_piece, l);
  auto client = running->connect();
  client.send(ask_for("/pieces"));
  ASSERT_TRUE(running->eventually([&] { return source->asked > 0 && running->web->metrics().connections_open == 0; }));
  EXPECT_TRUE(client.read_to_end().was_reset);
}

TEST_F(pieces, AreGivenUpWhenTheClientIsGone) {
  const auto source = serve(4096, largest_piece);
  {
    auto client = running->connect();
    client.send(ask_for("/pieces"));
    EXPECT_EQ(client.read_head().status, 200u);
    client.reset();
  }
  ASSERT_TRUE(running->eventually([&] { return running->web->metrics().connections_open == 0; }));
  EXPECT_LT(source->asked, 4096u);
}

TEST_F(pieces, LetOthersOnTheLoopHaveTheirTurn) {
  const auto source = serve(4096, 1);
  auto taking = running->connect();
  auto other = running->connect();
  taking.send(ask_for("/pieces"));
  EXPECT_EQ(taking.read_head().status, 200u);
  EXPECT_EQ(other.ask(ask_for("/other")).status, 204u);
  EXPECT_TRUE(read_chunks(taking).is_whole);
}

TEST_F(pieces, AreFinishedAtTheEndOfTheServerOrCut) {
  limits l;
  l.shutdown_time = std::chrono::milliseconds(100);
  // One that goes on for ever.
  running = std::make_unique<running_server>(l, 1);
  running->routes.add(method::get, "/pieces", [](request&) -> async::awaitable<response> {
    co_return response::with_pieces(
        200, plain, []() -> async::awaitable<base::result<std::string>> { co_return std::string(1000, 'x'); });
  });
  running->start();
  auto client = running->connect();
  client.send(ask_for("/pieces", "1.0"));
  EXPECT_EQ(client.read_head().status, 200u);
  auto rest = std::async(std::launch::async, [&] { return client.read_to_end(); });
  running->stop();
  EXPECT_TRUE(rest.get().was_reset);
}

TEST_F(pieces, NeedAStatusThatHasABody) {
  const piece_source none = []() -> async::awaitable<base::result<std::string>> { co_return std::string(); };
  for (const unsigned status : {100u, 204u, 304u})
    EXPECT_THROW(response::with_pieces(status, plain, none), std::invalid_argument);
}

}  // namespace kontor::http
