// The account itself, for the person who takes their data along.
#pragma once

#include "takeout/export_source.hpp"

namespace kontor::account {

const takeout::export_source& account_export();

}  // namespace kontor::account
