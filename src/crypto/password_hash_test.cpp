#include "crypto/password_hash.hpp"

#include "crypto/bcrypt.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <regex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace kontor::crypto {
namespace {

password_hasher hasher(int cost = 4, std::string_view pepper = {}) {
  password_settings settings;
  settings.cost = cost;
  settings.pepper = base::secret_bytes(pepper);
  return password_hasher(std::move(settings));
}

// What other libraries stored: bcrypt over the password itself.
std::string plain(std::string_view password, int cost = 4) {
  return bcrypt(password, make_bcrypt_setting(cost));
}

// Processor time of this thread, the least of three, so that other programs do not disturb the comparison.
template <class Work>
double seconds_of(Work work) {
  double least = 1e9;
  for (int i = 0; i < 3; ++i) {
    timespec before{}, after{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    work();
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    const auto seconds = static_cast<double>(after.tv_sec - before.tv_sec);
    least = std::min(least, seconds + static_cast<double>(after.tv_nsec - before.tv_nsec) / 1e9);
  }
  return least;
}

TEST(PasswordHash, HashesAndChecks) {
  const auto own = hasher();
  const auto stored = own.hash("secret123");
  EXPECT_TRUE(std::regex_match(stored, std::regex(R"(\$kontor\$1\$none\$\$2b\$04\$[./A-Za-z0-9]{53})"))) << stored;
  EXPECT_EQ(own.check("secret123", stored), password_match::yes);
  EXPECT_EQ(own.check("secret124", stored), password_match::no);
  EXPECT_EQ(own.check("Secret123", stored), password_match::no);
  EXPECT_EQ(own.check("secret123 ", stored), password_match::no);
  EXPECT_EQ(own.check("", stored), password_match::no);
  EXPECT_NE(own.hash("secret123"), stored) << "every hash has its own salt";
}

TEST(PasswordHash, TheStoredFormStaysReadable) {
  // Computed once with Python's hmac and crypt. If this fails, every stored password is lost.
  EXPECT_EQ(hasher().check("secret123", "$kontor$1$none$$2b$04$abcdefghijklmnopqrstuuLOZAt740VMyhjeHtAcURCxCik9u0.bS"),
            password_match::yes);
  EXPECT_EQ(hasher(4, "the operator's pepper")
                .check("secret123", "$kontor$1$0f3b2b34$$2b$04$abcdefghijklmnopqrstuu6uBK9p468DIhr1993PvJix23KamUNki"),
            password_match::yes);
  EXPECT_EQ(hasher().check("secret123", "$2b$04$abcdefghijklmnopqrstuuZakPDp6bZDRlgfrhVHiZC/4c843smaK"),
            password_match::yes_but_outdated);
}

TEST(PasswordHash, EveryByteOfALongPasswordCounts) {
  const auto own = hasher();
  for (const std::size_t size : {72u, 73u, 128u, 512u, 4'000u}) {
    const std::string password(size, 'x');
    auto other = password;
    other.back() = 'y';
    const auto stored = own.hash(password);
    EXPECT_EQ(own.check(password, stored), password_match::yes) << size;
    EXPECT_EQ(own.check(other, stored), password_match::no) << size;
    EXPECT_EQ(own.check(password + "x", stored), password_match::no) << size;
  }
  std::string emoji;
  for (int i = 0; i < 64; ++i)
    emoji += "\U0001f600";
  const auto stored = own.hash(emoji);
  EXPECT_EQ(own.check(emoji, stored), password_match::yes);
  EXPECT_EQ(own.check(emoji.substr(0, emoji.size() - 4) + "\U0001f601", stored), password_match::no);
}

TEST(PasswordHash, NulIsAByteLikeOthers) {
  // The policy refuses NUL before it comes here; if it ever did come, nothing may be cut off.
  const auto own = hasher();
  const std::string x("abc\0x", 5), y("abc\0y", 5);
  const auto stored = own.hash(x);
  EXPECT_EQ(own.check(x, stored), password_match::yes);
  EXPECT_EQ(own.check(y, stored), password_match::no);
  EXPECT_EQ(own.check("abc", stored), password_match::no);
  EXPECT_EQ(own.check(x, plain("abc")), password_match::no) << "bcrypt itself would stop at the NUL and match";
}

TEST(PasswordHash, OldCostIsOutdated) {
  const auto stored = hasher(4).hash("secret123");
  EXPECT_EQ(hasher(5).check("secret123", stored), password_match::yes_but_outdated);
  EXPECT_EQ(hasher(5).check("secret124", stored), password_match::no);
  EXPECT_EQ(hasher(4).check("secret123", hasher(5).hash("secret123")), password_match::yes)
      << "a higher cost is not old";
}

TEST(PasswordHash, Peppers) {
  const auto none = hasher(4);
  const auto first = hasher(4, "first pepper");
  const auto second = hasher(4, "second pepper");
  const auto stored_none = none.hash("secret123");
  const auto stored_first = first.hash("secret123");
  EXPECT_EQ(first.check("secret123", stored_first), password_match::yes);
  EXPECT_EQ(first.check("secret123", stored_none), password_match::yes_but_outdated)
      << "from the time before the pepper";
  EXPECT_EQ(first.check("secret124", stored_none), password_match::no);
  EXPECT_EQ(second.check("secret123", stored_first), password_match::no);
  EXPECT_EQ(none.check("secret123", stored_first), password_match::no);
  EXPECT_EQ(stored_first.find("first pepper"), std::string::npos);

  // Under another id the same bcrypt string does not match: the id says which key was used, it does not choose a weaker
  // one.
  auto forged = stored_first;
  forged.replace(forged.find("$1$") + 3, 8, "none");
  EXPECT_EQ(first.check("secret123", forged), password_match::no);
}

TEST(PasswordHash, PlainBcryptFromElsewhereIsOutdated) {
  const auto own = hasher();
  for (const char* version : {"$2a$", "$2b$", "$2y$"}) {
    auto setting = make_bcrypt_setting(4);
    setting.replace(0, 4, version);
    const auto stored = bcrypt("secret123", setting);
    EXPECT_EQ(own.check("secret123", stored), password_match::yes_but_outdated) << version;
    EXPECT_EQ(own.check("secret124", stored), password_match::no) << version;
  }
  EXPECT_EQ(own.check(std::string(72, 'x') + "anything", plain(std::string(80, 'x'))), password_match::yes_but_outdated)
      << "as bcrypt does it";
  EXPECT_EQ(own.check(std::string(1'000, 'x'), plain(std::string(72, 'x'))), password_match::yes_but_outdated);
}

const std::vector<std::string>& unreadable() {
  static const std::string bcrypt_text = "$2b$04$abcdefghijklmnopqrstuuZakPDp6bZDRlgfrhVHiZC/4c843smaK";
  static const std::vector<std::string> all = {
      "",
      "*0",
      "secret123",
      "$",
      "$2b$",
      "$kontor$1$",
      "$kontor$1$none$",
      "$kontor$1$none$$2b$04$",
      "$kontor$1$$" + bcrypt_text,
      "$kontor$2$none$" + bcrypt_text,
      "$kontor$1$none$" + bcrypt_text + "x",
      "$kontor$1$none$" + bcrypt_text.substr(0, 59),
      "$kontor$1$none$$2a" + bcrypt_text.substr(3),
      "$kontor$1$none$$kontor$1$none$" + bcrypt_text,
      "$kontor$1$deadbeef$" + bcrypt_text,
      "$kontor$1$none" + std::string(1, '\0') + "$" + bcrypt_text,
      bcrypt_text + "\n",
      " " + bcrypt_text,
      bcrypt_text + std::string(1, '\0'),
      "$2x" + bcrypt_text.substr(3),
      "$2b$31" + bcrypt_text.substr(6),
      "$6$rounds=1000$salt$hash",
      "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA",
      std::string(100'000, '$'),
  };
  return all;
}

TEST(PasswordHash, WhatCannotBeReadMatchesNothing) {
  const auto own = hasher();
  for (const auto& stored : unreadable()) {
    EXPECT_EQ(own.check("secret123", stored), password_match::no) << stored.substr(0, 100);
    EXPECT_EQ(own.check(stored, stored), password_match::no) << stored.substr(0, 100);
  }
}

TEST(PasswordHash, EveryFailureCostsOneHash) {
  // Cost 8 is about 12 ms, cost 4 below 1 ms: without its hash a failure would take less than a tenth.
  const auto own = hasher(8);
  const double one = seconds_of([&] { own.check_nothing("secret123"); });
  const auto costs_one = [&](std::string_view password, std::string_view stored) {
    EXPECT_EQ(own.check(password, stored), password_match::no);
    const double time = seconds_of([&] { own.check(password, stored); });
    EXPECT_GT(time, one * 0.6) << stored.substr(0, 100);
    EXPECT_LT(time, one * 1.8) << stored.substr(0, 100);
  };
  for (const auto& stored : unreadable())
    costs_one("secret123", stored);
  costs_one("wrong", own.hash("secret123"));
  costs_one("wrong", hasher(4).hash("secret123"));
  costs_one("wrong", hasher(6).hash("secret123"));
  costs_one("wrong", plain("secret123", 4));
  costs_one("wrong", plain("secret123", 7));
  costs_one("wrong", hasher(8, "another pepper").hash("secret123"));
  costs_one(std::string("secret123\0", 10), plain("secret123", 8));
}

TEST(PasswordHash, AfterADearHashEveryFailureIsAsDear) {
  // The operator lowered the cost: what was stored before must not tell by its time that its account exists.
  const auto own = hasher(6);
  const auto dear = hasher(9).hash("secret123");
  const auto cheap = own.hash("secret123");
  EXPECT_EQ(own.check("wrong", dear), password_match::no);
  const double known = seconds_of([&] { own.check("wrong", dear); });
  const double unknown = seconds_of([&] { own.check_nothing("wrong"); });
  const double other = seconds_of([&] { own.check("wrong", cheap); });
  EXPECT_GT(unknown, known * 0.6);
  EXPECT_LT(unknown, known * 1.8);
  EXPECT_GT(other, known * 0.6);
  EXPECT_LT(other, known * 1.8);
}

TEST(PasswordHash, CostsOutsideTheRangeAreRefused) {
  EXPECT_THROW(hasher(3), std::invalid_argument);
  EXPECT_THROW(hasher(16), std::invalid_argument);
  EXPECT_THROW(hasher(0), std::invalid_argument);
  EXPECT_THROW(hasher(-1), std::invalid_argument);
  EXPECT_NO_THROW(hasher(4));
  EXPECT_NO_THROW(hasher(15));
}

TEST(PasswordHash, OneHasherServesManyThreads) {
  const auto shared = hasher();
  std::vector<int> good(4, 0);
  std::vector<std::jthread> threads;
  for (std::size_t t = 0; t < good.size(); ++t) {
    threads.emplace_back([&shared, &good, t] {
      const auto password = "password " + std::to_string(t);
      for (int i = 0; i < 10; ++i) {
        const auto stored = shared.hash(password);
        good[t] +=
            shared.check(password, stored) == password_match::yes && shared.check("x", stored) == password_match::no
                ? 1
                : 0;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(good, (std::vector<int>(4, 10)));
}

}  // namespace
}  // namespace kontor::crypto
