#include "chat/llm_provider.hpp"

namespace kontor::chat {

std::string_view name_of(finish_reason what) noexcept {
  switch (what) {
    case finish_reason::stop:
      return "stop";
    case finish_reason::length:
      return "length";
    case finish_reason::content_filter:
      return "content_filter";
    case finish_reason::tool_calls:
      break;
  }
  return "tool_calls";
}

std::string_view name_of(model_failure what) noexcept {
  switch (what) {
    case model_failure::key_rejected:
      return "key-rejected";
    case model_failure::forbidden:
      return "forbidden";
    case model_failure::model_not_found:
      return "model-not-found";
    case model_failure::context_too_long:
      return "context-too-long";
    case model_failure::content_filtered:
      return "content-filtered";
    case model_failure::rate_limited:
      return "rate-limited";
    case model_failure::quota_exhausted:
      return "quota-exhausted";
    case model_failure::request_refused:
      return "request-refused";
    case model_failure::unavailable:
      return "unavailable";
    case model_failure::unreachable:
      return "unreachable";
    case model_failure::refused_address:
      return "refused-address";
    case model_failure::timed_out:
      return "timed-out";
    case model_failure::broken_answer:
      return "broken-answer";
    case model_failure::truncated:
      return "truncated";
    case model_failure::answer_too_long:
      return "answer-too-long";
    case model_failure::too_many_at_once:
      return "too-many-at-once";
    case model_failure::stopped:
      break;
  }
  return "stopped";
}

}  // namespace kontor::chat
