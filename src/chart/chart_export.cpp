#include "chart/chart_export.hpp"

#include "chart/chart_statements.hpp"
#include "chart/layout_statements.hpp"

#include <array>
#include <string>
#include <utility>

namespace kontor::chart {
namespace {

class chart_source final : public takeout::export_source {
 public:
  std::string_view name() const override { return "charts"; }
  std::string_view in_german() const override { return "die Charts"; }
  std::string_view in_english() const override { return "the charts"; }
  std::span<const std::string_view> tables() const override {
    static constexpr std::array<std::string_view, 1> names = {"charts"};
    return names;
  }
  std::span<const std::string_view> columns() const override {
    static constexpr std::array<std::string_view, 11> names = {"id",       "name",       "market",    "symbol",
                                                               "interval", "indicators", "theme",     "days",
                                                               "made_by",  "created_at", "updated_at"};
    return names;
  }
  takeout::page read(sql::session& in, const base::user_id& owner,
                     const std::optional<std::string>& from) const override {
    takeout::page out;
    for (auto& one : statements::list_charts_by_id(in, owner, from.value_or(""), takeout::page_size)) {
      out.next = one.id.str();
      out.rows.push_back({one.id.str(), std::move(one.shows.name), std::string(market::name_of(one.shows.of.where)),
                          std::move(one.shows.of.symbol), std::string(market::name_of(one.shows.of.every)),
                          to_text(one.shows.indicators), std::string(name_of(one.shows.look)), one.shows.days,
                          std::string(name_of(one.made_by)), one.created_at, one.updated_at});
    }
    if (static_cast<std::int64_t>(out.rows.size()) < takeout::page_size) out.next.reset();
    return out;
  }
};

class layout_source final : public takeout::export_source {
 public:
  std::string_view name() const override { return "layouts"; }
  std::string_view in_german() const override { return "welche Charts nebeneinander stehen"; }
  std::string_view in_english() const override { return "which charts stand side by side"; }
  std::span<const std::string_view> tables() const override {
    static constexpr std::array<std::string_view, 2> names = {"layouts", "layout_charts"};
    return names;
  }
  std::span<const std::string_view> columns() const override {
    static constexpr std::array<std::string_view, 8> names = {"id",        "name",   "grid",       "link_symbol",
                                                              "link_time", "charts", "created_at", "updated_at"};
    return names;
  }
  takeout::page read(sql::session& in, const base::user_id& owner,
                     const std::optional<std::string>& from) const override {
    takeout::page out;
    for (auto& one : statements::list_layouts_by_id(in, owner, from.value_or(""), takeout::page_size)) {
      std::string charts;
      for (const auto& id : statements::charts_of(in, owner, one.id))
        charts.append(charts.empty() ? "" : " ").append(id.text());
      out.next = one.id.str();
      out.rows.push_back({one.id.str(), std::move(one.name), one.grid, one.links_symbol, one.links_time,
                          std::move(charts), one.created_at, one.updated_at});
    }
    if (static_cast<std::int64_t>(out.rows.size()) < takeout::page_size) out.next.reset();
    return out;
  }
};

class favourite_source final : public takeout::export_source {
 public:
  std::string_view name() const override { return "favourites"; }
  std::string_view in_german() const override { return "die bevorzugten Symbole"; }
  std::string_view in_english() const override { return "the favourite symbols"; }
  std::span<const std::string_view> tables() const override {
    static constexpr std::array<std::string_view, 1> names = {"favourites"};
    return names;
  }
  std::span<const std::string_view> columns() const override {
    static constexpr std::array<std::string_view, 3> names = {"market", "symbol", "added_at"};
    return names;
  }
  // As many as one page holds: most_favourites.
  takeout::page read(sql::session& in, const base::user_id& owner, const std::optional<std::string>&) const override {
    takeout::page out;
    for (auto& one : statements::list_favourites(in, owner))
      out.rows.push_back({std::string(market::name_of(one.where)), std::move(one.symbol), one.added_at});
    return out;
  }
};

}  // namespace

const takeout::export_source& chart_export() {
  static const chart_source only;
  return only;
}

const takeout::export_source& layout_export() {
  static const layout_source only;
  return only;
}

const takeout::export_source& favourite_export() {
  static const favourite_source only;
  return only;
}

}  // namespace kontor::chart
