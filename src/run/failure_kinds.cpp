#include "run/failure_kinds.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace kontor::run {
namespace {

struct known_kind {
  std::string_view name;
  std::string_view words;  // Where the provider has none.
  std::string_view advice;
  bool is_recoverable;
};

// The names are stored in messages and shown: never changed or reused.
constexpr std::array<known_kind, 19> kinds = {{
    {"key-rejected", "The provider does not accept the key.", "Enter another key in the settings.", false},
    {"forbidden", "The provider does not allow this.", "Ask the provider what the key may be used for.", false},
    {"model-not-found", "The provider has no such model.", "Choose another model in the settings.", false},
    {"context-too-long", "The message is too long for the model.",
     "Shorten the message, or choose a model with a larger window.", false},
    {"content-filtered", "The provider does not answer this text.", "Write it in other words.", false},
    {"rate-limited", "The provider asks for a pause.", "Try again in a while.", true},
    {"quota-exhausted", "The account at the provider is used up.", "Look at the account at the provider.", false},
    {"request-refused", "The provider does not accept the request.",
     "Look at the model and the address in the settings.", false},
    {"unavailable", "The provider does not answer at the moment.", "Try again later.", true},
    {"unreachable", "Nobody answers at the provider's address.",
     "Look at the address in the settings, or try again later.", true},
    {"timed-out", "The provider took too long.", "Try again.", true},
    {"broken-answer", "What came is not an answer of a language model.", "Look at the address in the settings.", false},
    {"truncated", "The answer broke off.", "Try again, or have it continued.", true},
    {"address-refused", "The address of the provider may not be asked.", "Ask whoever runs this program.", false},
    {"not-configured", "No language model is set up.", "Set one up in the settings.", false},
    {"key-unreadable", "The key of the language model cannot be read.", "Enter it again in the settings.", false},
    {"no-tokens-left", "The tokens of the day are used up.", "Go on tomorrow.", false},
    {"too-many-calls", "The model asks for tools again and again, and does not answer.",
     "Ask for less at a time, or choose another model.", true},
    {"internal", "Something went wrong here.", "Try again; if it stays so, tell whoever runs this program.", true},
}};

const known_kind& kind_named(std::string_view name) noexcept {
  for (const auto& kind : kinds)
    if (kind.name == name) return kind;
  return kinds.back();
}

failure with_words(std::string_view name, std::string words) {
  const auto& kind = kind_named(name);
  return {.kind = std::string(kind.name), .words = words.empty() ? std::string(kind.words) : std::move(words)};
}

std::string_view name_for(chat::model_failure what) noexcept {
  using enum chat::model_failure;
  switch (what) {
    case refused_address:
      return "address-refused";
    case too_many_at_once:
      return "rate-limited";
    case answer_too_long:
      return "broken-answer";
    case stopped:
      return "truncated";
    default:
      return chat::name_of(what);
  }
}

// The settings that are asked for answer with what is wrong in each.
std::string detail_of(const base::error& why) {
  if (!why.detail.empty() || why.fields.empty()) return why.detail;
  const auto& first = why.fields.front();
  return first.path.substr(std::min<std::size_t>(1, first.path.size())) + " " + first.message;
}

}  // namespace

failure to_failure(const chat::model_failed& what) {
  auto out = with_words(name_for(what.kind), base::printable(what.words, 404));
  // Which of its categories fired, in its words: nothing else tells the user what to write in another way.
  for (const auto& category : what.filtered)
    out.words += (&category == &what.filtered.front() ? " (" : ", ") + base::printable(category, 40);
  if (!what.filtered.empty()) out.words += ')';
  out.status = what.status;
  out.retry_after = what.retry_after;
  return out;
}

failure to_failure(const base::error& why) {
  if (why.type == "model-not-configured") return with_words("not-configured", {});
  if (why.type == "credentials-elsewhere" || why.type == "secret-unreadable")
    return with_words("key-unreadable", why.detail);
  if (why.type == "address-refused") return with_words("address-refused", why.detail);
  if (why.code == base::errc::invalid_input) return with_words("request-refused", detail_of(why));
  if (why.code == base::errc::unavailable || why.code == base::errc::overloaded)
    return with_words("unavailable",
                      why.detail.empty() ? "The key of the language model cannot be read at the moment." : why.detail);
  return internal_failure();
}

failure no_tokens_left(std::chrono::microseconds until_there_are) {
  auto out = with_words("no-tokens-left", {});
  out.retry_after = std::chrono::ceil<std::chrono::seconds>(until_there_are);
  return out;
}

failure too_many_calls() {
  auto out = with_words("too-many-calls", {});
  out.status = 200;
  return out;
}

failure internal_failure() {
  return with_words("internal", {});
}

std::string_view advice_on(std::string_view kind) noexcept {
  return kind_named(kind).advice;
}

bool is_recoverable(std::string_view kind) noexcept {
  return kind_named(kind).is_recoverable;
}

}  // namespace kontor::run
