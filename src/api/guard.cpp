#include "api/guard.hpp"

#include "base/text.hpp"

#include <utility>
#include <vector>

namespace kontor::api {
namespace {

constexpr std::string_view scheme = "bearer";

// RFC 6750 section 2.3 lets a token stand in the query; there it would end up in logs, so we do not take it (RFC 9700
// section 4.3.2).
bool has_token_in_query(std::string_view query) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto name = query.substr(0, std::min(query.substr(0, end).find('='), end));
    if (name == "access_token") return true;
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return false;
}

}  // namespace

base::result<std::string_view> bearer_token(const http::request& in) {
  if (in.count_headers("Authorization") > 1)
    return base::error{base::errc::malformed, "", "There is more than one Authorization field.",
                       "two Authorization fields"};
  if (has_token_in_query(in.query))
    return base::error{base::errc::malformed, "", "An access token does not belong into the address.",
                       "token in the query"};

  const auto field = in.header("Authorization");
  if (!field) return base::error{base::errc::unauthenticated, "", "", "no Authorization field"};
  const auto end_of_scheme = std::min(field->find(' '), field->size());
  if (!base::equal_ignoring_ascii_case(field->substr(0, end_of_scheme), scheme))
    return base::error{base::errc::unauthenticated, "", "", "another scheme"};

  const auto token = field->substr(std::min(end_of_scheme + 1, field->size()));
  if (token.empty() || token.find_first_of(" \t,") != std::string_view::npos)
    return base::error{base::errc::unauthenticated, "invalid-token", "", "no token, or blanks in it"};
  return token;
}

async::awaitable<base::result<session::identity>> authenticate(session::session_service& sessions,
                                                               const http::request& in) {
  const auto token = bearer_token(in);
  if (!token) co_return token.error();
  co_return co_await sessions.authenticate(*token);
}

async::awaitable<base::result<caller>> guard::identify(const http::request& in) {
  const auto text = bearer_token(in);
  if (!text) co_return text.error();
  if (token::has_prefix(*text)) {
    auto by = co_await tokens_.authenticate(*text, in.client);
    if (!by) co_return by.error();
    co_return caller(std::move(*by));
  }
  auto by = co_await sessions_.authenticate(*text);
  if (!by) co_return by.error();
  co_return caller(std::move(*by));
}

kept_claim guard::keep(const http::request& in, const caller& who) {
  kept_claim claim{.session = std::nullopt, .token = {}, .from = in.client};
  if (const auto* by = who.by_session())
    claim.session = by->session.id;
  else
    claim.token = base::secret_bytes(bearer_token(in).value());
  return claim;
}

async::awaitable<base::result<void>> guard::holds(const kept_claim& claim) {
  if (!claim.session) {
    const auto by = co_await tokens_.authenticate(claim.token.text(), claim.from);
    if (!by) co_return by.error();
    co_return base::result<void>();
  }
  std::vector<base::session_id> asked{*claim.session};
  const auto over = co_await sessions_.find_over(std::move(asked));
  if (!over) co_return over.error();
  if (!over->empty()) co_return base::error{base::errc::unauthenticated, "invalid-token", "", "the session has ended"};
  co_return base::result<void>();
}

}  // namespace kontor::api
