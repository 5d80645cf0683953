#include "api/client.hpp"

#include "session/device_name.hpp"

namespace kontor::api {

session::client_info client_of(const http::request& in) {
  return {.address = in.client.to_string(),
          .device = session::device_name(in.header("User-Agent").value_or("")),
          .request_id = in.id,
          .ip = in.client,
          .device_mark = "",
          .language = language_of(in)};
}

vault::act_source act_of(const http::request& in, const session::identity& me) {
  return {.by = me.owner.id, .address = in.client.to_string(), .request_id = in.id};
}

mail::language language_of(const http::request& in) {
  return mail::language_of(in.header("Accept-Language").value_or(""));
}

}  // namespace kontor::api
