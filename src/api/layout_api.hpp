// Layouts and favourite symbols over HTTP.
#pragma once

#include "api/caller.hpp"
#include "async/awaitable.hpp"
#include "chart/chart_service.hpp"
#include "chart/layout_service.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace kontor::api {

/// Each handler is one operation of api/openapi.yaml; errors come back as results and are rendered by the route table.
class layout_api {
 public:
  /// All outlive the object.
  layout_api(chart::layout_service& layouts, chart::chart_service& charts, const base::clock& clock)
      : layouts_(layouts), charts_(charts), clock_(clock) {}

  async::awaitable<base::result<http::response>> create_multi_timeframe(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> list_layouts(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> create_layout(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> get_layout(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> change_layout(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> delete_layout(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> list_favourites(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> add_favourite(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> remove_favourite(http::request& in, const caller& who);

 private:
  chart::layout_service& layouts_;
  chart::chart_service& charts_;
  const base::clock& clock_;
};

}  // namespace kontor::api
