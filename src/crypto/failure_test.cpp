#include "crypto/failure.hpp"

#include <openssl/err.h>

#include <gtest/gtest.h>

namespace kontor::crypto {
namespace {

TEST(OpensslFailure, NamesTheOldestErrorAndEmptiesTheQueue) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_USER, 11);
  ERR_raise(ERR_LIB_USER, 22);
  try {
    throw_openssl_failure("EVP_Something");
    FAIL();
  } catch (const crypto_failure& failure) {
    const std::string text = failure.what();
    EXPECT_TRUE(text.starts_with("EVP_Something: error:")) << text;
    EXPECT_NE(text.find("reason(11)"), std::string::npos) << text;
  }
  EXPECT_EQ(ERR_peek_error(), 0u);
}

TEST(OpensslFailure, SaysSoWhenThereIsNoReason) {
  ERR_clear_error();
  try {
    throw_openssl_failure("EVP_Something");
    FAIL();
  } catch (const crypto_failure& failure) {
    EXPECT_STREQ(failure.what(), "EVP_Something: no reason given");
  }
}

}  // namespace
}  // namespace kontor::crypto
