#include "vault/vault_export.hpp"

#include "base/text.hpp"
#include "takeout/paged.hpp"
#include "vault/secret_name.hpp"

#include <array>
#include <utility>

namespace kontor::vault {
namespace {

using maybe_time = std::optional<base::timestamp>;

constexpr sql::query<std::string, std::int64_t, base::timestamp, base::timestamp, maybe_time, maybe_time, std::int64_t>
    select_page{
        "SELECT s.name, s.version, s.created_at, s.updated_at, s.deleted_at, s.last_used_at,"
        " (SELECT COUNT(*) FROM vault_versions v WHERE v.user_id = s.user_id AND v.name = s.name)"
        " FROM vault_secrets s WHERE s.user_id = :owner AND s.name > :after ORDER BY s.name LIMIT :row_limit"};

class source final : public takeout::export_source {
 public:
  std::string_view name() const override { return "secrets"; }
  std::string_view in_german() const override { return "die Namen der hinterlegten Schlüssel, ohne ihre Werte"; }
  std::string_view in_english() const override { return "the names of the secrets in the vault, without their values"; }
  std::span<const std::string_view> tables() const override {
    static constexpr std::array<std::string_view, 2> names = {"vault_secrets", "vault_versions"};
    return names;
  }
  std::span<const std::string_view> columns() const override {
    static constexpr std::array<std::string_view, 7> names = {
        "name", "version", "created_at", "updated_at", "deleted_at", "last_used_at", "versions_kept"};
    return names;
  }
  takeout::page read(sql::session& in, const base::user_id& owner,
                     const std::optional<std::string>& from) const override {
    return takeout::read_page(in, select_page, owner, from,
                              [&owner](const std::string& name, auto version, auto created, auto updated, auto deleted,
                                       auto used, auto kept) {
                                // A row that somebody put there may have a name that is no text.
                                return takeout::row{full_name(owner, base::printable(name, max_name_size)),
                                                    version,
                                                    created,
                                                    updated,
                                                    takeout::to_field(deleted),
                                                    takeout::to_field(used),
                                                    kept};
                              });
  }
};

}  // namespace

const takeout::export_source& vault_export() {
  static const source only;
  return only;
}

}  // namespace kontor::vault
