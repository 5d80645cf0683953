#include "app/own_data.hpp"

#include "account/account_export.hpp"
#include "audit/timeline_export.hpp"
#include "chart/chart_export.hpp"
#include "chat/chat_export.hpp"
#include "factor/factor_export.hpp"
#include "run/run_export.hpp"
#include "session/session_export.hpp"
#include "settings/settings_export.hpp"
#include "token/token_export.hpp"
#include "vault/vault_export.hpp"

#include <array>

namespace kontor::app {
namespace {

constexpr std::array<left_out, 9> reasons = {{
    {"chart_shelves", "how many charts, layouts and favourites there are"},
    {"message_words", "the words of the conversations, by which they are found"},
    {"mail_outbox", "mails that wait to be sent, sealed, for a day at most"},
    {"one_time_links", "the hash of a link that works once, and how long"},
    {"refresh_tokens", "hashes of the tokens of a session, and nothing else"},
    {"run_events", "the pieces of the last answer of each conversation, as they came; the messages have them"},
    {"sign_in_challenges", "the hash of a sign-in that waits for its second step, for minutes"},
    {"socket_tickets", "the hash of a ticket that opens one socket, for half a minute"},
    {"vault_user_keys", "the key of the secrets, sealed, and the sealed list of them"},
}};

}  // namespace

std::span<const takeout::export_source* const> own_data() {
  static const std::array<const takeout::export_source*, 16> all = {
      &account::account_export(),   &session::session_export(), &audit::timeline_export(),
      &factor::factor_export(),     &token::token_export(),     &vault::vault_export(),
      &settings::exchange_export(), &settings::llm_export(),    &settings::preferences_export(),
      &chat::conversation_export(), &chat::message_export(),    &run::run_export(),
      &run::usage_export(),         &chart::chart_export(),     &chart::layout_export(),
      &chart::favourite_export()};
  return all;
}

std::span<const left_out> not_in_archive() {
  return reasons;
}

}  // namespace kontor::app
