#include "token/personal_token.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"

namespace kontor::token {

bool is_token_text(std::string_view text) {
  if (!has_prefix(text) || text.size() != prefix.size() + secret_size) return false;
  return base::from_base64url(text.substr(prefix.size())).has_value();
}

base::secret_bytes make_token_text() {
  auto random = crypto::random_array<32>();
  auto text = std::string(prefix) + base::to_base64url(random);
  base::secret_bytes token{std::string_view(text)};
  base::wipe(random.data(), random.size());
  base::wipe(text.data(), text.size());
  return token;
}

std::string hash_of_token_text(std::string_view text) {
  return base::to_hex(crypto::sha256(base::as_bytes(text)));
}

std::string_view fault_of(const identity& who, const boost::asio::ip::address& from, base::timestamp now) {
  if (!who.owner.is_active) return "deactivated";
  if (who.token.epoch != who.owner.security_epoch) return "revoked";
  if (who.token.expires_at && now >= *who.token.expires_at) return "expired";
  if (!who.token.addresses.allows(from)) return "used from an address that it is not for";
  return {};
}

}  // namespace kontor::token
