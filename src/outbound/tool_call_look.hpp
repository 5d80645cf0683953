// A call of a tool in what a provider says.
#pragma once

#include "chat/toolbox.hpp"
#include "outbound/json_look.hpp"

#include <boost/json/serialize.hpp>

#include <string>

namespace kontor::outbound {

/// Name and arguments of `{"function": {…}}`, or of a part of it: the arguments are a text, or, with others, an object.
inline chat::tool_call call_in(const boost::json::value& what) {
  chat::tool_call out;
  const auto* const function = member_of(what, "function");
  if (function == nullptr) return out;
  out.name = text_of(*function, "name");
  const auto* const arguments = member_of(*function, "arguments");
  if (arguments == nullptr) return out;
  out.arguments = arguments->is_string() ? std::string(text_of(arguments)) : boost::json::serialize(*arguments);
  return out;
}

}  // namespace kontor::outbound
