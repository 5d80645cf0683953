// What a provider says about an error, in a form that can be shown to the user whose key was used.
#pragma once

#include "outbound/web_message.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

namespace kontor::outbound {

/// `words` as they can be shown: printable, at most `most` bytes, with `…` where one of `secrets` was quoted.
std::string shown_words(std::string words, std::initializer_list<std::string_view> secrets, std::size_t most);

/// From the JSON of OpenAI and Azure (`{"error":{"message"}}`), of Ollama (`{"error":"…"}`), of gateways
/// (`{"message"}`), or from plain text; of HTML and of nothing only the status is told. Printable, at most 400 bytes,
/// and `secret` is replaced wherever it is quoted.
std::string words_of(const web_response& answer, std::string_view secret);

}  // namespace kontor::outbound
