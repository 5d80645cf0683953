#include "api/health_api.hpp"

#include "api/wire.hpp"
#include "json/writer.hpp"

namespace kontor::api {
namespace {

std::string_view name_of_state(bool is_well) {
  return is_well ? "ok" : "unavailable";
}

}  // namespace

http::response health_api::health(bool is_ready, bool database_answers) const {
  json::writer out;
  out.begin_object();
  out.member("status", name_of_state(is_ready));
  out.member("version", version_);
  out.begin_object("checks")
      .member("database", name_of_state(database_answers))
      .member("vault", name_of_state(keys_.state().state == vault::key_state::ready))
      .end_object();
  out.end_object();
  auto answer = json_response(is_ready ? 200 : 503, std::move(out).str());
  if (!is_ready) answer.set("Retry-After", "1");
  return answer;
}

async::awaitable<base::result<http::response>> health_api::get_health(http::request&) {
  const auto database = co_await users_.ping();
  co_return health(database.has_value(), database.has_value());
}

async::awaitable<base::result<http::response>> health_api::get_liveness(http::request&) {
  co_return json_response(200, R"({"status":"alive"})");
}

async::awaitable<base::result<http::response>> health_api::get_readiness(http::request&) {
  const auto database = co_await users_.ping();
  co_return health(database.has_value() && !ending_, database.has_value());
}

}  // namespace kontor::api
