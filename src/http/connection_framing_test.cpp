// What our layer must refuse although Beast 1.81 would let it pass, over a real socket (security-checklist c.41 to
// c.53).
#include "http/server_fixture.hpp"

#include <ostream>
#include <string>
#include <vector>

namespace kontor::http {
namespace {

async::awaitable<response> echo_body(request& in) {
  co_return response::with_body(200, "text/plain; charset=utf-8", std::string(in.body));
}

// Bytes that must get one answer of this status and then the end of the connection.
struct row {
  const char* name;
  std::string bytes;
  unsigned status = 400;
};
void PrintTo(const row& r, std::ostream* out) {
  *out << r.name;
}

const std::string get_head = "GET /echo HTTP/1.1\r\nHost: x\r\n";
const std::string post_head = "POST /echo HTTP/1.1\r\nHost: x\r\n";
const std::string chunked = post_head + "Transfer-Encoding: chunked\r\n\r\n";
// A second request in the same bytes: were the first one's end misread, it would be answered, too.
const std::string smuggled = "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n";

const std::vector<row> refused = {
    {"LengthThenChunked", post_head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled},
    {"ChunkedThenLength", post_head + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + smuggled},
    {"GzipThenLength", post_head + "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello" + smuggled},
    {"Gzip", post_head + "Transfer-Encoding: gzip\r\n\r\n" + smuggled},
    {"ChunkedTwice",
     post_head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled},
    {"ChunkedIdentity", post_head + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + smuggled},
    {"GzipChunked", post_head + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + smuggled},
    {"XChunked", post_head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + smuggled},
    {"TabChunked", post_head + "Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n" + smuggled},
    {"VerticalTabChunked", post_head +
                               "Transfer-Encoding: \x0b"
                               "chunked\r\n\r\n0\r\n\r\n" +
                               smuggled},
    {"ChunkedCarriageReturn", post_head + "Transfer-Encoding: chunked\r\r\n\r\n0\r\n\r\n" + smuggled},
    {"ChunkedInCapitals", post_head + "Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n" + smuggled},
    {"ChunkedWithSpaceBeforeColon", post_head + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + smuggled},
    {"ChunkedFolded", post_head + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + smuggled},
    {"ChunkedInHttp10", "POST /echo HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled},
    {"LengthTwice", post_head + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello" + smuggled},
    {"TwoLengths", post_head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello" + smuggled},
    {"LengthList", post_head + "Content-Length: 5, 5\r\n\r\nhello" + smuggled},
    {"LengthPlus", post_head + "Content-Length: +5\r\n\r\nhello" + smuggled},
    {"LengthMinus", post_head + "Content-Length: -1\r\n\r\n" + smuggled},
    {"LengthHex", post_head + "Content-Length: 0x5\r\n\r\nhello" + smuggled},
    {"LengthUnderscore", post_head + "Content-Length: 5_0\r\n\r\nhello" + smuggled},
    {"LengthEmpty", post_head + "Content-Length:\r\n\r\n" + smuggled},
    {"LengthOverflow", post_head + "Content-Length: 18446744073709551616\r\n\r\n" + smuggled},
    {"ChunkUnderscore", chunked + "0_2e\r\n" + std::string(46, 'a') + "\r\n0\r\n\r\n" + smuggled},
    {"ChunkPlus", chunked + "+a\r\n0123456789\r\n0\r\n\r\n" + smuggled},
    {"ChunkPrefix", chunked + "0x2\r\nab\r\n0\r\n\r\n" + smuggled},
    {"ChunkSeventeenDigits", chunked + "00000000000000001\r\na\r\n0\r\n\r\n" + smuggled},
    {"ChunkBareLineFeed", chunked + "1\na\r\n0\r\n\r\n" + smuggled},
    {"ChunkLongExtension", chunked + "1;" + std::string(200, 'a') + "\r\na\r\n0\r\n\r\n" + smuggled},
    {"ChunkExtensionOfAMegabyte", chunked + "1;" + std::string(1 << 20, 'a')},
    {"ChunkWithoutItsEnd", chunked + "1\r\nab\r\n0\r\n\r\n" + smuggled},
    {"ChunkSpace", chunked + "1 \r\na\r\n0\r\n\r\n" + smuggled},
    {"TrailerFolded", chunked + "0\r\nA: b\r\n c\r\n\r\n" + smuggled},
    {"TrailerLength", chunked + "0\r\nContent-Length: 5\r\n\r\n" + smuggled},
    {"SpaceBeforeColon", get_head + "A : b\r\n\r\n" + smuggled},
    {"LeadingSpace", "GET /echo HTTP/1.1\r\n Host: x\r\n\r\n" + smuggled},
    {"ObsFold", get_head + "A: b\r\n c\r\n\r\n" + smuggled},
    {"BareCarriageReturn", get_head + "A: b\rC: d\r\n\r\n" + smuggled},
    {"BareLineFeed", get_head + "A: b\nC: d\r\n\r\n" + smuggled},
    {"OnlyLineFeeds", "GET /echo HTTP/1.1\nHost: x\n\n" + smuggled},
    {"Nul", get_head + "A: b" + std::string(1, '\0') + "c\r\n\r\n" + smuggled},
    {"Control", get_head + "A: \x1b[31m\r\n\r\n" + smuggled},
    {"HighByteInName", get_head + "\xc3\xa4: b\r\n\r\n" + smuggled},
    {"EmptyName", get_head + ": b\r\n\r\n" + smuggled},
    {"NoColon", get_head + "A\r\n\r\n" + smuggled},
    {"NoHost", "GET /echo HTTP/1.1\r\n\r\n" + smuggled},
    {"TwoHosts", get_head + "Host: x\r\n\r\n" + smuggled},
    {"HostWithPath", "GET /echo HTTP/1.1\r\nHost: x/y\r\n\r\n" + smuggled},
    {"HostWithUser", "GET /echo HTTP/1.1\r\nHost: u@x\r\n\r\n" + smuggled},
    {"EmptyHost", "GET /echo HTTP/1.1\r\nHost:\r\n\r\n" + smuggled},
    {"OtherAuthority", "GET http://y/echo HTTP/1.1\r\nHost: x\r\n\r\n" + smuggled},
    {"StarForGet", "GET * HTTP/1.1\r\nHost: x\r\n\r\n" + smuggled},
    {"Fragment", "GET /echo#a HTTP/1.1\r\nHost: x\r\n\r\n" + smuggled},
    {"NulInPath", "GET /echo%00 HTTP/1.1\r\nHost: x\r\n\r\n" + smuggled},
    {"Http09", "GET /echo\r\n\r\n" + smuggled},
    {"Http132", "GET /echo HTTP/1.32\r\nHost: x\r\n\r\n" + smuggled},
    {"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"Http12", "GET /echo HTTP/1.2\r\nHost: x\r\n\r\n" + smuggled, 505},
    {"TlsHello", "\x16\x03\x01\x02\x01\x01\xfc\x03\x03"},
    {"ThreeEmptyLines", "\r\n\r\n\r\n" + smuggled},
    {"Trace", "TRACE /echo HTTP/1.1\r\nHost: x\r\n\r\n" + smuggled, 405},
    {"Connect", "CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n" + smuggled, 405},
    {"UnknownMethod", "BREW /echo HTTP/1.1\r\nHost: x\r\n\r\n" + smuggled, 501},
    {"LowerCaseMethod", "get /echo HTTP/1.1\r\nHost: x\r\n\r\n" + smuggled, 501},
    {"OtherExpectation", post_head + "Expect: 200-ok\r\nContent-Length: 5\r\n\r\nhello" + smuggled, 417},
    {"ConnectionRubbish", get_head + "Connection: @\r\n\r\n" + smuggled},
};

class Framing : public testing::TestWithParam<row> {
 protected:
  static void SetUpTestSuite() {
    running_ = std::make_unique<running_server>();
    const auto count = [](request& in) {
      ++handled_;
      return echo_body(in);
    };
    running_->routes.add(method::get, "/echo", count);
    running_->routes.add(method::post, "/echo", count, {.body = route_options::body_kind::any});
    running_->start();
  }
  static void TearDownTestSuite() { running_.reset(); }

  static inline std::unique_ptr<running_server> running_;
  static inline std::atomic<int> handled_ = 0;
};

}  // namespace

TEST_P(Framing, IsRefusedOnceAndClosed) {
  const auto before = handled_.load();
  auto client = running_->connect();
  client.send(GetParam().bytes);
  const auto answer = client.read();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, GetParam().status);
  EXPECT_EQ(answer->header("connection"), "close");
  EXPECT_FALSE(answer->header("x-request-id").empty());
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(handled_.load(), before);
}

INSTANTIATE_TEST_SUITE_P(All, Framing, testing::ValuesIn(refused),
                         [](const auto& info) { return std::string(info.param.name); });

using FramingOfGoodRequests = Framing;

TEST_F(FramingOfGoodRequests, IsAccepted) {
  struct good {
    std::string bytes;
    std::string body;
  };
  const std::vector<good> all = {
      {get_head + "\r\n", ""},
      {"\r\n" + get_head + "\r\n", ""},
      {post_head + "Content-Length: 5\r\n\r\nhello", "hello"},
      {post_head + "Content-Length: 005\r\n\r\nhello", "hello"},
      {post_head + "Content-Length: 0\r\n\r\n", ""},
      {chunked + "5\r\nhello\r\n0\r\n\r\n", "hello"},
      {chunked + "1\r\nh\r\n04;a=b\r\nello\r\n000\r\nIgnored: yes\r\n\r\n", "hello"},
      {chunked + "0\r\n\r\n", ""},
      {"GET http://x/echo HTTP/1.1\r\nHost: X\r\n\r\n", ""},
      {get_head + "A:b\r\nEmpty:\r\nUtf8: \xc3\xa4\r\n\r\n", ""},
  };
  // All on one connection, once whole and once byte by byte: each ends exactly where the next begins.
  auto whole = running_->connect();
  auto slow = running_->connect();
  for (const auto& each : all) {
    const auto answer = whole.ask(each.bytes);
    EXPECT_EQ(answer.status, 200u) << each.bytes;
    EXPECT_EQ(answer.body, each.body) << each.bytes;
    for (const char c : each.bytes)
      slow.send(std::string_view(&c, 1));
    const auto late = slow.read();
    ASSERT_TRUE(late.has_value()) << each.bytes;
    EXPECT_EQ(late->status, 200u) << each.bytes;
    EXPECT_EQ(late->body, each.body) << each.bytes;
  }
}

TEST_F(FramingOfGoodRequests, PathTricksFindNothing) {
  for (const std::string target :
       {"/..%2fecho", "/..\\echo", "//etc/passwd", "/../echo", "/%2e%2e/echo", "/echo/.", "/echo%2f", "/x/..//echo"}) {
    auto client = running_->connect();
    EXPECT_EQ(client.ask("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n").status, 404u) << target;
  }
  for (const std::string target : {"/%c0%ae", "/%00", "/%zz", "/%ff"}) {
    auto client = running_->connect();
    EXPECT_EQ(client.ask("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n").status, 400u) << target;
  }
}

}  // namespace kontor::http
