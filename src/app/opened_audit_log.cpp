#include "app/opened_audit_log.hpp"

#include "account/user_statements.hpp"
#include "app/installation.hpp"
#include "audit/stored_entries.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

#include <cstddef>
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

// Is there a log that was begun with a key, whether it holds or not?
bool is_begun(sql::session& in) {
  const auto head = audit::statements::find_head(in);
  return (head && !head->key_id.empty()) || audit::statements::find_last(in).number != 0;
}

void throw_if_begun(const config& settings, sql::database& database) {
  auto job = [](sql::session& in) { return is_begun(in); };
  const auto begun = database.read_now(std::move(job));
  if (!begun) throw std::runtime_error("The audit log cannot be read: " + begun.error().internal_detail + ".");
  if (!*begun) return;
  throw std::runtime_error(
      "There is no key " + (settings.data_dir / "jwt.key").string() +
      ", and the audit log of this database was begun with one. Restore the file from a backup, or set JWT_SECRET_KEY "
      "or AUDIT_KEY to the key it was. If that key is lost: kontor admin accept-audit-log goes on with a new one.");
}

bool is_of_another(const base::secret_bytes& key, sql::database& database) {
  const audit::audit_log audit(key);
  const auto found = database.read_now([&audit](sql::session& in) { return audit.look(in); });
  return found && *found == audit::head_state::other_key;
}

constexpr std::size_t size_in_file = 32;

// A jwt.key holds its key as a text. Whoever sets that text means the key, if it is the one the log was begun with.
base::secret_bytes set_audit_key(const config& settings, sql::database& database) {
  auto in_file = base::from_base64url(settings.audit_key.text());
  if (!in_file || in_file->size() != size_in_file || !is_of_another(settings.audit_key, database))
    return settings.audit_key.clone();
  base::secret_bytes meant(std::move(*in_file));
  return is_of_another(meant, database) ? settings.audit_key.clone() : std::move(meant);
}

}  // namespace

base::secret_bytes existing_audit_key_of(const config& settings, sql::database& database) {
  return settings.audit_key.empty() ? existing_signing_key_of(settings) : set_audit_key(settings, database);
}

base::secret_bytes begin_signing_key(const config& settings, sql::database& database) {
  if (settings.audit_key.empty() && !has_signing_key(settings)) throw_if_begun(settings, database);
  return signing_key_of(settings);
}

audit::audit_log begin_audit_log(const config& settings, sql::database& database) {
  audit::audit_log audit(settings.audit_key.empty() ? begin_signing_key(settings, database)
                                                    : set_audit_key(settings, database));
  auto job = [&audit](sql::session& in) {
    const bool is_new = account::statements::list_users(in, "", 1).empty();
    return is_new ? audit.begin(in) : audit.look(in);
  };
  if (throw_unless_ours(database.write_now(std::move(job))) == audit::head_state::broken)
    base::log(base::log_level::error, "the head of the audit log does not hold: run kontor doctor", {});
  return audit;
}

audit::audit_log open_audit_log(const config& settings, sql::database& database) {
  audit::audit_log audit(existing_audit_key_of(settings, database));
  auto job = [&audit](sql::session& in) { return audit.look(in); };
  (void)throw_unless_ours(database.read_now(std::move(job)));
  return audit;
}

}  // namespace kontor::app
