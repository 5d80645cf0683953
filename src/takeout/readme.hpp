// The page that lies on top of an archive.
#pragma once

#include "takeout/export_source.hpp"

#include <string>

namespace kontor::takeout {

/// In German and in English.
std::string make_readme(std::span<const export_source* const> sources, base::timestamp at);

}  // namespace kontor::takeout
