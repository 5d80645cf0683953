#include "session/refresh_token.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"

namespace kontor::session {
namespace {

base::secret_bytes as_token(std::span<const std::uint8_t> bytes) {
  auto text = base::to_base64url(bytes);
  base::secret_bytes token{std::string_view(text)};
  base::wipe(text.data(), text.size());
  return token;
}

}  // namespace

refresh_decision decide_refresh(std::optional<base::timestamp> spent_at, const session_info& session,
                                base::timestamp now, const session_settings& settings) noexcept {
  if (now >= session.idle_expires_at || now >= session.expires_at) return refresh_decision::expired;
  if (!spent_at) return refresh_decision::rotate;
  const bool is_within_grace = now >= *spent_at && now - *spent_at <= settings.grace;
  return is_within_grace ? refresh_decision::repeat : refresh_decision::end_family;
}

std::string hash_of_refresh_token(std::string_view token) {
  return base::to_hex(crypto::sha256(base::as_bytes(token)));
}

base::secret_bytes make_refresh_token() {
  return as_token(crypto::random_array<32>());
}

refresh_successors::refresh_successors(const base::secret_bytes& key)
    : key_(crypto::hkdf_sha256(key.bytes(), {}, base::as_bytes("kontor refresh successor"), 32)) {}

base::secret_bytes refresh_successors::successor_of(std::string_view token, std::string_view salt) const {
  // The salt has one length, so the two parts cannot be shifted against each other.
  base::secret_bytes both(std::string(salt) + std::string(token));
  return as_token(crypto::hmac_sha256(key_.bytes(), both.bytes()));
}

std::string refresh_successors::make_salt() {
  return base::to_hex(crypto::random_array<32>());
}

}  // namespace kontor::session
