// What a provider says about an error, in a form that can be shown to the user whose key was used.
#pragma once

#include "outbound/web_message.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace kontor::outbound {

inline constexpr std::size_t most_bytes_of_words = 400;

/// `words` as they can be shown: printable, at most `most` bytes, with `…` where one of `secrets` was quoted.
std::string shown_words(std::string words, std::initializer_list<std::string_view> secrets, std::size_t most);

/// From the JSON of OpenAI and Azure (`{"error":{"message"}}`), of Ollama (`{"error":"…"}`), of gateways
/// (`{"message"}`), or from plain text; of HTML and of nothing only the status is told. Printable, at most 400 bytes,
/// and `secret` is replaced wherever it is quoted.
std::string words_of(const web_response& answer, std::string_view secret);

/// The same of what was read already, as it stands there; empty: nothing is said. The view lives as long as `answer`.
std::string_view words_in(const boost::json::value& answer);

}  // namespace kontor::outbound
