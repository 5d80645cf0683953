#include "app/small_file.hpp"

#include <fstream>

namespace kontor::app {
namespace {

constexpr std::size_t max_size = 64 * 1024;

base::error refusal(std::string why) {
  return {base::errc::malformed, "", std::move(why)};
}

}  // namespace

base::result<std::string> read_small_file(const std::filesystem::path& file) {
  std::error_code unknown;
  // A container engine makes a folder where a file to mount is missing.
  if (std::filesystem::is_directory(file, unknown)) return refusal("is a folder, not a file.");
  std::ifstream in(file, std::ios::binary);
  if (!in) return refusal("cannot be read.");
  std::string text(max_size + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return refusal("cannot be read.");
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > max_size) return refusal("is too large.");
  return text;
}

}  // namespace kontor::app
