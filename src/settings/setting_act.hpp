// How acts on settings stand in the log.
#pragma once

#include "audit/event.hpp"
#include "json/writer.hpp"
#include "vault/vault_service.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace kontor::settings {

/// Where it was saved for is the owner's own affair: administrators read the log, too.
inline audit::event setting_act(audit::action what, const base::user_id& owner, std::string_view name,
                                const vault::act_source& from, base::timestamp at) {
  json::writer detail;
  detail.begin_object().member("name", name).end_object();
  return {.owner = owner,
          .actor = from.by,
          .action = what,
          .outcome = audit::result::ok,
          .detail = std::move(detail).str(),
          .address = from.address,
          .request_id = from.request_id,
          .at = at};
}

/// The field errors of a check, under the names that the user knows the fields by.
inline base::error at_fields(base::error why,
                             std::initializer_list<std::pair<std::string_view, std::string_view>> names) {
  for (auto& field : why.fields)
    for (const auto& [from, to] : names)
      if (field.path == from) {
        field.path = to;
        break;
      }
  return why;
}

inline base::error not_configured() {
  return {base::errc::not_found, "not-configured", "", "nothing is stored"};
}

}  // namespace kontor::settings
