// What an import did, for the operator who started it.
#pragma once

#include "legacy/importer.hpp"

#include <string>

namespace kontor::legacy {

enum class report_of { import, dry_run };

/// Some lines of text: how much was taken, everything that was not with its reason, what to look at. No secret.
std::string write_report(const moving_plan& plan, const import_outcome& outcome, report_of what);

}  // namespace kontor::legacy
