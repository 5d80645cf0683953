#include "outbound/provider_words.hpp"

#include "base/text.hpp"
#include "json/parse.hpp"

#include <utility>

namespace kontor::outbound {
namespace {

constexpr std::size_t most_bytes = 400;

std::string_view text_at(const boost::json::value& of, const char* name) {
  const auto* const object = of.if_object();
  const auto* const value = object != nullptr ? object->if_contains(name) : nullptr;
  const auto* const text = value != nullptr ? value->if_string() : nullptr;
  return text != nullptr ? std::string_view(text->data(), text->size()) : std::string_view();
}

std::string from_json(std::string_view body) {
  const auto read = json::parse(body);
  if (!read) return {};
  if (const auto text = text_at(*read, "error"); !text.empty()) return std::string(text);
  const auto* const object = read->if_object();
  if (const auto* const error = object != nullptr ? object->if_contains("error") : nullptr)
    if (const auto text = text_at(*error, "message"); !text.empty()) return std::string(text);
  for (const char* const name : {"message", "detail", "msg"})
    if (const auto text = text_at(*read, name); !text.empty()) return std::string(text);
  return {};
}

void hide(std::string& words, std::initializer_list<std::string_view> secrets) {
  constexpr std::string_view mark = "…";
  for (const auto secret : secrets) {
    if (secret.empty()) continue;
    for (auto at = words.find(secret); at != std::string::npos; at = words.find(secret, at + mark.size()))
      words.replace(at, secret.size(), mark);
  }
}

bool is_plain(const web_response& answer) {
  const auto type = base::to_lower_ascii(answer.header("content-type"));
  return type.empty() || type.starts_with("text/plain");
}

}  // namespace

std::string shown_words(std::string words, std::initializer_list<std::string_view> secrets, std::size_t most) {
  // Before it is cut, so that no half of a secret is left, and after, for one that was broken up by what cannot be
  // shown.
  hide(words, secrets);
  auto out = base::printable(words, most);
  hide(out, secrets);
  return out;
}

std::string words_of(const web_response& answer, std::string_view secret) {
  auto words = from_json(answer.body);
  if (words.empty() && is_plain(answer)) words = std::string(base::trim(answer.body, " \t\r\n"));
  if (words.empty())
    return "The server answered with status " + std::to_string(answer.status) + " and without a message.";
  return shown_words(std::move(words), {secret}, most_bytes);
}

}  // namespace kontor::outbound
