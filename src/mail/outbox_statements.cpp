#include "mail/outbox_statements.hpp"

#include <tuple>
#include <utility>

namespace kontor::mail::statements {
namespace {

constexpr sql::query<mail_id, base::timestamp> select_due{
    "SELECT id, next_try_at FROM mail_outbox WHERE next_try_at <= :now ORDER BY next_try_at, id LIMIT :most"};
constexpr sql::query<std::string, std::int64_t, base::timestamp, base::timestamp> select_claimed{
    "SELECT sealed, attempts, created_at, gives_up_at FROM mail_outbox WHERE id = :id"};

constexpr sql::query<std::int64_t> count_all{"SELECT COUNT(*) FROM mail_outbox"};

}  // namespace

void insert_mail(sql::session& in, const mail_id& id, const std::optional<base::user_id>& about,
                 std::string_view sealed, base::timestamp now, base::timestamp gives_up_at) {
  in.execute(
      "INSERT INTO mail_outbox (id, user_id, sealed, attempts, created_at, gives_up_at, next_try_at)"
      " VALUES (:id, :user_id, :sealed, 0, :now, :gives_up_at, :now)",
      {{"id", id}, {"user_id", about}, {"sealed", sealed}, {"now", now}, {"gives_up_at", gives_up_at}});
}

std::vector<due_mail> find_due(sql::session& in, base::timestamp now, std::int64_t most) {
  std::vector<due_mail> due;
  for (const auto& [id, due_at] : in.all(select_due, {{"now", now}, {"most", most}}))
    due.push_back({id, due_at});
  return due;
}

std::optional<claimed_mail> claim(sql::session& in, const due_mail& which, base::timestamp until) {
  const auto taken = in.execute(
      "UPDATE mail_outbox SET next_try_at = :until, attempts = attempts + 1 WHERE id = :id AND next_try_at = :due_at",
      {{"until", until}, {"id", which.id}, {"due_at", which.due_at}});
  if (taken != 1) return std::nullopt;
  auto row = in.first(select_claimed, {{"id", which.id}});
  if (!row) return std::nullopt;
  return claimed_mail{.id = which.id,
                      .until = until,
                      .sealed = std::move(std::get<0>(*row)),
                      .attempts = std::get<1>(*row),
                      .created_at = std::get<2>(*row),
                      .gives_up_at = std::get<3>(*row)};
}

bool remove(sql::session& in, const claimed_mail& ours) {
  return in.execute("DELETE FROM mail_outbox WHERE id = :id AND next_try_at = :until",
                    {{"id", ours.id}, {"until", ours.until}}) == 1;
}

bool postpone(sql::session& in, const claimed_mail& ours, base::timestamp at) {
  return in.execute("UPDATE mail_outbox SET next_try_at = :at WHERE id = :id AND next_try_at = :until",
                    {{"at", at}, {"id", ours.id}, {"until", ours.until}}) == 1;
}

std::int64_t count_waiting(sql::session& in) {
  return std::get<0>(*in.first(count_all));
}

void drop_all_mails(sql::session& in) {
  in.execute("DELETE FROM mail_outbox");
}

}  // namespace kontor::mail::statements
