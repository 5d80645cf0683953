#include "outbound/provider_words.hpp"

#include "base/text.hpp"
#include "json/parse.hpp"
#include "outbound/json_look.hpp"

#include <utility>

namespace kontor::outbound {
namespace {

std::string from_json(std::string_view body) {
  const auto read = json::parse(body);
  return read ? std::string(words_in(*read)) : std::string();
}

void hide(std::string& words, std::initializer_list<std::string_view> secrets) {
  constexpr std::string_view mark = "…";
  for (const auto secret : secrets) {
    if (secret.empty()) continue;
    for (auto at = words.find(secret); at != std::string::npos; at = words.find(secret, at + mark.size()))
      words.replace(at, secret.size(), mark);
  }
}

// Providers write messages of several lines; what is printable is made for one.
std::string in_one_line(std::string_view words) {
  std::string out;
  out.reserve(words.size());
  bool is_behind_break = false;
  for (const char c : base::trim(words, " \t\r\n")) {
    const bool is_break = c == '\t' || c == '\r' || c == '\n';
    if (is_break && !out.ends_with(' ')) out += ' ';
    is_behind_break = is_break || (c == ' ' && is_behind_break);
    if (!is_behind_break) out += c;
  }
  return out;
}

bool is_plain(const web_response& answer) {
  const auto type = base::to_lower_ascii(answer.header("content-type"));
  return type.empty() || type.starts_with("text/plain");
}

}  // namespace

std::string_view words_in(const boost::json::value& answer) {
  if (const auto text = text_of(answer, "error"); !text.empty()) return text;
  if (const auto* const error = member_of(answer, "error"))
    if (const auto text = text_of(*error, "message"); !text.empty()) return text;
  for (const char* const name : {"message", "detail", "msg"})
    if (const auto text = text_of(answer, name); !text.empty()) return text;
  return {};
}

std::string shown_words(std::string words, std::initializer_list<std::string_view> secrets, std::size_t most) {
  // Before it is cut, so that no half of a secret is left, and after, for one that was broken up by what cannot be
  // shown.
  hide(words, secrets);
  auto out = base::printable(in_one_line(words), most);
  hide(out, secrets);
  return out;
}

std::string words_of(const web_response& answer, std::string_view secret) {
  auto words = from_json(answer.body);
  if (words.empty() && is_plain(answer)) words = std::string(base::trim(answer.body, " \t\r\n"));
  if (words.empty())
    return "The server answered with status " + std::to_string(answer.status) + " and without a message.";
  return shown_words(std::move(words), {secret}, most_bytes_of_words);
}

}  // namespace kontor::outbound
