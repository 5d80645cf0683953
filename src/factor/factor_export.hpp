// Whether there is a second factor, for the person who takes their data along.
#pragma once

#include "takeout/export_source.hpp"

namespace kontor::factor {

const takeout::export_source& factor_export();

}  // namespace kontor::factor
