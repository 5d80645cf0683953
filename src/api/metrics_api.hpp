// The numbers for whoever watches the program.
#pragma once

#include "api/caller.hpp"
#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

#include <functional>
#include <string>
#include <utility>

namespace kontor::api {

class metrics_api {
 public:
  using page = std::function<async::awaitable<std::string>()>;

  /// `write` makes the page, in the format of metrics::text_page.
  explicit metrics_api(page write) : write_(std::move(write)) {}

  /// For the machine itself, and for an administrator.
  async::awaitable<base::result<http::response>> get_metrics(http::request& in);
  async::awaitable<base::result<http::response>> get_metrics_as(http::request& in, const caller& who);

 private:
  const page write_;
};

}  // namespace kontor::api
