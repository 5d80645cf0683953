// Charts over HTTP.
#pragma once

#include "api/caller.hpp"
#include "async/awaitable.hpp"
#include "chart/chart_service.hpp"
#include "chart/data_service.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace kontor::api {

/// Each handler is one operation of api/openapi.yaml; errors come back as results and are rendered by the route table.
class chart_api {
 public:
  /// All outlive the object.
  chart_api(chart::chart_service& charts, chart::data_service& data, const base::clock& clock)
      : charts_(charts), data_(data), clock_(clock) {}

  async::awaitable<base::result<http::response>> list_charts(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> create_chart(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> get_chart(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> change_chart(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> delete_chart(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> duplicate_chart(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> get_chart_data(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> export_chart(http::request& in, const caller& who);

 private:
  async::awaitable<base::result<chart::chart>> find(const http::request& in, const caller& who);

  chart::chart_service& charts_;
  chart::data_service& data_;
  const base::clock& clock_;
};

}  // namespace kontor::api
