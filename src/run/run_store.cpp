#include "run/run_store.hpp"

#include "base/text.hpp"
#include "chat/conversation_statements.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "json/writer.hpp"
#include "run/run_jobs.hpp"
#include "run/run_statements.hpp"

#include <limits>
#include <utility>

namespace kontor::run {
namespace {

using base::errc;

base::error no_such_conversation() {
  return {errc::not_found, "", "", "no such conversation"};
}

std::string hash_of(std::string_view text) {
  const auto digest = crypto::sha256(base::as_bytes(text));
  return base::to_hex(digest);
}

// The same for the same request, and for no other.
std::string hash_of(const new_message& what) {
  json::writer out;
  out.begin_object();
  if (what.text) out.member("message", *what.text);
  if (what.conversation) out.member("conversation_id", what.conversation->text());
  if (what.parent) out.member("parent", *what.parent);
  if (what.chart) out.json_member("chart", chat::to_json(*what.chart));
  out.end_object();
  return hash_of(std::move(out).str());
}

}  // namespace

run_store::run_store(sql::database& database, const base::clock& clock)
    : database_(database), clock_(clock), me_(crypto::random_id<program_id>()) {}

bool run_store::is_alone() const noexcept {
  return database_.which() == sql::kind::sqlite;
}

async::awaitable<base::result<beginning>> run_store::begin(base::user_id owner, new_message what,
                                                           chat::model_info model, run_limits limits,
                                                           std::vector<chat::tool> tools) {
  if (!database_.has_spare_room()) co_return sql::no_room();
  jobs::wish wanted;
  wanted.request_fingerprint = hash_of(what);
  if (!what.request_key.empty()) wanted.request_key = hash_of(what.request_key);
  wanted.what = std::move(what);
  wanted.model = std::move(model);
  wanted.limits = limits;
  wanted.tools = std::move(tools);
  wanted.program = me_;
  wanted.id = crypto::random_id<run_id>();
  wanted.fresh = crypto::random_id<chat::conversation_id>();
  wanted.now = clock_.now();
  auto job = [owner, wanted = std::move(wanted)](sql::session& in) { return jobs::begin(in, owner, wanted); };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<appended>> run_store::append(run_key which, std::int64_t seq, std::vector<piece> pieces,
                                                           std::optional<row> behind) {
  jobs::step what{.which = which, .program = me_, .seq = seq, .pieces = std::move(pieces), .now = clock_.now()};
  auto job = [what = std::move(what), behind = std::move(behind)](sql::session& in) {
    return jobs::append(in, what, behind);
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<appended>> run_store::finish(run_key which, std::int64_t seq, std::vector<piece> pieces,
                                                           ending how, std::string text) {
  jobs::step what{.which = which, .program = me_, .seq = seq, .pieces = std::move(pieces), .now = clock_.now()};
  auto job = [what = std::move(what), how = std::move(how), text = std::move(text)](sql::session& in) {
    return jobs::finish(in, what, how, text);
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<std::vector<run_key>>> run_store::find_abandoned() {
  // Nobody else has an SQLite database while we have it.
  const auto then = is_alone() ? base::from_microseconds(std::numeric_limits<std::int64_t>::max())
                               : clock_.now() - std::chrono::microseconds(gone_after);
  auto job = [me = me_, then](sql::session& in) {
    std::vector<run_key> out;
    for (const auto& one : statements::find_abandoned(in, me, then))
      out.push_back(one.which);
    return out;
  };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<std::vector<told_event>>> run_store::interrupt(run_key which) {
  auto job = [which, now = clock_.now()](sql::session& in) { return jobs::interrupt(in, which, now); };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<void>> run_store::beat() {
  auto job = [me = me_, now = clock_.now()](sql::session& in) { statements::beat(in, me, now); };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<std::vector<std::size_t>>> run_store::find_over(std::vector<sql::permission> asked) {
  auto job = [asked = std::move(asked)](sql::session& in) {
    std::vector<std::size_t> over;
    for (std::size_t i = 0; i < asked.size(); ++i)
      if (!asked[i](in)) over.push_back(i);
    return over;
  };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<std::vector<watched_run>>> run_store::watch() {
  auto job = [me = me_](sql::session& in) { return statements::runs_of(in, me); };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<std::vector<moved_conversation>>> run_store::find_moved() {
  constexpr std::chrono::seconds lately{30};
  auto job = [me = me_, then = clock_.now() - lately](sql::session& in) {
    return statements::find_moved(in, me, then);
  };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<bool>> run_store::ask_to_stop(base::user_id owner, chat::conversation_id conversation) {
  auto job = [owner, conversation](sql::session& in) -> base::result<bool> {
    if (!chat::statements::find_conversation(in, owner, conversation)) return no_such_conversation();
    return statements::ask_to_stop(in, owner, conversation);
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<conversation_state>> run_store::state(base::user_id owner,
                                                                    chat::conversation_id conversation) {
  auto job = [owner, conversation](sql::session& in) -> base::result<conversation_state> {
    const auto found = chat::statements::find_conversation(in, owner, conversation);
    if (!found) return no_such_conversation();
    conversation_state out{.seq = found->last_seq, .running = std::nullopt};
    if (const auto running = statements::find_running(in, owner, conversation)) out.running = running->which.id;
    return out;
  };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<events_page>> run_store::events_after(base::user_id owner,
                                                                    chat::conversation_id conversation,
                                                                    std::int64_t seq, std::int64_t most) {
  auto job = [owner, conversation, seq, most](sql::session& in) -> base::result<events_page> {
    auto page = jobs::events_after(in, owner, conversation, seq, most);
    if (!page) return no_such_conversation();
    return std::move(*page);
  };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<used_today>> run_store::usage(base::user_id owner) {
  auto job = [owner, now = clock_.now()](sql::session& in) {
    return used_today{.running = statements::count_running(in, owner),
                      .tokens = statements::tokens_of_day(in, owner, jobs::day_of(now)),
                      .day_ends_at = jobs::end_of_day(now)};
  };
  co_return co_await database_.read(std::move(job));
}

}  // namespace kontor::run
