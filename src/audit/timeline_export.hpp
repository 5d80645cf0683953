// A user's own timeline, for the person who takes their data along.
#pragma once

#include "takeout/export_source.hpp"

namespace kontor::audit {

/// What audit::timeline gives: where an administrator acted, not who and from where.
const takeout::export_source& timeline_export();

}  // namespace kontor::audit
