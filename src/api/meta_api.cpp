#include "api/meta_api.hpp"

namespace kontor::api {

async::awaitable<base::result<http::response>> meta_api::get_openapi(http::request&) {
  if (openapi_json_.empty()) co_return base::error{base::errc::not_found, "", "", "built without the API description"};
  auto answer = http::response::with_static_body(200, "application/json; charset=utf-8", openapi_json_);
  answer.set("Cache-Control", "no-cache");
  co_return answer;
}

}  // namespace kontor::api
