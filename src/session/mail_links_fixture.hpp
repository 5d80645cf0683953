// Everything that asks for a mail or takes a link from one, over a database of each kind, for the tests of this room.
#pragma once

#include "account/setup_token.hpp"
#include "mail/outbox_statements.hpp"
#include "session/email_service.hpp"
#include "session/link_requests.hpp"
#include "session/password_reset_service.hpp"
#include "session/session_fixture.hpp"

#include <memory>
#include <string>
#include <vector>

namespace kontor::session {

/// `good`, or the type of the error, else the name of its code.
template <class T>
std::string outcome_of(const base::result<T>& result) {
  if (result) return "good";
  return result.error().type.empty() ? std::string(base::name_of(result.error().code)) : result.error().type;
}

struct on_mailed_links : on_sessions {
  explicit on_mailed_links(by_mail whom = by_mail::nobody) : on_sessions(steps_of_sessions(), whom) {
    use_mail({.mail = true});
  }

  void use_mail(account::account_settings with) {
    use(std::move(with));
    requests = std::make_unique<link_requests>(*accounts, *store, audit, post, clock);
    resets = std::make_unique<password_reset_service>(*accounts, users, *sessions, door, clock);
    emails = std::make_unique<email_service>(*accounts, *store, *sessions, post, clock);
  }

  /// The mails in the queue, which is empty afterwards; those of mail_kind::nothing too.
  std::vector<mail::mail> take_mails() {
    std::vector<mail::mail> mails;
    auto job = [](sql::session& in) {
      constexpr sql::query<mail::mail_id, std::string> all{
          "SELECT id, sealed FROM mail_outbox ORDER BY created_at, id"};
      return in.all(all);
    };
    for (const auto& [id, sealed] : store->read_now(std::move(job)).value())
      mails.push_back(outbox.seal().open(id, sealed).value());
    (void)store->write_now([](sql::session& in) { return in.execute("DELETE FROM mail_outbox"); }).value();
    return mails;
  }
  mail::mail take_mail() {
    auto mails = take_mails();
    EXPECT_EQ(mails.size(), 1u);
    return mails.empty() ? mail::mail() : std::move(mails.front());
  }
  /// The only one of them that goes to this address.
  mail::mail take_mail_to(const std::string& email) {
    auto mails = take_mails();
    std::erase_if(mails, [&email](const auto& each) { return each.to != email; });
    EXPECT_EQ(mails.size(), 1u) << email;
    return mails.empty() ? mail::mail() : std::move(mails.front());
  }
  static base::secret_bytes token_in(const mail::mail& what) {
    const auto link = what.link.text();
    const auto at = link.find("#token=");
    return base::secret_bytes(at == std::string_view::npos ? "" : link.substr(at + 7));
  }
  /// Past every five minutes and every hour.
  void wait_for_new_allowances() { clock.advance(std::chrono::hours(1)); }

  std::string forgot(const std::string& email) {
    return outcome_of(await(requests->forgot_password(email, mail::language::german, browser)));
  }
  base::secret_bytes reset_token(const std::string& email) {
    EXPECT_EQ(forgot(email), "good");
    return token_in(take_mail());
  }
  base::result<signed_in> reset(const base::secret_bytes& token, std::string_view password) {
    auto in = await(resets->reset(token.clone(), secret(password), browser));
    if (!in) return in.error();
    return std::move(std::get<signed_in>(*in));
  }
  std::vector<std::string> timeline() {
    constexpr sql::query<std::string, std::string> all{"SELECT action, outcome FROM audit_log ORDER BY seq"};
    std::vector<std::string> out;
    for (const auto& [action, outcome] : store->read_now([&all](sql::session& in) { return in.all(all); }).value())
      out.push_back(action + " " + outcome);
    return out;
  }

  link_post post{outbox, "https://desk.example", clock};
  std::unique_ptr<link_requests> requests;
  std::unique_ptr<password_reset_service> resets;
  std::unique_ptr<email_service> emails;
};

}  // namespace kontor::session
