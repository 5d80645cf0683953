// The web app and the API pages as part of the program; the definition is made at build time from web/dist.
#pragma once

#include "http/static_files.hpp"

#include <span>

namespace kontor {

/// Sorted by path; empty when the program was built without the web app.
std::span<const http::static_file> web_assets();

}  // namespace kontor
