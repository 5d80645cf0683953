#include "token/use_recorder.hpp"

#include "base/log.hpp"
#include "token/token_statements.hpp"

#include <memory>
#include <utility>

namespace kontor::token {

use_recorder::use_recorder(sql::database& database, std::size_t capacity)
    : database_(database), capacity_(capacity), thread_([this] { work(); }) {}

void use_recorder::note(token_use use) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= capacity_) return;
    const auto id = use.token;
    if (!waiting_.try_emplace(id, std::move(use)).second) return;
  }
  changed_.notify_one();
}

void use_recorder::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void use_recorder::work() {
  while (true) {
    uses batch;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      batch.swap(waiting_);
    }
    write(std::move(batch));
  }
}

void use_recorder::write(uses batch) {
  // In the order of their ids, so that two nodes that write the same tokens do not wait for each other in a circle.
  auto job = [batch = std::make_shared<const uses>(std::move(batch))](sql::session& in) {
    for (const auto& [id, use] : *batch)
      statements::note_use(in, use.owner, id, use.at, use.address);
  };
  std::string why;
  try {
    const auto written = database_.write_now(std::move(job));
    if (written) return;
    why = written.error().internal_detail;
  } catch (const std::exception& breakage) {
    why = breakage.what();
  }
  base::log(base::log_level::warning, "uses of personal tokens were not written down", {{"reason", why}});
}

}  // namespace kontor::token
