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
  const auto kind = std::filesystem::status(file, unknown).type();
  // A container engine makes a folder where a file to mount is missing.
  if (kind == std::filesystem::file_type::directory) return refusal("is a folder, not a file.");
  // Reading a pipe or a device might never end.
  if (kind != std::filesystem::file_type::regular && kind != std::filesystem::file_type::not_found &&
      kind != std::filesystem::file_type::none)
    return refusal("is not a regular file.");
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
