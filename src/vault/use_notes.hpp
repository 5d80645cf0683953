// Writes down when secrets were used, without making who reads them wait for it.
#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "sql/database.hpp"

#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace kontor::vault {

/// How exactly the last use is known: one write a minute per secret at the most.
inline constexpr std::chrono::minutes use_granularity{1};

/// Whether a use at `now` is worth a write.
bool is_use_due(const std::optional<base::timestamp>& last, base::timestamp now) noexcept;

/// A thread of its own that writes all that waits in one transaction. What does not fit or cannot be written is
/// forgotten: the next use comes. Thread-safe.
class use_notes {
 public:
  /// `database` outlives the object, or its stop().
  explicit use_notes(sql::database& database, std::size_t capacity = 1024);
  ~use_notes() { stop(); }
  use_notes(const use_notes&) = delete;
  use_notes& operator=(const use_notes&) = delete;

  /// Returns at once. Of several uses of a secret that wait, the first is written.
  void add(const base::user_id& owner, std::string name, base::timestamp at);

  /// Writes what waits and joins the thread. Safe to call twice.
  void stop();

 private:
  // In the order of the keys, so that two nodes that write the same rows do not wait for each other in a circle.
  using uses = std::map<std::pair<base::user_id, std::string>, base::timestamp>;
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

}  // namespace kontor::vault
