#include "api/wire.hpp"

#include "json/object_reader.hpp"
#include "json/writer.hpp"

namespace kontor::api {
namespace {

void write_user(json::writer& out, const account::user& owner) {
  out.member("id", owner.id.text())
      .member("email", owner.email)
      .member("is_admin", owner.is_admin)
      .member("is_active", owner.is_active)
      .member("created_at", base::to_rfc3339(owner.created_at))
      .member("updated_at", base::to_rfc3339(owner.updated_at));
}

std::string_view name_of(account::registration_policy policy) {
  switch (policy) {
    case account::registration_policy::open:
      return "open";
    case account::registration_policy::allowlist:
      return "allowlist";
    case account::registration_policy::closed:
      break;
  }
  return "closed";
}

// Reads one object: parse, hand to `read`, report every wrong field at once.
template <class Wire, class Read>
base::result<Wire> read_object(std::string_view body, Read read) {
  const auto parsed = json::parse(body);
  if (!parsed) return parsed.error();
  json::object_reader in(*parsed);
  Wire wire = read(in);
  if (const auto finished = in.finish(); !finished) return finished.error();
  return wire;
}

credentials read_members(json::object_reader& in) {
  credentials wire;
  wire.email = in.required_string("email");
  wire.password = in.required_secret("password");
  return wire;
}

}  // namespace

base::result<credentials> read_credentials(std::string_view body) {
  return read_object<credentials>(body, read_members);
}

base::result<credentials> read_new_credentials(std::string_view body, const account::account_service& accounts) {
  return read_object<credentials>(body, [&accounts](json::object_reader& in) {
    auto wire = read_members(in);
    for (auto& fault : accounts.find_faults(wire.email, wire.password.text())) {
      const auto name = fault.path.substr(1);
      if (in.is_good(name)) in.refuse(name, std::move(fault.code), std::move(fault.message));
    }
    return wire;
  });
}

base::result<base::secret_bytes> read_setup_token(std::string_view body) {
  return read_object<base::secret_bytes>(body, [](json::object_reader& in) { return in.required_secret("token"); });
}

base::result<setup_claim> read_setup_claim(std::string_view body) {
  return read_object<setup_claim>(body, [](json::object_reader& in) {
    setup_claim wire;
    wire.token = in.required_secret("token");
    wire.password = in.required_secret("password");
    return wire;
  });
}

std::string write_user(const account::user& owner) {
  json::writer out;
  out.begin_object();
  write_user(out, owner);
  out.end_object();
  return std::move(out).str();
}

std::string write_signed_in(const account::signed_in& signed_in) {
  json::writer out;
  out.begin_object();
  out.member("access_token", signed_in.access_token);
  out.member("token_type", "bearer");
  out.member("expires_in", std::int64_t{signed_in.expires_in.count()});
  out.begin_object("user");
  write_user(out, signed_in.owner);
  out.end_object();
  out.end_object();
  return std::move(out).str();
}

std::string write_setup_link(const account::setup_link& link) {
  json::writer out;
  out.begin_object()
      .member("email", link.owner.email)
      .member("expires_at", base::to_rfc3339(link.expires_at))
      .end_object();
  return std::move(out).str();
}

std::string write_policy(const account::account_settings& settings) {
  json::writer out;
  out.begin_object();
  out.member("registration", name_of(settings.registration));
  out.member("password_min_length", static_cast<std::int64_t>(settings.passwords.min_length));
  out.member("password_max_length", static_cast<std::int64_t>(settings.passwords.max_length));
  out.end_object();
  return std::move(out).str();
}

http::response json_response(unsigned status, std::string body) {
  return http::response::with_body(status, "application/json; charset=utf-8", std::move(body));
}

}  // namespace kontor::api
