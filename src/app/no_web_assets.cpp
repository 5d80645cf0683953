// Stands in for the generated files when the program is built with KONTOR_WEB=OFF.
#include "app/parts.hpp"
#include "app/web_assets.hpp"

namespace kontor {

std::span<const http::static_file> web_assets() {
  return {};
}

std::span<const app::part> app::web_parts() {
  return {};
}

}  // namespace kontor
