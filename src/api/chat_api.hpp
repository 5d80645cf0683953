// Conversations on the wire. Having them answered is the part of run_api.
#pragma once

#include "api/caller.hpp"
#include "async/awaitable.hpp"
#include "async/blocking_pool.hpp"
#include "chat/conversation_service.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

#include <atomic>
#include <memory>

namespace kontor::api {

/// Each handler is one operation of api/openapi.yaml; errors come back as results and are rendered by the route table.
class chat_api {
 public:
  /// All outlive the object. `readers`: where files that are brought are read.
  chat_api(chat::conversation_service& conversations, async::blocking_pool& readers, const base::clock& clock)
      : conversations_(conversations), readers_(readers), clock_(clock) {}

  async::awaitable<base::result<http::response>> list_conversations(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> create_conversation(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> search_conversations(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> export_conversations(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> import_conversations(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> get_conversation(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> change_conversation(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> delete_conversation(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> restore_conversation(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> show_branch(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> get_conversation_status(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> export_conversation(http::request& in, const caller& who);

 private:
  async::awaitable<base::result<http::response>> send_file(http::request& in, chat::file_wish what, std::string name);

  chat::conversation_service& conversations_;
  async::blocking_pool& readers_;
  const base::clock& clock_;
  // Files that are being brought: each takes some times its size of memory.
  const std::shared_ptr<std::atomic<int>> bringing_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace kontor::api
