// What each user has of their own about the market: charts, layouts of them, favourite symbols. A chart says what is
// shown; candles are not kept with it.
#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "indicator/indicator.hpp"
#include "market/series.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::chart {

using chart_id = base::id<struct chart_tag>;
using layout_id = base::id<struct layout_tag>;

inline constexpr std::int64_t most_charts = 500;  ///< Of one account, as the two below.
inline constexpr std::int64_t most_layouts = 100;
inline constexpr std::int64_t most_favourites = 200;
inline constexpr std::size_t most_indicators = 10;  ///< Of one chart.
inline constexpr std::size_t most_charts_in_layout = 4;
inline constexpr std::size_t max_name = 100;  ///< Code points.
inline constexpr std::int64_t most_days = 3650;
inline constexpr std::int64_t usual_days = 30;
inline constexpr auto usual_interval = market::interval::h1;

/// The colours of a chart. The names are stored and shown.
enum class theme { system, light, dark };
std::string_view name_of(theme which) noexcept;
std::optional<theme> parse_theme(std::string_view name) noexcept;

/// Who made a chart: its user, or the model in a conversation of that user.
enum class maker { user, model };
std::string_view name_of(maker who) noexcept;
std::optional<maker> parse_maker(std::string_view name) noexcept;

/// `#` and six digits in lower case.
bool is_color(std::string_view text) noexcept;

struct chosen_indicator {
  indicator::spec what;
  std::string color;  ///< See is_color; empty: whoever draws it chooses.

  friend bool operator==(const chosen_indicator&, const chosen_indicator&) = default;
};

/// What a chart shows.
struct content {
  std::string name;  ///< At most max_name; may be empty.
  market::series of;
  std::vector<chosen_indicator> indicators;  ///< At most most_indicators.
  theme look = theme::system;
  std::int64_t days = usual_days;  ///< How far back it shows: 1 to most_days.

  friend bool operator==(const content&, const content&) = default;
};

struct chart {
  chart_id id;
  content shows;
  maker made_by = maker::user;
  base::timestamp created_at;
  base::timestamp updated_at;
};

struct layout {
  layout_id id;
  std::string name;       ///< 1 to max_name.
  std::int64_t grid = 1;  ///< How many places there are: 1, 2 or 4.
  bool links_symbol = false;
  bool links_time = true;
  base::timestamp created_at;
  base::timestamp updated_at;
};

/// A layout as it is shown.
struct filled_layout {
  layout head;
  std::vector<chart> charts;  ///< In the order of their places; fewer than there are places after some were deleted.
};

struct favourite {
  market::venue where = market::venue::spot;
  std::string symbol;
  base::timestamp added_at;
};

/// The indicators of a chart as one text, in which they are stored: `rsi(14)#ff8800 macd(12,26,9)`.
std::string to_text(const std::vector<chosen_indicator>& all);
/// What to_text made; whatever cannot be read is left out.
std::vector<chosen_indicator> parse_stored(std::string_view text);

}  // namespace kontor::chart
