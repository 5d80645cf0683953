#include "api/leaving_api.hpp"

#include "api/client.hpp"

namespace kontor::api {
namespace {

constexpr std::string_view zip_type = "application/zip";
static_assert(takeout::archive_maker::largest_piece <= http::largest_piece);

}  // namespace

// A HEAD makes nothing, so there is nothing to write down either.
async::awaitable<base::result<http::response>> leaving_api::get_export(http::request& in, const session::identity& me) {
  if (in.verb == http::method::head) co_return http::response::with_pieces(200, zip_type, {});
  const auto made = co_await exports_.begin(me.owner.id, client_of(in));
  if (!made) co_return made.error();
  auto answer = http::response::with_pieces(200, zip_type, [archive = *made] { return archive->next(); });
  answer.set("Content-Disposition", "attachment; filename=\"" + (*made)->file_name() + "\"");
  co_return answer;
}

async::awaitable<base::result<http::response>> leaving_api::delete_me(http::request& in, const session::identity& me) {
  leaving::deletion what{.person = me.owner.id, .by = me.owner, .from = client_of(in)};
  const auto done = co_await deletions_.remove(std::move(what));
  if (!done) co_return done.error();
  http::response answer(204);
  browser_.forget(answer);
  co_return answer;
}

async::awaitable<base::result<http::response>> leaving_api::delete_user(http::request& in,
                                                                        const session::identity& me) {
  const auto person = base::user_id::parse(in.path_parameter("id"));
  if (!person) co_return base::error{base::errc::not_found, "", "", "no such account"};
  leaving::deletion what{.person = *person, .by = me.owner, .from = client_of(in)};
  const auto done = co_await deletions_.remove(std::move(what));
  if (!done) co_return done.error();
  co_return http::response(204);
}

}  // namespace kontor::api
