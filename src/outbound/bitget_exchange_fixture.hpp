// An exchange that checks what a signed request carries as the real one does: the time, the key, the passphrase, the
// signature, in this order.
#pragma once

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "outbound/bitget_api.hpp"
#include "outbound/web_fixture.hpp"
#include "tests/support/vector_file.hpp"

#include <boost/json/serialize.hpp>

#include <cstdlib>
#include <string>

namespace kontor::outbound {

class BitgetExchange : public WebFixture {
 protected:
  BitgetExchange() {
    const auto vectors = test::vector_json("bitget/signing-vectors.json");
    key = test::text_at(vectors, "key");
    secret = test::text_at(vectors, "secret");
    passphrase = test::text_at(vectors, "passphrase");
  }

  static std::string answer_from(const std::string& file) {
    const auto response = test::vector_json("bitget/" + file).at("response");
    return test::web_server::answer(static_cast<int>(response.at("http_status").as_int64()),
                                    boost::json::serialize(response.at("body")), "Content-Type: application/json\r\n");
  }
  static std::string error(std::string_view code) {
    const auto table = test::vector_json("bitget/errors.json");
    for (const auto& each : table.at("cases").as_array())
      if (test::text_at(each.at("body"), "code") == code)
        return test::web_server::answer(static_cast<int>(each.at("http_status").as_int64()),
                                        boost::json::serialize(each.at("body")));
    return test::web_server::answer(400,
                                    R"({"code":")" + std::string(code) + R"(","msg":"not in the table","data":null})");
  }

  std::string answer_to(const test::web_server::request& asked) {
    if (asked.target == "/api/v2/public/time")
      return test::web_server::answer(
          200, R"({"code":"00000","msg":"success","data":{"serverTime":")" + std::to_string(server_time) + "\"}}");
    const auto header = [&](const char* name) {
      const auto found = asked.headers.find(name);
      return found == asked.headers.end() ? std::string() : found->second;
    };
    if (!instead.empty()) return instead;
    const auto time = header("access-timestamp");
    if (std::abs(std::stoll(time) - server_time) > 30'000) return error("40008");
    if (header("access-key") != key) return error("40037");
    if (header("access-passphrase") != passphrase) return error("40012");
    const auto prehash = time + asked.method + asked.target + asked.body;
    if (header("access-sign") != base::to_base64(crypto::hmac_sha256(base::as_bytes(secret), base::as_bytes(prehash))))
      return error("40009");
    if (asked.target == "/api/v2/spot/account/info")
      return is_unified ? answer_from("uta-mode-mismatch.json") : answer_from("spot-account-info.json");
    if (asked.target == "/api/v2/spot/account/assets")
      return is_unified ? answer_from("uta-mode-mismatch.json") : answer_from(assets);
    if (asked.target == "/api/v3/account/info")
      return is_unified ? answer_from("uta-account-info.json") : error("40084");
    if (asked.target == "/api/v3/account/assets")
      return is_unified ? answer_from("uta-account-assets.json") : error("40084");
    return test::web_server::answer(404, "");
  }

  settings::exchange_credentials credentials() const {
    return {base::secret_bytes(std::string_view(key)), base::secret_bytes(std::string_view(secret)),
            base::secret_bytes(std::string_view(passphrase))};
  }

  std::string key, secret, passphrase;
  std::string assets = "recorded-spot-assets.json";
  std::int64_t server_time = 1'700'623'852'854;
  bool is_unified = false;
  std::string instead;
  base::manual_clock clock{base::from_microseconds(1'700'623'852'854'000)};
  test::web_server server{[this](const auto& asked, auto& connection) { return connection.write(answer_to(asked)); },
                          {.tls = &here_}};
  bitget_api api{client(), clock, parse_web_url(server.origin()).value()};
};

}  // namespace kontor::outbound
