#include "api/wire.hpp"

#include "api/read_object.hpp"
#include "json/writer.hpp"
#include "policy/policy.hpp"

#include <algorithm>

namespace kontor::api {
namespace {

void write_user(json::writer& out, const account::user& owner) {
  out.member("id", owner.id.text())
      .member("email", owner.email)
      .member("is_admin", owner.is_admin)
      .member("is_active", owner.is_active)
      .member("email_verified", owner.email_verified)
      .member("created_at", base::to_rfc3339(owner.created_at))
      .member("updated_at", base::to_rfc3339(owner.updated_at));
}

std::string_view name_of(factor::totp_state state) {
  switch (state) {
    case factor::totp_state::off:
      return "off";
    case factor::totp_state::pending:
      return "pending";
    case factor::totp_state::on:
      break;
  }
  return "on";
}

delivery read_delivery(json::object_reader& in) {
  constexpr auto name = "refresh_token_in";
  const auto where = in.optional_string(name);
  if (!where || *where == "cookie") return delivery::cookie;
  if (*where != "body") in.refuse(name, "not_allowed", "Either \"cookie\" or \"body\".");
  return delivery::body;
}

// What breaks the rules of accounts, for those of the two members that have the right shape.
void refuse_faults(json::object_reader& in, std::vector<base::field_error> faults) {
  for (auto& fault : faults) {
    const auto name = fault.path.substr(1);
    if (in.is_good(name)) in.refuse(name, std::move(fault.code), std::move(fault.message));
  }
}

credentials read_credential_members(json::object_reader& in) {
  credentials wire;
  wire.email = in.required_string("email");
  wire.password = in.required_secret("password");
  wire.refresh_token = read_delivery(in);
  return wire;
}

}  // namespace

base::result<credentials> read_credentials(std::string_view body) {
  return read_object<credentials>(body, read_credential_members);
}

base::result<credentials> read_new_credentials(std::string_view body, const account::account_service& accounts) {
  return read_object<credentials>(body, [&accounts](json::object_reader& in) {
    auto wire = read_credential_members(in);
    refuse_faults(in, accounts.find_faults(wire.email, wire.password.text()));
    return wire;
  });
}

base::result<mailed_registration> read_mailed_registration(std::string_view body,
                                                           const account::account_service& accounts) {
  return read_object<mailed_registration>(body, [&accounts](json::object_reader& in) {
    mailed_registration wire;
    wire.email = in.required_string("email");
    wire.password = in.optional_secret("password");
    (void)read_delivery(in);
    auto faults = accounts.find_faults(wire.email, wire.password ? wire.password->text() : "");
    if (!wire.password) std::erase_if(faults, [](const base::field_error& fault) { return fault.path != "/email"; });
    refuse_faults(in, std::move(faults));
    return wire;
  });
}

base::result<std::string> read_email(std::string_view body) {
  return read_object<std::string>(body, [](json::object_reader& in) { return in.required_string("email"); });
}

base::result<void> read_nothing(std::string_view body) {
  if (body.empty()) return {};
  const auto parsed = json::parse(body);
  if (!parsed) return parsed.error();
  return json::object_reader(*parsed).finish();
}

base::result<base::secret_bytes> read_setup_token(std::string_view body) {
  return read_object<base::secret_bytes>(body, [](json::object_reader& in) { return in.required_secret("token"); });
}

base::result<setup_claim> read_setup_claim(std::string_view body) {
  return read_object<setup_claim>(body, [](json::object_reader& in) {
    setup_claim wire;
    wire.token = in.required_secret("token");
    wire.password = in.required_secret("password");
    wire.refresh_token = read_delivery(in);
    return wire;
  });
}

base::result<password_change> read_password_change(std::string_view body) {
  return read_object<password_change>(body, [](json::object_reader& in) {
    password_change wire;
    wire.current = in.required_secret("current_password");
    wire.renewed = in.required_secret("new_password");
    return wire;
  });
}

base::result<login_code> read_login_code(std::string_view body) {
  return read_object<login_code>(body, [](json::object_reader& in) {
    login_code wire;
    wire.mfa_token = in.required_secret("mfa_token");
    wire.code = in.required_secret("code");
    wire.refresh_token = read_delivery(in);
    return wire;
  });
}

base::result<session::proof> read_step_up(std::string_view body) {
  return read_object<session::proof>(body, [](json::object_reader& in) -> session::proof {
    auto password = in.optional_secret("password");
    auto code = in.optional_secret("code");
    if (password && code) in.refuse("code", "not_allowed", "Either a password or a code.");
    if (code) return session::code_proof{std::move(*code)};
    if (password) return session::password_proof{std::move(*password)};
    in.refuse("password", "required", "A password or a code is needed.");
    return {};
  });
}

base::result<base::secret_bytes> read_code(std::string_view body) {
  return read_object<base::secret_bytes>(body, [](json::object_reader& in) { return in.required_secret("code"); });
}

base::result<std::optional<base::secret_bytes>> read_refresh_token(std::string_view body) {
  if (body.empty()) return std::optional<base::secret_bytes>();
  return read_object<std::optional<base::secret_bytes>>(
      body, [](json::object_reader& in) { return std::optional(in.required_secret("refresh_token")); });
}

base::result<session::sessions_of_account> read_logout_all(std::string_view body) {
  using enum session::sessions_of_account;
  if (body.empty()) return all;
  return read_object<session::sessions_of_account>(body, [](json::object_reader& in) {
    return in.optional_boolean("except_current").value_or(false) ? all_but_this : all;
  });
}

std::string write_user(const account::user& owner) {
  json::writer out;
  out.begin_object();
  write_user(out, owner);
  out.end_object();
  return std::move(out).str();
}

std::string write_me(const account::user& me, second_factor_state factor) {
  json::writer out;
  out.begin_object();
  write_user(out, me);
  out.member("second_factor", factor.is_on);
  out.member("must_set_up_second_factor", factor.is_demanded && !factor.is_on);
  out.end_object();
  return std::move(out).str();
}

std::string write_signed_in(const session::signed_in& signed_in, delivery refresh_token) {
  json::writer out;
  out.begin_object();
  out.member("access_token", signed_in.access_token);
  out.member("token_type", "bearer");
  out.member("expires_in", std::int64_t{signed_in.expires_in.count()});
  if (refresh_token == delivery::body && !signed_in.refresh_token.empty()) {
    out.member("refresh_token", signed_in.refresh_token.text());
    out.member("refresh_expires_in", std::int64_t{signed_in.refresh_expires_in.count()});
  }
  out.begin_object("user");
  write_user(out, signed_in.owner);
  out.end_object();
  out.end_object();
  return std::move(out).str();
}

std::string write_sessions(std::span<const session::session_info> sessions, const base::session_id& current) {
  json::writer out;
  out.begin_object();
  out.begin_array("sessions");
  for (const auto& one : sessions)
    out.begin_object()
        .member("id", one.id.text())
        .member("device", one.device)
        .member("address", one.address)
        .member("created_at", base::to_rfc3339(one.created_at))
        .member("last_used_at", base::to_rfc3339(one.last_used_at))
        .member("expires_at", base::to_rfc3339(std::min(one.idle_expires_at, one.expires_at)))
        .member("is_current", one.id == current)
        .end_object();
  out.end_array();
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

std::string write_email(std::string_view email) {
  json::writer out;
  out.begin_object().member("email", email).end_object();
  return std::move(out).str();
}

std::string write_policy(const account::account_settings& settings) {
  json::writer out;
  out.begin_object();
  out.member("registration", policy::name_of(settings.registration));
  out.member("password_min_length", static_cast<std::int64_t>(settings.passwords.min_length));
  out.member("password_max_length", static_cast<std::int64_t>(settings.passwords.max_length));
  out.member("mail", settings.mail);
  out.member("email_verification",
             settings.email_verification == account::email_verification::required ? "required" : "off");
  out.end_object();
  return std::move(out).str();
}

std::string write_second_factor(const session::enrolment& state) {
  json::writer out;
  out.begin_object();
  out.member("totp", name_of(state.factor.totp));
  if (state.factor.confirmed_at) out.member("confirmed_at", base::to_rfc3339(*state.factor.confirmed_at));
  out.member("recovery_codes_left", state.factor.recovery_codes_left);
  out.member("mandatory", state.is_mandatory);
  out.end_object();
  return std::move(out).str();
}

std::string write_totp_setup(const factor::totp_setup& setup) {
  json::writer out;
  out.begin_object()
      .member("secret", setup.secret_text.text())
      .member("uri", setup.uri.text())
      .member("qr_svg", setup.qr_svg.text())
      .end_object();
  return std::move(out).str();
}

std::string write_recovery_codes(const factor::recovery_codes& codes) {
  json::writer out;
  out.begin_object();
  out.begin_array("recovery_codes");
  for (const auto& code : codes)
    out.element(code.text());
  out.end_array();
  out.end_object();
  return std::move(out).str();
}

http::response json_response(unsigned status, std::string body) {
  return http::response::with_body(status, "application/json; charset=utf-8", std::move(body));
}

}  // namespace kontor::api
