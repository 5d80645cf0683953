#include "factor/secret_seal.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"

#include <stdexcept>
#include <vector>

namespace kontor::factor {
namespace {

constexpr std::size_t owner_size = 36;

}  // namespace

secret_seal::secret_seal(const base::secret_bytes& installation_key) : installation_key_(installation_key.clone()) {
  if (installation_key_.size() < 32) throw std::invalid_argument("an installation key has at least 32 bytes");
}

crypto::fernet secret_seal::box_of(const base::user_id& owner) const {
  const auto info = "kontor factor " + owner.str();
  return crypto::fernet(
      crypto::hkdf_sha256(installation_key_.bytes(), {}, base::as_bytes(info), crypto::fernet::key_size));
}

std::string secret_seal::seal(const base::user_id& owner, const base::secret_bytes& secret, base::timestamp now) const {
  std::vector<std::uint8_t> content;
  content.reserve(owner_size + secret.size());
  const auto id = base::as_bytes(owner.text());
  content.insert(content.end(), id.begin(), id.end());
  content.insert(content.end(), secret.bytes().begin(), secret.bytes().end());
  const base::secret_bytes plaintext(std::move(content));
  return box_of(owner).seal(plaintext.bytes(), now);
}

std::optional<base::secret_bytes> secret_seal::open(const base::user_id& owner, std::string_view sealed) const {
  const auto plaintext = box_of(owner).open(sealed);
  if (!plaintext || plaintext->size() <= owner_size) return std::nullopt;
  const auto all = plaintext->bytes();
  if (!crypto::equal_in_constant_time(all.first(owner_size), base::as_bytes(owner.text()))) return std::nullopt;
  const auto secret = all.subspan(owner_size);
  return base::secret_bytes(std::vector<std::uint8_t>(secret.begin(), secret.end()));
}

}  // namespace kontor::factor
