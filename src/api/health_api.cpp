#include "api/health_api.hpp"

#include "api/wire.hpp"
#include "json/writer.hpp"

namespace kontor::api {
namespace {

http::response write_health(bool is_ready, bool database_answers, const std::string& version) {
  json::writer out;
  out.begin_object();
  out.member("status", is_ready ? "ok" : "unavailable");
  out.member("version", version);
  out.begin_object("checks").member("database", database_answers ? "ok" : "unavailable").end_object();
  out.end_object();
  auto answer = json_response(is_ready ? 200 : 503, std::move(out).str());
  if (!is_ready) answer.set("Retry-After", "1");
  return answer;
}

}  // namespace

async::awaitable<base::result<http::response>> health_api::get_health(http::request&) {
  const auto database = co_await users_.ping();
  co_return write_health(database.has_value(), database.has_value(), version_);
}

async::awaitable<base::result<http::response>> health_api::get_liveness(http::request&) {
  co_return json_response(200, R"({"status":"alive"})");
}

async::awaitable<base::result<http::response>> health_api::get_readiness(http::request&) {
  const auto database = co_await users_.ping();
  co_return write_health(database.has_value() && !ending_, database.has_value(), version_);
}

}  // namespace kontor::api
