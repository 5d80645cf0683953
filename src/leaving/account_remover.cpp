#include "leaving/account_remover.hpp"

#include "account/user_changes.hpp"
#include "account/user_statements.hpp"
#include "base/log.hpp"
#include "chat/tidying.hpp"
#include "chat/word_statements.hpp"
#include "leaving/removal_statements.hpp"
#include "sql/erasure.hpp"

#include <string>
#include <utility>
#include <vector>

namespace kontor::leaving {
namespace {

using base::errc;
using base::log_level;

// Entries of the log per transaction: everybody who appends waits for it, and PostgreSQL gives a job a few seconds.
constexpr std::int64_t entries_at_once = 1000;
constexpr std::int64_t people_at_once = 100;

void log_unfinished(const char* step, const base::error& why, const std::stop_source& stopping) {
  base::log(stopping.stop_requested() ? log_level::info : log_level::error,
            "an account was deleted, but not everything of it is gone yet; the next start finishes it",
            {{"step", step}, {"code", std::string(base::name_of(why.code))}, {"detail", why.internal_detail}});
}

// May the account be gone all the same? A connection that is lost during the commit does not tell; every other error,
// a full disk too, is one of a transaction that was rolled back.
bool may_have_deleted(const base::error& why) noexcept {
  return why.code == errc::unavailable || why.code == errc::internal;
}

std::optional<base::user_id> actor_of(const deletion& what) {
  if (!what.by) return std::nullopt;
  return what.by->id;
}

}  // namespace

account_remover::account_remover(sql::database& database, sql::database_settings files, const audit::audit_log& audit,
                                 const base::clock& clock)
    : database_(database), files_(std::move(files)), audit_(audit), clock_(clock) {}

base::result<void> account_remover::remove(const deletion& what, const std::function<void()>& once_deleted) const {
  const std::lock_guard alone(one_at_a_time_);
  auto files = sql::begin_erasure(files_);
  if (!files) return files.error();

  auto job = [this, what, now = clock_.now()](sql::session& in) -> base::result<std::vector<std::string>> {
    account::statements::hold_admins(in);
    if (what.by && what.by->id != what.person) {
      if (const auto may = account::check_is_admin(in, *what.by); !may) return may.error();
    }
    const auto person = account::statements::find_user(in, what.person);
    if (!person) return base::error{errc::not_found, "", "", "no such account"};
    auto traces = statements::traces_of(in, *person);
    traces.push_back(chat::statements::mark_of(what.person));
    // Everything else goes with the row of the account; SQLite's index of words knows nothing of rows.
    chat::statements::remove_all_words(in, what.person);
    if (!account::statements::remove_user(in, what.person)) {
      // Gone since we looked, or the last one.
      if (!account::statements::find_user(in, what.person)) return base::error{errc::not_found, "", "", "gone"};
      return base::error{errc::conflict, "last-admin", "", ""};
    }
    audit_.append(in, {.owner = what.person,
                       .actor = actor_of(what),
                       .action = audit::action::user_deleted,
                       .outcome = audit::result::ok,
                       .detail = "",
                       .address = what.from.address,
                       .request_id = what.from.request_id,
                       .at = now});
    (void)audit_.erase_owner(in, what.person, entries_at_once);
    return traces;
  };
  const auto traces = database_.write_now(std::move(job));
  if (!traces) {
    if (!may_have_deleted(traces.error())) (*files)->cancel();
    return traces.error();
  }
  base::log(log_level::info, "account deleted",
            {{"by", what.by ? (what.by->id == what.person ? "self" : what.by->id.str()) : what.from.address}});
  if (once_deleted) once_deleted();

  if (const auto erased = erase_from_log(what.person); !erased) {
    log_unfinished("log", erased.error(), stopping_);
    return {};
  }
  if (const auto tidied = chat::tidy_words(database_, stopping_.get_token()); !tidied) {
    log_unfinished("words", tidied.error(), stopping_);
    return {};
  }
  if (const auto done = (*files)->finish(*traces, stopping_.get_token()); !done)
    log_unfinished("files", done.error(), stopping_);
  return {};
}

// Until nothing is left, so also what somebody appended in the account's last moment.
base::result<void> account_remover::erase_from_log(const base::user_id& person) const {
  while (!stopping_.stop_requested()) {
    auto job = [this, person](sql::session& in) { return audit_.erase_owner(in, person, entries_at_once); };
    const auto erased = database_.write_now(std::move(job));
    if (!erased) return erased.error();
    if (*erased == 0) return {};
  }
  return base::error{errc::unavailable, "", "", "the program ends"};
}

base::result<void> account_remover::finish_interrupted() const {
  const std::lock_guard alone(one_at_a_time_);
  while (true) {
    auto job = [](sql::session& in) { return statements::people_without_account(in, people_at_once); };
    const auto people = database_.read_now(std::move(job));
    if (!people) return people.error();
    if (people->empty()) break;
    for (const auto& person : *people)
      if (const auto erased = erase_from_log(person); !erased) return erased.error();
    base::log(log_level::info, "the log still named deleted accounts; they were erased from it",
              {{"accounts", std::to_string(people->size())}});
  }
  if (sql::count_interrupted_erasures(files_) != 0) {
    if (const auto tidied = chat::tidy_words(database_, stopping_.get_token()); !tidied) return tidied.error();
  }
  const auto notes = sql::finish_interrupted_erasures(files_, stopping_.get_token());
  if (!notes) return notes.error();
  if (*notes != 0)
    base::log(log_level::info, "the files still held deleted accounts; they were cleaned",
              {{"deletions", std::to_string(*notes)}});
  return {};
}

}  // namespace kontor::leaving
