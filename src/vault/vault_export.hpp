// Which secrets there are, without their values, for the person who takes their data along.
#pragma once

#include "takeout/export_source.hpp"

namespace kontor::vault {

/// Names and times of the secrets, never their values.
const takeout::export_source& vault_export();

}  // namespace kontor::vault
