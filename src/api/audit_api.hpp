// The audit log on the wire: everybody's own timeline.
#pragma once

#include "api/caller.hpp"
#include "async/awaitable.hpp"
#include "audit/audit_reader.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace kontor::api {

/// Each handler is one operation of api/openapi.yaml; errors come back as results and are rendered by the route table.
class audit_api {
 public:
  explicit audit_api(audit::audit_reader& log) : log_(log) {}

  async::awaitable<base::result<http::response>> get_timeline(http::request& in, const caller& who);

 private:
  audit::audit_reader& log_;
};

}  // namespace kontor::api
