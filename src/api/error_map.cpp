#include "api/error_map.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace kontor::api {
namespace {

using base::errc;

struct outcome {
  unsigned status;
  std::string_view title;
};

outcome outcome_of(errc code) noexcept {
  switch (code) {
    case errc::malformed:
      return {400, "The request cannot be read."};
    case errc::invalid_input:
      return {422, "Some fields are not right."};
    case errc::unauthenticated:
      return {401, "Please sign in."};
    case errc::forbidden:
      return {403, "This is not allowed."};
    case errc::not_found:
      return {404, "There is nothing here."};
    case errc::method_not_allowed:
      return {405, "This method does not work here."};
    case errc::conflict:
      return {409, "This exists already."};
    case errc::gone:
      return {410, "This existed once."};
    case errc::precondition_failed:
      return {412, "This was changed meanwhile."};
    case errc::payload_too_large:
      return {413, "The body is too large."};
    case errc::target_too_long:
      return {414, "The address is too long."};
    case errc::unsupported_media:
      return {415, "This kind of body is not taken here."};
    case errc::expectation_failed:
      return {417, "This expectation cannot be met."};
    case errc::upgrade_required:
      return {426, "This address is for WebSockets."};
    case errc::too_many_requests:
      return {429, "Too many requests."};
    case errc::headers_too_large:
      return {431, "The header fields are too large."};
    case errc::request_timeout:
      return {408, "The request took too long to arrive."};
    case errc::internal:
      return {500, "Something went wrong on our side."};
    case errc::not_implemented:
      return {501, "This method is not known."};
    case errc::overloaded:
      return {503, "Too busy at the moment."};
    case errc::unavailable:
      return {503, "Something we need does not answer."};
    case errc::version_not_supported:
      return {505, "This version of HTTP is not spoken."};
    case errc::storage_full:
      return {507, "There is no room left to store this."};
  }
  return {500, "Something went wrong on our side."};
}

struct named_title {
  std::string_view type;
  std::string_view title;
};

// Types that say more than their outcome does.
constexpr std::array<named_title, 48> named_titles = {{
    {"deactivated", "This account is deactivated."},
    {"email-taken", "There is an account with this address or with one that looks the same."},
    {"insufficient-scope", "This personal access token is not for that."},
    {"invalid-credentials", "The e-mail address or the password is wrong."},
    {"invalid-token", "The access token is not valid, or no longer."},
    {"last-admin", "Somebody must be left to administer."},
    {"link-not-valid", "This link was used, has expired, or never existed."},
    {"mail-not-configured", "This installation cannot send mails. Ask whoever runs it."},
    {"registration-closed", "Registration is closed."},
    {"registration-not-allowed", "This address is not on the list of those who may register."},
    {"origin-not-allowed", "This origin may not do that."},
    {"session-ended", "This session is over. Please sign in."},
    {"wrong-password", "The password is wrong."},
    {"factor-exists", "A second factor is on already."},
    {"factor-not-begun", "Setting up the second factor was not begun."},
    {"no-factor", "There is no second factor."},
    {"second-factor-enrolment-required", "A second factor must be set up first."},
    {"second-factor-expired", "The time to enter the code is over. Please sign in again."},
    {"second-factor-mandatory", "This account must have a second factor."},
    {"second-factor-required", "The code of the second factor is needed."},
    {"step-up-required", "Please prove again that it is you."},
    {"wrong-code", "The code is wrong, or was used before."},
    {"token-not-accepted", "This needs somebody who is signed in; a personal access token is not accepted."},
    {"too-many-tokens", "There are as many personal access tokens as one account may have. Please revoke one."},
    {"secret-unreadable", "This secret cannot be read: what is stored was changed."},
    {"too-many-secrets",
     "There are as many secrets as one account may have, or they are as large as they may be together. Please delete "
     "some permanently."},
    {"vault-key-missing", "The key of the vault is missing. Whoever runs this installation must put it back."},
    {"vault-key-wrong", "The vault has another key than it needs. Whoever runs this installation must put it right."},
    {"version-changed", "Another version was saved meanwhile."},
    {"too-many-attempts", "Too many attempts that failed. Please wait before the next one."},
    {"address-refused", "This address may not be used."},
    {"credentials-elsewhere", "The stored key belongs to another address. Please enter it again."},
    {"key-may-withdraw", "This key may withdraw. Make one that may only read, or say that you want this one."},
    {"not-configured", "Nothing is stored here yet."},
    {"model-not-configured", "No language model is set. Choose one in the settings."},
    {"run-in-progress", "This conversation has an answer on its way."},
    {"nothing-to-answer", "There is no such message, or it needs no answer."},
    {"idempotency-key-reused", "This key was used for another request."},
    {"too-many-runs", "As many answers as you may have at a time are on their way."},
    {"no-tokens-left", "The tokens of today are used up."},
    {"too-many-sockets", "As many sockets as one account may have are open."},
    {"exchange-busy", "The exchange wants to be asked later."},
    {"exchange-unreachable", "The exchange does not answer."},
    {"too-many-charts", "There are as many charts as one account may have. Please delete some."},
    {"too-many-favourites", "There are as many favourites as one account may have. Please remove some."},
    {"too-many-layouts", "There are as many layouts as one account may have. Please delete some."},
    {"too-many-watches", "As many series are watched as may be."},
    {"too-many-subscriptions", "This socket listens to as many conversations as it may."},
}};

std::string_view title_of(std::string_view type, errc code) noexcept {
  const auto found =
      std::find_if(named_titles.begin(), named_titles.end(), [&](const named_title& n) { return n.type == type; });
  return found != named_titles.end() ? found->title : outcome_of(code).title;
}

bool tells_when_to_come_back(unsigned status) noexcept {
  return status == 429 || status == 503 || status == 507;
}

void log_breakage(const base::error& why, unsigned status, std::string_view request_id) {
  if (status < 500) return;
  base::log(why.code == base::errc::internal ? base::log_level::error : base::log_level::warning, "request failed",
            {{"request_id", std::string(request_id)},
             {"code", std::string(base::name_of(why.code))},
             {"detail", why.internal_detail}});
}

}  // namespace

