// Leaving on the wire: taking one's data along, deleting one's account; deleting that of somebody else.
#pragma once

#include "api/browser_session.hpp"
#include "async/awaitable.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "leaving/deletion_service.hpp"
#include "leaving/export_service.hpp"

namespace kontor::api {

/// Each handler is one operation of api/openapi.yaml; errors come back as results and are rendered by the route table.
class leaving_api {
 public:
  leaving_api(leaving::export_service& exports, leaving::deletion_service& deletions, const browser_session& browser)
      : exports_(exports), deletions_(deletions), browser_(browser) {}

  async::awaitable<base::result<http::response>> get_export(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> delete_me(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> delete_user(http::request& in, const session::identity& me);

 private:
  leaving::export_service& exports_;
  leaving::deletion_service& deletions_;
  const browser_session& browser_;
};

}  // namespace kontor::api
