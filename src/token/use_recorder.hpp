// Writes down when and from where personal tokens were used, without making a request wait for it.
#pragma once

#include "sql/database.hpp"
#include "token/personal_token.hpp"

#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace kontor::token {

struct token_use {
  base::user_id owner;
  token_id token;
  base::timestamp at;
  std::string address;
};

/// A thread of its own that writes all uses that wait in one transaction. Only a convenience for the owner hangs on it,
/// so a use that does not fit or cannot be written is forgotten: the next one comes. Thread-safe.
class use_recorder {
 public:
  /// At most `capacity` tokens wait to be written down. `database` outlives the recorder, or its stop().
  explicit use_recorder(sql::database& database, std::size_t capacity = 1024);
  ~use_recorder() { stop(); }
  use_recorder(const use_recorder&) = delete;
  use_recorder& operator=(const use_recorder&) = delete;

  /// Returns at once. Of several uses of a token that wait, the first is written.
  void note(token_use use);

  /// Writes what waits and joins the thread. Safe to call twice.
  void stop();

 private:
  using uses = std::map<token_id, token_use>;
  void work();
  void write(uses batch);

  sql::database& database_;
  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable changed_;
  uses waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace kontor::token
