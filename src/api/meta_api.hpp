// The description of the API itself.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

#include <string_view>

namespace kontor::api {

class meta_api {
 public:
  /// `openapi_json` lives as long as the program; empty when the program was built without it (then the route answers
  /// 404).
  explicit meta_api(std::string_view openapi_json) : openapi_json_(openapi_json) {}

  async::awaitable<base::result<http::response>> get_openapi(http::request& in);

 private:
  const std::string_view openapi_json_;
};

}  // namespace kontor::api
