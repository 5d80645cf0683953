// Any bytes as a request: the guards over the raw head, Beast's parser behind them, framing, target, chunk headers.
#include "base/text.hpp"
#include "http/framing.hpp"
#include "http/handshake.hpp"
#include "http/raw_guards.hpp"
#include "http/request_parser.hpp"
#include "http/request_target.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace http = kontor::http;
using kontor::test::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = kontor::test::input_text(data, size);
  http::limits limits;
  limits.request_line = 200;
  limits.header_section = 400;
  limits.header_fields = 8;

  (void)http::scan_chunk_header(bytes, false, limits);
  (void)http::scan_chunk_header(bytes, true, limits);

  http::head_scanner scanner(limits);
  if (scanner.scan(bytes) != http::scan_result::complete) return 0;
  must(scanner.size() <= bytes.size() && bytes.substr(0, scanner.size()).ends_with("\r\n\r\n"),
       "the head ends with its empty line");

  const std::string head(bytes.substr(0, scanner.size()));
  std::vector<http::header_view> headers;
  std::string body;
  http::request_parser parser(headers, body);
  boost::beast::error_code failure;
  const auto used = parser.put(boost::asio::buffer(head), failure);
  if (failure || !parser.is_header_done()) return 0;
  must(used == head.size(), "the parser takes the whole head");
  must(headers.size() <= limits.header_fields, "the limit of fields holds");

  const auto framing = http::check_framing(headers, parser.version());
  if (!framing) return 0;
  must(framing->chunked == parser.chunked(), "Beast and we agree on the coding");
  must(framing->has_body == !parser.is_done(), "Beast and we agree on the end of the message");

  http::request_target target;
  for (const auto verb : {http::method::get, http::method::options}) {
    const auto read = http::read_target(parser.target(), verb, framing->host, target);
    if (!read) continue;
    must(target.path == "*" || target.path.starts_with('/'), "a path begins with a slash");
    must(kontor::base::is_utf8(target.path), "a path is UTF-8");
    must(target.path.find('\0') == std::string::npos && target.path.find('\\') == std::string::npos,
         "a path has no NUL and no backslash");
    must(target.path.find("//") == std::string::npos && (target.path + "/").find("/../") == std::string::npos,
         "a path has no tricks");
  }

  // Most of them ask for no WebSocket.
  if (const auto verb = parser.known_verb()) {
    http::request request;
    request.verb = *verb;
    request.headers = headers;
    const auto key = http::check_handshake(request, *framing, parser.version());
    must(!key || (key->size() == 24 && parser.is_done()), "a handshake has a key and no body");
  }

  // The body, as the connection reads it.
  parser.limit_body(1000);
  auto rest = bytes.substr(scanner.size());
  while (!parser.is_done() && !rest.empty()) {
    if (parser.chunked() && parser.at_chunk_header() &&
        http::scan_chunk_header(rest, parser.after_chunk(), limits).what != http::scan_result::complete)
      return 0;
    const auto taken = parser.put(boost::asio::buffer(rest.data(), rest.size()), failure);
    if (failure) return 0;
    must(taken > 0, "a body is read in steps forward");
    must(body.size() <= 1000, "the limit of the body holds");
    rest.remove_prefix(taken);
  }
  return 0;
}
