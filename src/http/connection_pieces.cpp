// The answers whose body is made while it is sent.
#include "base/log.hpp"
#include "http/connection.hpp"
#include "http/request_log.hpp"

#include <boost/asio/post.hpp>

#include <exception>
#include <stdexcept>
#include <utility>

namespace kontor::http {
namespace {

// However sending ends, by an error, an exception or the end of the loop: what is not whole must not look like it.
class whole_or_cut {
 public:
  explicit whole_or_cut(answer_writer& writer) : writer_(writer) {}
  ~whole_or_cut() {
    if (!is_whole_) writer_.cut();
  }
  whole_or_cut(const whole_or_cut&) = delete;
  whole_or_cut& operator=(const whole_or_cut&) = delete;

  void is_whole() noexcept { is_whole_ = true; }

 private:
  answer_writer& writer_;
  bool is_whole_ = false;
};

}  // namespace

async::awaitable<bool> connection::send_pieces(const response& answer) {
  whole_or_cut sending(writer_);
  while (true) {
    const auto piece = co_await next_piece(answer);
    if (!piece) co_return false;
    const bool is_last = piece->empty();
    is_last ? writer_.compose_end() : writer_.compose_piece(*piece);
    if (!writer_.write_now() && !co_await writer_.write_rest()) co_return false;
    if (is_last) break;
    // A source that never waits and a client that takes all would keep the others on the loop from their turn.
    co_await boost::asio::post(socket_.get_executor(), async::use_awaitable);
  }
  sending.is_whole();
  co_return true;
}

async::awaitable<base::result<std::string>> connection::next_piece(const response& answer) {
  std::exception_ptr breakage;
  try {
    auto piece = co_await answer.pieces()();
    if (piece && piece->size() > largest_piece) throw std::length_error("a piece of an answer is too large");
    if (!piece)
      base::log(base::log_level::warning, "an answer broke off",
                {{"request_id", request_.id},
                 {"code", std::string(base::name_of(piece.error().code))},
                 {"detail", piece.error().internal_detail}});
    co_return piece;
  } catch (...) {
    breakage = std::current_exception();
  }
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  if (state.cancelled() == boost::asio::cancellation_type::none) log_breakage(request_, breakage);
  co_return base::error{base::errc::internal, "", "", "the source of an answer failed"};
}

}  // namespace kontor::http
