#include "vault/frame.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace kontor::vault {
namespace {

constexpr std::size_t length_size = 4;
constexpr std::size_t number_size = 8;

void append_number(std::vector<std::uint8_t>& out, std::uint64_t number, std::size_t size) {
  for (std::size_t i = size; i-- > 0;)
    out.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
}

std::uint64_t read_number(crypto::bytes from) noexcept {
  std::uint64_t number = 0;
  for (const auto byte : from)
    number = (number << 8) | byte;
  return number;
}

}  // namespace

frame::frame(std::size_t size_hint) {
  bytes_.reserve(size_hint);
}

void frame::make_room(std::size_t more) {
  if (bytes_.size() + more <= bytes_.capacity()) return;
  // The vector would free the old memory without wiping it.
  std::vector<std::uint8_t> larger;
  larger.reserve(std::max(bytes_.size() + more, 2 * bytes_.capacity()));
  larger.assign(bytes_.begin(), bytes_.end());
  base::wipe(bytes_.data(), bytes_.size());
  bytes_.swap(larger);
}

frame& frame::add(crypto::bytes part) {
  if (part.size() > std::numeric_limits<std::uint32_t>::max()) throw std::invalid_argument("too long for a frame");
  make_room(length_size + part.size());
  append_number(bytes_, part.size(), length_size);
  bytes_.insert(bytes_.end(), part.begin(), part.end());
  return *this;
}

frame& frame::add(std::string_view part) {
  return add(base::as_bytes(part));
}

frame& frame::add(std::int64_t number) {
  make_room(number_size);
  append_number(bytes_, static_cast<std::uint64_t>(number), number_size);
  return *this;
}

std::vector<std::uint8_t> frame_of(std::initializer_list<std::string_view> parts) {
  frame all(128);
  for (const auto part : parts)
    all.add(part);
  return {all.bytes().begin(), all.bytes().end()};
}

std::optional<crypto::bytes> frame_reader::part() noexcept {
  if (rest_.size() < length_size) return std::nullopt;
  const auto size = read_number(rest_.first(length_size));
  if (rest_.size() - length_size < size) return std::nullopt;
  const auto found = rest_.subspan(length_size, size);
  rest_ = rest_.subspan(length_size + size);
  return found;
}

std::optional<std::int64_t> frame_reader::number() noexcept {
  if (rest_.size() < number_size) return std::nullopt;
  const auto found = read_number(rest_.first(number_size));
  rest_ = rest_.subspan(number_size);
  return static_cast<std::int64_t>(found);
}

bool frame_reader::expect(std::string_view text) noexcept {
  const auto found = part();
  return found && crypto::equal_in_constant_time(*found, base::as_bytes(text));
}

}  // namespace kontor::vault
