#include "outbound/llm_client.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "crypto/random.hpp"
#include "outbound/llm_body.hpp"
#include "outbound/llm_question.hpp"
#include "outbound/ollama_stream.hpp"
#include "outbound/openai_stream.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cassert>
#include <optional>
#include <string>
#include <utility>

namespace kontor::outbound {
namespace {

using chat::model_failure;
using steady = std::chrono::steady_clock;
using timer = boost::asio::basic_waitable_timer<steady, boost::asio::wait_traits<steady>, async::executor>;

double random_part() {
  return crypto::random_array<1>()[0] / 255.0;
}

std::string media_type_of(const web_response& head) {
  const auto field = head.header("content-type");
  return base::to_lower_ascii(base::trim(field.substr(0, field.find(';'))));
}

// What broke a body off. The head was good, so somebody was there.
chat::model_failed break_of(const base::error& why) {
  auto out = refusal_of(why);
  out.status = 200;
  if (out.kind != model_failure::unreachable) return out;
  out.kind = model_failure::truncated;
  out.words = "The connection to the provider broke in the middle of its answer.";
  return out;
}

// Words about a key may quote a part of it, or all of it in another form, and who reads them here does not own it.
void leave_out_words_about_the_key(chat::model_failed& why) {
  const bool is_about_key = why.kind == model_failure::key_rejected || why.kind == model_failure::forbidden ||
                            why.status == 401 || why.status == 403;
  if (is_about_key) why.words.clear();
}

class model_answer final : public chat::answer_stream {
 public:
  model_answer(https_client& client, const llm_client_settings& how, std::string owner, settings::llm_target target,
               web_url url, chat::model_request what)
      : client_(client),
        how_(how),
        owner_(std::move(owner)),
        target_(std::move(target)),
        url_(std::move(url)),
        what_(std::move(what)),
        dialect_(dialect_of(target_)) {
    // Where nothing is offered, nothing of it can be refused.
    const auto is_about_tools = [](const auto& each) { return !each.tool_calls.empty() || !each.tool_call_id.empty(); };
    dialect_.knows_tools = !what_.tools.empty() || std::ranges::any_of(what_.messages, is_about_tools);
  }

  async::awaitable<chat::model_event> next() override;

 private:
  async::awaitable<void> ask();
  async::awaitable<void> hear_refusal();
  async::awaitable<void> hear_answer();
  async::awaitable<void> wait();
  bool is_of_operator() const noexcept { return target_.who == settings::named_by::operator_of_program; }
  web_request make_request() const;
  void begin_to_decode();
  void fail(chat::model_failed why);
  bool will_ask_again(std::optional<std::chrono::milliseconds> wait);

  https_client& client_;
  const llm_client_settings how_;
  const std::string owner_;
  const settings::llm_target target_;
  const web_url url_;
  const chat::model_request what_;
  llm_dialect dialect_;

