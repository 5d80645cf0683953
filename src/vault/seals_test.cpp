#include "vault/seals.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "vault/data_key_cache.hpp"
#include "vault/frame.hpp"
#include "vault/recovery_key.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <set>

namespace kontor::vault {
namespace {

const base::timestamp sealed_at = base::from_microseconds(1'800'000'000'123'456);

base::secret_bytes key_of_letter(char letter, std::size_t size = master_key::size) {
  return base::secret_bytes(std::string(size, letter));
}
base::user_id user(char digit) {
  return base::user_id::parse(std::string(8, digit) + "-1111-4111-8111-111111111111").value();
}
user_keys keys_of(char digit) {
  return {user(digit), key_of_letter(digit)};
}

// Every bit of a sealed text, as it stands in the database.
void expect_no_bit_may_flip(const std::string& text, const std::function<bool(std::string_view)>& opens) {
  ASSERT_TRUE(opens(text));
  for (std::size_t i = 0; i < text.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      auto flipped = text;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      ASSERT_FALSE(opens(flipped)) << "byte " << i << ", bit " << bit;
    }
  for (std::size_t size = 0; size < text.size(); ++size)
    ASSERT_FALSE(opens(std::string_view(text).substr(0, size))) << size;
  ASSERT_FALSE(opens(text + "A"));
  ASSERT_FALSE(opens(text + "="));
}

TEST(Frame, CanBeTakenApartInOneWayOnly) {
  EXPECT_NE(frame_of({"ab", "c"}), frame_of({"a", "bc"}));
  EXPECT_NE(frame_of({"a", ""}), frame_of({"a"}));
  frame all(1);  // Grows several times.
  all.add("name").add(std::int64_t{-2}).add("").add("value");
  frame_reader in(all.bytes());
  EXPECT_TRUE(in.expect("name"));
  EXPECT_EQ(in.number(), -2);
  EXPECT_TRUE(in.expect(""));
  EXPECT_FALSE(in.at_end());
  EXPECT_EQ(base::as_text(in.part().value()), "value");
  EXPECT_TRUE(in.at_end());
  EXPECT_FALSE(in.part().has_value());
  EXPECT_FALSE(in.number().has_value());
  for (std::size_t size = 1; size < 8; ++size) {
    frame_reader cut(all.bytes().first(size));
    EXPECT_FALSE(cut.part().has_value()) << size;
  }
}

// The schedule as docs/vault.md describes it, so that other programs can follow it: a change here makes every stored
// secret unreadable.
TEST(Seals, TheKeysAreDerivedAsDescribed) {
  const auto derived = [](const base::secret_bytes& key, std::string_view info) {
    return crypto::fernet(crypto::hkdf_sha256(key.bytes(), {}, base::as_bytes(info), 32));
  };
  using namespace std::string_literals;
  const auto token = keys_of('1').seal({"name", 7, 5}, base::secret_bytes(std::string_view("value")), sealed_at);
  const auto inside = derived(key_of_letter('1'), "\0\0\0\x13kontor vault secret\0\0\0\x04name"s).open(token);
  ASSERT_TRUE(inside.has_value());
  EXPECT_EQ(inside->text(), "\0\0\0\x06secret\0\0\0\x24"s + user('1').str() +
                                "\0\0\0\x04name\0\0\0\0\0\0\0\x07\0\0\0\0\0\0\0\x05\0\0\0\x05value"s);
  const master_key master(key_of_letter('m'));
  const auto wrapped = key_wrap(master).wrap(user('1'), key_of_letter('1'), sealed_at);
  const auto key = derived(key_of_letter('m'), "\0\0\0\x1bkontor vault key encryption"s).open(wrapped);
  ASSERT_TRUE(key.has_value());
  EXPECT_TRUE(key->text().ends_with(std::string(32, '1')));
}

// Security checklist c.72.
TEST(Seals, ATextOpensAtItsPlaceOnly) {
  const auto anna = keys_of('1');
  const auto token = anna.seal({"name", 1, 5}, base::secret_bytes(std::string_view("value")), sealed_at);
  EXPECT_EQ(anna.open({"name", 1, 5}, token)->text(), "value");
  EXPECT_FALSE(anna.open({"name", 2, 5}, token).has_value());
  EXPECT_FALSE(anna.open({"name", 1, 6}, token).has_value());
  EXPECT_FALSE(anna.open({"names", 1, 5}, token).has_value());
  EXPECT_FALSE(keys_of('2').open({"name", 1, 5}, token).has_value());
  // The owner counts by itself, whatever the key.
  EXPECT_FALSE(user_keys(user('2'), key_of_letter('1')).open({"name", 1, 5}, token).has_value());
  const key_wrap wrap{master_key(key_of_letter('m'))};
  const auto wrapped = wrap.wrap(user('1'), key_of_letter('1'), sealed_at);
  EXPECT_EQ(wrap.unwrap(user('1'), wrapped)->text(), key_of_letter('1').text());
  EXPECT_FALSE(wrap.unwrap(user('2'), wrapped).has_value());
  EXPECT_FALSE(key_wrap(master_key(key_of_letter('n'))).unwrap(user('1'), wrapped).has_value());
  // One kind of text is never another.
  EXPECT_FALSE(wrap.opens_canary(wrapped));
  EXPECT_FALSE(wrap.unwrap(user('1'), wrap.make_canary(sealed_at)).has_value());
  EXPECT_FALSE(anna.open_directory(token).has_value());
  EXPECT_FALSE(anna.open({"name", 1, 5}, anna.seal_directory({}, sealed_at)).has_value());
}

// Security checklist a.31.
TEST(Seals, NoBitOfASealedTextMayFlip) {
  const auto anna = keys_of('1');
  expect_no_bit_may_flip(anna.seal({"name", 1, 5}, base::secret_bytes(std::string_view("value")), sealed_at),
                         [&](std::string_view text) { return anna.open({"name", 1, 5}, text).has_value(); });
  expect_no_bit_may_flip(anna.seal_directory({}, sealed_at),
                         [&](std::string_view text) { return anna.open_directory(text).has_value(); });
  const master_key master(key_of_letter('m'));
  const key_wrap wrap(master);
  expect_no_bit_may_flip(wrap.wrap(user('1'), key_of_letter('1'), sealed_at),
                         [&](std::string_view text) { return wrap.unwrap(user('1'), text).has_value(); });
  expect_no_bit_may_flip(wrap.make_canary(sealed_at), [&](std::string_view text) { return wrap.opens_canary(text); });
  const auto recovery = key_of_letter('r', 16);
  expect_no_bit_may_flip(seal_for_recovery(recovery, master, sealed_at), [&](std::string_view text) {
    return open_with_recovery(recovery, master.id(), text).has_value();
  });
}

TEST(Seals, TheRecoveryKeyOpensItsMasterKeyOnly) {
  const master_key master(key_of_letter('m'));
  const auto sealed = seal_for_recovery(key_of_letter('r', 16), master, sealed_at);
  EXPECT_EQ(open_with_recovery(key_of_letter('r', 16), master.id(), sealed)->id(), master.id());
  EXPECT_FALSE(open_with_recovery(key_of_letter('s', 16), master.id(), sealed).has_value());
  EXPECT_FALSE(open_with_recovery(key_of_letter('r', 16), master_key(key_of_letter('n')).id(), sealed).has_value());
}

TEST(RecoveryKey, IsReadAsItIsCopied) {
  const auto key = make_recovery_key();
  const std::string text(text_of_recovery_key(key).text());
  EXPECT_EQ(text.size(), 9u * 4 + 8);
  const auto reads = [&](const std::string& copied) {
    const auto read = parse_recovery_key(copied);
    return read && read->text() == key.text();
  };
  EXPECT_TRUE(reads(text));
  EXPECT_TRUE(reads(" " + text + "\r\n"));
  std::string upper;
  std::string bare;
  for (const char c : text) {
    upper.push_back(c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c);
    if (c != '-') bare.push_back(c);
  }
  EXPECT_TRUE(reads(upper));
  EXPECT_TRUE(reads(bare));
  for (std::size_t i = 0; i < bare.size(); ++i) {
    auto wrong = bare;
    wrong[i] = wrong[i] == '0' ? '1' : '0';
    EXPECT_FALSE(parse_recovery_key(wrong).has_value()) << i;
    EXPECT_FALSE(parse_recovery_key(bare.substr(0, i)).has_value()) << i;
  }
  EXPECT_FALSE(parse_recovery_key(bare + "00").has_value());
  EXPECT_FALSE(parse_recovery_key(std::string(1000, '0')).has_value());
  std::set<std::string> all;
  for (int i = 0; i < 100; ++i)
    all.emplace(text_of_recovery_key(make_recovery_key()).text());
  EXPECT_EQ(all.size(), 100u);
}

TEST(DataKeyCache, KnowsAKeyByItsWrappedTextAndForgetsTheOldest) {
  data_key_cache cache(2);
  const auto put = [&](char digit, const std::string& wrapped) {
    cache.put(user(digit), wrapped, std::make_shared<const user_keys>(user(digit), key_of_letter(digit)));
  };
  put('1', "one");
  put('2', "two");
  EXPECT_TRUE(cache.find(user('1'), "one"));
  EXPECT_FALSE(cache.find(user('1'), "two"));
  put('3', "three");
  EXPECT_FALSE(cache.find(user('2'), "two"));
  EXPECT_TRUE(cache.find(user('1'), "one"));
  EXPECT_TRUE(cache.find(user('3'), "three"));
  put('1', "one again");
  EXPECT_FALSE(cache.find(user('1'), "one"));
  EXPECT_TRUE(cache.find(user('1'), "one again"));
  EXPECT_TRUE(cache.find(user('3'), "three"));
  EXPECT_EQ(cache.size(), 2u);
}

}  // namespace
}  // namespace kontor::vault
