#include "vault/recovery_key.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace kontor::vault {
namespace {

constexpr std::size_t key_size = 16;
constexpr std::size_t check_size = 2;
constexpr std::size_t group_size = 4;
constexpr std::size_t most_text = 200;

std::vector<std::uint8_t> with_check(crypto::bytes key) {
  const auto digest = crypto::sha256(key);
  std::vector<std::uint8_t> all;
  all.reserve(key_size + check_size);
  all.assign(key.begin(), key.end());
  all.insert(all.end(), digest.begin(), digest.begin() + check_size);
  return all;
}

}  // namespace

base::secret_bytes make_recovery_key() {
  std::vector<std::uint8_t> random(key_size);
  crypto::fill_random(random);
  return base::secret_bytes(std::move(random));
}

base::secret_bytes text_of_recovery_key(const base::secret_bytes& key) {
  auto raw = with_check(key.bytes());
  auto digits = base::to_hex(raw);
  std::vector<std::uint8_t> text;
  text.reserve(2 * digits.size());
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && i % group_size == 0) text.push_back('-');
    text.push_back(static_cast<std::uint8_t>(digits[i]));
  }
  base::wipe(raw.data(), raw.size());
  base::wipe(digits.data(), digits.size());
  return base::secret_bytes(std::move(text));
}

std::optional<base::secret_bytes> parse_recovery_key(std::string_view text) {
  if (text.size() > most_text) return std::nullopt;
  std::string digits;
  digits.reserve(text.size());
  std::ranges::copy_if(text, std::back_inserter(digits),
                       [](char c) { return c != '-' && c != ' ' && c != '\t' && c != '\n' && c != '\r'; });
  auto raw = base::from_hex(digits);
  base::wipe(digits.data(), digits.size());
  if (!raw) return std::nullopt;
  const base::secret_bytes held(std::move(*raw));
  if (held.size() != key_size + check_size) return std::nullopt;
  const auto key = held.bytes().first(key_size);
  const base::secret_bytes expected(with_check(key));
  if (!crypto::equal_in_constant_time(expected.bytes(), held.bytes())) return std::nullopt;
  return base::secret_bytes(std::vector<std::uint8_t>(key.begin(), key.end()));
}

}  // namespace kontor::vault