  std::optional<steady::time_point> until_;  // Once the question was asked.
  std::optional<std::chrono::milliseconds> wait_;
  unsigned retries_ = 0;
  std::unique_ptr<web_stream> answer_;
  std::unique_ptr<answer_decoder> decoder_;
  model_events events_;
  bool is_over_ = false;
};

async::awaitable<chat::model_event> model_answer::next() {
  assert(!is_over_ && "next() after the last event");
  while (events_.empty()) {
    if (wait_) co_await wait();
    if (decoder_)
      co_await hear_answer();
    else
      co_await ask();
  }
  auto event = std::move(events_.front());
  events_.pop_front();
  if (auto* const why = std::get_if<chat::model_failed>(&event); why && is_of_operator())
    leave_out_words_about_the_key(*why);
  is_over_ = std::holds_alternative<chat::model_done>(event) || std::holds_alternative<chat::model_failed>(event);
  co_return event;
}

async::awaitable<void> model_answer::wait() {
  const auto loop = co_await boost::asio::this_coro::executor;
  timer alarm(loop, *wait_);
  co_await alarm.async_wait(async::use_awaitable);
  wait_.reset();
}

web_request model_answer::make_request() const {
  auto limits = how_.limits;
  limits.whole = std::chrono::duration_cast<std::chrono::milliseconds>(*until_ - steady::now());
  auto out = question(owner_, target_, url_, limits);
  out.method = "POST";
  out.version = http_version::one;
  const bool is_ollama = target_.provider == settings::llm_provider::ollama;
  out.headers = {{"Accept", is_ollama ? "application/x-ndjson" : "text/event-stream"},
                 {"Content-Type", "application/json"}};
  out.body = chat_body(target_, what_, dialect_);
  return out;
}

async::awaitable<void> model_answer::ask() {
  if (!until_) until_ = steady::now() + how_.limits.whole;
  auto request = make_request();
  auto opened = co_await client_.open(std::move(request));
  if (!opened) {
    if (!will_ask_again(wait_before_retry(opened.error(), retries_, random_part(), how_.retry)))
      fail(refusal_of(opened.error()));
    co_return;
  }
  answer_ = std::move(*opened);
  const auto status = answer_->head().status;
  if (status >= 200 && status < 300)
    begin_to_decode();
  else
    co_await hear_refusal();
}

async::awaitable<void> model_answer::hear_refusal() {
  auto refusal = answer_->head();
  while (refusal.body.size() < how_.most_refusal) {
    const auto piece = co_await answer_->next();
    // What has come of it has to do.
    if (!piece || piece->empty()) break;
    refusal.body += *piece;
  }
  answer_.reset();
  if (const auto simpler = simpler_dialect(dialect_, refusal)) {
    dialect_ = *simpler;
    co_return;
  }
  const auto now = std::chrono::system_clock::now();
  auto why = refusal_of(refusal, target_.key.text(), now);
  base::log(base::log_level::info, "a language model refuses",
            {{"status", std::to_string(refusal.status)},
             {"kind", std::string(chat::name_of(why.kind))},
             {"request", std::string(refusal.header("x-request-id"))}});
  if (!will_ask_again(wait_before_retry(refusal, why.kind, retries_, random_part(), how_.retry, now)))
    fail(std::move(why));
}

bool model_answer::will_ask_again(std::optional<std::chrono::milliseconds> wait) {
  if (!wait || steady::now() + *wait >= *until_) return false;
  wait_ = wait;
  ++retries_;
  events_.push_back(chat::waiting{std::chrono::ceil<std::chrono::seconds>(*wait)});
  return true;
}

void model_answer::begin_to_decode() {
  decoder_settings how{.model = target_.model, .most_text = how_.most_text, .secret = target_.key.text()};
  if (target_.provider == settings::llm_provider::ollama)
    decoder_ = std::make_unique<ollama_stream>(std::move(how));
  else if (media_type_of(answer_->head()) == "application/json")
    decoder_ = std::make_unique<openai_answer>(std::move(how));
  else
    decoder_ = std::make_unique<openai_stream>(std::move(how));
}

async::awaitable<void> model_answer::hear_answer() {
  const auto piece = co_await answer_->next();
  if (!piece)
    decoder_->end(break_of(piece.error()));
  else if (piece->empty())
    decoder_->end();
  else
    decoder_->take(*piece);
  events_ = std::exchange(decoder_->events(), {});
  // Closes the connection, unless all of the answer has come.
  if (decoder_->is_over()) answer_.reset();
}

void model_answer::fail(chat::model_failed why) {
  events_.push_back(std::move(why));
}

}  // namespace

base::result<std::unique_ptr<chat::answer_stream>> llm_client::ask(const base::user_id& owner,
                                                                   settings::llm_target target,
                                                                   chat::model_request what) {
  if (auto wrong = what_is_wrong(target)) return std::move(*wrong);
  if (target.model.empty()) {
    base::error out{base::errc::invalid_input};
    out.fields.push_back({"/model", "required", "must not be empty."});
    return out;
  }
  const auto base = read_address(target.address);
  if (!base) return base.error();
  auto url = chat_url(target, *base);
  if (const auto allowed = client_.policy().check(url, trust_of(target.who)); !allowed) return blamed(allowed.error());
  if (!target.key.empty() && target.key_origin != url.origin())
    return blamed({base::errc::invalid_input, std::string(transfer_failure::credentials_elsewhere),
                   "The key was saved for another host. Enter it again for this one.", ""});
  return std::make_unique<model_answer>(client_, how_, owner.str(), std::move(target), std::move(url), std::move(what));
}

}  // namespace kontor::outbound
