#include "sql/byte_search.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

namespace kontor::sql {
namespace {

constexpr std::size_t shortest = 8;
constexpr std::size_t block = 1024 * 1024;

std::uint32_t beginning_of(const char* text) noexcept {
  std::uint32_t four;
  std::memcpy(&four, text, sizeof four);
  return four;
}

std::size_t place_of(std::uint32_t beginning) noexcept {
  return (beginning * 2654435761u) >> 16;
}

}  // namespace

byte_search::byte_search(std::span<const std::string> texts) {
  for (const auto& text : texts) {
    if (text.size() < shortest) continue;
    const auto beginning = beginning_of(text.data());
    beginnings_.set(place_of(beginning));
    by_beginning_[beginning].push_back(text);
    longest_ = std::max(longest_, text.size());
  }
}

bool byte_search::finds_in(std::string_view bytes) const noexcept {
  for (std::size_t at = 0; at + shortest <= bytes.size(); ++at) {
    const auto beginning = beginning_of(bytes.data() + at);
    if (!beginnings_.test(place_of(beginning))) continue;
    const auto candidates = by_beginning_.find(beginning);
    if (candidates == by_beginning_.end()) continue;
    for (const auto& text : candidates->second)
      if (bytes.substr(at).starts_with(text)) return true;
  }
  return false;
}

bool byte_search::finds_in(const byte_source& source) const {
  if (longest_ == 0) return false;
  std::string bytes;
  while (true) {
    const auto kept = std::min(bytes.size(), longest_ - 1);
    bytes.erase(0, bytes.size() - kept);
    bytes.resize(kept + block);
    const auto got = source(std::span(bytes).subspan(kept));
    if (got == 0) return false;
    bytes.resize(kept + got);
    if (finds_in(std::string_view(bytes))) return true;
  }
}

bool byte_search::finds_in(const std::filesystem::path& file) const {
  std::ifstream in(file, std::ios::binary);
  if (!in && !std::filesystem::exists(file)) return false;
  if (!in) throw std::system_error(errno, std::generic_category(), file.string());
  const byte_source source = [&in, &file](std::span<char> into) {
    in.read(into.data(), static_cast<std::streamsize>(into.size()));
    if (in.bad()) throw std::system_error(EIO, std::generic_category(), file.string());
    return static_cast<std::size_t>(in.gcount());
  };
  return finds_in(source);
}

}  // namespace kontor::sql
