#include "settings/llm_statements.hpp"

#include <tuple>
#include <utility>

namespace kontor::settings::statements {
namespace {

constexpr sql::query<std::string, std::string, std::string, std::string, std::string, std::optional<std::string>,
                     std::string, std::string, std::optional<base::timestamp>, base::timestamp>
    select_model_record{
        "SELECT provider, address, host, model, api_version, key_seal, state, message, verified_at, changed_at"
        " FROM llm_settings WHERE user_id = :owner"};

}  // namespace

std::optional<llm_record> find_llm(sql::session& in, const base::user_id& owner) {
  auto row = in.first(select_model_record, {{"owner", owner}});
  if (!row) return std::nullopt;
  auto& [provider, address, host, model, version, key_seal, what, message, verified, changed] = *row;
  const auto kind = parse_llm_kind(provider);
  if (!kind) throw sql::sql_error(sql::failure::other, "a stored provider is none that this program knows");
  return llm_record{.kind = *kind,
                    .address = std::move(address),
                    .host = std::move(host),
                    .model = std::move(model),
                    .api_version = std::move(version),
                    .key_seal = std::move(key_seal),
                    .what = parse_state(what).value_or(state::not_verified),
                    .message = std::move(message),
                    .verified_at = verified,
                    .changed_at = changed};
}

void put_llm(sql::session& in, const base::user_id& owner, const llm_record& record) {
  in.execute(
      "INSERT INTO llm_settings (user_id, provider, address, host, model, api_version, key_seal, state, message,"
      " verified_at, changed_at)"
      " VALUES (:owner, :provider, :address, :host, :model, :api_version, :key_seal, :state, :message, :verified_at,"
      " :changed_at)"
      " ON CONFLICT (user_id) DO UPDATE SET provider = excluded.provider, address = excluded.address,"
      " host = excluded.host, model = excluded.model, api_version = excluded.api_version,"
      " key_seal = excluded.key_seal, state = excluded.state, message = excluded.message,"
      " verified_at = excluded.verified_at, changed_at = excluded.changed_at",
      {{"owner", owner},
       {"provider", settings::name_of(record.kind)},
       {"address", record.address},
       {"host", record.host},
       {"model", record.model},
       {"api_version", record.api_version},
       {"key_seal", record.key_seal},
       {"state", settings::name_of(record.what)},
       {"message", record.message},
       {"verified_at", record.verified_at},
       {"changed_at", record.changed_at}});
}

bool change_llm(sql::session& in, const base::user_id& owner, const llm_record& record) {
  return in.execute(
             "UPDATE llm_settings SET address = :address, model = :model, api_version = :api_version, state = :state,"
             " message = :message, verified_at = :verified_at, changed_at = :changed_at"
             " WHERE user_id = :owner AND provider = :provider AND host = :host AND key_seal = :key_seal",
             {{"owner", owner},
              {"provider", settings::name_of(record.kind)},
              {"host", record.host},
              {"key_seal", record.key_seal},
              {"address", record.address},
              {"model", record.model},
              {"api_version", record.api_version},
              {"state", settings::name_of(record.what)},
              {"message", record.message},
              {"verified_at", record.verified_at},
              {"changed_at", record.changed_at}}) == 1;
}

void note_llm_check(sql::session& in, const base::user_id& owner, const llm_record& record) {
  in.execute(
      "UPDATE llm_settings SET state = :state, message = :message, verified_at = :verified_at"
      " WHERE user_id = :owner AND changed_at = :changed_at",
      {{"owner", owner},
       {"changed_at", record.changed_at},
       {"state", settings::name_of(record.what)},
       {"message", record.message},
       {"verified_at", record.verified_at}});
}

void remove_llm(sql::session& in, const base::user_id& owner) {
  in.execute("DELETE FROM llm_settings WHERE user_id = :owner", {{"owner", owner}});
}

}  // namespace kontor::settings::statements
