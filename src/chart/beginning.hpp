// Requests that make something and may come again: known for a day by their Idempotency-Key.
#pragma once

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/time.hpp"
#include "chart/chart_statements.hpp"
#include "sql/session.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kontor::chart {

/// `key`: what the client chose, or empty: then there is nothing to know it by. `what`: all that the request says, with
/// the operation in front.
std::optional<statements::request> request_of(std::string_view key, std::string_view what);

/// What was made by this request before, if it is still there. errc::invalid_input, type `idempotency-key-reused`: the
/// key came with another request. Inside a job, after hold_shelf.
base::result<std::optional<base::uuid>> find_made(sql::session& in, const base::user_id& owner,
                                                  const std::optional<statements::request>& by, base::timestamp now);

base::error too_many_charts();      ///< errc::conflict, type `too-many-charts`.
base::error too_many_layouts();     ///< errc::conflict, type `too-many-layouts`.
base::error too_many_favourites();  ///< errc::conflict, type `too-many-favourites`.
base::error no_such_chart();
base::error no_such_layout();

}  // namespace kontor::chart
