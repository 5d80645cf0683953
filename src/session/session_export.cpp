#include "session/session_export.hpp"

#include "takeout/paged.hpp"

#include <array>

namespace kontor::session {
namespace {

constexpr sql::query<std::string, std::string, std::string, base::timestamp, base::timestamp, base::timestamp, bool,
                     base::timestamp, base::timestamp>
    select_page{
        "SELECT id, device, address, created_at, last_used_at, proved_at, second_factor, idle_expires_at, expires_at"
        " FROM sessions WHERE user_id = :owner AND id > :after ORDER BY id LIMIT :row_limit"};

class source final : public takeout::export_source {
 public:
  std::string_view name() const override { return "sessions"; }
  std::string_view in_german() const override { return "wo das Konto angemeldet ist"; }
  std::string_view in_english() const override { return "where the account is signed in"; }
  std::span<const std::string_view> tables() const override {
    static constexpr std::array<std::string_view, 1> names = {"sessions"};
    return names;
  }
  std::span<const std::string_view> columns() const override {
    static constexpr std::array<std::string_view, 9> names = {
        "id",        "device",        "address",         "created_at", "last_used_at",
        "proved_at", "second_factor", "idle_expires_at", "expires_at"};
    return names;
  }
  takeout::page read(sql::session& in, const base::user_id& owner,
                     const std::optional<std::string>& from) const override {
    return takeout::read_page(in, select_page, owner, from,
                              [](auto&&... value) { return takeout::row{std::move(value)...}; });
  }
};

}  // namespace

const takeout::export_source& session_export() {
  static const source only;
  return only;
}

}  // namespace kontor::session
