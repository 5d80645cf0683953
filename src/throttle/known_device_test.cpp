#include "throttle/known_device.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

namespace kontor::throttle {
namespace {

using namespace std::chrono_literals;

const base::timestamp known_since = base::from_microseconds(1'800'000'000'123'456);
const base::secret_bytes device_key(std::string_view("0123456789abcdef0123456789abcdef"));

struct KnownDevice : testing::Test {
  known_devices devices{device_key};
  base::user_id owner = crypto::random_id<base::user_id>();
  device_id device = device_id::random();
  std::string value = devices.make({owner, 3}, device, known_since);

  // Rightly signed, whatever it says.
  std::string sign(const std::string& signed_part) const {
    const auto key = crypto::hkdf_sha256(device_key.bytes(), {}, base::as_bytes("kontor known device"), 32);
    return signed_part + "." +
           base::to_base64url(crypto::hmac_sha256(key.bytes(), base::as_bytes(owner.str() + "3 " + signed_part)));
  }
};

}  // namespace

TEST_F(KnownDevice, IsKnownToItsAccount) {
  EXPECT_EQ(devices.check(value, {owner, 3}, known_since), device);
  EXPECT_EQ(value, sign("v1." + base::to_base64url(device.bytes) + ".1815552000"));
  EXPECT_EQ(value.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."),
            std::string::npos)
      << "must fit into a cookie as it is";
}

TEST_F(KnownDevice, IsUnknownToEveryOther) {
  EXPECT_EQ(devices.check(value, {owner, 4}, known_since), std::nullopt) << "after a new password";
  EXPECT_EQ(devices.check(value, {crypto::random_id<base::user_id>(), 3}, known_since), std::nullopt);
  EXPECT_EQ(devices.check(value, {base::user_id(), 3}, known_since), std::nullopt);
  const known_devices elsewhere(base::secret_bytes(std::string_view("another key of thirty-two bytes!")));
  EXPECT_EQ(elsewhere.check(value, {owner, 3}, known_since), std::nullopt);
}

TEST_F(KnownDevice, IsForgottenAfter180Days) {
  const auto end = base::from_microseconds(1'800'000'000'000'000) + 180 * 24h;
  EXPECT_EQ(devices.check(value, {owner, 3}, end - 1us), device);
  EXPECT_EQ(devices.check(value, {owner, 3}, end), std::nullopt);
  EXPECT_EQ(devices.check(devices.make({owner, 3}, device, end), {owner, 3}, end), device);
}

// Zitadel CVE-2026-27840: a cut token was taken.
TEST_F(KnownDevice, NoPartOfItIsEnoughAndNothingMayBeAdded) {
  for (std::size_t size = 0; size < value.size(); ++size) {
    EXPECT_EQ(devices.check(value.substr(0, size), {owner, 3}, known_since), std::nullopt) << size;
    EXPECT_EQ(devices.check(value.substr(value.size() - size), {owner, 3}, known_since), std::nullopt) << size;
    auto without = value;
    without.erase(size, 1);
    EXPECT_EQ(devices.check(without, {owner, 3}, known_since), std::nullopt) << size;
  }
  for (std::size_t at = 0; at <= value.size(); ++at) {
    for (const char more : {'A', '0', '.', '=', ' ', '\0'}) {
      auto longer = value;
      longer.insert(at, 1, more);
      EXPECT_EQ(devices.check(longer, {owner, 3}, known_since), std::nullopt) << at << more;
    }
  }
  EXPECT_EQ(devices.check(value + "." + value, {owner, 3}, known_since), std::nullopt);
  EXPECT_EQ(devices.check(std::string(1 << 20, '.'), {owner, 3}, known_since), std::nullopt);
}

TEST_F(KnownDevice, NoBitOfItMayChange) {
  for (std::size_t at = 0; at < value.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      auto other = value;
      other[at] = static_cast<char>(other[at] ^ (1 << bit));
      EXPECT_EQ(devices.check(other, {owner, 3}, known_since), std::nullopt) << at << ' ' << bit;
    }
  }
}

// What only somebody with the key could send: still nothing but what we write ourselves.
TEST_F(KnownDevice, ReadsWhatItWritesAndNothingElse) {
  const auto name = base::to_base64url(device.bytes);
  EXPECT_EQ(devices.check(sign("v1." + name + ".1800000001"), {owner, 3}, known_since), device);
  EXPECT_EQ(devices.check(sign("v1." + name + ".999999999999"), {owner, 3}, known_since), device);
  auto spare_bits = name;
  spare_bits.back() = spare_bits.back() == 'A' ? 'B' : static_cast<char>(spare_bits.back() + 1);
  for (const auto& wrong : {"v2." + name + ".1800000001", "V1." + name + ".1800000001",
                            "v1." + spare_bits + ".1800000001", "v1." + name + ".", "v1." + name + ".x",
                            "v1." + name + ".-1800000001", "v1." + name + ".+1800000001", "v1." + name + ".1800000001.",
                            "v1." + name + ". 1800000001", "v1." + name + ".1e12", "v1." + name + ".9999999999999",
                            "v1." + name + ".1800000000", "v1." + name + ".0", "v1." + name.substr(1) + ".1800000001",
                            "v1.." + name + "1800000001", std::string("v1.1800000001"), "v1." + name + "A.180000000"})
    EXPECT_EQ(devices.check(sign(wrong), {owner, 3}, known_since), std::nullopt) << wrong;
}

TEST_F(KnownDevice, ThousandNamesAreAllDifferent) {
  std::set<std::array<std::uint8_t, 16>> names;
  for (int i = 0; i < 1000; ++i)
    names.insert(device_id::random().bytes);
  EXPECT_EQ(names.size(), 1000u);
}

TEST_F(KnownDevice, NeedsAKeyOf32Bytes) {
  EXPECT_THROW(known_devices(base::secret_bytes(std::string_view("0123456789abcdef0123456789abcde"))),
               std::invalid_argument);
}

}  // namespace kontor::throttle
