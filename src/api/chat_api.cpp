#include "api/chat_api.hpp"

#include "api/bringing_wire.hpp"
#include "api/chat_wire.hpp"
#include "api/paging.hpp"
#include "api/still.hpp"
#include "api/wire.hpp"

#include <optional>
#include <string>
#include <utility>

namespace kontor::api {
namespace {

static_assert(chat::conversation_file::largest_piece <= http::largest_piece);

constexpr int most_brought_at_once = 4;

base::error no_such_conversation() {
  return {base::errc::not_found, "", "", "no such conversation"};
}

base::error too_many_files() {
  base::error refusal{base::errc::overloaded, "", "As many files are being read as can be.", "too many imports"};
  refusal.retry_after = std::chrono::seconds(5);
  return refusal;
}

std::optional<chat::conversation_id> conversation_in(const http::request& in) {
  return chat::conversation_id::parse(in.path_parameter("id"));
}

base::result<http::response> rendered(const base::result<chat::conversation_view>& what) {
  if (!what) return what.error();
  return json_response(200, write_conversation(*what));
}

// A place among those that are brought at a time; null when all are taken. Given back with the last copy, which a job
// on the pool may hold after everybody else has gone.
std::shared_ptr<void> take_place(const std::shared_ptr<std::atomic<int>>& taken) {
  const auto give_back = [taken](void*) { --*taken; };
  if (++*taken > most_brought_at_once) {
    --*taken;
    return nullptr;
  }
  return {taken.get(), give_back};
}

}  // namespace

async::awaitable<base::result<http::response>> chat_api::list_conversations(http::request& in, const caller& who) {
  const auto wish = read_conversation_list_wish(in);
  if (!wish) co_return wish.error();
  const auto listed = co_await conversations_.list(who.owner().id, wish->how, wish->after, rows_for(wish->limit));
  if (!listed) co_return listed.error();
  co_return json_response(200, write_conversations(*listed, wish->limit));
}

async::awaitable<base::result<http::response>> chat_api::create_conversation(http::request& in, const caller& who) {
  auto title = read_new_conversation(in.body);
  if (!title) co_return title.error();
  const auto made = co_await conversations_.create(who.owner().id, std::move(*title));
  if (!made) co_return made.error();
  auto answer = json_response(201, write_conversation(*made));
  answer.set("Location", "/api/v1/chat/" + made->head.id.str());
  co_return answer;
}

async::awaitable<base::result<http::response>> chat_api::search_conversations(http::request& in, const caller& who) {
  auto wish = read_search_wish(in);
  if (!wish) co_return wish.error();
  const auto found = co_await conversations_.search(who.owner().id, std::move(wish->text), wish->limit);
  if (!found) co_return found.error();
  co_return json_response(200, write_found_conversations(*found));
}

async::awaitable<base::result<http::response>> chat_api::send_file(http::request& in, chat::file_wish what,
                                                                   std::string name) {
  const auto file = co_await conversations_.begin_file(what);
  if (!file) co_return file.error();
  const bool is_json = what.format == chat::file_format::json;
  http::piece_source pieces;
  if (in.verb != http::method::head) pieces = [made = *file] { return made->next(); };
  auto answer = http::response::with_pieces(200, is_json ? "application/json" : "text/markdown; charset=utf-8",
                                            std::move(pieces));
  answer.set("Content-Disposition", "attachment; filename=\"" + name + (is_json ? ".json\"" : ".md\""));
  co_return answer;
}

async::awaitable<base::result<http::response>> chat_api::export_conversations(http::request& in, const caller& who) {
  const auto format = read_file_format(in);
  if (!format) co_return format.error();
  const chat::file_wish what{.owner = who.owner().id, .only = std::nullopt, .format = *format};
  auto name = "kontor-conversations-" + base::to_rfc3339(clock_.now()).substr(0, 10);
  co_return co_await send_file(in, what, std::move(name));
}

async::awaitable<base::result<http::response>> chat_api::import_conversations(http::request& in, const caller& who) {
  const auto place = take_place(bringing_);
  if (!place) co_return too_many_files();
  // The job owns what it reads: it may outlive the request.
  using all = std::vector<chat::brought_conversation>;
  auto job = [body = std::string(in.body), place]() -> base::result<std::shared_ptr<const all>> {
    auto read = read_conversations(body);
    if (!read) return read.error();
    return std::make_shared<const all>(std::move(*read));
  };
  auto read = co_await readers_.run(std::move(job));
  if (!read) co_return read.error();
  auto still = while_let_in(who, clock_);
  const auto done = co_await conversations_.bring(who.owner().id, std::move(*read), std::move(still));
  if (!done) co_return done.error();
  co_return json_response(200, write_bringing_outcome(*done));
}

async::awaitable<base::result<http::response>> chat_api::get_conversation(http::request& in, const caller& who) {
  const auto which = conversation_in(in);
  if (!which) co_return no_such_conversation();
  const auto wish = read_page_of_conversation(in);
  if (!wish) co_return wish.error();
  const auto opened = co_await conversations_.open(who.owner().id, *which, *wish);
  if (!opened) co_return opened.error();
  co_return json_response(200, write_opened_conversation(*opened));
}

async::awaitable<base::result<http::response>> chat_api::change_conversation(http::request& in, const caller& who) {
  const auto which = conversation_in(in);
  if (!which) co_return no_such_conversation();
  auto wish = read_conversation_change(in.body);
  if (!wish) co_return wish.error();
  co_return rendered(co_await conversations_.change(who.owner().id, *which, std::move(*wish)));
}

async::awaitable<base::result<http::response>> chat_api::delete_conversation(http::request& in, const caller& who) {
  const auto which = conversation_in(in);
  if (!which) co_return no_such_conversation();
  const auto how = read_conversation_removal(in);
  if (!how) co_return how.error();
  const auto until = co_await conversations_.remove(who.owner().id, *which, *how);
  if (!until) co_return until.error();
  co_return json_response(200, write_deleted_conversation(*which, *until));
}

async::awaitable<base::result<http::response>> chat_api::restore_conversation(http::request& in, const caller& who) {
  const auto which = conversation_in(in);
  if (!which) co_return no_such_conversation();
  co_return rendered(co_await conversations_.restore(who.owner().id, *which));
}

async::awaitable<base::result<http::response>> chat_api::show_branch(http::request& in, const caller& who) {
  const auto which = conversation_in(in);
  if (!which) co_return no_such_conversation();
  const auto number = read_branch_choice(in.body);
  if (!number) co_return number.error();
  co_return rendered(co_await conversations_.show_branch(who.owner().id, *which, *number));
}

async::awaitable<base::result<http::response>> chat_api::get_conversation_status(http::request& in, const caller& who) {
  const auto which = conversation_in(in);
  if (!which) co_return no_such_conversation();
  const auto found = co_await conversations_.find(who.owner().id, *which);
  if (!found) co_return found.error();
  co_return json_response(200, write_conversation_status(*found));
}

async::awaitable<base::result<http::response>> chat_api::export_conversation(http::request& in, const caller& who) {
  const auto which = conversation_in(in);
  if (!which) co_return no_such_conversation();
  const auto format = read_file_format(in);
  if (!format) co_return format.error();
  const chat::file_wish what{.owner = who.owner().id, .only = *which, .format = *format};
  auto name = "kontor-conversation-" + which->str();
  co_return co_await send_file(in, what, std::move(name));
}

}  // namespace kontor::api
