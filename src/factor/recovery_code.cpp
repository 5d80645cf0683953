#include "factor/recovery_code.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"

#include <array>

namespace kontor::factor {
namespace {

constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
static_assert(alphabet.size() == 32);
constexpr std::size_t group_size = 4;

// The digits of a new code, without hyphens. 32 divides 256: each digit is as likely as the other.
base::secret_bytes random_digits() {
  std::vector<std::uint8_t> digits(recovery_code_digits);
  crypto::fill_random(digits);
  for (auto& digit : digits)
    digit = static_cast<std::uint8_t>(alphabet[digit % alphabet.size()]);
  return base::secret_bytes(std::move(digits));
}

base::secret_bytes in_groups(const base::secret_bytes& digits) {
  std::vector<std::uint8_t> text;
  text.reserve(recovery_code_digits + recovery_code_digits / group_size);
  for (const auto digit : digits.bytes()) {
    if (text.size() % (group_size + 1) == group_size) text.push_back('-');
    text.push_back(digit);
  }
  return base::secret_bytes(std::move(text));
}

char read_alike(char c) noexcept {
  if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (c == 'o') return '0';
  if (c == 'i' || c == 'l') return '1';
  return c;
}

}  // namespace

recovery_code_set make_recovery_codes() {
  recovery_code_set set;
  set.stored.salt = base::to_hex(crypto::random_array<32>());
  for (std::size_t i = 0; i < recovery_code_count; ++i) {
    const auto digits = random_digits();
    set.stored.hashes.push_back(hash_of_recovery_code(digits, set.stored.salt));
    set.codes.push_back(in_groups(digits));
  }
  return set;
}

std::optional<base::secret_bytes> normalise_recovery_code(std::string_view typed) {
  std::vector<std::uint8_t> digits;
  digits.reserve(recovery_code_digits);
  for (const char c : typed) {
    if (c == ' ' || c == '-') continue;
    const char digit = read_alike(c);
    if (digits.size() == recovery_code_digits || alphabet.find(digit) == alphabet.npos) {
      base::wipe(digits.data(), digits.size());
      return std::nullopt;
    }
    digits.push_back(static_cast<std::uint8_t>(digit));
  }
  base::secret_bytes normalised(std::move(digits));
  if (normalised.size() != recovery_code_digits) return std::nullopt;
  return normalised;
}

std::string hash_of_recovery_code(const base::secret_bytes& normalised, std::string_view salt) {
  return base::to_hex(crypto::hmac_sha256(base::as_bytes(salt), normalised.bytes()));
}

}  // namespace kontor::factor
