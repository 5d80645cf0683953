// The secrets of the one who asks, on the wire. Values go in; one comes out for its owner alone, who just proved to be
// it. Only a session may do that: no personal token reaches the vault.
#pragma once

#include "async/awaitable.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "session/session_info.hpp"
#include "vault/vault_service.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::api {

struct new_secret {
  std::string name;
  base::secret_bytes value;
  vault::save_options how;
};

/// Schema NewSecret, SecretReveal (or no body at all). errc::malformed when the body is no JSON, errc::invalid_input
/// with one entry per wrong field.
base::result<new_secret> read_new_secret(std::string_view body);
base::result<std::optional<std::int64_t>> read_reveal(std::string_view body);

/// Schema Secret, SecretList.
std::string write_secret(const vault::secret_info& one);
std::string write_secrets(const std::vector<vault::secret_info>& secrets);
/// Schema RevealedSecret; the body is wiped when it was sent. errc::conflict for a value that is no text.
base::result<http::response> reveal_response(std::string_view name, const vault::secret_value& found);

/// Each handler is one operation of api/openapi.yaml; errors come back as results and are rendered by the route table.
class secret_api {
 public:
  explicit secret_api(vault::vault_service& secrets) : secrets_(secrets) {}

  async::awaitable<base::result<http::response>> list_secrets(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> save_secret(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> destroy_secrets(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> get_secret(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> delete_secret(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> undelete_secret(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> list_versions(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> reveal_secret(http::request& in, const session::identity& me);

 private:
  vault::vault_service& secrets_;
};

}  // namespace kontor::api
