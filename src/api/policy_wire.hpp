// The policy as administrators see and change it: the schemas of api/openapi.yaml, in the same names.
#pragma once

#include "base/error.hpp"
#include "policy/policy.hpp"

#include <string>
#include <string_view>

namespace kontor::api {

/// Schema AdminPolicyChange: a member that is absent stays, null goes back to the default. errc::malformed when the
/// body is no JSON, errc::invalid_input with one entry per wrong field; an address that is none at
/// `/allowed_emails/<place>`.
base::result<policy::rule_change> read_policy_change(std::string_view body);

/// Schema AdminPolicy.
std::string write_admin_policy(const policy::rules& rules);

}  // namespace kontor::api
