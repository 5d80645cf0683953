// The settings of a language model, which the predecessor kept among the secrets of a user (`llm_provider`,
// `llm_model`, `llm_base_url`, `azure_openai_…`), and how they stand here. No database, no files.
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"
#include "legacy/moving_plan.hpp"
#include "settings/llm_check.hpp"
#include "settings/llm_settings.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::legacy {

/// As settings::llm_check::origin_of.
using origin_source = std::function<base::result<std::string>(std::string_view address, settings::named_by who)>;

/// Finds the settings among the secrets of each user, not verified and without the seal of their key, which is not
/// saved yet. The secrets stay as they are. Settings that cannot be used are left out with a note; an address that the
/// policy of the way out refuses is taken with a note, because the operator may allow it (EGRESS_ALLOW) and it is
/// looked at each time it is used.
void plan_models(moving_plan& plan, const origin_source& origin, base::timestamp now);

/// Do these secrets of one user say the same as the stored settings?
bool tell_the_same(std::span<const planned_secret> secrets, const settings::llm_record& stored);

/// Takes the settings out of the secrets of one user, but no key. With `stored`, puts these in their place.
void replace_model(std::vector<planned_secret>& secrets, const std::optional<settings::llm_record>& stored);

}  // namespace kontor::legacy
