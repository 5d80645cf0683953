#include "api/run_api.hpp"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace kontor::api {
namespace {

using rights = std::array<bool, 3>;

rights of(const caller& who) {
  const auto all = rights_of(who);
  return {all.reads_charts, all.writes_charts, all.reads_balances};
}

rights of_token(std::initializer_list<token::scope> scopes) {
  token::identity by;
  for (const auto one : scopes)
    by.token.scopes.add(one);
  return of(caller(std::move(by)));
}

}  // namespace

TEST(RunApi, WhatARunDoesByToolsIsWhatItsBeginnerMayDo) {
  using enum token::scope;
  EXPECT_EQ(of(caller(session::identity())), (rights{true, true, true}));
  EXPECT_EQ(of_token({chat_read, chat_write}), (rights{false, false, false}));
  EXPECT_EQ(of_token({chat_write, charts_read}), (rights{true, false, false}));
  EXPECT_EQ(of_token({chat_write, charts_write}), (rights{false, true, false}));
  EXPECT_EQ(of_token({chat_write, charts_read, charts_write}), (rights{true, true, false}));
}

}  // namespace kontor::api
