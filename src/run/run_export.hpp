// What a person takes along of their runs: what each cost.
#pragma once

#include "takeout/export_source.hpp"

namespace kontor::run {

const takeout::export_source& run_export();
const takeout::export_source& usage_export();

}  // namespace kontor::run
