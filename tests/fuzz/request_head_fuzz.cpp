// Any bytes as a request: the guards over the raw head, Beast's parser behind them, framing, target, chunk headers.
#include "http/framing.hpp"
#include "http/raw_guards.hpp"
#include "http/request_parser.hpp"
#include "http/request_target.hpp"

#include "base/text.hpp"

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace http = kontor::http;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  http::limits limits;
  limits.request_line = 200;
  limits.header_section = 400;
  limits.header_fields = 8;

  (void)http::scan_chunk_header(bytes, false, limits);
  (void)http::scan_chunk_header(bytes, true, limits);

  http::head_scanner scanner(limits);
  if (scanner.scan(bytes) != http::scan_result::complete) return 0;
  require(scanner.size() <= bytes.size() && bytes.substr(0, scanner.size()).ends_with("\r\n\r\n"));

  const std::string head(bytes.substr(0, scanner.size()));
  std::vector<http::header_view> headers;
  std::string body;
  http::request_parser parser(headers, body);
  boost::beast::error_code failure;
  const auto used = parser.put(boost::asio::buffer(head), failure);
  if (failure || !parser.is_header_done()) return 0;
  require(used == head.size());
  require(headers.size() <= limits.header_fields);

  const auto framing = http::check_framing(headers, parser.version());
  if (!framing) return 0;
  // Beast and we agree on where the message ends.
  require(framing->chunked == parser.chunked());
  require(framing->has_body == !parser.is_done());

  http::request_target target;
  for (const auto verb : {http::method::get, http::method::options}) {
    const auto read = http::read_target(parser.target(), verb, framing->host, target);
    if (!read) continue;
    require(target.path == "*" || target.path.starts_with('/'));
    require(kontor::base::is_utf8(target.path));
    require(target.path.find('\0') == std::string::npos && target.path.find('\\') == std::string::npos);
    require(target.path.find("//") == std::string::npos && (target.path + "/").find("/../") == std::string::npos);
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
    require(taken > 0);
    require(body.size() <= 1000);
    rest.remove_prefix(taken);
  }
  return 0;
}
