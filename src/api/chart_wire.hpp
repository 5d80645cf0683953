// Charts, layouts and favourites on the wire: the schemas of api/openapi.yaml, in the same names.
#pragma once

#include "base/error.hpp"
#include "chart/chart_service.hpp"
#include "chart/data_service.hpp"
#include "chart/layout_service.hpp"
#include "http/request.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace kontor::api {

struct chart_list_wish {
  chart::statements::chart_filter which;
  chart::statements::list_place after;
  std::int64_t limit = 30;
};
struct layout_list_wish {
  chart::statements::list_place after;
  std::int64_t limit = 30;
};

/// The parameters of a query: errc::invalid_input with one entry per wrong one, and for each that is not known.
base::result<chart_list_wish> read_chart_list_wish(const http::request& in);
base::result<layout_list_wish> read_layout_list_wish(const http::request& in);
/// `from`, `to` and `limit` for what a chart shows. Without a range that of the chart.
base::result<chart::data_request> read_data_wish(const http::request& in, const chart::chart& of, base::timestamp now);
/// The same without `limit`.
base::result<chart::data_request> read_csv_wish(const http::request& in, const chart::chart& of, base::timestamp now);

/// Schema NewChart, NewMultiTimeframe and NewLayout with the header field Idempotency-Key, ChartChange, LayoutChange.
/// errc::malformed when the body is no JSON, errc::invalid_input with one entry per wrong field.
base::result<chart::new_chart> read_new_chart(const http::request& in);
base::result<chart::new_multi_timeframe> read_new_multi_timeframe(const http::request& in);
base::result<chart::new_layout> read_new_layout(const http::request& in);
base::result<chart::chart_change> read_chart_change(std::string_view body);
base::result<chart::layout_change> read_layout_change(std::string_view body);

/// Schema Chart, Layout; ChartList and LayoutList, whose cursor is that of the last one of `read` when there are more
/// than `limit`; FavouriteList.
std::string write_chart(const chart::chart& one);
std::string write_charts(std::span<const chart::chart> read, std::int64_t limit);
std::string write_layout(const chart::filled_layout& one);
std::string write_layouts(std::span<const chart::filled_layout> read, std::int64_t limit);
std::string write_favourites(std::span<const chart::favourite> all);

}  // namespace kontor::api
