#include "outbound/model_refusal.hpp"

#include "base/text.hpp"
#include "json/parse.hpp"
#include "outbound/json_look.hpp"
#include "outbound/provider_words.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace kontor::outbound {
namespace {

using chat::model_failure;
using std::chrono::milliseconds;
using clock = std::chrono::system_clock;

// `code` and `type` of an error, in lower case; a code that is a number counts as a status.
struct named_error {
  std::string code;
  std::string type;
  long status = 0;
};

named_error read_names(const boost::json::value& body, long status) {
  named_error out;
  out.status = status;
  // Some servers write the error itself where others have it in `error`.
  const auto* const inner = member_of(body, "error");
  const auto& error = inner != nullptr && inner->is_object() ? *inner : body;
  out.code = base::to_lower_ascii(text_of(error, "code"));
  out.type = base::to_lower_ascii(text_of(error, "type"));
  if (status != 200) return out;
  long number = static_cast<long>(count_of(error, "code").value_or(0));
  if (number == 0) std::from_chars(out.code.data(), out.code.data() + out.code.size(), number);
  if (number >= 400 && number < 600) out.status = number;
  return out;
}

bool names(const named_error& error, std::string_view name) {
  return error.code == name || error.type == name;
}

bool tells_of_length(std::string_view words) {
  constexpr std::array<std::string_view, 5> phrases{"context length", "context window", "maximum context",
                                                    "too many tokens", "prompt is too long"};
  const auto text = base::to_lower_ascii(words);
  return std::ranges::any_of(phrases, [&](std::string_view each) { return text.find(each) != std::string::npos; });
}

model_failure kind_of(const named_error& error, std::string_view words) {
  if (names(error, "content_filter") || names(error, "content_policy_violation"))
    return model_failure::content_filtered;
  if (names(error, "context_length_exceeded")) return model_failure::context_too_long;
  if (names(error, "insufficient_quota") || names(error, "billing_hard_limit_reached") || error.status == 402)
    return model_failure::quota_exhausted;
  if (names(error, "invalid_api_key") || error.status == 401) return model_failure::key_rejected;
  if (names(error, "model_not_found") || names(error, "deploymentnotfound") || error.status == 404)
    return model_failure::model_not_found;
  if (names(error, "rate_limit_exceeded") || error.status == 429) return model_failure::rate_limited;
  if (error.status == 403) return model_failure::forbidden;
  if (error.status == 408 || error.status == 409 || error.status >= 500) return model_failure::unavailable;
  if ((error.status >= 400 || error.status == 200) && tells_of_length(words)) return model_failure::context_too_long;
  if (error.status >= 400 || names(error, "invalid_request_error")) return model_failure::request_refused;
  return error.status == 200 ? model_failure::unavailable : model_failure::broken_answer;
}

// What a provider shows of a key has stars in its middle: it is a part of the key all the same.
std::string without_shown_keys(std::string words) {
  std::string out;
  for (std::size_t at = 0; at < words.size();) {
    const auto end = std::min(words.find(' ', at), words.size());
    const auto word = std::string_view(words).substr(at, end - at);
    out += word.find("**") == std::string_view::npos ? word : std::string_view("…");
    if (end < words.size()) out += ' ';
    at = end + 1;
  }
  return out;
}

std::vector<std::string> filters_of(const boost::json::value& body) {
  const auto* const error = member_of(body, "error");
  const auto* const inner = error != nullptr ? member_of(*error, "innererror") : nullptr;
  if (inner == nullptr) return {};
  for (const char* const name : {"content_filter_result", "content_filter_results"})
    if (const auto* const results = member_of(*inner, name)) return fired_filters(*results);
  return {};
}

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto* const end = text.data() + text.size();
  const auto [stopped, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc() || stopped != end || !(number >= 0) || number > 1e9) return std::nullopt;
  return number;
}

// RFC 9110 section 10.2.3, and the finer one of OpenAI and Azure.
std::optional<milliseconds> told_wait(const web_response& answer, clock::time_point now) {
  if (const auto exact = number_in(base::trim(answer.header("retry-after-ms"))))
    return milliseconds(static_cast<std::int64_t>(*exact));
  const std::string after(base::trim(answer.header("retry-after")));
  if (const auto seconds = number_in(after)) return milliseconds(static_cast<std::int64_t>(*seconds * 1000));
  const auto date = after.empty() ? -1 : curl_getdate(after.c_str(), nullptr);
  if (date < 0) return std::nullopt;
  return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(clock::from_time_t(date) - now));
}

