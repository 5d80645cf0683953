// Events of a run as jobs make and keep them. Called inside jobs of sql::database.
#pragma once

#include "run/run_statements.hpp"
#include "run/run_store.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kontor::run::jobs {

event event_of(event_kind kind, std::string text = {}, std::int64_t number = 0);

/// As whoever listens is told of them.
std::vector<told_event> told(sql::session& in, const base::user_id& owner, const chat::conversation_id& of,
                             const std::vector<event>& events);
/// Keeps them behind number `seq`, and tells of them.
std::vector<told_event> store(sql::session& in, const run_key& which, std::vector<event> events, std::int64_t seq,
                              base::timestamp now);

}  // namespace kontor::run::jobs
