// How a user likes the pages. What is not stored is `system`: as the browser says.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "sql/database.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::settings {

inline constexpr std::string_view as_the_browser_says = "system";
inline constexpr std::array<std::string_view, 3> languages{as_the_browser_says, "de", "en"};
inline constexpr std::array<std::string_view, 3> themes{as_the_browser_says, "light", "dark"};
inline constexpr std::size_t longest_time_zone = 64;

/// `system`, or of the form of the names of the IANA time zone database. Whether there is such a zone knows the
/// browser.
bool is_time_zone(std::string_view name) noexcept;

struct preferences {
  std::string language{as_the_browser_says};
  std::string theme{as_the_browser_says};
  std::string time_zone{as_the_browser_says};

  friend bool operator==(const preferences&, const preferences&) = default;
};

/// What is absent stays as it is.
struct preferences_change {
  std::optional<std::string> language;   ///< One of `languages`.
  std::optional<std::string> theme;      ///< One of `themes`.
  std::optional<std::string> time_zone;  ///< is_time_zone().
};

/// Runs on any loop. All calls may fail with errc::unavailable, errc::overloaded, errc::storage_full.
class preferences_service {
 public:
  /// Both outlive the service.
  preferences_service(sql::database& database, const base::clock& clock) : database_(database), clock_(clock) {}

  async::awaitable<base::result<preferences>> get(base::user_id owner);
  /// What they are afterwards. errc::not_found when the owner is gone.
  async::awaitable<base::result<preferences>> change(base::user_id owner, preferences_change wanted);

 private:
  sql::database& database_;
  const base::clock& clock_;
};

}  // namespace kontor::settings
