// Is the data folder that of the Python predecessor?
#pragma once

#include "app/config.hpp"

namespace kontor::app {

/// Before anything is made or locked there: throws std::runtime_error with a sentence that names the command to run
/// when `app.db` of the data folder is the predecessor's. Touches nothing.
void refuse_predecessor(const config& settings);

}  // namespace kontor::app
