// Stands in for the generated file when the program is built with KONTOR_WEB=OFF.
#include "app/web_assets.hpp"

namespace kontor {

std::span<const http::static_file> web_assets() {
  return {};
}

}  // namespace kontor
