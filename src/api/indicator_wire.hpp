// The indicators of a chart as a client sends them: schema NewIndicator.
#pragma once

#include "base/error.hpp"
#include "chart/chart.hpp"

#include <boost/json/array.hpp>

#include <vector>

namespace kontor::api {

/// Each of the array that stands at `/indicators`. Adds what is wrong to `errors`, with paths such as
/// `/indicators/0/params/period`. The same kind with the same numbers stands there once.
std::vector<chart::chosen_indicator> read_indicators(const boost::json::array& all,
                                                     std::vector<base::field_error>& errors);

}  // namespace kontor::api
