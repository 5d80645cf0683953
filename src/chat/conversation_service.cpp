#include "chat/conversation_service.hpp"

#include "chat/word_statements.hpp"
#include "chat/words.hpp"
#include "crypto/random.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace kontor::chat {
namespace {

using base::errc;
using statements::standing;

base::error no_such_conversation() {
  return {errc::not_found, "", "", "no such conversation"};
}

std::optional<std::string> run_of(const std::vector<running>& all, const conversation_id& which) {
  const auto at = std::ranges::find(all, which, &running::conversation);
  if (at == all.end()) return std::nullopt;
  return at->run;
}

base::result<conversation_view> view_of(sql::session& in, const run_view& runs, const base::user_id& owner,
                                        const conversation_id& which) {
  auto head = statements::find_conversation(in, owner, which);
  if (!head) return no_such_conversation();
  return conversation_view{.head = std::move(*head), .run = run_of(runs.in_progress(in, owner), which)};
}

// Where the page ends; nullopt: there is none.
std::optional<std::int64_t> last_of_page(sql::session& in, const base::user_id& owner, const conversation& head,
                                         const page_wish& what) {
  if (!what.before) return head.leaf;
  const auto behind = statements::find_message(in, owner, head.id, *what.before);
  return behind ? behind->what.parent : std::nullopt;
}

std::vector<shown_message> with_siblings(std::vector<numbered_message> page,
                                         const std::vector<statements::sibling>& beside) {
  std::map<std::int64_t, std::vector<std::int64_t>> children;
  for (const auto& [parent, number] : beside)
    children[parent].push_back(number);
  std::vector<shown_message> shown;
  shown.reserve(page.size());
  for (auto& each : page) {
    auto& all = children[each.what.parent.value_or(0)];
    if (all.size() < 2) all.clear();
    shown.push_back({.what = std::move(each), .siblings = std::move(all)});
  }
  return shown;
}

void add_page(sql::session& in, const base::user_id& owner, const page_wish& what, opened_conversation& into) {
  const auto& head = into.view.head;
  const auto last = last_of_page(in, owner, head, what);
  if (!last) return;
  const auto of_run = into.run ? into.run->content.size() + into.run->reasoning.size() : 0;
  const auto room = std::max<std::int64_t>(0, most_text_at_once - static_cast<std::int64_t>(of_run));
  auto page = statements::branch_up_to(in, owner, head.id, *last, {.bytes = room, .messages = what.limit});
  if (page.empty()) return;
  into.has_more = page.front().what.parent.has_value();
  const auto beside =
      statements::siblings_on_way(in, owner, head.id, page.front().number, page.back().number, most_siblings);
  into.messages = with_siblings(std::move(page), beside);
}

std::vector<found_conversation> with_excerpts(sql::session& in, const base::user_id& owner,
                                              std::vector<statements::place> places,
                                              const std::vector<std::string>& words) {
  std::vector<found_conversation> found;
  found.reserve(places.size());
  for (auto& each : places) {
    found_conversation one{.id = each.conversation,
                           .title = std::move(each.title),
                           .updated_at = each.updated_at,
                           .number = std::nullopt,
                           .excerpt = {}};
    if (each.number == statements::of_title) {
      one.excerpt = excerpt_of(one.title, words);
    } else if (const auto message = statements::find_message(in, owner, each.conversation, each.number)) {
      one.number = each.number;
      one.excerpt = excerpt_of(message->what.content, words);
    }
    found.push_back(std::move(one));
  }
  return found;
}

}  // namespace

