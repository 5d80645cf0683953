// Charts, layouts and favourites for the archive of a person.
#pragma once

#include "takeout/export_source.hpp"

namespace kontor::chart {

const takeout::export_source& chart_export();
const takeout::export_source& layout_export();
const takeout::export_source& favourite_export();

}  // namespace kontor::chart
