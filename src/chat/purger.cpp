#include "chat/purger.hpp"

#include "base/log.hpp"
#include "chat/conversation_statements.hpp"
#include "chat/tidying.hpp"

#include <pthread.h>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>
#include <utility>

namespace kontor::chat {
namespace {

constexpr auto between_looks = std::chrono::hours(1);
constexpr auto between_tidyings = std::chrono::hours(24);
constexpr std::int64_t at_once = 100;

base::error ending() {
  return {base::errc::unavailable, "", "", "the program ends"};
}

}  // namespace

base::result<std::size_t> purger::purge_due(const std::stop_token& stop) {
  const auto before = clock_.now() - time_to_restore;
  std::size_t purged = 0;
  while (true) {
    auto look = [before](sql::session& in) { return statements::list_to_purge(in, before, at_once); };
    const auto due = database_.read_now(std::move(look));
    if (!due) return due.error();
    for (const auto& which : *due) {
      if (stop.stop_requested()) return ending();
      auto job = [which, before](sql::session& in) { return statements::purge(in, which, before); };
      const auto done = database_.write_now(std::move(job));
      if (!done) return done.error();
      if (!*done) continue;
      ++purged;
      watching_.changed(which.owner, which.id, change::removed);
    }
    if (static_cast<std::int64_t>(due->size()) < at_once) return purged;
  }
}

base::result<std::size_t> purger::purge(const std::stop_token& stop) {
  const auto purged = purge_due(stop);
  if (!purged) return purged;
  const auto now = clock_.now();
  if (!tidied_at_) tidied_at_ = now;
  if (*purged == 0 && now - *tidied_at_ < between_tidyings) return purged;
  if (const auto tidied = tidy_words(database_, stop); !tidied) return tidied.error();
  tidied_at_ = now;
  return purged;
}

void purger::work(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  while (!stop.stop_requested()) {
    std::string why;
    try {
      if (const auto purged = purge(stop); !purged) why = purged.error().internal_detail;
    } catch (const std::exception& broken) {
      why = broken.what();
    }
    if (!why.empty() && !stop.stop_requested())
      base::log(base::log_level::warning, "deleted conversations could not be removed yet", {{"detail", why}});
    std::unique_lock lock(mutex);
    woken.wait_for(lock, stop, between_looks, [] { return false; });
  }
}

void purger::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    pthread_setname_np(pthread_self(), "purger");
    work(stop);
  });
}

void purger::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

}  // namespace kontor::chat
