#include "legacy/importer.hpp"

#include "account/user_statements.hpp"
#include "base/text.hpp"
#include "chat/conversation_statements.hpp"
#include "chat/message_statements.hpp"
#include "chat/words.hpp"
#include "crypto/digest.hpp"

#include <string>
#include <utility>

namespace kontor::legacy {
namespace {

using base::errc;

enum class standing { free, here, address_taken };

standing look_for(sql::session& in, const account::new_user& account) {
  if (account::statements::find_user(in, account.id)) return standing::here;
  if (account::statements::is_taken(in, {.normal = account.email, .lookalike = account.email_lookalike}, account.id))
    return standing::address_taken;
  return standing::free;
}

left_behind refused(const account::new_user& account) {
  return {.what = "user " + account.email + " (" + account.id.str() + ")",
          .why =
              "another account here has this address, or one that looks like it; delete one of them first, and import "
              "again"};
}

void count(const planned_user& user, import_outcome& into) {
  ++into.users;
  into.conversations += static_cast<std::int64_t>(user.conversations.size());
  for (const auto& conversation : user.conversations)
    into.messages += static_cast<std::int64_t>(conversation.messages.size());
  into.secrets += static_cast<std::int64_t>(user.secrets.size());
}

void count(standing found, const planned_user& user, import_outcome& into) {
  if (found == standing::free) count(user, into);
  if (found == standing::here) ++into.already_here;
  if (found == standing::address_taken) into.skipped.push_back(refused(user.account));
}

void insert_conversations(sql::session& in, const planned_user& user) {
  const auto& owner = user.account.id;
  for (const auto& [head, messages] : user.conversations) {
    (void)chat::statements::insert_conversation(in, owner, head);
    for (const auto& message : messages)
      (void)chat::statements::bring_message(in, owner, head.id, message, chat::words_of(message.content));
  }
}

base::result<void> save_secrets(sql::session& in, const planned_user& user, vault::vault_service& vault) {
  const auto& owner = user.account.id;
  for (const auto& [name, value] : user.secrets) {
    const auto saved =
        vault.save_within(in, owner, name, value, {.by = std::nullopt, .address = "console", .request_id = ""});
    if (!saved) return saved.error();
    const auto opened = vault.get_within(in, owner, name);
    if (!opened) return opened.error();
    if (!crypto::equal_in_constant_time(opened->value.bytes(), value.bytes()))
      return base::error{errc::internal, "", "", "a secret came back as another"};
  }
  return {};
}

}  // namespace

base::result<import_outcome> import_plan(sql::session& in, const moving_plan& plan, vault::vault_service& secrets,
                                         const audit::audit_log& audit, base::timestamp now) {
  import_outcome outcome;
  std::vector<const planned_user*> taken;
  for (const auto& user : plan.users) {
    // The unique indexes decide; who stood in the way is asked afterwards, for the report.
    const bool is_new = account::statements::insert_user_if_free(in, user.account);
    count(is_new ? standing::free : look_for(in, user.account), user, outcome);
    if (!is_new) continue;
    insert_conversations(in, user);
    taken.push_back(&user);
  }
  for (const auto* user : taken)
    if (const auto done = save_secrets(in, *user, secrets); !done) return done.error();
  for (const auto* user : taken)
    audit.append(in, {.owner = user->account.id,
                      .actor = std::nullopt,
                      .action = audit::action::user_imported,
                      .outcome = audit::result::ok,
                      .detail = "",
                      .address = "console",
                      .request_id = "",
                      .at = now});
  return outcome;
}

import_outcome preview_plan(sql::session& in, const moving_plan& plan) {
  import_outcome outcome;
  for (const auto& user : plan.users)
    count(look_for(in, user.account), user, outcome);
  return outcome;
}

import_outcome preview_plan(const moving_plan& plan) {
  import_outcome outcome;
  for (const auto& user : plan.users)
    count(user, outcome);
  return outcome;
}

}  // namespace kontor::legacy
