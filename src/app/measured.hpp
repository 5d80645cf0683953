// Every number that `/metrics` tells, with its name. docs/metrics.md has the same table; a test compares them.
#pragma once

#include "metrics/text_page.hpp"

#include <span>
#include <string>

namespace kontor::app::measured {

using metrics::family;
using enum metrics::kind;

inline constexpr family build_info{
    "kontor_build_info", gauge, "Always 1; the labels say which program this is.", {"version", "database"}};
inline constexpr family start_time{
    "process_start_time_seconds", gauge, "When the program started, in seconds since 1970.", {}};
inline constexpr family cpu{
    "process_cpu_seconds_total", counter, "Processor time of all threads, in the kernel too.", {}};
inline constexpr family resident{"process_resident_memory_bytes", gauge, "Memory that is held.", {}};
inline constexpr family descriptors{"process_open_fds", gauge, "Open descriptors: each connection needs one.", {}};
inline constexpr family most_descriptors{"process_max_fds", gauge, "Descriptors that may be open.", {}};
inline constexpr family disk_free{"kontor_data_free_bytes", gauge, "What is free on the disk of the data folder.", {}};
inline constexpr family requests{"kontor_http_requests_total",
                                 counter,
                                 "Requests that were answered, by route and class of the status.",
                                 {"method", "route", "status"}};
inline constexpr family request_time{"kontor_http_request_duration_seconds",
                                     histogram,
                                     "From the head of a request to the end of its answer.",
                                     {"method", "route"}};
inline constexpr family requests_cut{
    "kontor_http_requests_cut_total", counter, "Requests whose connection ended before the answer was out.", {}};
inline constexpr family connections{"kontor_http_connections", gauge, "Open connections, without sockets.", {}};
inline constexpr family connections_accepted{
    "kontor_http_connections_accepted_total", counter, "Connections that came.", {}};
inline constexpr family connections_refused{"kontor_http_connections_refused_total",
                                            counter,
                                            "Connections that were turned away, because their address has too many.",
                                            {}};
inline constexpr family accept_pauses{
    "kontor_http_accept_pauses_total",
    counter,
    "Times that nobody was let in: no descriptor was free, or the limit of connections was reached.",
    {}};
inline constexpr family sockets{"kontor_sockets", gauge, "Open WebSockets.", {}};
inline constexpr family sockets_refused{
    "kontor_sockets_refused_total", counter, "WebSockets that were refused, because there are too many.", {}};
inline constexpr family sockets_dropped{
    "kontor_sockets_dropped_total", counter, "WebSockets that were cut, because their client read too slowly.", {}};
inline constexpr family sign_ins{"kontor_sign_ins_total",
                                 counter,
                                 "Attempts to sign in by password, and codes that followed, by what became of them.",
                                 {"outcome"}};
inline constexpr family throttled{
    "kontor_throttle_refusals_total",
    counter,
    "Refusals by a limit: of requests by address or user, or of attempts at a password or code.",
    {"limit"}};
inline constexpr family pool_threads{"kontor_pool_threads", gauge, "Threads of a pool.", {"pool"}};
inline constexpr family pool_waiting{"kontor_pool_waiting", gauge, "Jobs that wait for a thread.", {"pool"}};
inline constexpr family pool_jobs{"kontor_pool_jobs_total", counter, "Jobs that a thread took up.", {"pool"}};
inline constexpr family pool_refused{
    "kontor_pool_refused_total", counter, "Jobs that were refused, because the queue was full.", {"pool"}};
inline constexpr family pool_wait{
    "kontor_pool_wait_seconds_total", counter, "What jobs waited for a thread, all together.", {"pool"}};
inline constexpr family sessions{"kontor_database_sessions", gauge, "Connections to the database.", {}};
inline constexpr family sessions_in_use{"kontor_database_sessions_in_use", gauge, "Of those, the ones that work.", {}};
inline constexpr family database_waiting{"kontor_database_waiting", gauge, "Jobs that wait for one.", {}};
inline constexpr family database_jobs{"kontor_database_jobs_total", counter, "Jobs that were done.", {"kind"}};
inline constexpr family database_commits{
    "kontor_database_commits_total", counter, "Commits; with SQLite one carries many jobs.", {}};
inline constexpr family database_refused{
    "kontor_database_refused_total",
    counter,
    "Jobs that were refused, because the queue was full or they had waited too long.",
    {}};
inline constexpr family database_errors{"kontor_database_errors_total",
                                        counter,
                                        "Jobs that the database failed: it was away, locked, full or damaged.",
                                        {}};
inline constexpr family database_wait{
    "kontor_database_wait_seconds_total", counter, "What jobs waited for a connection, all together.", {}};
inline constexpr family database_size{
    "kontor_database_size_bytes",
    gauge,
    "Size of the files of SQLite: the database, and its log of what is not in it yet.",
    {"file"}};
inline constexpr family vault_ready{"kontor_vault_ready", gauge, "1 when the vault has its key, else 0.", {}};
inline constexpr family vault_reads{
    "kontor_vault_reads_total", counter, "Readings of secrets, by what became of them.", {"outcome"}};
inline constexpr family runs_active{"kontor_runs_active", gauge, "Answers that are on their way now.", {}};
inline constexpr family runs{"kontor_runs_total", counter, "Answers that have ended, by how.", {"outcome"}};
inline constexpr family model_answers{"kontor_model_answers_total",
                                      counter,
                                      "What language models answered; one run may ask several times.",
                                      {"provider", "outcome"}};
inline constexpr family model_tokens{
    "kontor_model_tokens_total", counter, "Tokens as the providers counted them.", {"provider", "direction"}};
inline constexpr family exchange_requests{
    "kontor_exchange_requests_total", counter, "Questions to the exchange, by what became of them.", {"outcome"}};
inline constexpr family exchange_budget{
    "kontor_exchange_budget_left", gauge, "Questions that may be asked at once before the limit is reached.", {}};
inline constexpr family exchange_waiting{"kontor_exchange_waiting", gauge, "Questions that wait for their turn.", {}};
inline constexpr family exchange_connections{"kontor_exchange_connections", gauge, "Sockets to the exchange.", {}};
inline constexpr family exchange_lost{
    "kontor_exchange_connections_lost_total", counter, "Sockets to the exchange that ended by themselves.", {}};
inline constexpr family exchange_series{
    "kontor_exchange_subscriptions", gauge, "Series that the exchange is asked to send.", {}};
inline constexpr family watchers{"kontor_market_watchers", gauge, "Sockets of users that watch live candles.", {}};
inline constexpr family mail_waiting{
    "kontor_mail_waiting", gauge, "Mails in the queue; absent while the database does not answer.", {}};
inline constexpr family mail_sent{"kontor_mail_sent_total", counter, "Mails that were handed to the mail server.", {}};
inline constexpr family mail_failures{
    "kontor_mail_failures_total", counter, "Attempts to send a mail that failed; most are made again.", {}};
inline constexpr family mail_given_up{"kontor_mail_given_up_total", counter, "Mails that nobody gets any more.", {}};

/// All of them, in the order of the page.
std::span<const family* const> all();

/// The table of docs/metrics.md, in Markdown.
std::string make_table();

}  // namespace kontor::app::measured
