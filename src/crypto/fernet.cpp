#include "crypto/fernet.hpp"

#include "base/text.hpp"
#include "crypto/openssl_owner.hpp"
#include "crypto/random.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <vector>

namespace kontor::crypto {
namespace {

// version (1) | seconds since 1970, big-endian (8) | IV (16) | ciphertext (16 and more) | HMAC (32)
constexpr std::uint8_t version = 0x80;
constexpr std::size_t time_at = 1;
constexpr std::size_t iv_at = time_at + 8;
constexpr std::size_t ciphertext_at = iv_at + fernet::iv_size;
constexpr std::size_t block_size = 16;
constexpr std::size_t mac_size = sizeof(sha256_digest);
constexpr std::size_t smallest = ciphertext_at + block_size + mac_size;
// OpenSSL counts in int.
constexpr std::size_t most_plaintext = std::size_t{1} << 30;

using cipher_context = std::unique_ptr<EVP_CIPHER_CTX, freeing<EVP_CIPHER_CTX_free>>;

EVP_CIPHER* aes_128_cbc() {
  static EVP_CIPHER* const algorithm = fetched(EVP_CIPHER_fetch(nullptr, "AES-128-CBC", nullptr), "EVP_CIPHER_fetch");
  return algorithm;
}

cipher_context new_context() {
  cipher_context context(EVP_CIPHER_CTX_new());
  if (!context) throw_openssl_failure("EVP_CIPHER_CTX_new");
  return context;
}

// Appends the ciphertext, with PKCS #7 padding, which is OpenSSL's default.
void encrypt(bytes key, bytes iv, bytes plaintext, std::vector<std::uint8_t>& out) {
  const auto context = new_context();
  const auto start = out.size();
  out.resize(start + plaintext.size() + block_size);
  int written = 0;
  int rest = 0;
  if (EVP_EncryptInit_ex2(context.get(), aes_128_cbc(), key.data(), iv.data(), nullptr) != 1 ||
      EVP_EncryptUpdate(context.get(), out.data() + start, &written, data_of(plaintext),
                        static_cast<int>(plaintext.size())) != 1 ||
      EVP_EncryptFinal_ex(context.get(), out.data() + start + written, &rest) != 1)
    throw_openssl_failure("AES-128-CBC");
  out.resize(start + static_cast<std::size_t>(written + rest));
}

// nullopt when the padding is broken.
std::optional<base::secret_bytes> decrypt(bytes key, bytes iv, bytes ciphertext) {
  const auto context = new_context();
  std::vector<std::uint8_t> out(ciphertext.size() + block_size);
  int written = 0;
  int rest = 0;
  if (EVP_DecryptInit_ex2(context.get(), aes_128_cbc(), key.data(), iv.data(), nullptr) != 1 ||
      EVP_DecryptUpdate(context.get(), out.data(), &written, ciphertext.data(), static_cast<int>(ciphertext.size())) !=
          1)
    throw_openssl_failure("AES-128-CBC");
  if (EVP_DecryptFinal_ex(context.get(), out.data() + written, &rest) != 1) {
    ERR_clear_error();
    base::wipe(out.data(), out.size());
    return std::nullopt;
  }
  out.resize(static_cast<std::size_t>(written + rest));  // What falls off is padding.
  return base::secret_bytes(std::move(out));
}

std::uint64_t seconds_of(base::timestamp at) noexcept {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(seconds, 0));
}

std::uint64_t read_time(bytes token) noexcept {
  std::uint64_t seconds = 0;
  for (const auto byte : token.subspan(time_at, 8))
    seconds = (seconds << 8) | byte;
  return seconds;
}

std::uint64_t count_of(std::chrono::seconds span) noexcept {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(span.count(), 0));
}

// Written so that no sum can wrap, whatever time a token claims.
bool holds(std::uint64_t made, const fernet_age& age) noexcept {
  const auto now = seconds_of(age.now);
  if (made > now) return made - now <= count_of(age.clock_skew);
  return now - made <= count_of(age.life);
}

// base64url with padding: exactly as many `=` as are needed, spare bits zero, so that one token has one spelling.
std::string to_padded_base64url(bytes raw) {
  auto text = base::to_base64url(raw);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::optional<std::vector<std::uint8_t>> from_padded_base64url(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  // With a size that divides by four, one or two signs of padding leave a rest that needs as many; a third would stand
  // in the rest, where it is no digit.
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding)
    text.remove_suffix(1);
  return base::from_base64url(text);
}

}  // namespace

fernet::fernet(const base::secret_bytes& key) : key_(key.clone()) {
  if (key_.size() != key_size) throw std::invalid_argument("a Fernet key has 32 bytes");
}

std::string fernet::seal(bytes plaintext, base::timestamp now) const {
  return seal_with_iv(plaintext, now, random_array<iv_size>());
}

// Fernet spec, "Generating".
std::string fernet::seal_with_iv(bytes plaintext, base::timestamp now,
                                 const std::array<std::uint8_t, iv_size>& iv) const {
  if (plaintext.size() >= most_plaintext) throw std::invalid_argument("too long for a Fernet token");
  std::vector<std::uint8_t> token;
  token.reserve(smallest + plaintext.size() + block_size);
  // 1. Version, time, IV.
  token.push_back(version);
  const auto seconds = seconds_of(now);
  for (int shift = 56; shift >= 0; shift -= 8)
    token.push_back(static_cast<std::uint8_t>(seconds >> shift));
  token.insert(token.end(), iv.begin(), iv.end());
  // 2. The ciphertext.
  encrypt(encryption_key(), iv, plaintext, token);
  // 3. The MAC of all that, then base64url.
  const auto mac = hmac_sha256(signing_key(), token);
  token.insert(token.end(), mac.begin(), mac.end());
  return to_padded_base64url(token);
}

std::optional<base::secret_bytes> fernet::open(std::string_view token) const {
  return open(token, nullptr);
}
std::optional<base::secret_bytes> fernet::open(std::string_view token, const fernet_age& age) const {
  return open(token, &age);
}

// Fernet spec, "Verifying"; the age is looked at after the MAC, because before it the time is anybody's claim.
std::optional<base::secret_bytes> fernet::open(std::string_view token, const fernet_age* age) const {
  // 1. The form: base64url, the version, whole blocks.
  if (token.size() >= 2 * most_plaintext) return std::nullopt;
  const auto raw = from_padded_base64url(token);
  if (!raw || raw->size() < smallest || raw->front() != version) return std::nullopt;
  const bytes all(*raw);
  const auto signed_part = all.first(all.size() - mac_size);
  const auto ciphertext = signed_part.subspan(ciphertext_at);
  if (ciphertext.size() % block_size != 0) return std::nullopt;
  // 2. The MAC.
  if (!equal_in_constant_time(hmac_sha256(signing_key(), signed_part), all.last(mac_size))) return std::nullopt;
  // 3. The age.
  if (age != nullptr && !holds(read_time(all), *age)) return std::nullopt;
  // 4. The plaintext, whose padding must be whole.
  return decrypt(encryption_key(), all.subspan(iv_at, iv_size), ciphertext);
}

}  // namespace kontor::crypto
