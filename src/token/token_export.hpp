// The personal access tokens, without what would let anybody in, for the person who takes their data along.
#pragma once

#include "takeout/export_source.hpp"

namespace kontor::token {

const takeout::export_source& token_export();

}  // namespace kontor::token
