#include "app/metrics_page.hpp"

#include "app/measured.hpp"
#include "app/process_numbers.hpp"
#include "mail/outbox_statements.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace kontor::app {
namespace {

using metrics::text_page;

template <class Enum>
struct labelled {
  Enum value;
  std::string_view label;
};

double in_seconds(std::chrono::microseconds time) {
  return static_cast<double>(time.count()) / 1e6;
}

std::uint64_t whole(std::size_t count) {
  return count;
}

}  // namespace

async::awaitable<std::string> metrics_page::write() const {
  auto count = [](sql::session& in) { return mail::statements::count_waiting(in); };
  const auto mails = co_await of_.database.read(std::move(count));
  text_page out;
  tell_process(out);
  tell_http(out);
  tell_guards(out);
  tell_pools(out);
  tell_database(out);
  tell_vault(out);
  tell_runs(out);
  tell_exchange(out);
  tell_mail(out, mails);
  co_return out.take();
}

void metrics_page::tell_process(text_page& out) const {
  const auto now = read_process_numbers();
  const std::string_view database = of_.database.which() == sql::kind::sqlite ? "sqlite" : "postgresql";
  out.begin(measured::build_info).sample({KONTOR_VERSION, database}, std::uint64_t{1});
  out.begin(measured::start_time).sample({}, static_cast<double>(base::to_microseconds(of_.started_at)) / 1e6);
  out.begin(measured::cpu).sample({}, now.cpu_seconds);
  out.begin(measured::resident).sample({}, now.resident_bytes);
  out.begin(measured::descriptors).sample({}, now.open_descriptors);
  out.begin(measured::most_descriptors).sample({}, now.most_descriptors);
  out.begin(measured::disk_free);
  std::error_code unknown;
  const auto room = std::filesystem::space(of_.data_folder, unknown);
  if (!unknown) out.sample({}, static_cast<std::uint64_t>(room.available));
}

void metrics_page::tell_http(text_page& out) const {
  constexpr std::array<std::string_view, 5> classes{"1xx", "2xx", "3xx", "4xx", "5xx"};
  // Routes that nobody asked for have nothing to say; there are a hundred of them.
  const auto traffic = of_.server.traffic();
  out.begin(measured::requests);
  for (const auto& each : traffic)
    for (std::size_t i = 0; i < classes.size(); ++i)
      if (each.by_class[i] > 0) out.sample({each.which.verb, each.which.pattern, classes[i]}, each.by_class[i]);
  out.begin(measured::request_time);
  for (const auto& each : traffic)
    if (each.took.count() > 0) out.sample({each.which.verb, each.which.pattern}, each.took);
  const auto now = of_.server.metrics();
  out.begin(measured::requests_cut).sample({}, now.requests_cut);
  out.begin(measured::connections).sample({}, now.connections_open);
  out.begin(measured::connections_accepted).sample({}, now.connections_accepted);
  out.begin(measured::connections_refused).sample({}, now.connections_refused);
  out.begin(measured::accept_pauses).sample({}, now.accept_pauses);
  out.begin(measured::sockets).sample({}, now.sockets_open);
  out.begin(measured::sockets_refused).sample({}, now.sockets_refused);
  out.begin(measured::sockets_dropped).sample({}, now.slow_readers_dropped);
}

void metrics_page::tell_guards(text_page& out) const {
  using enum session::sign_in_outcome;
  constexpr std::array<labelled<session::sign_in_outcome>, 6> outcomes{{{entered, "entered"},
                                                                        {code_asked, "code_asked"},
                                                                        {wrong_credentials, "wrong_credentials"},
                                                                        {wrong_code, "wrong_code"},
                                                                        {throttled, "throttled"},
                                                                        {unavailable, "unavailable"}}};
  out.begin(measured::sign_ins);
  for (const auto& [outcome, label] : outcomes)
    out.sample({label}, of_.sign_ins.value(outcome));
  out.begin(measured::throttled);
  out.sample({"address"}, of_.request_limits.refused_by_address());
  out.sample({"user"}, of_.request_limits.refused_by_user());
  out.sample({"sign_in"}, of_.sign_in_limits.refused());
}

void metrics_page::tell_pools(text_page& out) const {
  std::vector<std::pair<const async::pool_settings*, async::pool_metrics>> now;
  for (const auto* pool : of_.pools)
    now.emplace_back(&pool->settings(), pool->metrics());
  out.begin(measured::pool_threads);
  for (const auto& [pool, numbers] : now)
    out.sample({pool->name}, whole(pool->threads));
  out.begin(measured::pool_waiting);
  for (const auto& [pool, numbers] : now)
    out.sample({pool->name}, whole(numbers.waiting));
  out.begin(measured::pool_jobs);
  for (const auto& [pool, numbers] : now)
    out.sample({pool->name}, numbers.begun);
  out.begin(measured::pool_refused);
  for (const auto& [pool, numbers] : now)
    out.sample({pool->name}, numbers.refused);
  out.begin(measured::pool_wait);
  for (const auto& [pool, numbers] : now)
    out.sample({pool->name}, in_seconds(numbers.total_wait));
}

