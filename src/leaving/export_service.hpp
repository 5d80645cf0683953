// Taking one's data along: who may make how many archives at a time, and the entry in the log.
#pragma once

#include "async/awaitable.hpp"
#include "async/blocking_pool.hpp"
#include "audit/audit_log.hpp"
#include "base/error.hpp"
#include "session/session_info.hpp"
#include "sql/database.hpp"
#include "takeout/archive_maker.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>

namespace kontor::leaving {

struct export_limits {
  std::size_t per_account = 2;
  std::size_t in_all = 16;
};

/// Counts the archives that are being made. Thread-safe.
class export_places : public std::enable_shared_from_this<export_places> {
 public:
  explicit export_places(export_limits limits) : limits_(limits) {}

  /// A place, given back when the last owner lets go of it; null when there is none left.
  std::shared_ptr<void> take(const base::user_id& owner);

 private:
  const export_limits limits_;
  std::mutex mutex_;
  std::map<base::user_id, std::size_t> taken_;
  std::size_t all_ = 0;
};

/// An archive that is being made; alive as long as somebody asks for its pieces.
class running_export : public std::enable_shared_from_this<running_export> {
 public:
  running_export(sql::database& database, std::span<const takeout::export_source* const> sources, base::user_id owner,
                 base::timestamp at, async::blocking_pool& pool, std::shared_ptr<void> place);

  /// `kontor-export-2026-11-25.zip`
  const std::string& file_name() const noexcept { return file_name_; }
  /// As takeout::archive_maker::next, made on the pool. One call at a time.
  async::awaitable<base::result<std::string>> next();

 private:
  const std::string file_name_;
  takeout::archive_maker maker_;
  async::blocking_pool& pool_;
  const std::shared_ptr<void> place_;
};

/// Runs on any loop.
class export_service {
 public:
  /// All outlive the service and its archives.
  export_service(sql::database& database, std::span<const takeout::export_source* const> sources,
                 async::blocking_pool& pool, const audit::audit_log& audit, const base::clock& clock,
                 export_limits limits = {});

  /// Writes `export.made` into the log, then gives the archive: there is no archive without its entry.
  /// errc::overloaded when as many are being made as may be; errc::unavailable, errc::storage_full.
  async::awaitable<base::result<std::shared_ptr<running_export>>> begin(base::user_id owner,
                                                                        session::client_info client);

 private:
  sql::database& database_;
  const std::span<const takeout::export_source* const> sources_;
  async::blocking_pool& pool_;
  const audit::audit_log& audit_;
  const base::clock& clock_;
  const std::shared_ptr<export_places> places_;
};

}  // namespace kontor::leaving
