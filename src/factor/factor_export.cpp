#include "factor/factor_export.hpp"

#include <array>
#include <tuple>

namespace kontor::factor {
namespace {

constexpr sql::query<base::timestamp, std::optional<base::timestamp>, std::int64_t> select_factor{
    "SELECT f.created_at, f.confirmed_at,"
    " (SELECT COUNT(*) FROM recovery_codes c WHERE c.user_id = f.user_id AND c.used_at IS NULL)"
    " FROM totp_factors f WHERE f.user_id = :owner"};

class source final : public takeout::export_source {
 public:
  std::string_view name() const override { return "second-factor"; }
  std::string_view in_german() const override { return "der zweite Faktor, ohne das Geheimnis und die Ersatzcodes"; }
  std::string_view in_english() const override {
    return "the second factor, without its secret and the recovery codes";
  }
  std::span<const std::string_view> tables() const override {
    static constexpr std::array<std::string_view, 2> names = {"recovery_codes", "totp_factors"};
    return names;
  }
  std::span<const std::string_view> columns() const override {
    static constexpr std::array<std::string_view, 3> names = {"created_at", "confirmed_at", "recovery_codes_left"};
    return names;
  }
  takeout::page read(sql::session& in, const base::user_id& owner, const std::optional<std::string>&) const override {
    const auto found = in.first(select_factor, {{"owner", owner}});
    if (!found) return {};
    const auto& [created, confirmed, codes_left] = *found;
    return {.rows = {{created, takeout::to_field(confirmed), codes_left}}, .next = std::nullopt};
  }
};

}  // namespace

const takeout::export_source& factor_export() {
  static const source only;
  return only;
}

}  // namespace kontor::factor
