#include "session/link_post.hpp"

#include "account/link_statements.hpp"
#include "account/setup_token.hpp"

#include <string_view>
#include <utility>

namespace kontor::session {
namespace {

using account::link_purpose;
using mail::mail_kind;

// The token stands in the fragment, which no browser sends and no server logs.
base::secret_bytes link_to(const std::string& public_url, std::string_view page, const base::secret_bytes& token) {
  std::string url = public_url;
  url += page;
  url += "#token=";
  url += token.text();
  base::secret_bytes out{std::string_view(url)};
  base::wipe(url.data(), url.size());
  return out;
}

}  // namespace

/// A mail with a link, and what the link is for.
struct link_post::letter {
  mail_kind kind;
  link_purpose purpose;
  std::string_view page;
  std::chrono::minutes life;
  std::optional<account::claimed_address> proves = {};
  std::optional<base::user_id> made_by = {};
};

link_post::link_post(const mail::outbox& outbox, std::string public_url, const base::clock& clock)
    : outbox_(outbox), public_url_(std::move(public_url)), clock_(clock) {}

void link_post::mail_link(sql::session& in, const account::user& owner, const addressee& to, const letter& with) const {
  const auto now = clock_.now();
  const auto link = account::make_setup_link(now, with.life);
  account::statements::put_link(in, {.owner = owner.id,
                                     .purpose = with.purpose,
                                     .proves = with.proves,
                                     .token_hash = link.token_hash,
                                     .created_at = now,
                                     .expires_at = link.issued.expires_at,
                                     .made_by = with.made_by});
  const mail::mail what{.to = to.email,
                        .kind = with.kind,
                        .in = to.in,
                        .link = link_to(public_url_, with.page, link.issued.token),
                        .expires_at = link.issued.expires_at};
  outbox_.put(in, owner.id, what, now);
}

void link_post::mail_registration(sql::session& in, const account::user& to, mail::language language) const {
  mail_link(in, to, {to.email, language},
            {mail_kind::finish_registration, link_purpose::verify, "/setup", verify_link_life});
}

void link_post::mail_invitation(sql::session& in, const account::user& to, mail::language language,
                                const std::optional<base::user_id>& made_by) const {
  const letter with{mail_kind::invitation, link_purpose::verify, "/setup", invitation_life, {}, made_by};
  mail_link(in, to, {to.email, language}, with);
}

void link_post::mail_reset(sql::session& in, const account::user& to, mail::language language) const {
  mail_link(in, to, {to.email, language}, {mail_kind::reset_password, link_purpose::reset, "/reset", reset_link_life});
}

void link_post::mail_confirmation(sql::session& in, const account::user& of, const account::claimed_address& address,
                                  mail::language language) const {
  const auto kind = address.normal == of.email ? mail_kind::confirm_address : mail_kind::confirm_change;
  mail_link(in, of, {address.normal, language}, {kind, link_purpose::confirm, "/confirm", confirm_link_life, address});
}

mail::mail link_post::notice_to(const addressee& to, mail_kind kind) const {
  const auto page = public_url_ + "/login";
  return {.to = to.email,
          .kind = kind,
          .in = to.in,
          .link = base::secret_bytes(std::string_view(page)),
          .expires_at = clock_.now() + std::chrono::hours(24)};
}

void link_post::mail_notice(sql::session& in, const std::optional<base::user_id>& about, const addressee& to,
                            mail_kind kind) const {
  outbox_.put(in, about, notice_to(to, kind), clock_.now());
}

void link_post::mail_change_requested(sql::session& in, const account::user& of, const std::string& new_address,
                                      mail::language language) const {
  auto what = notice_to({of.email, language}, mail_kind::change_requested);
  what.new_address = new_address;
  outbox_.put(in, of.id, what, clock_.now());
}

void link_post::mail_nothing(sql::session& in, const addressee& to) const {
  const auto now = clock_.now();
  const auto link = account::make_setup_link(now, reset_link_life);
  // A link that is nobody's is looked for where a link that is somebody's would be written.
  account::statements::take_link(in, link.token_hash, link_purpose::reset, now);
  const mail::mail what{.to = to.email,
                        .kind = mail_kind::nothing,
                        .in = to.in,
                        .link = link_to(public_url_, "/reset", link.issued.token),
                        .expires_at = link.issued.expires_at};
  outbox_.put(in, std::nullopt, what, now);
}

}  // namespace kontor::session
