#include "legacy/vault_names.hpp"

#include <gtest/gtest.h>

namespace kontor::legacy {
namespace {

struct name_row {
  const char* text;
  const char* owner;  // Empty: none.
  const char* name;
};
constexpr name_row name_rows[] = {
    {"user_11111111-1111-4111-8111-111111111111_bitget_api_key", "11111111-1111-4111-8111-111111111111",
     "bitget_api_key"},
    {"user_11111111-1111-4111-8111-111111111111_x", "11111111-1111-4111-8111-111111111111", "x"},
    // Names have underscores of their own, and may begin like another entry.
    {"user_11111111-1111-4111-8111-111111111111_user_22222222-2222-4222-8222-222222222222_x",
     "11111111-1111-4111-8111-111111111111", "user_22222222-2222-4222-8222-222222222222_x"},
    {"bitget_api_key", "", "bitget_api_key"},
    {"", "", ""},
    {"user_", "", "user_"},
    {"user_11111111-1111-4111-8111-111111111111", "", "user_11111111-1111-4111-8111-111111111111"},
    {"user_11111111-1111-4111-8111-111111111111_", "", "user_11111111-1111-4111-8111-111111111111_"},
    {"user_11111111-1111-4111-8111-111111111111-x", "", "user_11111111-1111-4111-8111-111111111111-x"},
    {"user_11111111-1111-4111-8111-11111111111_xx", "", "user_11111111-1111-4111-8111-11111111111_xx"},
    {"user_1111111g-1111-4111-8111-111111111111_x", "", "user_1111111g-1111-4111-8111-111111111111_x"},
    {"User_11111111-1111-4111-8111-111111111111_x", "", "User_11111111-1111-4111-8111-111111111111_x"},
    // The predecessor writes ids in lower case.
    {"user_AAAAAAAA-1111-4111-8111-111111111111_x", "", "user_AAAAAAAA-1111-4111-8111-111111111111_x"},
};

}  // namespace

TEST(VaultNames, SayWhoseAnEntryIs) {
  for (const auto& [text, owner, name] : name_rows) {
    const auto parsed = parse_vault_name(text);
    EXPECT_EQ(parsed.owner ? parsed.owner->str() : "", owner) << text;
    EXPECT_EQ(parsed.name, name) << text;
    if (parsed.owner) EXPECT_EQ(write_vault_name(*parsed.owner, parsed.name), text);
  }
}

}  // namespace kontor::legacy
