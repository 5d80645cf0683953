#include "factor/totp.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "crypto/failure.hpp"
#include "crypto/random.hpp"

#include <liboath/oath.h>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <array>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace kontor::factor {
namespace {

void check(int code, const char* what) {
  if (code != OATH_OK) throw crypto::crypto_failure(std::string(what) + ": " + oath_strerror(code));
}

const char* chars_of(const base::secret_bytes& secret) noexcept {
  return secret.text().data();
}

// liboath wants to be told once, before its first use.
void use_liboath() {
  static const int done = oath_init();
  check(done, "oath_init");
}

// The digits of a code that somebody typed; empty when it is none.
std::string digits_of(std::string_view typed) {
  std::string digits;
  for (const char c : typed) {
    if (c == ' ' || c == '-') continue;
    if (c < '0' || c > '9' || digits.size() == totp_digits) return {};
    digits += c;
  }
  if (digits.size() != totp_digits) return {};
  return digits;
}

}  // namespace

base::secret_bytes make_totp_secret() {
  std::vector<std::uint8_t> random(totp_secret_size);
  crypto::fill_random(random);
  return base::secret_bytes(std::move(random));
}

std::int64_t totp_step_at(base::timestamp now) noexcept {
  using steps = std::chrono::duration<std::int64_t, std::ratio<30>>;
  static_assert(steps(1) == totp_step_length);
  return std::chrono::floor<steps>(now.time_since_epoch()).count();
}

base::secret_bytes totp_code(const base::secret_bytes& secret, std::int64_t step) {
  if (step < 0) throw std::invalid_argument("a step before 1970");
  use_liboath();
  std::array<char, totp_digits + 1> code{};
  const auto seconds = static_cast<time_t>(step * totp_step_length.count());
  check(oath_totp_generate(chars_of(secret), secret.size(), seconds, static_cast<unsigned>(totp_step_length.count()),
                           OATH_TOTP_DEFAULT_START_TIME, totp_digits, code.data()),
        "oath_totp_generate");
  base::secret_bytes made(std::string_view(code.data(), totp_digits));
  base::wipe(code.data(), code.size());
  return made;
}

std::optional<std::int64_t> match_totp(const base::secret_bytes& secret, std::string_view code, base::timestamp now) {
  const auto digits = digits_of(code);
  if (digits.empty()) return std::nullopt;
  const auto present = totp_step_at(now);
  std::optional<std::int64_t> matched;
  // All of them are compared, so that the time does not tell which one it was.
  for (auto step = present - totp_steps_of_drift; step <= present + totp_steps_of_drift; ++step) {
    if (step < 0) continue;
    if (crypto::equal_in_constant_time(totp_code(secret, step).bytes(), base::as_bytes(digits))) matched = step;
  }
  return matched;
}

base::secret_bytes totp_secret_text(const base::secret_bytes& secret) {
  char* text = nullptr;
  std::size_t size = 0;
  check(oath_base32_encode(chars_of(secret), secret.size(), &text, &size), "oath_base32_encode");
  const std::unique_ptr<char, decltype(&std::free)> owner(text, &std::free);
  base::secret_bytes made(std::string_view(text, size));
  base::wipe(text, size);
  return made;
}

base::secret_bytes totp_uri(const base::secret_bytes& secret, std::string_view email) {
  const auto label = boost::urls::encode(email, boost::urls::unreserved_chars);
  const auto secret_text = totp_secret_text(secret);
  std::string uri;
  uri.reserve(256 + label.size());  // It holds the secret: no copies are left behind while it grows.
  uri.append("otpauth://totp/Kontor:").append(label).append("?secret=").append(secret_text.text());
  uri.append("&issuer=Kontor&algorithm=SHA1&digits=6&period=30");
  base::secret_bytes made{std::string_view(uri)};
  base::wipe(uri.data(), uri.size());
  return made;
}

}  // namespace kontor::factor
