#include "account/setup_token.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"

namespace kontor::account {

fresh_setup_link make_setup_link(base::timestamp now, std::chrono::minutes life) {
  auto random = crypto::random_array<32>();
  auto text = base::to_base64url(random);
  fresh_setup_link link;
  link.issued.token = base::secret_bytes(text);
  base::wipe(random.data(), random.size());
  base::wipe(text.data(), text.size());
  link.issued.expires_at = now + life;
  link.token_hash = hash_of_setup_token(link.issued.token);
  link.created_at = now;
  return link;
}

std::string hash_of_setup_token(const base::secret_bytes& token) {
  return base::to_hex(crypto::sha256(token.bytes()));
}

}  // namespace kontor::account