void metrics_page::tell_database(text_page& out) const {
  const auto now = of_.database.metrics();
  out.begin(measured::sessions).sample({}, whole(now.sessions));
  out.begin(measured::sessions_in_use).sample({}, whole(now.in_use));
  out.begin(measured::database_waiting).sample({}, whole(now.waiting));
  out.begin(measured::database_jobs).sample({"read"}, now.reads).sample({"write"}, now.writes);
  out.begin(measured::database_commits).sample({}, now.commits);
  out.begin(measured::database_refused).sample({}, now.refused);
  out.begin(measured::database_errors).sample({}, now.failed);
  out.begin(measured::database_wait).sample({}, in_seconds(now.total_wait));
  out.begin(measured::database_size);
  if (of_.database.which() != sql::kind::sqlite) return;
  out.sample({"database"}, size_of(of_.data_folder / "app.db"));
  out.sample({"log"}, size_of(of_.data_folder / "app.db-wal"));
}

void metrics_page::tell_vault(text_page& out) const {
  using enum vault::read_outcome;
  constexpr std::array<labelled<vault::read_outcome>, 4> outcomes{
      {{read, "read"}, {missing, "missing"}, {unreadable, "unreadable"}, {unavailable, "unavailable"}}};
  const bool is_ready = of_.vault_keys.state().state == vault::key_state::ready;
  out.begin(measured::vault_ready).sample({}, std::uint64_t{is_ready});
  out.begin(measured::vault_reads);
  for (const auto& [outcome, label] : outcomes)
    out.sample({label}, of_.secrets.reads().value(outcome));
}

void metrics_page::tell_runs(text_page& out) const {
  using enum run::finish;
  out.begin(measured::runs_active).sample({}, whole(of_.runs.size()));
  out.begin(measured::runs);
  for (const auto how : {complete, length, filtered, cancelled, interrupted, failed})
    out.sample({run::name_of(how)}, of_.runs.ended(how));
  out.begin(measured::model_answers);
  for (const auto kind : desk::provider_kinds) {
    out.sample({name_of(kind), "answered"}, of_.models.of(kind).answered.value());
    out.sample({name_of(kind), "failed"}, of_.models.of(kind).failed.value());
  }
  out.begin(measured::model_tokens);
  for (const auto kind : desk::provider_kinds) {
    out.sample({name_of(kind), "input"}, of_.models.of(kind).input_tokens.value());
    out.sample({name_of(kind), "output"}, of_.models.of(kind).output_tokens.value());
  }
}

void metrics_page::tell_exchange(text_page& out) const {
  using enum outbound::exchange_outcome;
  constexpr std::array<labelled<outbound::exchange_outcome>, 4> outcomes{
      {{answered, "answered"}, {throttled, "throttled"}, {failed, "failed"}, {unreached, "unreached"}}};
  out.begin(measured::exchange_requests);
  for (const auto& [outcome, label] : outcomes)
    out.sample({label}, of_.exchange.counts().value(outcome));
  const auto& sockets = of_.exchange_sockets.counts();
  out.begin(measured::exchange_budget).sample({}, of_.exchange.budget().left(std::chrono::steady_clock::now()));
  out.begin(measured::exchange_waiting).sample({}, whole(of_.exchange.budget().waiting()));
  out.begin(measured::exchange_connections).sample({}, static_cast<double>(sockets.connections.value()));
  out.begin(measured::exchange_lost).sample({}, sockets.lost.value());
  out.begin(measured::exchange_series).sample({}, whole(of_.market.series_count()));
  out.begin(measured::watchers).sample({}, whole(of_.market.listener_count()));
}

void metrics_page::tell_mail(text_page& out, const base::result<std::int64_t>& waiting) const {
  const auto count = [this](metrics::counter mail::mail_counts::* which) {
    return of_.courier != nullptr ? (of_.courier->counts().*which).value() : 0;
  };
  out.begin(measured::mail_waiting);
  if (waiting) out.sample({}, static_cast<std::uint64_t>(*waiting));
  out.begin(measured::mail_sent).sample({}, count(&mail::mail_counts::sent));
  out.begin(measured::mail_failures).sample({}, count(&mail::mail_counts::failed));
  out.begin(measured::mail_given_up).sample({}, count(&mail::mail_counts::given_up));
}

}  // namespace kontor::app
