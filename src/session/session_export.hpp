// Where somebody is signed in, for the person who takes their data along.
#pragma once

#include "takeout/export_source.hpp"

namespace kontor::session {

const takeout::export_source& session_export();

}  // namespace kontor::session