async::awaitable<base::result<std::vector<conversation_view>>> conversation_service::list(base::user_id owner,
                                                                                          standing how,
                                                                                          statements::list_place after,
                                                                                          std::int64_t limit) const {
  auto job = [this, owner, how, after = std::move(after), limit](sql::session& in) {
    std::vector<conversation_view> listed;
    const auto running_now = runs_.in_progress(in, owner);
    for (auto& head : statements::list_page(in, owner, how, after, limit)) {
      auto run = run_of(running_now, head.id);
      listed.push_back({.head = std::move(head), .run = std::move(run)});
    }
    return listed;
  };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<conversation_view>> conversation_service::create(base::user_id owner, std::string title) {
  if (!database_.has_spare_room()) co_return sql::no_room();
  const auto now = clock_.now();
  conversation_view made{.head = {.id = crypto::random_id<conversation_id>(),
                                  .title = std::move(title),
                                  .created_at = now,
                                  .updated_at = now},
                         .run = std::nullopt};
  auto job = [owner, head = made.head](sql::session& in) { return statements::insert_conversation(in, owner, head); };
  const auto is_new = co_await database_.write(std::move(job));
  if (!is_new) co_return is_new.error();
  if (*is_new) watching_.changed(owner, made.head.id, change::created);
  co_return made;
}

async::awaitable<base::result<conversation_view>> conversation_service::find(base::user_id owner,
                                                                             conversation_id which) const {
  auto job = [this, owner, which](sql::session& in) { return view_of(in, runs_, owner, which); };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<opened_conversation>> conversation_service::open(base::user_id owner,
                                                                               conversation_id which,
                                                                               page_wish what) const {
  auto job = [this, owner, which, what](sql::session& in) -> base::result<opened_conversation> {
    auto view = view_of(in, runs_, owner, which);
    if (!view) return view.error();
    opened_conversation opened{
        .view = std::move(*view), .messages = {}, .has_more = false, .run = std::nullopt, .failure = std::nullopt};
    if (opened.view.run) opened.run = runs_.so_far(in, owner, which);
    add_page(in, owner, what, opened);
    if (!opened.view.run && !what.before && !opened.messages.empty())
      opened.failure = runs_.why_unanswered(in, owner, which, opened.messages.back().what.number);
    return opened;
  };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<conversation_view>> conversation_service::change(base::user_id owner,
                                                                               conversation_id which,
                                                                               conversation_change what) {
  auto job = [this, owner, which, what = std::move(what)](sql::session& in) -> base::result<conversation_view> {
    if (what.title && !statements::rename(in, owner, which, *what.title)) return no_such_conversation();
    if (what.is_pinned && !statements::pin(in, owner, which, *what.is_pinned)) return no_such_conversation();
    return view_of(in, runs_, owner, which);
  };
  auto changed = co_await database_.write(std::move(job));
  if (changed) watching_.changed(owner, which, change::changed);
  co_return changed;
}

async::awaitable<base::result<std::optional<base::timestamp>>> conversation_service::remove(base::user_id owner,
                                                                                            conversation_id which,
                                                                                            removal how) {
  const auto now = clock_.now();
  auto job = [owner, which, how, now](sql::session& in) {
    return how == removal::for_good ? statements::remove(in, owner, which)
                                    : statements::mark_deleted(in, owner, which, now);
  };
  const auto done = co_await database_.write(std::move(job));
  if (!done) co_return done.error();
  if (!*done) co_return no_such_conversation();
  watching_.changed(owner, which, how == removal::for_good ? change::removed : change::deleted);
  std::optional<base::timestamp> until;
  if (how == removal::for_a_while) until = now + time_to_restore;
  co_return until;
}

async::awaitable<base::result<conversation_view>> conversation_service::restore(base::user_id owner,
                                                                                conversation_id which) {
  auto job = [this, owner, which,
              since = clock_.now() - time_to_restore](sql::session& in) -> base::result<conversation_view> {
    if (!statements::restore(in, owner, which, since)) return no_such_conversation();
    return view_of(in, runs_, owner, which);
  };
  auto restored = co_await database_.write(std::move(job));
  if (restored) watching_.changed(owner, which, change::restored);
  co_return restored;
}

async::awaitable<base::result<conversation_view>> conversation_service::show_branch(base::user_id owner,
                                                                                    conversation_id which,
                                                                                    std::int64_t number) {
  auto job = [this, owner, which, number](sql::session& in) -> base::result<conversation_view> {
    if (!statements::show_branch(in, owner, which, number)) return no_such_conversation();
    return view_of(in, runs_, owner, which);
  };
  auto shown = co_await database_.write(std::move(job));
  if (shown) watching_.changed(owner, which, change::changed);
  co_return shown;
}

async::awaitable<base::result<std::vector<found_conversation>>> conversation_service::search(base::user_id owner,
                                                                                             std::string text,
                                                                                             std::int64_t limit) const {
  auto job = [owner, text = std::move(text), limit](sql::session& in) {
    const auto words = words_to_find(text);
    return with_excerpts(in, owner, statements::find_places(in, owner, words, limit), words);
  };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<bringing_outcome>> conversation_service::bring(
    base::user_id owner, std::shared_ptr<const std::vector<brought_conversation>> all, sql::permission still) {
  bringing_outcome whole;
  for (auto& batch : batches_of(*all)) {
    if (!database_.has_spare_room()) co_return sql::no_room();
    // The job may outlive us, and what the batch points to lives with `all`.
    auto job = [owner, all, batch = std::move(batch), still](sql::session& in) -> base::result<bringing_outcome> {
      if (const auto may = still(in); !may) return may.error();
      return bring_conversations(in, owner, batch);
    };
    const auto part = co_await database_.write(std::move(job));
    if (!part) co_return part.error();
    for (const auto& each : part->taken)
      watching_.changed(owner, each, change::created);
    whole.taken.insert(whole.taken.end(), part->taken.begin(), part->taken.end());
    whole.left += part->left;
  }
  co_return whole;
}

async::awaitable<base::result<std::shared_ptr<conversation_file>>> conversation_service::begin_file(
    file_wish what) const {
  if (what.only) {
    const auto there = co_await find(what.owner, *what.only);
    if (!there) co_return there.error();
  }
  co_return std::make_shared<conversation_file>(database_, what);
}

}  // namespace kontor::chat
