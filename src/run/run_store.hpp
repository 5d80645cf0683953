// Runs in the database: beginning one, what happens in it, its end. What is shown was stored here before.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "chat/chart_pin.hpp"
#include "chat/llm_provider.hpp"
#include "run/answer.hpp"
#include "run/frames.hpp"
#include "run/run.hpp"
#include "sql/database.hpp"
#include "sql/permission.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kontor::run {

/// How much an account may have answered.
struct run_limits {
  std::int64_t runs_at_once = 4;
  std::optional<std::int64_t> tokens_per_day = std::nullopt;  ///< nullopt: as many as one likes.
};

/// What a user says. Texts were checked.
struct new_message {
  std::optional<std::string> text;  ///< Without it `parent` is answered once more, or gone on with.
  std::optional<chat::conversation_id> conversation;
  std::optional<std::int64_t> parent;                   ///< 0: it begins the conversation. Only with `conversation`.
  std::string request_key;                              ///< Of Idempotency-Key; empty: none.
  std::optional<chat::chart_pin> chart = std::nullopt;  ///< Only with `text`.
};

/// What whoever began a run is told.
struct accepted {
  chat::conversation_id conversation;
  run_id run;
  std::optional<std::int64_t> number;  ///< Of the message that was stored.
  std::int64_t seq = 0;                ///< Of the last event before those of the run.
};

/// Which run, and whose.
struct run_key {
  base::user_id owner;
  chat::conversation_id conversation;
  run_id id;

  friend bool operator==(const run_key&, const run_key&) = default;
};

/// An event with the text that tells of it.
struct told_event {
  std::int64_t seq = 0;
  frame text;
};

/// A run that has to be worked on.
struct begun_run {
  run_key which;
  std::int64_t parent = 0;                                    ///< The message that is answered.
  std::string model;                                          ///< As the settings call it.
  std::vector<chat::model_message> shown;                     ///< To the model; empty: the message is too long for it.
  std::size_t shown_bytes = 0;                                ///< With the tools.
  std::vector<chat::tool> tools;                              ///< That it is offered.
  std::int64_t window = 0;                                    ///< For messages and answer, without the tools.
  std::optional<std::int64_t> tokens_per_day = std::nullopt;  ///< As in run_limits.
  std::int64_t seq = 0;                                       ///< Of its last event.
  std::vector<told_event> told;
  bool is_new_conversation = false;
  sql::permission still = sql::always;  ///< Of whoever began it: it goes on no longer than that.
};

struct beginning {
  accepted answer;
  std::optional<begun_run> work;  ///< None when this request was begun earlier.
};

/// What became of the events of a run.
struct appended {
  bool is_lost = false;  ///< The run is not ours any more, or is gone: nothing was stored.
  std::int64_t seq = 0;  ///< Of the last event now.
  std::vector<told_event> told = {};
};

/// What a conversation's events are behind a number.
struct events_page {
  std::int64_t last_seq = 0;
  bool is_processing = false;
  bool has_all = true;  ///< False: events behind the number are not kept any more; `told` is empty.
  std::vector<told_event> told = {};
};

struct conversation_state {
  std::int64_t seq = 0;
  std::optional<run_id> running;
};

struct used_today {
  std::int64_t running = 0;
  std::int64_t tokens = 0;
  base::timestamp day_ends_at;
};

/// What a program should know about one of its runs.
struct watched_run {
  run_key which;
  bool is_to_stop = false;  ///< Somebody asked for it, the conversation is deleted, or the account is not active.
  base::timestamp started_at;
};

/// A conversation in which another program works.
struct moved_conversation {
  base::user_id owner;
  chat::conversation_id id;
  std::int64_t seq = 0;
};

/// Runs on any loop. All calls may fail with errc::unavailable, errc::overloaded, errc::storage_full.
class run_store {
 public:
  /// A program that has not said for so long that it is there has ended (PostgreSQL).
  static constexpr std::chrono::seconds gone_after{15};

  run_store(sql::database& database, const base::clock& clock);

  const program_id& program() const noexcept { return me_; }
  base::timestamp now() const noexcept { return clock_.now(); }

  /// Stores the message and the run. errc::not_found; errc::conflict, type `run-in-progress`, `nothing-to-answer`;
  /// errc::too_many_requests, type `too-many-runs`, `no-tokens-left`; errc::invalid_input, type
  /// `idempotency-key-reused`.
  /// `tools`: what the model may be offered; where its window is too small for them, it is not.
  async::awaitable<base::result<beginning>> begin(base::user_id owner, new_message what, chat::model_info model,
                                                  run_limits limits, std::vector<chat::tool> tools = {});
  /// Stores events behind `seq`, once, however often it is tried; behind the pieces a row, which becomes a message with
  /// events of its own.
  async::awaitable<base::result<appended>> append(run_key which, std::int64_t seq, std::vector<piece> pieces,
                                                  std::optional<row> behind = std::nullopt);
  /// Ends it: the message, the last events, what was used. Calls without a result get one that says so.
  async::awaitable<base::result<appended>> finish(run_key which, std::int64_t seq, std::vector<piece> pieces,
                                                  ending how, std::string text);

  /// Runs that nobody works on any more. At the start of the only program that there is: all of others.
  async::awaitable<base::result<std::vector<run_key>>> find_abandoned();
  /// Ends one as interrupted, with the text that was stored; nothing when somebody else has done so.
  async::awaitable<base::result<std::vector<told_event>>> interrupt(run_key which);

  /// Says that this program is there.
  async::awaitable<base::result<void>> beat();
  /// Which of these hold no more, by their places.
  async::awaitable<base::result<std::vector<std::size_t>>> find_over(std::vector<sql::permission> asked);
  /// This program's runs.
  async::awaitable<base::result<std::vector<watched_run>>> watch();
  /// Where others work, or did half a minute ago.
  async::awaitable<base::result<std::vector<moved_conversation>>> find_moved();

  /// Asks whoever works on it to stop. errc::not_found. False: nothing is on its way.
  async::awaitable<base::result<bool>> ask_to_stop(base::user_id owner, chat::conversation_id conversation);
  /// errc::not_found.
  async::awaitable<base::result<conversation_state>> state(base::user_id owner, chat::conversation_id conversation);
  /// At most `most` events. errc::not_found.
  async::awaitable<base::result<events_page>> events_after(base::user_id owner, chat::conversation_id conversation,
                                                           std::int64_t seq, std::int64_t most);
  async::awaitable<base::result<used_today>> usage(base::user_id owner);

  bool is_alone() const noexcept;  ///< One program at a time has the database (SQLite).

 private:
  sql::database& database_;
  const base::clock& clock_;
  const program_id me_;
};

}  // namespace kontor::run
