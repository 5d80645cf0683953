#include "account/link_statements.hpp"

#include <array>
#include <tuple>
#include <utility>

namespace kontor::account::statements {
namespace {

// As they are stored, in the order of the enumeration.
constexpr std::array<std::string_view, 4> purposes{"setup", "verify", "reset", "confirm"};

std::string_view name_of(link_purpose purpose) noexcept {
  return purposes[static_cast<std::size_t>(purpose)];
}

link_purpose parse_purpose(std::string_view name) {
  for (std::size_t i = 0; i < purposes.size(); ++i)
    if (purposes[i] == name) return static_cast<link_purpose>(i);
  throw sql::sql_error(sql::failure::other, "a stored link has a purpose that nobody knows");
}

constexpr sql::query<base::user_id, std::string, bool, bool, std::int64_t, base::timestamp, base::timestamp,
                     std::optional<base::timestamp>, std::string, std::optional<std::string>,
                     std::optional<std::string>, base::timestamp>
    select_link{
        "SELECT u.id, u.email, u.is_admin, u.is_active, u.security_epoch, u.created_at, u.updated_at,"
        " u.email_verified_at, l.purpose, l.new_email, l.new_email_lookalike, l.expires_at"
        " FROM one_time_links l JOIN users u ON u.id = l.user_id"
        " WHERE l.token_hash = :token_hash AND l.expires_at > :now AND u.is_active = 1"
        // A change that was asked for in a session ends with all that ends every session.
        " AND (l.purpose <> 'confirm' OR l.epoch = u.security_epoch)"};

}  // namespace

bool belongs_to(password_links of, link_purpose purpose) noexcept {
  if (of == password_links::reset) return purpose == link_purpose::reset;
  return purpose == link_purpose::setup || purpose == link_purpose::verify;
}

void put_link(sql::session& in, const new_one_time_link& link) {
  std::optional<std::string> new_email;
  std::optional<std::string> new_email_lookalike;
  if (link.proves) {
    new_email = link.proves->normal;
    new_email_lookalike = link.proves->lookalike;
  }
  in.execute(
      "INSERT INTO one_time_links (token_hash, user_id, purpose, new_email, new_email_lookalike, epoch, "
      "made_by, created_at, expires_at) SELECT :token_hash, u.id, :purpose, :new_email, :new_email_lookalike, "
      "u.security_epoch, :made_by, :created_at, :expires_at FROM users u WHERE u.id = :user_id"
      " ON CONFLICT (user_id, purpose) DO UPDATE SET token_hash = excluded.token_hash, new_email = "
      "excluded.new_email, new_email_lookalike = excluded.new_email_lookalike, epoch = excluded.epoch,"
      " made_by = excluded.made_by, created_at = excluded.created_at,"
      " expires_at = excluded.expires_at",
      {{"token_hash", link.token_hash},
       {"user_id", link.owner},
       {"purpose", name_of(link.purpose)},
       {"new_email", new_email},
       {"new_email_lookalike", new_email_lookalike},
       {"made_by", link.made_by},
       {"created_at", link.created_at},
       {"expires_at", link.expires_at}});
}

void put_setup_link(sql::session& in, const new_setup_link& link) {
  put_link(in, {.owner = link.owner,
                .purpose = link_purpose::setup,
                .proves = std::nullopt,
                .token_hash = link.token_hash,
                .created_at = link.created_at,
                .expires_at = link.expires_at,
                .made_by = link.made_by});
}

std::optional<one_time_link> find_link(sql::session& in, std::string_view token_hash, base::timestamp now) {
  auto row = in.first(select_link, {{"token_hash", token_hash}, {"now", now}});
  if (!row) return std::nullopt;
  one_time_link found;
  found.owner = {.id = std::get<0>(*row),
                 .email = std::move(std::get<1>(*row)),
                 .is_admin = std::get<2>(*row),
                 .is_active = std::get<3>(*row),
                 .security_epoch = std::get<4>(*row),
                 .created_at = std::get<5>(*row),
                 .updated_at = std::get<6>(*row),
                 .email_verified = std::get<7>(*row).has_value()};
  found.purpose = parse_purpose(std::get<8>(*row));
  if (std::get<9>(*row)) found.proves = claimed_address{*std::get<9>(*row), std::get<10>(*row).value_or("")};
  found.expires_at = std::get<11>(*row);
  return found;
}

bool take_link(sql::session& in, std::string_view token_hash, link_purpose purpose, base::timestamp now) {
  return in.execute(
             "DELETE FROM one_time_links WHERE token_hash = :token_hash AND purpose = :purpose AND expires_at > :now",
             {{"token_hash", token_hash}, {"purpose", name_of(purpose)}, {"now", now}}) == 1;
}

void drop_link(sql::session& in, const base::user_id& owner, link_purpose purpose) {
  in.execute("DELETE FROM one_time_links WHERE user_id = :user_id AND purpose = :purpose",
             {{"user_id", owner}, {"purpose", name_of(purpose)}});
}

void drop_links(sql::session& in, const base::user_id& owner) {
  in.execute("DELETE FROM one_time_links WHERE user_id = :user_id", {{"user_id", owner}});
}

void drop_links_made_by(sql::session& in, const base::user_id& administrator) {
  in.execute("DELETE FROM one_time_links WHERE made_by = :made_by", {{"made_by", administrator}});
}

void drop_mailed_links(sql::session& in, const base::user_id& owner) {
  in.execute("DELETE FROM one_time_links WHERE user_id = :user_id AND purpose <> 'setup'", {{"user_id", owner}});
}

void drop_all_links(sql::session& in) {
  in.execute("DELETE FROM one_time_links");
}

}  // namespace kontor::account::statements
