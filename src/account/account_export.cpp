#include "account/account_export.hpp"

#include "account/user_statements.hpp"

#include <array>

namespace kontor::account {
namespace {

class source final : public takeout::export_source {
 public:
  std::string_view name() const override { return "account"; }
  std::string_view in_german() const override { return "das Konto selbst"; }
  std::string_view in_english() const override { return "the account itself"; }
  std::span<const std::string_view> tables() const override {
    static constexpr std::array<std::string_view, 1> names = {"users"};
    return names;
  }
  std::span<const std::string_view> columns() const override {
    static constexpr std::array<std::string_view, 7> names = {"id",        "email",      "email_verified", "is_admin",
                                                              "is_active", "created_at", "updated_at"};
    return names;
  }
  takeout::page read(sql::session& in, const base::user_id& owner, const std::optional<std::string>&) const override {
    const auto user = statements::find_user(in, owner);
    if (!user) return {};
    takeout::row values{user->id.str(),  user->email,      user->email_verified, user->is_admin,
                        user->is_active, user->created_at, user->updated_at};
    return {.rows = {std::move(values)}, .next = std::nullopt};
  }
};

}  // namespace

const takeout::export_source& account_export() {
  static const source only;
  return only;
}

}  // namespace kontor::account
