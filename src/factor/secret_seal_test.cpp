#include "factor/secret_seal.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace kontor::factor {
namespace {

const base::timestamp noon = base::from_microseconds(1'800'000'000'123'456);

base::secret_bytes key_of(char letter) {
  return base::secret_bytes(std::string(32, letter));
}

struct SecretSeal : testing::Test {
  base::user_id owner = crypto::random_id<base::user_id>();
  base::user_id other = crypto::random_id<base::user_id>();
  base::secret_bytes secret{std::string_view("12345678901234567890")};
  secret_seal seal{key_of('k')};
};

TEST_F(SecretSeal, OpensForItsOwnerOnly) {
  const auto sealed = seal.seal(owner, secret, noon);
  const auto opened = seal.open(owner, sealed);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->text(), secret.text());
  EXPECT_FALSE(seal.open(other, sealed));
  EXPECT_FALSE(secret_seal(key_of('l')).open(owner, sealed));
  EXPECT_EQ(sealed.find(secret.text()), sealed.npos);
  EXPECT_NE(seal.seal(owner, secret, noon), sealed);
}

// The key alone would refuse such a row; the owner inside is looked at too.
TEST_F(SecretSeal, ComparesTheOwnerInside) {
  const auto info = "kontor factor " + owner.str();
  const crypto::fernet box(crypto::hkdf_sha256(key_of('k').bytes(), {}, base::as_bytes(info), 32));
  const auto with = [&](const std::string& plaintext) { return box.seal(base::as_bytes(plaintext), noon); };
  EXPECT_TRUE(seal.open(owner, with(owner.str() + "secret")));
  EXPECT_FALSE(seal.open(owner, with(other.str() + "secret")));
  EXPECT_FALSE(seal.open(owner, with(owner.str())));
  EXPECT_FALSE(seal.open(owner, with("")));
}

TEST_F(SecretSeal, A31NoSealWithAChangedDigitOpens) {
  const auto sealed = seal.seal(owner, secret, noon);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(seal.open(owner, changed)) << i;
  }
}

TEST_F(SecretSeal, WantsAKeyOf32BytesAtLeast) {
  EXPECT_THROW(secret_seal(base::secret_bytes(std::string(31, 'k'))), std::invalid_argument);
  EXPECT_NO_THROW(secret_seal(base::secret_bytes(std::string(33, 'k'))));
}

}  // namespace
}  // namespace kontor::factor
