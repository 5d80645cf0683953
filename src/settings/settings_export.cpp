#include "settings/settings_export.hpp"

#include "base/text.hpp"
#include "settings/exchange_statements.hpp"
#include "settings/llm_statements.hpp"

#include <array>
#include <string>
#include <tuple>
#include <utility>

namespace kontor::settings {
namespace {

constexpr sql::query<std::string, std::string, std::string, base::timestamp> select_preferences{
    "SELECT language, theme, time_zone, changed_at FROM user_preferences WHERE user_id = :owner"};

std::string rights_of(const exchange_rights& rights) {
  std::vector<std::string> out;
  if (rights.read) out.emplace_back("read");
  if (rights.trade) out.emplace_back("trade");
  if (rights.withdraw) out.emplace_back("withdraw");
  return base::join(out, " ");
}

takeout::page only(takeout::row values) {
  takeout::page out;
  out.rows.push_back(std::move(values));
  return out;
}

class exchange_source final : public takeout::export_source {
 public:
  std::string_view name() const override { return "exchange"; }
  std::string_view in_german() const override { return "die Einstellungen der Börse, ohne die Schlüssel"; }
  std::string_view in_english() const override { return "the settings of the exchange, without the keys"; }
  std::span<const std::string_view> tables() const override {
    static constexpr std::array<std::string_view, 1> names = {"exchange_settings"};
    return names;
  }
  std::span<const std::string_view> columns() const override {
    static constexpr std::array<std::string_view, 8> names = {"host",   "api_key_masked", "state",       "message",
                                                              "rights", "addresses",      "verified_at", "changed_at"};
    return names;
  }
  takeout::page read(sql::session& in, const base::user_id& owner, const std::optional<std::string>&) const override {
    auto found = statements::find_exchange(in, owner);
    if (!found) return {};
    return only({std::move(found->host), std::move(found->api_key_masked), std::string(settings::name_of(found->what)),
                 std::move(found->message), rights_of(found->rights), base::join(found->addresses, " "),
                 takeout::to_field(found->verified_at), found->changed_at});
  }
};

class llm_source final : public takeout::export_source {
 public:
  std::string_view name() const override { return "language_model"; }
  std::string_view in_german() const override { return "die Einstellungen des Sprachmodells, ohne den Schlüssel"; }
  std::string_view in_english() const override { return "the settings of the language model, without the key"; }
  std::span<const std::string_view> tables() const override {
    static constexpr std::array<std::string_view, 1> names = {"llm_settings"};
    return names;
  }
  std::span<const std::string_view> columns() const override {
    static constexpr std::array<std::string_view, 8> names = {"provider", "address", "model",       "api_version",
                                                              "state",    "message", "verified_at", "changed_at"};
    return names;
  }
  takeout::page read(sql::session& in, const base::user_id& owner, const std::optional<std::string>&) const override {
    auto found = statements::find_llm(in, owner);
    if (!found) return {};
    return only({std::string(settings::name_of(found->kind)), std::move(found->address), std::move(found->model),
                 std::move(found->api_version), std::string(settings::name_of(found->what)), std::move(found->message),
                 takeout::to_field(found->verified_at), found->changed_at});
  }
};

class preferences_source final : public takeout::export_source {
 public:
  std::string_view name() const override { return "preferences"; }
  std::string_view in_german() const override { return "wie die Seiten aussehen sollen"; }
  std::string_view in_english() const override { return "how the pages are to look"; }
  std::span<const std::string_view> tables() const override {
    static constexpr std::array<std::string_view, 1> names = {"user_preferences"};
    return names;
  }
  std::span<const std::string_view> columns() const override {
    static constexpr std::array<std::string_view, 4> names = {"language", "theme", "time_zone", "changed_at"};
    return names;
  }
  takeout::page read(sql::session& in, const base::user_id& owner, const std::optional<std::string>&) const override {
    auto row = in.first(select_preferences, {{"owner", owner}});
    if (!row) return {};
    auto& [language, theme, time_zone, changed] = *row;
    return only({std::move(language), std::move(theme), std::move(time_zone), changed});
  }
};

}  // namespace

const takeout::export_source& exchange_export() {
  static const exchange_source only_one;
  return only_one;
}

const takeout::export_source& llm_export() {
  static const llm_source only_one;
  return only_one;
}

const takeout::export_source& preferences_export() {
  static const preferences_source only_one;
  return only_one;
}

}  // namespace kontor::settings
