// The request cases of llhttp over a real socket. What we answer to each of them, and why, stands in
// docs/vectors-http.md; its table is compared with what happens here.
#include "http/server_fixture.hpp"

#include <boost/beast/core/detail/base64.hpp>
#include <boost/json.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace kontor::http {
namespace {

struct vector_case {
  std::string title;
  std::string bytes;
  std::string verdict;             // of llhttp
  bool refused_by_llhttp = false;  // in its strict mode
  std::size_t complete = 0;        // messages that llhttp found
};

std::vector<vector_case> load() {
  std::ifstream in(KONTOR_TEST_VECTORS "/http/llhttp-requests.json");
  const std::string text(std::istreambuf_iterator<char>(in), {});
  std::vector<vector_case> cases;
  const auto parsed = boost::json::parse(text);
  for (const auto& each : parsed.as_array()) {
    vector_case next;
    const std::string type(each.at("type").as_string());
    next.title = std::string(each.at("title").as_string()) + (type == "request" ? "" : " (" + type + ")");
    const auto& encoded = each.at("raw_base64").as_string();
    next.bytes.resize(boost::beast::detail::base64::decoded_size(encoded.size()));
    next.bytes.resize(boost::beast::detail::base64::decode(next.bytes.data(), encoded.data(), encoded.size()).first);
    const auto& said = each.at("llhttp_error");
    const bool paused = said.is_string() && said.as_string().starts_with("Pause");
    const bool lenient = type.find("lenient") != std::string::npos;
    next.refused_by_llhttp = lenient || (said.is_string() && !paused);
    next.verdict = lenient ? "refused when strict" : said.is_string() ? std::string(said.as_string()) : "accepted";
    next.complete = static_cast<std::size_t>(each.at("message_complete").as_int64());
    cases.push_back(std::move(next));
  }
  return cases;
}

class LlhttpVectors : public testing::Test {
 protected:
  LlhttpVectors() : running_(short_times(), 1) {
    const auto any = [this](request& in) -> async::awaitable<response> {
      ++handled_;
      co_return response::with_body(200, "text/plain; charset=utf-8", std::string(in.body));
    };
    const route_options takes_any = {.body = route_options::body_kind::any};
    for (const auto verb : {method::get, method::post, method::put, method::patch, method::delete_, method::options})
      for (const std::string path : {"/", "/{a}", "/{a}/{b}", "/{a}/{b}/{c}"})
        running_.routes.add(verb, path, any, takes_any);
    running_.start();
  }
  static limits short_times() {
    limits l;
    l.header_time = std::chrono::milliseconds(60);
    l.body_time = std::chrono::milliseconds(60);
    l.idle_time = std::chrono::milliseconds(60);
    l.linger_time = std::chrono::milliseconds(60);
    return l;
  }

  struct answer {
    unsigned status;
    std::string detail;
  };

  // All answers until the server closes; the client throws when one is malformed or nothing comes.
  std::vector<answer> answers_to(const vector_case& sent, bool half_close) {
    auto client = running_.connect();
    client.send(sent.bytes);
    if (half_close) client.half_close();
    std::vector<answer> all;
    const auto method = sent.bytes.starts_with("HEAD ") ? "HEAD" : "GET";
    while (const auto next = client.read(method)) {
      std::string detail;
      if (next->status >= 400 && !next->body.empty())
        detail = std::string(boost::json::parse(next->body).at("detail").as_string());
      all.push_back({next->status, std::move(detail)});
    }
    return all;
  }

  std::atomic<std::size_t> handled_ = 0;
  running_server running_;
};

// Most cases have no Host and so are refused before what they are about is looked at.
std::string with_host(std::string bytes) {
  const auto line_end = bytes.find("\r\n", bytes.starts_with("\r\n") ? 2 : 0);
  for (const auto* host : {"\r\nHost:", "\r\nHOST:"})
    if (bytes.find(host) != std::string::npos) return bytes;
  if (line_end != std::string::npos) bytes.insert(line_end + 2, "Host: x\r\n");
  return bytes;
}

std::string row_of(const vector_case& each, const auto& answers) {
  std::string said;
  for (const auto& next : answers) {
    if (!said.empty()) said += ", then ";
    said += std::to_string(next.status);
    if (!next.detail.empty()) said += " " + next.detail;
  }
  return "| " + each.title + " | " + each.verdict + ", " + std::to_string(each.complete) + " | " + said + " |\n";
}

// Refused by llhttp, and answered otherwise by us.
bool is_answered_on_purpose(const std::string& title) {
  // An HTTP/1.0 request ends its connection. What follows it is dropped unread.
  return title.starts_with("No restart when keep-alive is off") ||
         title.starts_with("Resetting flags when keep-alive is off");
}

// The vector's count leaves out a first request that is complete; the notes of its source follow as a second one.
bool has_one_more_than_counted(const std::string& title) {
  return title.starts_with("CRLF between requests");
}

}  // namespace

TEST_F(LlhttpVectors, EachIsAnsweredOrClosedInTime) {
  const auto cases = load();
  ASSERT_EQ(cases.size(), 84u);
  std::string table;
  for (const auto& each : cases) {
    for (const int variant : {0, 1, 2}) {
      const bool half_close = variant == 1;
      auto sent = each;
      if (variant == 2) sent.bytes = with_host(sent.bytes);
      SCOPED_TRACE(each.title + (half_close ? ", half closed" : variant == 2 ? ", with Host" : ""));
      handled_ = 0;
      std::vector<answer> answers;
      ASSERT_NO_THROW(answers = answers_to(sent, half_close));
      const auto complete = each.complete + (has_one_more_than_counted(each.title) ? 1 : 0);
      // Never more answers than requests, but for the one that says why the connection ends.
      EXPECT_LE(handled_.load(), complete);
      EXPECT_LE(answers.size(), complete + 1);
      for (std::size_t i = 0; i < answers.size(); ++i) {
        const auto status = answers[i].status;
        EXPECT_TRUE(status < 500 || status == 501 || status == 505) << status;
        if (status >= 400) EXPECT_EQ(i + 1, answers.size());
      }
      if (each.refused_by_llhttp && !is_answered_on_purpose(each.title)) {
        ASSERT_FALSE(answers.empty());
        // What is cut off in mid-header is refused when its time is over.
        EXPECT_TRUE(answers.back().status == 400 || (answers.back().status == 408 && !half_close))
            << answers.back().status;
      }
      if (variant == 0) table += row_of(each, answers);
    }
  }
  std::ifstream in(KONTOR_TEST_VECTORS "/../../docs/vectors-http.md");
  const std::string document(std::istreambuf_iterator<char>(in), {});
  EXPECT_NE(document.find(table), std::string::npos) << "docs/vectors-http.md should have these rows:\n" << table;
}

}  // namespace kontor::http
