#include "app/measured.hpp"

#include <array>

namespace kontor::app::measured {
namespace {

constexpr std::array families{&build_info,
                              &start_time,
                              &cpu,
                              &resident,
                              &descriptors,
                              &most_descriptors,
                              &disk_free,
                              &requests,
                              &request_time,
                              &requests_cut,
                              &connections,
                              &connections_accepted,
                              &connections_refused,
                              &accept_pauses,
                              &sockets,
                              &sockets_refused,
                              &sockets_dropped,
                              &sign_ins,
                              &throttled,
                              &pool_threads,
                              &pool_waiting,
                              &pool_jobs,
                              &pool_refused,
                              &pool_wait,
                              &sessions,
                              &sessions_in_use,
                              &database_waiting,
                              &database_jobs,
                              &database_commits,
                              &database_refused,
                              &database_errors,
                              &database_wait,
                              &database_size,
                              &vault_ready,
                              &vault_reads,
                              &runs_active,
                              &runs,
                              &model_answers,
                              &model_tokens,
                              &exchange_requests,
                              &exchange_budget,
                              &exchange_waiting,
                              &exchange_connections,
                              &exchange_lost,
                              &exchange_series,
                              &watchers,
                              &mail_waiting,
                              &mail_sent,
                              &mail_failures,
                              &mail_given_up};

}  // namespace

std::span<const family* const> all() {
  return families;
}

std::string make_table() {
  std::string out = "| name | type | labels | what it says |\n|---|---|---|---|\n";
  for (const auto* each : families) {
    out.append("| `").append(each->name).append("` | ").append(metrics::name_of(each->what)).append(" |");
    for (std::size_t i = 0; i < each->label_count(); ++i)
      out.append(i == 0 ? " `" : ", `").append(each->labels.at(i)).append("`");
    out.append(" | ").append(each->help).append(" |\n");
  }
  return out;
}

}  // namespace kontor::app::measured
