#include "settings/exchange_statements.hpp"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

namespace kontor::settings::statements {
namespace {

constexpr sql::query<std::string, std::string, std::string, std::string, std::string, std::string, std::string,
                     std::string, bool, bool, bool, std::string, std::optional<base::timestamp>, base::timestamp>
    select_exchange_record{
        "SELECT host, api_key_masked, key_seal, secret_seal, passphrase_seal, state, message, account,"
        " may_read, may_trade, may_withdraw, addresses, verified_at, changed_at"
        " FROM exchange_settings WHERE user_id = :owner"};

constexpr std::string_view upsert =
    "INSERT INTO exchange_settings (user_id, host, api_key_masked, key_seal, secret_seal, passphrase_seal,"
    " state, message, account, may_read, may_trade, may_withdraw, addresses, verified_at, changed_at)"
    " VALUES (:owner, :host, :masked, :key_seal, :secret_seal, :passphrase_seal, :state, :message, :account,"
    " :may_read, :may_trade, :may_withdraw, :addresses, :verified_at, :changed_at)"
    " ON CONFLICT (user_id) DO UPDATE SET host = excluded.host, api_key_masked = excluded.api_key_masked,"
    " key_seal = excluded.key_seal, secret_seal = excluded.secret_seal,"
    " passphrase_seal = excluded.passphrase_seal, state = excluded.state, message = excluded.message,"
    " account = excluded.account, may_read = excluded.may_read, may_trade = excluded.may_trade,"
    " may_withdraw = excluded.may_withdraw, addresses = excluded.addresses, verified_at = excluded.verified_at,"
    " changed_at = excluded.changed_at"
    " WHERE :whatever = 1 OR exchange_settings.changed_at = excluded.changed_at";

std::string_view name_of(exchange_account account) {
  switch (account) {
    case exchange_account::unknown:
      return "unknown";
    case exchange_account::classic:
      return "classic";
    case exchange_account::unified:
      break;
  }
  return "unified";
}

exchange_account parse_account(std::string_view name) {
  for (const auto each : {exchange_account::classic, exchange_account::unified})
    if (name_of(each) == name) return each;
  return exchange_account::unknown;
}

// One address a line: none has a line break.
std::string lines_of(const std::vector<std::string>& addresses) {
  std::string out;
  for (const auto& each : addresses)
    out.append(each) += '\n';
  return out;
}

std::vector<std::string> read_lines(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

enum class standing_there { whatever, the_same };

std::int64_t write(sql::session& in, const base::user_id& owner, const exchange_record& record, standing_there over) {
  return in.execute(upsert, {{"owner", owner},
                             {"host", record.host},
                             {"masked", record.api_key_masked},
                             {"key_seal", record.seals[0]},
                             {"secret_seal", record.seals[1]},
                             {"passphrase_seal", record.seals[2]},
                             {"state", settings::name_of(record.what)},
                             {"message", record.message},
                             {"account", name_of(record.account)},
                             {"may_read", record.rights.read},
                             {"may_trade", record.rights.trade},
                             {"may_withdraw", record.rights.withdraw},
                             {"addresses", lines_of(record.addresses)},
                             {"verified_at", record.verified_at},
                             {"changed_at", record.changed_at},
                             {"whatever", over == standing_there::whatever}});
}

}  // namespace

std::optional<exchange_record> find_exchange(sql::session& in, const base::user_id& owner) {
  auto row = in.first(select_exchange_record, {{"owner", owner}});
  if (!row) return std::nullopt;
  auto& [host, masked, key, secret, passphrase, what, message, account, read, trade, withdraw, addresses, verified,
         changed] = *row;
  exchange_record out;
  out.host = std::move(host);
  out.api_key_masked = std::move(masked);
  out.seals = {std::move(key), std::move(secret), std::move(passphrase)};
  out.what = parse_state(what).value_or(state::not_verified);
  out.message = std::move(message);
  out.account = parse_account(account);
  out.rights = {.read = read, .trade = trade, .withdraw = withdraw};
  out.addresses = read_lines(addresses);
  out.verified_at = verified;
  out.changed_at = changed;
  return out;
}

void put_exchange(sql::session& in, const base::user_id& owner, const exchange_record& record) {
  (void)write(in, owner, record, standing_there::whatever);
}

bool renew_exchange(sql::session& in, const base::user_id& owner, const exchange_record& record) {
  return write(in, owner, record, standing_there::the_same) == 1;
}

void remove_exchange(sql::session& in, const base::user_id& owner) {
  in.execute("DELETE FROM exchange_settings WHERE user_id = :owner", {{"owner", owner}});
}

}  // namespace kontor::settings::statements
