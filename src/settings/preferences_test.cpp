#include "settings/preferences.hpp"

#include "settings/settings_export.hpp"
#include "settings/settings_fixture.hpp"

#include <gtest/gtest.h>

namespace kontor::settings {
namespace {

struct Preferences : settings_fixture {
  preferences get_of(const base::user_id& owner) {
    return await(preferences_service(*store, clock).get(owner)).value();
  }
  base::result<preferences> change(const base::user_id& owner, preferences_change wanted) {
    return await(preferences_service(*store, clock).change(owner, std::move(wanted)));
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, Preferences, tests::each_database, tests::database_name);

TEST(TimeZone, HasTheFormOfAName) {
  for (const char* good : {"system", "UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "EST5EDT"})
    EXPECT_TRUE(is_time_zone(good)) << good;
  EXPECT_TRUE(is_time_zone(std::string(64, 'x')));
  for (const char* bad : {"", "/", "Europe/", "/Berlin", "a//b", "../etc", "Europe Berlin", "<b>", "Zürich"})
    EXPECT_FALSE(is_time_zone(bad)) << bad;
  EXPECT_FALSE(is_time_zone(std::string(65, 'x')));
}

}  // namespace

TEST_P(Preferences, AreTheBrowsersUntilSomebodyChooses) {
  const auto anna = add_user();
  const auto bert = add_user();
  EXPECT_EQ(get_of(anna), preferences{});
  EXPECT_EQ(change(anna, {.language = "de", .theme = {}, .time_zone = {}}).value(),
            (preferences{.language = "de", .theme = "system", .time_zone = "system"}));
  EXPECT_EQ(change(anna, {.language = {}, .theme = "dark", .time_zone = "Europe/Berlin"}).value(),
            (preferences{.language = "de", .theme = "dark", .time_zone = "Europe/Berlin"}));
  EXPECT_EQ(get_of(anna).theme, "dark");
  EXPECT_EQ(get_of(bert), preferences{});
  EXPECT_EQ(change(crypto::random_id<base::user_id>(), {}).error().code, base::errc::not_found);
}

TEST_P(Preferences, AllSettingsAreTakenAlongWithoutKeys) {
  const auto anna = add_user();
  const auto rows_of = [this, &anna](const takeout::export_source& source) {
    auto job = [&source, anna](sql::session& in) { return source.read(in, anna, std::nullopt); };
    return store->read_now(std::move(job)).value().rows;
  };
  for (const auto* const source : {&exchange_export(), &llm_export(), &preferences_export()})
    EXPECT_TRUE(rows_of(*source).empty());
  exchange_says(verification::confirmed);
  exchange_wish key{.credentials = credentials()};
  ASSERT_TRUE(await(exchange_settings().save(anna, std::move(key), by(anna), still())).has_value());
  ASSERT_TRUE(await(llm_settings().save(anna, wish(llm_kind::ollama, "https://a.example", "planted-key"), by(anna)))
                  .has_value());
  ASSERT_TRUE(change(anna, {.language = "en", .theme = {}, .time_zone = {}}).has_value());
  for (const auto* const source : {&exchange_export(), &llm_export(), &preferences_export()}) {
    const auto rows = rows_of(*source);
    ASSERT_EQ(rows.size(), 1u) << source->name();
    EXPECT_EQ(rows[0].size(), source->columns().size());
    for (const auto& field : rows[0])
      if (const auto* const text = std::get_if<std::string>(&field))
        EXPECT_EQ(text->find("planted"), std::string::npos);
  }
}

}  // namespace kontor::settings
