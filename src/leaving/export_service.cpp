#include "leaving/export_service.hpp"

#include <utility>

namespace kontor::leaving {
namespace {

base::error too_many() {
  base::error refusal{base::errc::overloaded, "", "As many exports are being made as can be.", "too many exports"};
  refusal.retry_after = std::chrono::seconds(10);
  return refusal;
}

}  // namespace

std::shared_ptr<void> export_places::take(const base::user_id& owner) {
  const std::lock_guard lock(mutex_);
  auto& own = taken_[owner];
  if (own >= limits_.per_account || all_ >= limits_.in_all) {
    if (own == 0) taken_.erase(owner);
    return nullptr;
  }
  ++own;
  ++all_;
  // The address is of no meaning: what counts is that somebody holds it. The last one may be a job on the pool, after
  // everybody else has gone.
  return {this, [self = shared_from_this(), owner](void*) {
            const std::lock_guard giving_back(self->mutex_);
            --self->all_;
            const auto at = self->taken_.find(owner);
            if (--at->second == 0) self->taken_.erase(at);
          }};
}

running_export::running_export(sql::database& database, std::span<const takeout::export_source* const> sources,
                               base::user_id owner, base::timestamp at, async::blocking_pool& pool,
                               std::shared_ptr<void> place)
    : file_name_("kontor-export-" + base::to_rfc3339(at).substr(0, 10) + ".zip"),
      maker_(database, sources, owner, at),
      pool_(pool),
      place_(std::move(place)) {}

async::awaitable<base::result<std::string>> running_export::next() {
  // The job keeps the archive alive when the client goes away meanwhile.
  auto job = [self = shared_from_this()] { return self->maker_.next(); };
  co_return co_await pool_.run(std::move(job));
}

export_service::export_service(sql::database& database, std::span<const takeout::export_source* const> sources,
                               async::blocking_pool& pool, const audit::audit_log& audit, const base::clock& clock,
                               export_limits limits)
    : database_(database),
      sources_(sources),
      pool_(pool),
      audit_(audit),
      clock_(clock),
      places_(std::make_shared<export_places>(limits)) {}

async::awaitable<base::result<std::shared_ptr<running_export>>> export_service::begin(base::user_id owner,
                                                                                      session::client_info client) {
  auto place = places_->take(owner);
  if (!place) co_return too_many();
  const auto now = clock_.now();
  auto job = [this, owner, client = std::move(client), now](sql::session& in) {
    audit_.append(in, {.owner = owner,
                       .actor = owner,
                       .action = audit::action::export_made,
                       .outcome = audit::result::ok,
                       .detail = "",
                       .address = client.address,
                       .request_id = client.request_id,
                       .at = now});
  };
  const auto noted = co_await database_.write(std::move(job));
  if (!noted) co_return noted.error();
  co_return std::make_shared<running_export>(database_, sources_, owner, now, pool_, std::move(place));
}

}  // namespace kontor::leaving
