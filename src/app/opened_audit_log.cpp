#include "app/opened_audit_log.hpp"

#include "account/user_statements.hpp"
#include "app/installation.hpp"
#include "base/log.hpp"

#include <stdexcept>
#include <utility>

namespace kontor::app {
namespace {

// Two programs with two keys would write two chains.
audit::head_state throw_unless_ours(const base::result<audit::head_state>& found) {
  if (!found) throw std::runtime_error("The audit log cannot be read: " + found.error().internal_detail + ".");
  if (*found == audit::head_state::other_key)
    throw std::runtime_error(
        "The audit log of this database is signed with another key than these settings give. Set AUDIT_KEY to the key "
        "it was begun with (every node needs the same), or put back the JWT_SECRET_KEY or jwt.key it was. If that key "
        "is lost: kontor admin accept-audit-log goes on with the present one.");
  return *found;
}

}  // namespace

base::secret_bytes existing_audit_key_of(const config& settings) {
  return settings.audit_key.empty() ? existing_signing_key_of(settings) : settings.audit_key.clone();
}

audit::audit_log begin_audit_log(const config& settings, sql::database& database) {
  audit::audit_log audit(settings.audit_key.empty() ? signing_key_of(settings) : settings.audit_key.clone());
  auto job = [&audit](sql::session& in) {
    const bool is_new = account::statements::list_users(in, "", 1).empty();
    return is_new ? audit.begin(in) : audit.look(in);
  };
  if (throw_unless_ours(database.write_now(std::move(job))) == audit::head_state::broken)
    base::log(base::log_level::error, "the head of the audit log does not hold: run kontor doctor", {});
  return audit;
}

audit::audit_log open_audit_log(const config& settings, sql::database& database) {
  audit::audit_log audit(existing_audit_key_of(settings));
  auto job = [&audit](sql::session& in) { return audit.look(in); };
  (void)throw_unless_ours(database.read_now(std::move(job)));
  return audit;
}

}  // namespace kontor::app
