#include "outbound/bitget_balances.hpp"

#include "base/text.hpp"
#include "outbound/decimal_text.hpp"
#include "outbound/json_look.hpp"
#include "outbound/provider_words.hpp"

#include <algorithm>
#include <utility>

namespace kontor::outbound {
namespace {

using settings::balance;
using settings::exchange_account;

constexpr std::string_view classic_assets_route = "/api/v2/spot/account/assets";
constexpr std::string_view unified_assets_route = "/api/v3/account/assets";
// A row for each coin that is held.
constexpr std::size_t largest_balances = 1024 * 1024;
constexpr std::size_t most_coins = 300;

// nullopt: something else than an amount. What is not set is nothing.
std::optional<std::string> amount_in(const boost::json::value& row, std::string_view name) {
  const auto* const value = member_of(row, name);
  if (value == nullptr) return "0";
  const auto text = text_of(value);
  if (text.empty() && value->is_string()) return "0";
  return is_decimal(text) ? std::optional(std::string(text)) : std::nullopt;
}

std::optional<balance> classic_row(const boost::json::value& row) {
  const auto available = amount_in(row, "available");
  const auto frozen = amount_in(row, "frozen");
  const auto locked = amount_in(row, "locked");
  if (!available || !frozen || !locked) return std::nullopt;
  const auto rest = add_decimals(*frozen, *locked);
  const auto total = rest ? add_decimals(*available, *rest) : std::nullopt;
  if (!total) return std::nullopt;
  return balance{"", *total, *available, *rest};
}

std::optional<balance> unified_row(const boost::json::value& row) {
  const auto total = amount_in(row, "balance");
  const auto available = amount_in(row, "available");
  if (!total || !available) return std::nullopt;
  // More may be available than there is, where coins can be borrowed against others.
  const auto is_negative = available->starts_with('-');
  auto rest = add_decimals(*total, is_negative ? available->substr(1) : "-" + *available);
  if (!rest) return std::nullopt;
  if (rest->starts_with('-')) rest = "0";
  return balance{"", *total, *available, *rest};
}

base::error refused(const bitget_envelope& said, const settings::exchange_credentials& asked_with) {
  const auto words = shown_words(
      said.message, {asked_with.key.text(), asked_with.secret.text(), asked_with.passphrase.text()}, most_coins);
  return {base::errc::conflict, "exchange-key-refused", "The exchange refuses the key: " + words, "code " + said.code};
}

base::error not_heard(const base::error& why) {
  if (why.code == base::errc::too_many_requests || why.code == base::errc::overloaded) return why;
  // What cannot stand in a header was never a key.
  if (why.code == base::errc::invalid_input)
    return {base::errc::conflict, "exchange-key-refused", "The key cannot be sent to the exchange.", why.detail};
  return exchange_unreachable(why.type + " " + why.internal_detail);
}

base::error no_balances(const bitget_api::reply& from, const settings::exchange_credentials& asked_with) {
  const auto code = from.said ? from.said->code : std::string();
  if (from.status == 429 || code == "429" || code == "1001")
    return {base::errc::unavailable, "exchange-busy", "The exchange wants to be asked later.", "429", {},
            std::chrono::seconds(2)};
  // After the clock was set right, a wrong time is a refusal like others.
  if (from.said && (is_bitget_refusal(code) || is_bitget_clock_error(code))) return refused(*from.said, asked_with);
  return exchange_unreachable("status " + std::to_string(from.status) + ", code " + (from.said ? code : "none"));
}

}  // namespace

std::optional<std::vector<balance>> read_bitget_balances(const boost::json::value& data, exchange_account account) {
  const bool is_unified = account == exchange_account::unified;
  const auto* const rows = is_unified ? array_of(data, "assets") : data.if_array();
  if (rows == nullptr) return std::nullopt;
  std::vector<balance> out;
  for (const auto& row : *rows) {
    auto read = is_unified ? unified_row(row) : classic_row(row);
    if (!read) continue;
    read->coin = base::printable(text_of(row, "coin"), 32);
    // One example of the vendor has small letters.
    std::ranges::transform(read->coin, read->coin.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    const bool is_nothing = is_zero(read->total) && is_zero(read->available) && is_zero(read->frozen);
    if (!read->coin.empty() && !is_nothing) out.push_back(std::move(*read));
  }
  return out;
}

async::awaitable<base::result<std::vector<balance>>> bitget_balances::balances(
    std::string owner, settings::exchange_credentials credentials, exchange_account account) {
  if (account == exchange_account::unknown) account = exchange_account::classic;
  bool clock_is_right = false;
  bool family_is_known = false;
  while (true) {
    auto request =
        api_.question(owner, account == exchange_account::unified ? unified_assets_route : classic_assets_route);
    request.limits.body = largest_balances;
    api_.sign(request, credentials);
    const auto heard = co_await api_.ask(std::move(request));
    if (heard.not_reached) co_return not_heard(*heard.not_reached);
    const auto code = heard.said ? heard.said->code : std::string();
    if (code == bitget_success) {
      auto read = read_bitget_balances(heard.said->data, account);
      if (!read) co_return exchange_unreachable("the data of an answer are no balances");
      co_return std::move(*read);
    }
    if (is_bitget_clock_error(code) && !clock_is_right) {
      co_await api_.set_clock_right(owner);
      clock_is_right = true;
      continue;
    }
    if (is_bitget_other_family(code) && !family_is_known) {
      account = account == exchange_account::unified ? exchange_account::classic : exchange_account::unified;
      family_is_known = true;
      continue;
    }
    co_return no_balances(heard, credentials);
  }
}

}  // namespace kontor::outbound
