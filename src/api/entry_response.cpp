#include "api/entry_response.hpp"

#include "api/error_map.hpp"

namespace kontor::api {
namespace {

// Not an error, so not one of the results: half of the sign-in is done.
http::response ask_for_code(const session::challenge& asked, std::string_view request_id) {
  const auto members = [&asked](json::writer& out) {
    out.member("mfa_token", asked.token.text());
    out.member("expires_in", std::int64_t{asked.expires_in.count()});
  };
  return render_problem({base::errc::unauthenticated, "second-factor-required", "", ""}, request_id, members);
}

}  // namespace

http::response let_in(const browser_session& browser, const http::request& in, unsigned status,
                      const session::signed_in& signed_in, delivery refresh_token) {
  auto answer = json_response(status, write_signed_in(signed_in, refresh_token));
  if (refresh_token == delivery::cookie) {
    browser.keep(answer, signed_in);
    browser.mark_device(answer, in, signed_in);
  }
  return answer;
}

http::response let_in(const browser_session& browser, const http::request& in, const session::entry& entered,
                      delivery refresh_token) {
  if (const auto* asked = std::get_if<session::challenge>(&entered)) return ask_for_code(*asked, in.id);
  return let_in(browser, in, 200, std::get<session::signed_in>(entered), refresh_token);
}

}  // namespace kontor::api