unsigned status_of(errc code) noexcept {
  return outcome_of(code).status;
}

std::string_view title_of(const base::error& why) noexcept {
  return title_of(why.type, why.code);
}

http::response render_error(const base::error& why, std::string_view request_id) {
  return render_problem(why, request_id, nullptr);
}

http::response render_problem(const base::error& why, std::string_view request_id, const problem_members& more) {
  const auto status = status_of(why.code);
  const std::string_view type =
      why.type.empty() || why.code == errc::internal ? base::name_of(why.code) : std::string_view(why.type);
  log_breakage(why, status, request_id);

  json::writer body;
  body.begin_object();
  body.member("type", "urn:kontor:problem:" + std::string(type));
  body.member("title", title_of(type, why.code));
  body.member("status", std::int64_t{status});
  if (!why.detail.empty() && why.code != errc::internal) body.member("detail", why.detail);
  if (!request_id.empty()) body.member("request_id", request_id);
  if (!why.fields.empty()) {
    body.begin_array("errors");
    for (const auto& field : why.fields)
      body.begin_object()
          .member("path", field.path)
          .member("code", field.code)
          .member("message", field.message)
          .end_object();
    body.end_array();
  }
  if (more) more(body);
  body.end_object();

  auto answer = http::response::with_body(status, "application/problem+json; charset=utf-8", std::move(body).str());
  if (why.code == errc::unauthenticated) {
    // RFC 6750 section 3.1: the plain challenge when no token came, the reason when one came and does not hold.
    answer.set("WWW-Authenticate", type == "invalid-token" ? R"(Bearer error="invalid_token")" : "Bearer");
  }
  if (tells_when_to_come_back(status)) {
    const auto seconds = std::max<std::int64_t>(1, why.retry_after.count());
    answer.set("Retry-After", std::to_string(seconds));
  }
  return answer;
}

}  // namespace kontor::api
