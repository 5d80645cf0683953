#include "vault/use_notes.hpp"

#include "base/log.hpp"
#include "vault/secret_statements.hpp"

#include <memory>

namespace kontor::vault {

bool is_use_due(const std::optional<base::timestamp>& last, base::timestamp now) noexcept {
  if (!last) return true;
  // A clock that leapt back must not silence it for as long as it leapt.
  return now < *last || now - *last >= use_granularity;
}

use_notes::use_notes(sql::database& database, std::size_t capacity)
    : database_(database), capacity_(capacity), thread_([this] { work(); }) {}

void use_notes::add(const base::user_id& owner, std::string name, base::timestamp at) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= capacity_) return;
    if (!waiting_.try_emplace({owner, std::move(name)}, at).second) return;
  }
  changed_.notify_one();
}

void use_notes::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void use_notes::work() {
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

void use_notes::write(uses batch) {
  auto job = [batch = std::make_shared<const uses>(std::move(batch))](sql::session& in) {
    for (const auto& [secret, at] : *batch)
      statements::note_use(in, secret.first, secret.second, at, use_granularity);
  };
  std::string why;
  try {
    const auto written = database_.write_now(std::move(job));
    if (written) return;
    why = written.error().internal_detail;
  } catch (const std::exception& breakage) {
    why = breakage.what();
  }
  base::log(base::log_level::warning, "uses of secrets were not written down", {{"reason", why}});
}

}  // namespace kontor::vault
