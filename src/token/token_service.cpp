#include "token/token_service.hpp"

#include "account/user_statements.hpp"
#include "base/log.hpp"
#include "crypto/random.hpp"
#include "json/writer.hpp"
#include "token/token_statements.hpp"

#include <utility>

namespace kontor::token {
namespace {

using base::errc;
using base::log_level;

void write_use(sql::session& in, const token_id& id, const token_use& use) {
  statements::note_use(in, use.owner, id, use.at, use.address);
}

base::error invalid_token(std::string_view why) {
  return {errc::unauthenticated, "invalid-token", "", std::string(why)};
}

base::error refuse(std::string_view user, std::string_view why) {
  base::log(log_level::info, "token refused",
            {{"kind", "personal"}, {"user_id", std::string(user)}, {"reason", std::string(why)}});
  return invalid_token(why);
}

}  // namespace

token_service::token_service(sql::database& database, const session::act_record& record, const base::clock& clock)
    : database_(database), record_(record), clock_(clock), uses_(database, "personal tokens", write_use) {}

async::awaitable<base::result<issued_token>> token_service::create(session::identity by, token_request wanted,
                                                                   session::client_info client) {
  issued_token issued;
  issued.text = make_token_text();
  const auto shown = issued.text.text().substr(issued.text.size() - shown_size);
  const auto now = clock_.now();
  issued.token = {.id = crypto::random_id<token_id>(),
                  .owner = by.owner.id,
                  .name = std::move(wanted.name),
                  .last_characters = std::string(shown),
                  .scopes = wanted.scopes,
                  .addresses = std::move(wanted.addresses),
                  .epoch = by.owner.security_epoch,
                  .created_at = now,
                  .expires_at = std::nullopt,
                  .last_used_at = std::nullopt,
                  .last_used_address = std::nullopt};
  if (wanted.life) issued.token.expires_at = now + *wanted.life;

  auto job = [this, made = issued.token, token_hash = hash_of_token_text(issued.text.text()),
              client](sql::session& in) -> base::result<void> {
    // A token must not be born after what ends all of them, and two must not be counted at the same time.
    if (!account::statements::hold_user(in, made.owner, made.epoch)) return invalid_token("account changed meanwhile");
    statements::drop_dead_tokens(in, made.owner, made.epoch);
    if (!statements::insert_token(in, made.owner, made, token_hash, most_tokens))
      return base::error{errc::conflict, "too-many-tokens", "", ""};
    note(in, made.owner, audit::action::token_created, made, client);
    return {};
  };
  const auto done = co_await database_.write(std::move(job));
  if (!done) co_return done.error();
  record_.ring();
  base::log(log_level::info, "personal token made",
            {{"user_id", by.owner.id.str()}, {"id", issued.token.id.str()}, {"scopes", issued.token.scopes.text()}});
  co_return std::move(issued);
}

async::awaitable<base::result<std::vector<personal_token>>> token_service::list(base::user_id owner) {
  auto job = [owner](sql::session& in) { return statements::list_tokens(in, owner); };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<void>> token_service::revoke(session::identity by, token_id which,
                                                           session::client_info client) {
  auto job = [this, owner = by.owner.id, which, client](sql::session& in) -> base::result<void> {
    if (!statements::delete_token(in, owner, which)) return base::error{errc::not_found, "", "", "no such token"};
    personal_token gone;
    gone.id = which;
    note(in, owner, audit::action::token_revoked, gone, client);
    return {};
  };
  const auto done = co_await database_.write(std::move(job));
  if (!done) co_return done.error();
  base::log(log_level::info, "personal token revoked", {{"user_id", by.owner.id.str()}, {"id", which.str()}});
  co_return base::result<void>();
}

async::awaitable<base::result<identity>> token_service::authenticate(std::string_view text,
                                                                     boost::asio::ip::address from) {
  if (!is_token_text(text)) co_return refuse("", "malformed");
  auto job = [token_hash = hash_of_token_text(text)](sql::session& in) {
    return statements::find_identity(in, token_hash);
  };
  auto found = co_await database_.read(std::move(job));
  if (!found) co_return found.error();
  if (!*found) co_return refuse("", "unknown");
  auto& who = **found;
  const auto now = clock_.now();
  if (const auto fault = fault_of(who, from, now); !fault.empty()) co_return refuse(who.owner.id.text(), fault);
  if (sql::is_use_due(who.token.last_used_at, now)) uses_.add(who.token.id, {who.owner.id, now, from.to_string()});
  co_return std::move(who);
}

sql::permission token_service::while_valid(const identity& by, const base::clock& clock) {
  return [owner = by.owner.id, which = by.token.id, &clock](sql::session& in) -> base::result<void> {
    if (!statements::is_live(in, owner, which, clock.now())) return invalid_token("it ended meanwhile");
    return {};
  };
}

void token_service::note(sql::session& in, const base::user_id& owner, audit::action what, const personal_token& token,
                         const session::client_info& client) const {
  record_.tell(in, owner, what, client);
  json::writer detail;
  detail.begin_object().member("id", token.id.text());
  if (what == audit::action::token_created)
    detail.member("name", token.name).member("scopes", token.scopes.text()).member("addresses", token.addresses.text());
  detail.end_object();
  record_.log.append(in, {.owner = owner,
                          .actor = owner,
                          .action = what,
                          .outcome = audit::result::ok,
                          .detail = std::move(detail).str(),
                          .address = client.address,
                          .request_id = client.request_id,
                          .at = clock_.now()});
}

}  // namespace kontor::token
