// What is worth an entry in the log: the closed list of acts, and one act as the room that did it describes it.
#pragma once

#include "base/id.hpp"
#include "base/time.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::audit {

/// Every act that the log knows. The names in `action_names` are stored and shown: they are never changed or reused.
/// A refresh of a session is no act of its own; its reuse is.
enum class action {
  account_registered,
  login_succeeded,
  login_refused,
  login_throttled,
  session_created,
  session_ended,
  sessions_ended_all,
  refresh_reused,
  password_changed,
  password_reset,
  link_created,
  link_used,
  email_verified,
  email_change_requested,
  email_changed,
  factor_added,
  factor_removed,
  factor_recovery_used,
  recovery_codes_renewed,
  step_up_proved,
  token_created,
  token_revoked,
  user_created,
  user_activated,
  user_deactivated,
  user_promoted,
  user_demoted,
  user_deleted,
  export_made,
  policy_changed,
  log_accepted,
  secret_saved,
  secret_deleted,
  secret_undeleted,
  secret_destroyed,
  secrets_destroyed_all,
  secret_revealed,
  secret_unreadable,
  vault_key_made,
  vault_key_retired,
  vault_key_recovered,
  vault_recovery_renewed,
  vault_exported,
  settings_saved,
  settings_removed,
  user_imported,
  data_exported,
  backup_made,
  backup_restored,
};

struct action_name {
  action value;
  std::string_view name;
};

/// In the order of the enumeration.
inline constexpr std::array<action_name, 49> action_names{{
    {action::account_registered, "account.registered"},
    {action::login_succeeded, "login.succeeded"},
    {action::login_refused, "login.refused"},
    {action::login_throttled, "login.throttled"},
    {action::session_created, "session.created"},
    {action::session_ended, "session.ended"},
    {action::sessions_ended_all, "sessions.ended_all"},
    {action::refresh_reused, "refresh.reused"},
    {action::password_changed, "password.changed"},
    {action::password_reset, "password.reset"},
    {action::link_created, "link.created"},
    {action::link_used, "link.used"},
    {action::email_verified, "email.verified"},
    {action::email_change_requested, "email.change_requested"},
    {action::email_changed, "email.changed"},
    {action::factor_added, "factor.added"},
    {action::factor_removed, "factor.removed"},
    {action::factor_recovery_used, "factor.recovery_used"},
    {action::recovery_codes_renewed, "recovery_codes.renewed"},
    {action::step_up_proved, "step_up.proved"},
    {action::token_created, "token.created"},
    {action::token_revoked, "token.revoked"},
    {action::user_created, "user.created"},
    {action::user_activated, "user.activated"},
    {action::user_deactivated, "user.deactivated"},
    {action::user_promoted, "user.promoted"},
    {action::user_demoted, "user.demoted"},
    {action::user_deleted, "user.deleted"},
    {action::export_made, "export.made"},
    {action::policy_changed, "policy.changed"},
    {action::log_accepted, "log.accepted"},
    {action::secret_saved, "secret.saved"},
    {action::secret_deleted, "secret.deleted"},
    {action::secret_undeleted, "secret.undeleted"},
    {action::secret_destroyed, "secret.destroyed"},
    {action::secrets_destroyed_all, "secrets.destroyed_all"},
    {action::secret_revealed, "secret.revealed"},
    {action::secret_unreadable, "secret.unreadable"},
    {action::vault_key_made, "vault.key_made"},
    {action::vault_key_retired, "vault.key_retired"},
    {action::vault_key_recovered, "vault.key_recovered"},
    {action::vault_recovery_renewed, "vault.recovery_renewed"},
    {action::vault_exported, "vault.exported"},
    {action::settings_saved, "settings.saved"},
    {action::settings_removed, "settings.removed"},
    {action::user_imported, "user.imported"},
    {action::data_exported, "data.exported"},
    {action::backup_made, "backup.made"},
    {action::backup_restored, "backup.restored"},
}};

/// How the act went: it was done, it was not allowed, or it was allowed and did not work.
enum class result { ok, refused, failed };

std::string_view name_of(action what) noexcept;
std::string_view name_of(result outcome) noexcept;
/// Exactly the name; anything else is nullopt.
std::optional<action> parse_action(std::string_view name) noexcept;
std::optional<result> parse_result(std::string_view name) noexcept;

/// Limits in bytes. What comes from a client (the name of a device, say) is cut by the room that writes it down: an
/// event that does not fit aborts the act.
inline constexpr std::size_t max_detail = 4096;
inline constexpr std::size_t max_address = 64;
inline constexpr std::size_t max_request_id = 128;

/// One act (ASVS 16.2.1: when, who, where, what, and how it went).
///
/// Whose data is what decides what goes when an account is deleted (audit_log::erase_owner), so it must be kept apart:
/// `owner` and `detail` are about the person whose timeline this is; `actor`, `address` and `request_id` are about the
/// one who acted. `detail` never names the actor, and when there is no owner it names nobody: an unknown e-mail address
/// that somebody tried is not written down.
struct event {
  std::optional<base::user_id> owner;  ///< Whose timeline; nullopt: nobody's, as when the policy changes.
  std::optional<base::user_id> actor;  ///< Who did it; nullopt: nobody signed in, or the command line.
  audit::action action;
  audit::result outcome = audit::result::ok;
  std::string detail = {};      ///< A JSON object as text, or empty. Never a secret, and no hash of one.
  std::string address = {};     ///< The client's address, or `console`.
  std::string request_id = {};  ///< As in the log and in X-Request-Id; empty on the command line.
  base::timestamp at;
};

/// Throws std::invalid_argument when `detail` is neither empty nor one strict JSON object, or a text is over its limit.
void check(const event& what);

}  // namespace kontor::audit
