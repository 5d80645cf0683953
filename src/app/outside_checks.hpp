// What `kontor doctor` says about the servers outside that these settings name. They are asked as the program would ask
// them, through the same proxy and with the same authorities, but no key, password or token is shown to any of them.
#pragma once

#include "app/check_result.hpp"
#include "app/config.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace kontor::app {

/// A line for each: the exchange and its clock, its socket, the operator's language model, the mail server. Takes 20
/// seconds at most.
std::vector<check_result> check_outside(const config& settings);

/// The rule of the exchange's clock. `ahead`: of ours, in milliseconds.
check_result judge_exchange_clock(std::string_view origin, std::int64_t ahead);

}  // namespace kontor::app
