#include "api/large_answer.hpp"

#include <memory>
#include <string>
#include <utility>

namespace kontor::api {
namespace {

struct being_sent {
  chart::written_answer what;
  std::size_t sent = 0;
};

async::awaitable<base::result<std::string>> next_piece(std::shared_ptr<being_sent> of) {
  auto piece = of->what.text.substr(of->sent, http::largest_piece);
  of->sent += piece.size();
  // The connection may wait for its next request for long: nothing is kept meanwhile.
  if (piece.empty()) *of = {};
  co_return piece;
}

}  // namespace

http::response data_response(std::string_view content_type, chart::written_answer what) {
  if (!what.place) return http::response::with_body(200, content_type, std::move(what.text));
  auto sending = std::make_shared<being_sent>(being_sent{.what = std::move(what)});
  return http::response::with_pieces(200, content_type, [sending] { return next_piece(sending); });
}

}  // namespace kontor::api
