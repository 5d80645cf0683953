// The SQL of the settings of a language model. One text for SQLite and PostgreSQL. All functions run inside a job of
// sql::database and throw sql::sql_error when the database fails.
#pragma once

#include "settings/llm_settings.hpp"
#include "sql/session.hpp"

#include <optional>
#include <string>

namespace kontor::settings::statements {

std::optional<llm_record> find_llm(sql::session& in, const base::user_id& owner);
/// Instead of whatever stands there.
void put_llm(sql::session& in, const base::user_id& owner, const llm_record& record);
/// The same settings with another model, path or version: only where provider, host and key are those of the record.
/// False when somebody saved others meanwhile.
bool change_llm(sql::session& in, const base::user_id& owner, const llm_record& record);
/// What came of asking the provider. Without effect when other settings were saved since `changed_at` of the record.
void note_llm_check(sql::session& in, const base::user_id& owner, const llm_record& record);
void remove_llm(sql::session& in, const base::user_id& owner);

}  // namespace kontor::settings::statements
