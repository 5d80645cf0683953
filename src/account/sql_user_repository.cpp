#include "account/sql_user_repository.hpp"

#include "account/user_statements.hpp"

namespace kontor::account {
namespace {

base::error not_found() {
  return {base::errc::not_found, "", "", ""};
}

// Why an account could not be held in the epoch it had: gone, deactivated, or in another epoch by now.
base::error why_not_held(sql::session& in, const base::user_id& id) {
  const auto now = statements::find_user(in, id);
  if (!now || !now->is_active) return not_found();
  return {base::errc::conflict, "", "", "the account changed meanwhile"};
}

template <class T>
base::result<T> found_or_not(std::optional<T> found) {
  if (!found) return not_found();
  return std::move(*found);
}

// The account as it is after a change, once what goes with the change was done too.
base::result<user> finish_change(sql::session& in, const base::user_id& id, const follow_up& and_then) {
  auto changed = statements::find_user(in, id);
  if (changed && and_then) {
    if (const auto done = and_then(in, *changed); !done) return done.error();
  }
  return found_or_not(std::move(changed));
}

}  // namespace

async::awaitable<base::result<user>> sql_user_repository::create_user(new_user account, follow_up and_then) {
  auto job = [account = std::move(account), and_then = std::move(and_then)](sql::session& in) -> base::result<user> {
    statements::insert_user(in, account);
    return finish_change(in, account.id, and_then);
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<user>> sql_user_repository::get_by_id(base::user_id id) {
  auto job = [id](sql::session& in) { return found_or_not(statements::find_user(in, id)); };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<stored_credentials>> sql_user_repository::get_by_email(std::string normal_form) {
  auto job = [email = std::move(normal_form)](sql::session& in) {
    return found_or_not(statements::find_credentials(in, email));
  };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<bool>> sql_user_repository::update_password_hash(base::user_id id, std::string old_hash,
                                                                               std::string new_hash) {
  auto job = [id, old_hash = std::move(old_hash), new_hash = std::move(new_hash)](sql::session& in) {
    return statements::replace_password_hash(in, id, old_hash, new_hash);
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<void>> sql_user_repository::create_setup_link(new_setup_link link) {
  auto job = [link = std::move(link)](sql::session& in) -> base::result<void> {
    if (!statements::find_user(in, link.owner)) return not_found();
    statements::put_setup_link(in, link);
    return {};
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<setup_link>> sql_user_repository::get_setup_link(std::string token_hash,
                                                                               base::timestamp now) {
  return get_password_link(statements::password_links::setup_or_verify, std::move(token_hash), now);
}

async::awaitable<base::result<user>> sql_user_repository::claim_setup_link(std::string token_hash,
                                                                           std::string hashed_password,
                                                                           base::timestamp now, follow_up and_then) {
  return claim_password_link(statements::password_links::setup_or_verify, std::move(token_hash),
                             std::move(hashed_password), now, std::move(and_then));
}

async::awaitable<base::result<setup_link>> sql_user_repository::get_reset_link(std::string token_hash,
                                                                               base::timestamp now) {
  return get_password_link(statements::password_links::reset, std::move(token_hash), now);
}

async::awaitable<base::result<user>> sql_user_repository::claim_reset_link(std::string token_hash,
                                                                           std::string hashed_password,
                                                                           base::timestamp now, follow_up and_then) {
  return claim_password_link(statements::password_links::reset, std::move(token_hash), std::move(hashed_password), now,
                             std::move(and_then));
}

async::awaitable<base::result<setup_link>> sql_user_repository::get_password_link(statements::password_links of,
                                                                                  std::string token_hash,
                                                                                  base::timestamp now) {
  auto job = [of, token_hash = std::move(token_hash), now](sql::session& in) -> base::result<setup_link> {
    auto link = statements::find_link(in, token_hash, now);
    if (!link || !statements::belongs_to(of, link->purpose)) return not_found();
    return setup_link{std::move(link->owner), link->expires_at};
  };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<user>> sql_user_repository::claim_password_link(statements::password_links of,
                                                                              std::string token_hash,
                                                                              std::string hashed_password,
                                                                              base::timestamp now, follow_up and_then) {
  auto job = [of, token_hash = std::move(token_hash), hashed_password = std::move(hashed_password), now,
              and_then = std::move(and_then)](sql::session& in) -> base::result<user> {
    const auto link = statements::find_link(in, token_hash, now);
    if (!link || !statements::belongs_to(of, link->purpose)) return not_found();
    // Who removes the row has the link: a parallel claim waits for this transaction and then removes nothing.
    if (!statements::take_link(in, token_hash, link->purpose, now)) return not_found();
    if (!statements::set_password(in, link->owner.id, hashed_password, now)) return not_found();
    statements::drop_links(in, link->owner.id);
    if (link->purpose != link_purpose::setup) statements::verify_email(in, link->owner.id, link->owner.email, now);
    return finish_change(in, link->owner.id, and_then);
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<user>> sql_user_repository::set_password(user checked, std::string hashed_password,
                                                                       base::timestamp now, follow_up and_then) {
  auto job = [checked = std::move(checked), hashed_password = std::move(hashed_password), now,
              and_then = std::move(and_then)](sql::session& in) -> base::result<user> {
    // A parallel change waits for this transaction and then finds another epoch.
    if (!statements::hold_user(in, checked.id, checked.security_epoch)) return why_not_held(in, checked.id);
    if (!statements::set_password(in, checked.id, hashed_password, now)) return not_found();
    statements::drop_links(in, checked.id);
    return finish_change(in, checked.id, and_then);
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<void>> sql_user_repository::ping() {
  auto job = [](sql::session& in) -> base::result<void> {
    constexpr sql::query<std::int64_t> one{"SELECT CAST(1 AS BIGINT)"};
    in.first(one);
    return {};
  };
  co_return co_await database_.read(std::move(job));
}

}  // namespace kontor::account
