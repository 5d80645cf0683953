#include "vault/master_key.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "vault/frame.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace kontor::vault {
namespace {

constexpr std::size_t id_bytes = 8;

std::string id_of(const base::secret_bytes& key) {
  if (key.size() != master_key::size) throw std::invalid_argument("a master key has 32 bytes");
  const auto info = frame_of({"kontor vault key id"});
  return base::to_hex(crypto::hkdf_sha256(key.bytes(), {}, info, id_bytes).bytes());
}

bool is_id(std::string_view text) noexcept {
  return text.size() == 2 * id_bytes &&
         std::ranges::all_of(text, [](char c) { return base::is_digit(c) || (c >= 'a' && c <= 'f'); });
}

// Base64 in either alphabet, with or without the one sign of padding that 32 bytes have.
std::optional<base::secret_bytes> key_of(std::string_view text) {
  constexpr std::size_t digits = 43;
  if (text.size() == digits + 1 && text.ends_with('=')) text.remove_suffix(1);
  if (text.size() != digits) return std::nullopt;
  std::string url_form(text);
  std::ranges::replace(url_form, '+', '-');
  std::ranges::replace(url_form, '/', '_');
  auto key = base::from_base64url(url_form);
  base::wipe(url_form.data(), url_form.size());
  if (!key) return std::nullopt;
  return base::secret_bytes(std::move(*key));
}

base::error refusal(std::size_t line, const std::string& why) {
  return {base::errc::malformed, "", "line " + std::to_string(line) + " " + why, ""};
}

}  // namespace

master_key::master_key(base::secret_bytes bytes) : bytes_(std::move(bytes)), id_(id_of(bytes_)) {}

master_key master_key::make() {
  std::vector<std::uint8_t> random(size);
  crypto::fill_random(random);
  return master_key(base::secret_bytes(std::move(random)));
}

base::result<std::vector<master_key>> parse_master_keys(std::string_view text) {
  std::vector<master_key> keys;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const auto line = base::trim(text.substr(0, end), " \t\r");
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.empty() || line.starts_with('#')) continue;
    const auto blank = line.find(' ');
    const bool names_id = blank != std::string_view::npos;
    const auto said = names_id ? line.substr(0, blank) : std::string_view();
    if (names_id && !is_id(said)) return refusal(number, "is not a key.");
    const auto of_said = names_id ? " (key " + std::string(said) + ")" : std::string();
    auto bytes = key_of(names_id ? base::trim(line.substr(blank)) : line);
    if (!bytes) return refusal(number, "is not a key, or not the whole of it" + of_said + ".");
    master_key key(std::move(*bytes));
    if (names_id && key.id() != said)
      return refusal(number, "holds another key than its id says" + of_said + ": it was changed.");
    if (std::ranges::any_of(keys, [&](const master_key& earlier) { return earlier.id() == key.id(); }))
      return refusal(number, "holds a key that stands there already (key " + key.id() + ").");
    keys.push_back(std::move(key));
  }
  return keys;
}

base::secret_bytes write_master_keys(std::span<const master_key> newest_first) {
  constexpr std::string_view head =
      "# The keys of the vault, the newest first: an id, then its key. Without them no secret can be read.\n"
      "# Keep a copy apart from the backups of the data.\n";
  std::vector<std::uint8_t> text;
  text.reserve(head.size() + newest_first.size() * 64);
  const auto append = [&text](std::string_view part) { text.insert(text.end(), part.begin(), part.end()); };
  append(head);
  for (const auto& key : newest_first) {
    auto digits = base::to_base64url(key.bytes());
    append(key.id());
    append(" ");
    append(digits);
    append("\n");
    base::wipe(digits.data(), digits.size());
  }
  return base::secret_bytes(std::move(text));
}

}  // namespace kontor::vault
