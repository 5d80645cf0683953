// The SQL of exchange settings. One text for SQLite and PostgreSQL. All functions run inside a job of sql::database and
// throw sql::sql_error when the database fails.
#pragma once

#include "settings/exchange_settings.hpp"
#include "sql/session.hpp"

#include <optional>

namespace kontor::settings::statements {

std::optional<exchange_record> find_exchange(sql::session& in, const base::user_id& owner);
/// Instead of whatever stands there.
void put_exchange(sql::session& in, const base::user_id& owner, const exchange_record& record);
/// Only where nothing stands, or a record with the same `changed_at`; false when somebody saved another key meanwhile.
bool renew_exchange(sql::session& in, const base::user_id& owner, const exchange_record& record);
void remove_exchange(sql::session& in, const base::user_id& owner);

}  // namespace kontor::settings::statements
