#include "admin/user_admin.hpp"

#include "account/setup_token.hpp"
#include "base/log.hpp"

#include <utility>

namespace kontor::admin {
namespace {

using base::errc;
using base::log_level;

base::error not_found() {
  return {errc::not_found, "", "", "no such account"};
}

base::error refused_email(const base::error& why) {
  base::error refusal{errc::invalid_input};
  refusal.fields.push_back({"/email", why.type, why.detail});
  return refusal;
}

void log_act(const char* what, const actor& by, const base::user_id& id) {
  base::log(log_level::info, what, {{"user_id", id.str()}, {"by", by.who ? by.who->id.str() : by.address}});
}

}  // namespace

user_admin::user_admin(sql::database& database, session::session_service& sessions, const session::act_record& record,
                       const session::link_post* post, const base::clock& clock, link_lives lives)
    : database_(database), sessions_(sessions), acts_(record, clock), post_(post), clock_(clock), lives_(lives) {}

async::awaitable<base::result<std::vector<user_overview>>> user_admin::list(user_filter wanted, std::string after_email,
                                                                            std::int64_t limit) {
  auto job = [wanted = std::move(wanted), after = std::move(after_email), limit, now = clock_.now()](sql::session& in) {
    return list_users(in, wanted, after, limit, now);
  };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<user_overview>> user_admin::get(base::user_id id) {
  auto job = [id, now = clock_.now()](sql::session& in) -> base::result<user_overview> {
    auto found = find_user(in, id, now);
    if (!found) return not_found();
    return std::move(*found);
  };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<user_overview>> user_admin::change(actor by, base::user_id id,
                                                                 account::user_change wanted) {
  auto job = [this, by, id, wanted](sql::session& in) -> base::result<user_overview> {
    if (const auto changed = acts_.change(in, by, id, wanted); !changed) return changed.error();
    return find_user(in, id, clock_.now()).value();
  };
  auto changed = co_await database_.write(std::move(job));
  if (!changed) co_return changed.error();
  sessions_.forget_owner(id);
  base::log(log_level::info, "account changed",
            {{"user_id", id.str()},
             {"by", by.who ? by.who->id.str() : by.address},
             {"is_active", changed->user.is_active ? "true" : "false"},
             {"is_admin", changed->user.is_admin ? "true" : "false"}});
  co_return changed;
}

async::awaitable<base::result<void>> user_admin::end_sessions(actor by, base::user_id id) {
  auto job = [this, by, id](sql::session& in) { return acts_.end_sessions(in, by, id); };
  const auto done = co_await database_.write(std::move(job));
  if (!done) co_return done.error();
  sessions_.forget_owner(id);
  log_act("sessions ended", by, id);
  co_return base::result<void>();
}

async::awaitable<base::result<account::issued_setup_link>> user_admin::make_reset_link(actor by, base::user_id id) {
  auto link = account::make_setup_link(clock_.now(), lives_.reset);
  auto job = [this, by, row = link.stored_for(id)](sql::session& in) { return acts_.give_link(in, by, row); };
  const auto done = co_await database_.write(std::move(job));
  if (!done) co_return done.error();
  log_act("setup link made", by, id);
  co_return std::move(link.issued);
}

async::awaitable<base::result<void>> user_admin::remove_second_factor(actor by, base::user_id id) {
  auto job = [this, by, id](sql::session& in) { return acts_.remove_second_factor(in, by, id); };
  const auto done = co_await database_.write(std::move(job));
  if (!done) co_return done.error();
  sessions_.forget_owner(id);
  acts_.ring();
  log_act("second factor removed", by, id);
  co_return base::result<void>();
}

async::awaitable<base::result<invitation>> user_admin::invite(actor by, std::string email, bool is_admin,
                                                              mail::language language) {
  const auto address = account::normalise_email(email);
  if (!address) co_return refused_email(address.error());
  const auto now = clock_.now();
  const auto guest = account::user_without_password(address->normal, address->lookalike, is_admin, now);
  auto link = account::make_setup_link(now, lives_.invitation);
  auto job = [this, by, guest, row = link.stored_for(guest.id), now,
              language](sql::session& in) -> base::result<user_overview> {
    const auto made = acts_.invite(in, by, guest, row);
    if (!made) return made.error();
    if (post_ != nullptr)
      post_->mail_invitation(in, *made, language, by.who ? std::optional(by.who->id) : std::nullopt);
    return find_user(in, guest.id, now).value();
  };
  auto made = co_await database_.write(std::move(job));
  // The unique indexes decide.
  if (!made && made.error().code == errc::conflict) co_return base::error{errc::conflict, "email-taken", "", ""};
  if (!made) co_return made.error();
  if (post_ != nullptr) post_->ring();
  log_act("account created", by, guest.id);
  co_return invitation{std::move(*made), std::move(link.issued), post_ != nullptr};
}

}  // namespace kontor::admin
