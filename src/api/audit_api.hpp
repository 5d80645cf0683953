// The audit log on the wire: everybody's own timeline, and the whole of it for administrators.
#pragma once

#include "admin/audit_view.hpp"
#include "api/caller.hpp"
#include "async/awaitable.hpp"
#include "audit/audit_reader.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace kontor::api {

/// Each handler is one operation of api/openapi.yaml; errors come back as results and are rendered by the route table.
class audit_api {
 public:
  audit_api(audit::audit_reader& log, admin::audit_view& whole) : log_(log), whole_(whole) {}

  async::awaitable<base::result<http::response>> get_timeline(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> list_events(http::request& in, const caller& who);

 private:
  audit::audit_reader& log_;
  admin::audit_view& whole_;
};

}  // namespace kontor::api