milliseconds own_wait(unsigned made, double jitter, const retry_settings& how) {
  const auto whole = std::min(how.longest, how.first * (1 << std::min(made, 10u)));
  return milliseconds(static_cast<std::int64_t>(static_cast<double>(whole.count()) * (1 - 0.25 * jitter)));
}

}  // namespace

std::vector<std::string> fired_filters(const boost::json::value& results) {
  std::vector<std::string> out;
  const auto* const object = results.if_object();
  if (object == nullptr) return out;
  for (const auto& each : *object)
    if (is_true(each.value(), "filtered") && out.size() < 20)
      out.push_back(base::printable(std::string_view(each.key().data(), each.key().size()), 100));
  return out;
}

chat::model_failed refusal_of(const web_response& answer, std::string_view secret, clock::time_point now) {
  const auto read = json::parse(answer.body);
  const auto body = read ? *read : boost::json::value();
  chat::model_failed out;
  out.status = answer.status;
  out.words = words_of(answer, secret);
  if (answer.status >= 300 && answer.status < 400) out.words = "The server redirects to another address.";
  out.kind = kind_of(read_names(body, answer.status), out.words);
  if (out.kind == model_failure::key_rejected) out.words = without_shown_keys(std::move(out.words));
  if (out.kind == model_failure::content_filtered) out.filtered = filters_of(body);
  if (const auto wait = told_wait(answer, now)) out.retry_after = std::chrono::ceil<std::chrono::seconds>(*wait);
  return out;
}

chat::model_failed refusal_in(const boost::json::value& event, std::string_view secret) {
  chat::model_failed out;
  out.status = 200;
  out.words = shown_words(std::string(words_in(event)), {secret}, most_bytes_of_words);
  if (out.words.empty()) out.words = "The provider failed in the middle of its answer and did not say why.";
  out.kind = kind_of(read_names(event, 200), out.words);
  if (out.kind == model_failure::key_rejected) out.words = without_shown_keys(std::move(out.words));
  if (out.kind == model_failure::content_filtered) out.filtered = filters_of(event);
  return out;
}

chat::model_failed refusal_of(const base::error& why) {
  struct row {
    std::string_view type;
    model_failure kind;
  };
  constexpr std::array<row, 8> rows{{{transfer_failure::address_refused, model_failure::refused_address},
                                     {transfer_failure::host_not_found, model_failure::unreachable},
                                     {transfer_failure::not_connected, model_failure::unreachable},
                                     {transfer_failure::tls_failed, model_failure::unreachable},
                                     {transfer_failure::answer_broken, model_failure::unreachable},
                                     {transfer_failure::timed_out, model_failure::timed_out},
                                     {transfer_failure::answer_too_large, model_failure::answer_too_long},
                                     {transfer_failure::stopped, model_failure::stopped}}};
  chat::model_failed out;
  out.words = why.detail;
  if (why.code == base::errc::too_many_requests || why.code == base::errc::overloaded) {
    out.kind = model_failure::too_many_at_once;
    if (out.words.empty()) out.words = "There are too many requests to the outside at the moment.";
    if (why.retry_after.count() > 0) out.retry_after = why.retry_after;
    return out;
  }
  const auto found = std::ranges::find(rows, why.type, &row::type);
  out.kind = found != rows.end() ? found->kind : model_failure::unavailable;
  if (out.words.empty()) out.words = "The provider could not be asked.";
  return out;
}

std::optional<milliseconds> wait_before_retry(const web_response& answer, model_failure what, unsigned made,
                                              double jitter, const retry_settings& how, clock::time_point now) {
  if (made >= how.most || what == model_failure::quota_exhausted) return std::nullopt;
  const auto wish = base::to_lower_ascii(base::trim(answer.header("x-should-retry")));
  const auto status = answer.status;
  const bool is_passing = status == 408 || status == 409 || status == 429 || status >= 500;
  if (wish == "false" || (!is_passing && wish != "true")) return std::nullopt;
  const auto told = told_wait(answer, now);
  if (!told) return own_wait(made, jitter, how);
  return *told <= how.longest_told ? told : std::nullopt;
}

std::optional<milliseconds> wait_before_retry(const base::error& why, unsigned made, double jitter,
                                              const retry_settings& how) {
  const bool is_passing = why.type == transfer_failure::not_connected || why.type == transfer_failure::answer_broken;
  if (made >= how.most || !is_passing) return std::nullopt;
  return own_wait(made, jitter, how);
}

}  // namespace kontor::outbound
