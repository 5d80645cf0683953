#include "api/metrics_api.hpp"

#include "metrics/text_page.hpp"

namespace kontor::api {

async::awaitable<base::result<http::response>> metrics_api::get_metrics(http::request&) {
  auto text = co_await write_();
  co_return http::response::with_body(200, metrics::text_page_type, std::move(text));
}

async::awaitable<base::result<http::response>> metrics_api::get_metrics_as(http::request& in, const caller&) {
  co_return co_await get_metrics(in);
}

}  // namespace kontor::api
