// Questions to providers of language models: where they go, and with which key. What they say stands in llm_body.hpp.
#pragma once

#include "base/error.hpp"
#include "outbound/web_message.hpp"
#include "settings/llm_check.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kontor::outbound {

bool is_azure(settings::llm_provider provider) noexcept;
url_trust trust_of(settings::named_by who) noexcept;

/// An address of a provider, which has no query. errc::invalid_input with a field error at `/address`.
base::result<web_url> read_address(std::string_view text);

/// What cannot be right in form: errc::invalid_input with a field error at `/key`, `/model` or `/api_version`.
std::optional<base::error> what_is_wrong(const settings::llm_target& target);

/// An error of https_client that settings are to blame for, with a field error at `/address` or `/key`.
base::error blamed(base::error why);

/// Where the model is talked to.
web_url chat_url(const settings::llm_target& target, const web_url& base);

/// A GET with the key, bound to where it belongs.
web_request question(const std::string& owner, const settings::llm_target& target, web_url url,
                     const transfer_limits& limits);

}  // namespace kontor::outbound
