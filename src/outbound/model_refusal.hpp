// What it means for the user when a provider of language models does not answer as a model, and whether to ask again.
// Decides only.
#pragma once

#include "base/error.hpp"
#include "chat/llm_provider.hpp"
#include "outbound/web_message.hpp"

#include <boost/json/value.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace kontor::outbound {

/// Of an answer with another status than 2xx. `secret`, the key that was sent, is left out of the words; so is what a
/// provider shows of it (`sk-ab**yz`). `now`: for a Retry-After that is a date.
chat::model_failed refusal_of(const web_response& answer, std::string_view secret,
                              std::chrono::system_clock::time_point now);

/// Of an error that stands in the middle of an answer with status 200.
chat::model_failed refusal_in(const boost::json::value& event, std::string_view secret);

/// Of what https_client says when there is no answer, or no end of one.
chat::model_failed refusal_of(const base::error& why);

/// The names of the categories for which a filter of Azure fired: of `content_filter_result` or
/// `content_filter_results`.
std::vector<std::string> fired_filters(const boost::json::value& results);

struct retry_settings {
  unsigned most = 2;                     ///< How often a question is asked again.
  std::chrono::milliseconds first{500};  ///< Before the first time, where the provider does not say; then twice that.
  std::chrono::milliseconds longest{8'000};        ///< Of the same.
  std::chrono::milliseconds longest_told{60'000};  ///< What the provider asks for is not waited for longer than that.
};

/// How long to wait before the question is asked again; nothing: it is not. As the provider's own library does it:
/// `x-should-retry` decides, else the status (408, 409, 429, 5xx); `retry-after-ms`, `retry-after`, else twice as long
/// each time, less up to a quarter of it. What is paid for and used up is never asked for again. `jitter` from 0 to 1.
std::optional<std::chrono::milliseconds> wait_before_retry(const web_response& answer, chat::model_failure what,
                                                           unsigned made, double jitter, const retry_settings& how,
                                                           std::chrono::system_clock::time_point now);

/// The same when there was no answer: only where no connection was made, or it was cut before the answer began.
std::optional<std::chrono::milliseconds> wait_before_retry(const base::error& why, unsigned made, double jitter,
                                                           const retry_settings& how);

}  // namespace kontor::outbound
