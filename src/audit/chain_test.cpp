#include "audit/chain.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <stdexcept>

namespace kontor::audit {
namespace {

base::secret_bytes chain_key(char letter, std::size_t size = 32) {
  return base::secret_bytes(std::string(size, letter));
}

stored_entry some_entry() {
  stored_entry entry;
  entry.number = 7;
  entry.at = base::from_microseconds(1'800'000'000'123'456);
  entry.action = "session.created";
  entry.outcome = "ok";
  entry.key_id = "0011223344556677";
  entry.subject.digest = std::string(64, 'a');
  entry.actor.digest = std::string(64, 'b');
  return entry;
}

TEST(Chain, WantsAKeyOf32Bytes) {
  EXPECT_NO_THROW(chain(chain_key('k', 32)));
  EXPECT_THROW(chain(chain_key('k', 31)), std::invalid_argument);
  EXPECT_THROW(chain{base::secret_bytes()}, std::invalid_argument);
}

// Computed with another implementation (hmac and hashlib of Python 3): what is stored today must verify for ever.
TEST(Chain, KnownAnswers) {
  const chain keys(chain_key('k'));
  EXPECT_EQ(keys.key_id(), "9ef0a1bfed34b928");
  EXPECT_EQ(keys.hash_of(some_entry(), hash_before_first),
            "0f7bf4609bf6da7299d36eda12d5fc38d0b9e4fd1a128a29837081431fa71314");
  EXPECT_EQ(keys.erasure_mark(7, std::string(64, 'c'), side::actor),
            "ca4852a8ac02035486f3e6fbddf3252aa7ab4f3e557fa4f5cd0b7ae9e7a79b68");
  const sealed_side personal{{"somebody", std::nullopt, ""}, std::string(32, '0'), "", std::nullopt};
  EXPECT_EQ(digest_of(personal), "00331bb43c9711dfa511449833e8688d51f20d35f08cb8a7c9aecd44fb3191f2");
}

TEST(Chain, TheHashDependsOnEverything) {
  const chain keys(chain_key('k'));
  std::set<std::string> hashes{keys.hash_of(some_entry(), hash_before_first)};
  const auto is_new = [&](const std::function<void(stored_entry&)>& change) {
    auto entry = some_entry();
    change(entry);
    return hashes.insert(keys.hash_of(entry, hash_before_first)).second;
  };
  EXPECT_TRUE(is_new([](auto& e) { e.number = 8; }));
  EXPECT_TRUE(is_new([](auto& e) { e.at += std::chrono::microseconds(1); }));
  EXPECT_TRUE(is_new([](auto& e) { e.action = "session.ended"; }));
  EXPECT_TRUE(is_new([](auto& e) { e.outcome = "failed"; }));
  EXPECT_TRUE(is_new([](auto& e) { e.key_id = "other"; }));
  EXPECT_TRUE(is_new([](auto& e) { e.subject.digest[0] = 'c'; }));
  EXPECT_TRUE(is_new([](auto& e) { e.actor.digest[0] = 'c'; }));
  EXPECT_TRUE(is_new([](auto& e) { std::swap(e.subject.digest, e.actor.digest); }));
  // Moving a byte from one field to the next makes another entry.
  EXPECT_TRUE(is_new([](auto& e) {
    e.action = "session.createdo";
    e.outcome = "k";
  }));
  EXPECT_TRUE(hashes.insert(keys.hash_of(some_entry(), std::string(64, '1'))).second);
  EXPECT_TRUE(hashes.insert(chain(chain_key('l')).hash_of(some_entry(), hash_before_first)).second);
}

TEST(Chain, TheHashDoesNotDependOnWhatCanBeErased) {
  const chain keys(chain_key('k'));
  auto entry = some_entry();
  const auto before = keys.hash_of(entry, hash_before_first);
  entry.subject.fields = {"somebody"};
  entry.subject.salt = "salt";
  entry.actor.erasure = "mark";
  EXPECT_EQ(keys.hash_of(entry, hash_before_first), before);
}

TEST(Chain, AnErasureMarkHoldsForOneSideOfOneEntryUnderOneKey) {
  const chain keys(chain_key('k'));
  const std::string hash(64, 'c');
  const std::set<std::string> marks{keys.erasure_mark(7, hash, side::subject), keys.erasure_mark(7, hash, side::actor),
                                    keys.erasure_mark(8, hash, side::subject),
                                    keys.erasure_mark(7, std::string(64, 'd'), side::subject),
                                    chain(chain_key('l')).erasure_mark(7, hash, side::subject)};
  EXPECT_EQ(marks.size(), 5U);
}

TEST(Seal, TheSameFieldsNeverGiveTheSameDigest) {
  sealed_side one{{"somebody", "{}"}, {}, {}, {}};
  auto other = one;
  seal(one);
  seal(other);
  EXPECT_NE(one.salt, other.salt);
  EXPECT_NE(one.digest, other.digest);
  EXPECT_EQ(one.digest, digest_of(one));
}

TEST(Seal, FieldsCannotBeShiftedAndNothingIsNotEmpty) {
  const auto digest = [](std::vector<std::optional<std::string>> fields) {
    return digest_of({std::move(fields), std::string(32, '0'), "", std::nullopt});
  };
  const std::set<std::string> digests{digest({"ab", "c"}),     digest({"a", "bc"}), digest({"abc", ""}),
                                      digest({"abc", {}}),     digest({{}, "abc"}), digest({"abc"}),
                                      digest({"ab", "c", {}}), digest({})};
  EXPECT_EQ(digests.size(), 8U);
}

}  // namespace
}  // namespace kontor::audit
