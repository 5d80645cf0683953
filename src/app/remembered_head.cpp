#include "app/remembered_head.hpp"

#include "app/small_file.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <stdexcept>
#include <string>

namespace kontor::app {
namespace {

bool is_hash(std::string_view text) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == audit::hash_before_first.size() && std::all_of(text.begin(), text.end(), is_digit);
}

}  // namespace

std::optional<audit::chain_head> read_remembered_head(const std::filesystem::path& file) {
  std::error_code unknown;
  if (!std::filesystem::exists(file, unknown) && !unknown) return std::nullopt;
  const auto text = read_small_file(file);
  if (!text) throw std::runtime_error("The file " + file.string() + " " + text.error().detail);
  const std::string_view line = *text;
  const auto space = line.find(' ');
  const auto hash = space == std::string_view::npos ? "" : line.substr(space + 1, line.find('\n') - space - 1);
  audit::chain_head head;
  const auto end = line.data() + std::min(space, line.size());
  const auto [stopped, failure] = std::from_chars(line.data(), end, head.number);
  if (failure != std::errc() || stopped != end || head.number < 0 || !is_hash(hash) ||
      line.size() != space + 1 + hash.size() + 1)
    throw std::runtime_error("The file " + file.string() + " holds no head of an audit log.");
  head.hash = hash;
  return head;
}

void write_remembered_head(const std::filesystem::path& file, const audit::chain_head& head) {
  auto draft = file;
  draft += ".new";
  {
    std::ofstream out(draft, std::ios::binary | std::ios::trunc);
    out << head.number << ' ' << head.hash << '\n' << std::flush;
    if (!out) throw std::runtime_error("The file " + draft.string() + " cannot be written.");
  }
  std::error_code failed;
  std::filesystem::rename(draft, file, failed);
  if (failed) throw std::runtime_error("The file " + file.string() + " cannot be written: " + failed.message() + ".");
}

}  // namespace kontor::app
