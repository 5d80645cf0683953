#include "token/token_export.hpp"

#include "takeout/paged.hpp"

#include <array>

namespace kontor::token {
namespace {

using maybe_time = std::optional<base::timestamp>;

constexpr sql::query<std::string, std::string, std::string, std::string, base::timestamp, maybe_time, maybe_time,
                     std::optional<std::string>>
    select_page{
        "SELECT id, name, scopes, addresses, created_at, expires_at, last_used_at, last_used_address"
        " FROM personal_tokens WHERE user_id = :owner AND id > :after ORDER BY id LIMIT :row_limit"};

class source final : public takeout::export_source {
 public:
  std::string_view name() const override { return "tokens"; }
  std::string_view in_german() const override { return "die Zugangstoken für Programme, ohne die Token selbst"; }
  std::string_view in_english() const override {
    return "the access tokens of programs, without the tokens themselves";
  }
  std::span<const std::string_view> tables() const override {
    static constexpr std::array<std::string_view, 1> names = {"personal_tokens"};
    return names;
  }
  std::span<const std::string_view> columns() const override {
    static constexpr std::array<std::string_view, 8> names = {
        "id", "name", "scopes", "addresses", "created_at", "expires_at", "last_used_at", "last_used_address"};
    return names;
  }
  takeout::page read(sql::session& in, const base::user_id& owner,
                     const std::optional<std::string>& from) const override {
    return takeout::read_page(
        in, select_page, owner, from,
        [](auto id, auto name, auto scopes, auto addresses, auto created, auto expires, auto used, auto used_address) {
          return takeout::row{std::move(id),
                              std::move(name),
                              std::move(scopes),
                              std::move(addresses),
                              created,
                              takeout::to_field(expires),
                              takeout::to_field(used),
                              takeout::to_field(used_address)};
        });
  }
};

}  // namespace

const takeout::export_source& token_export() {
  static const source only;
  return only;
}

}  // namespace kontor::token
