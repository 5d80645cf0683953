// Which handler answers which method and path.
#pragma once

#include "async/awaitable.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::http {

/// Runs on the connection's loop. The request outlives the returned coroutine.
using handler = std::function<async::awaitable<response>(request&)>;

/// What answers the paths that no route has.
struct fallback {
  handler handle;
  std::function<bool(const request&)> has;  ///< Would a GET like this one find something? Empty: nobody can tell.
};

/// Looks at a request whose header section is there but whose body is not; an answer refuses it, and the body is never
/// read.
using body_gate = std::function<async::awaitable<std::optional<response>>(request&)>;

/// What a route takes; the connection checks it before the body is read.
struct route_options {
  enum class body_kind {
    none,  ///< A body that comes all the same is read within the limit and dropped.
    json,  ///< Only `application/json` in UTF-8; else 415.
    any,
  } body = body_kind::none;
  std::uint64_t body_limit = 0;  ///< 0: limits::body.
  enum class upgrade_kind {
    none,
    web_socket,  ///< Only the handshake of a WebSocket (RFC 6455 section 4.2.1), else 426 or 400. Its handler decides
                 ///< who may come in, and answers with `response::with_socket` or a refusal.
  } upgrade = upgrade_kind::none;
};

/// A route that was found, or why there is none.
struct route_match {
  enum class outcome { found, no_such_path, no_such_method } what = outcome::no_such_path;
  const handler* handle = nullptr;         ///< Lives as long as the router.
  const route_options* options = nullptr;  ///< Null for the fallback.
  const body_gate* before_body = nullptr;  ///< Null when the route has none.
  std::string allow;                       ///< For 405 and OPTIONS: the methods of the path, e.g. `GET, HEAD, OPTIONS`.
  std::size_t number = no_route;           ///< See router::names.

  static constexpr std::size_t no_route = 0;
  static constexpr std::size_t pages = 1;
};

/// How a route is called where requests are counted: never by what somebody asked for.
struct route_name {
  std::string verb;     ///< `GET`; of requests without a route `any`.
  std::string pattern;  ///< `/users/{id}`, `pages` for the fallback, `none` for requests without a route.
};

class router {
 public:
  router();
  ~router();
  router(router&&) noexcept;
  router& operator=(router&&) noexcept;

  /// `pattern`: segments of text, `{name}` (one segment of any text but none) or `{name:uuid}` (one segment that is a
  /// UUID; anything else is no such path). A GET also answers HEAD. Throws std::logic_error when two patterns would
  /// match the same path. `before_body` is asked only when a body is announced, so that 401 can be said without reading
  /// it, for example.
  void add(method verb, std::string_view pattern, handler handle, route_options options = {},
           body_gate before_body = {});

  /// Answers every GET and HEAD that no route matches (static files, the app's index page). Other methods find the path
  /// without the method where the fallback has something, and no path elsewhere.
  void set_fallback(fallback pages);

  /// Finds the route and fills request.path_parameters.
  route_match find(request& in) const;

  /// By route_match::number.
  const std::vector<route_name>& names() const noexcept;

 private:
  struct implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace kontor::http
