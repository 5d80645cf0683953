#include "outbound/bitget_check.hpp"

#include "base/text.hpp"
#include "outbound/provider_words.hpp"

#include <algorithm>
#include <utility>

namespace kontor::outbound {
namespace {

constexpr std::string_view classic_route = "/api/v2/spot/account/info";
constexpr std::string_view unified_route = "/api/v3/account/info";

constexpr std::size_t most_words = 300;
constexpr std::size_t most_name = 64;

// What can stand in a header, and what a key of Bitget is made of; a line end that was pasted along is none of it.
void require_form(std::string_view value, const char* path, std::vector<base::field_error>& errors) {
  const auto is_visible = [](char c) { return c > 0x20 && c < 0x7f; };
  if (value.empty())
    errors.push_back({path, "required", "must not be empty."});
  else if (value.size() > 256)
    errors.push_back({path, "too_long", "must be at most 256 characters long."});
  else if (!std::ranges::all_of(value, is_visible))
    errors.push_back({path, "not_allowed", "must be made of letters, digits and signs without blanks."});
}

// The client refused, before anything was sent, because too much is going on.
bool is_refused_here(const base::error& why) {
  return why.code == base::errc::too_many_requests || why.code == base::errc::overloaded;
}

// What the exchange said, as it is stored and shown: an answer may quote what it was asked with.
settings::exchange_verdict shown(settings::exchange_verdict said, const settings::exchange_credentials& asked_with) {
  const auto tell = [&](std::string& words, std::size_t most) {
    words = shown_words(std::move(words),
                        {asked_with.key.text(), asked_with.secret.text(), asked_with.passphrase.text()}, most);
  };
  tell(said.message, most_words);
  for (auto& right : said.rights)
    tell(right, most_name);
  for (auto& address : said.addresses)
    tell(address, most_name);
  return said;
}

}  // namespace

async::awaitable<base::result<settings::exchange_verdict>> bitget_check::check(
    std::string owner, settings::exchange_credentials credentials) {
  base::error bad{base::errc::invalid_input};
  require_form(credentials.key.text(), "/key", bad.fields);
  require_form(credentials.secret.text(), "/secret", bad.fields);
  require_form(credentials.passphrase.text(), "/passphrase", bad.fields);
  if (!bad.fields.empty()) co_return std::move(bad);

  auto account = settings::exchange_account::classic;
  bool clock_is_right = false;
  while (true) {
    auto request = api_.question(owner, account == settings::exchange_account::classic ? classic_route : unified_route);
    api_.sign(request, credentials);
    const auto heard = co_await api_.ask(std::move(request));
    if (heard.not_reached && is_refused_here(*heard.not_reached)) co_return *heard.not_reached;
    if (heard.said && is_bitget_clock_error(heard.said->code) && !clock_is_right) {
      co_await api_.set_clock_right(owner);
      clock_is_right = true;
      continue;
    }
    if (heard.said && is_bitget_other_family(heard.said->code) && account == settings::exchange_account::classic) {
      account = settings::exchange_account::unified;
      continue;
    }
    co_return shown(verdict_of(heard, account), credentials);
  }
}

settings::exchange_verdict bitget_check::verdict_of(const bitget_api::reply& from,
                                                    settings::exchange_account account) const {
  settings::exchange_verdict out;
  if (from.not_reached) {
    out.message = from.not_reached->detail;
    return out;
  }
  if (!from.said) {
    out.message = "The exchange answered with status " + std::to_string(from.status) + " and without a message.";
    return out;
  }
  out.code = from.said->code;
  out.message = from.said->message;
  if (out.code == bitget_success) {
    auto told = read_bitget_rights(from.said->data, account);
    if (!told) {
      out.message = "The exchange took the key, but did not say what it may do.";
      return out;
    }
    told->code = out.code;
    told->message = out.message;
    return std::move(*told);
  }
  // After the clock was set right, a wrong time is a refusal like others.
  if (is_bitget_refusal(out.code) || is_bitget_clock_error(out.code)) out.outcome = settings::verification::refused;
  return out;
}

}  // namespace kontor::outbound
