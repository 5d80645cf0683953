// The parts of others that are in the program. What they are is found out when it is built.
#pragma once

#include <span>
#include <string_view>

namespace kontor::app {

struct part {
  std::string_view name;
  std::string_view version;  ///< `unknown` where nobody could tell.
  std::string_view licence;  ///< SPDX expression.
  std::string_view where;    ///< Shared libraries without their endings, `headers`, `data` or `web app`.
};

/// Libraries that the program was linked with, of the version it was built with (cmake/parts.cmake).
std::span<const part> linked_parts();
/// What npm put into the web app; empty when the program was built without it.
std::span<const part> web_parts();

}  // namespace kontor::app
