// The settings of a user, without keys, for the person who takes their data along.
#pragma once

#include "takeout/export_source.hpp"

namespace kontor::settings {

const takeout::export_source& exchange_export();
const takeout::export_source& llm_export();
const takeout::export_source& preferences_export();

}  // namespace kontor::settings
