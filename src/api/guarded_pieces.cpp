#include "api/guarded_pieces.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace kontor::api {
namespace {

using steady_clock = std::chrono::steady_clock;

class guarded_source {
 public:
  guarded_source(http::piece_source pieces, guard& who, kept_claim claim)
      : pieces_(std::move(pieces)), who_(who), claim_(std::move(claim)) {}

  async::awaitable<base::result<std::string>> next() {
    if (const auto now = steady_clock::now(); now - asked_at_ >= longest_unasked) {
      const auto good = co_await who_.holds(claim_);
      if (!good) co_return good.error();
      asked_at_ = now;
    }
    co_return co_await pieces_();
  }

 private:
  const http::piece_source pieces_;
  guard& who_;
  const kept_claim claim_;
  steady_clock::time_point asked_at_ = steady_clock::now();  // whoever made us has just asked
};

}  // namespace

http::response guarded(http::response answer, guard& who, const http::request& in, const caller& by) {
  if (!answer.has_pieces()) return answer;
  auto source = std::make_shared<guarded_source>(answer.pieces(), who, guard::keep(in, by));
  answer.replace_pieces([source] { return source->next(); });
  return answer;
}

}  // namespace kontor::api
