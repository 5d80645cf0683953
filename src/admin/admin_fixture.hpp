// Administrators and those they administer, over a database of each kind, for the tests of this room.
#pragma once

#include "account/email.hpp"
#include "account/migrations.hpp"
#include "account/sql_user_repository.hpp"
#include "account/user_statements.hpp"
#include "admin/user_admin.hpp"
#include "audit/entries.hpp"
#include "audit/migrations.hpp"
#include "factor/migrations.hpp"
#include "session/migrations.hpp"
#include "tests/support/databases.hpp"
#include "tests/support/steps.hpp"

#include <memory>
#include <string>
#include <vector>

namespace kontor::admin {

struct on_administration : tests::on_each_database {
  on_administration()
      : users(open(steps())),
        sessions(*store, tokens, successors, audit, session::session_settings(), clock),
        administration(*store, sessions, audit, {}, clock) {}

  static std::span<const sql::migration> steps() {
    static const auto all =
        tests::join_steps({account::migrations(), session::migrations(), audit::migrations(), factor::migrations()});
    return all;
  }

  account::user add(const std::string& email, bool is_admin = false, std::string hash = "hash") {
    const auto address = account::normalise_email(email).value();
    auto account = account::user_without_password(address.normal, address.lookalike, is_admin, clock.now());
    account.hashed_password = std::move(hash);
    return await(users.create_user(std::move(account))).value();
  }
  account::user add_admin(const std::string& email) { return add(email, true); }

  session::signed_in sign_in(const account::user& who) {
    const auto fresh = std::make_shared<const session::fresh_session>(sessions.prepare(client));
    auto job = [this, who, fresh](sql::session& in) {
      sessions.open(in, who, *fresh);
      return true;
    };
    EXPECT_TRUE(store->write_now(std::move(job)).has_value());
    return sessions.tokens_of(who, *fresh);
  }
  base::result<session::identity> authenticate(const session::signed_in& who) {
    return await(sessions.authenticate(who.access_token));
  }

  actor as(const account::user& who) const { return {.who = who, .address = "192.0.2.9", .request_id = "r9"}; }

  /// `action owner actor address` of every entry, oldest first; people by their addresses, `-` for nobody.
  std::vector<std::string> log() {
    auto job = [](sql::session& in) {
      auto entries = audit::all(in, {}, audit::newest, 1000);
      const auto named = [&in](const std::optional<base::user_id>& id) {
        const auto found = id ? account::statements::find_user(in, *id) : std::nullopt;
        return found ? found->email : "-";
      };
      std::vector<std::string> lines;
      for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
        lines.push_back(entry->action + " " + named(entry->owner) + " " + named(entry->actor) + " " + entry->address);
      return lines;
    };
    return store->read_now(std::move(job)).value();
  }

  const session::client_info client{
      .address = "192.0.2.1", .device = "Firefox on Linux", .request_id = "r1", .ip = {}, .device_mark = ""};
  base::manual_clock clock{base::from_microseconds(1'800'000'000'000'000)};
  base::secret_bytes key{std::string_view("a signing key of thirty-two bytes or more")};
  session::access_tokens tokens{key, {}, clock};
  session::refresh_successors successors{key};
  audit::audit_log audit{key};
  account::sql_user_repository users;
  session::session_service sessions;
  user_admin administration;
};

}  // namespace kontor::admin
