// What each user sets for themselves: exchange, language model, preferences.
#pragma once

#include "async/awaitable.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "session/session_info.hpp"
#include "settings/exchange_service.hpp"
#include "settings/llm_service.hpp"
#include "settings/preferences.hpp"
#include "vault/vault_service.hpp"

namespace kontor::api {

/// Each handler is one operation of api/openapi.yaml; errors come back as results and are rendered by the route table.
class settings_api {
 public:
  /// All outlive the object.
  settings_api(settings::exchange_service& exchange, settings::llm_service& llm,
               settings::preferences_service& preferences, vault::vault_service& vault)
      : exchange_(exchange), llm_(llm), preferences_(preferences), vault_(vault) {}

  async::awaitable<base::result<http::response>> get_exchange(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> save_exchange(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> delete_exchange(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> test_exchange(http::request& in, const session::identity& me);

  async::awaitable<base::result<http::response>> get_llm(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> save_llm(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> delete_llm(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> test_llm(http::request& in, const session::identity& me);

  async::awaitable<base::result<http::response>> get_preferences(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> change_preferences(http::request& in, const session::identity& me);

  async::awaitable<base::result<http::response>> get_status(http::request& in, const session::identity& me);

 private:
  settings::exchange_service& exchange_;
  settings::llm_service& llm_;
  settings::preferences_service& preferences_;
  vault::vault_service& vault_;
};

}  // namespace kontor::api
