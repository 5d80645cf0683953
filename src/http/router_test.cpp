#include "http/router.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <stdexcept>

namespace kontor::http {
namespace {

constexpr std::string_view some_uuid = "0192f3a4-5b6c-4d7e-8f90-a1b2c3d4e5f6";

// A handler whose status tells which one it is.
handler number(unsigned n) {
  return [n](request&) -> async::awaitable<response> { co_return response(n); };
}

unsigned number_of(const route_match& match, request& in) {
  boost::asio::io_context loop;
  auto answer = boost::asio::co_spawn(loop.get_executor(), (*match.handle)(in), boost::asio::use_future);
  loop.run();
  return answer.get().status();
}

std::string ask(const router& routes, method verb, std::string path) {
  request in;
  in.verb = verb;
  in.path = std::move(path);
  const auto match = routes.find(in);
  switch (match.what) {
    case route_match::outcome::no_such_path:
      return "none";
    case route_match::outcome::no_such_method:
      return match.allow;
    case route_match::outcome::found:
      break;
  }
  std::string found = std::to_string(number_of(match, in));
  for (const auto& [name, value] : in.path_parameters)
    found += " " + std::string(name) + "=" + value;
  return found;
}

}  // namespace

TEST(Router, FindsTextAndParameters) {
  router routes;
  routes.add(method::get, "/", number(1));
  routes.add(method::get, "/users", number(2));
  routes.add(method::get, "/users/me", number(3));
  routes.add(method::get, "/users/{id:uuid}", number(4));
  routes.add(method::delete_, "/users/{id:uuid}", number(5));
  routes.add(method::get, "/files/{name}/info", number(6));
  routes.add(method::get, "/files/special/raw", number(7));
  routes.add(method::get, "/pairs/{a}/{b:uuid}", number(8));
  const std::string id(some_uuid);
  EXPECT_EQ(ask(routes, method::get, "/"), "1");
  EXPECT_EQ(ask(routes, method::get, "/users"), "2");
  EXPECT_EQ(ask(routes, method::get, "/users/me"), "3");
  EXPECT_EQ(ask(routes, method::get, "/users/" + id), "4 id=" + id);
  EXPECT_EQ(ask(routes, method::delete_, "/users/" + id), "5 id=" + id);
  EXPECT_EQ(ask(routes, method::get, "/users/17"), "none");
  EXPECT_EQ(ask(routes, method::get, "/users/"), "none");
  EXPECT_EQ(ask(routes, method::get, "/Users"), "none");
  EXPECT_EQ(ask(routes, method::get, "/files/a b\xc3\xa4/info"), "6 name=a b\xc3\xa4");
  EXPECT_EQ(ask(routes, method::get, "/files/special/raw"), "7");
  EXPECT_EQ(ask(routes, method::get, "/files/special/info"), "6 name=special");
  EXPECT_EQ(ask(routes, method::get, "/files//info"), "none");
  EXPECT_EQ(ask(routes, method::get, "/pairs/x/" + id), "8 a=x b=" + id);
  EXPECT_EQ(ask(routes, method::get, "*"), "none");
  EXPECT_EQ(ask(routes, method::get, ""), "none");
}

TEST(Router, NamesTheMethodsOfAPath) {
  router routes;
  routes.add(method::get, "/a", number(1));
  routes.add(method::post, "/a", number(2));
  routes.add(method::put, "/b", number(3));
  EXPECT_EQ(ask(routes, method::head, "/a"), "1");
  EXPECT_EQ(ask(routes, method::put, "/a"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(ask(routes, method::options, "/a"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(ask(routes, method::head, "/b"), "PUT, OPTIONS");
}

TEST(Router, GivesTheRestToTheFallback) {
  router routes;
  routes.add(method::post, "/a", number(1));
  const auto is_page = [](const request& in) { return in.path == "/page"; };
  routes.set_fallback({.handle = number(9), .has = is_page});
  EXPECT_EQ(ask(routes, method::get, "/page"), "9");
  EXPECT_EQ(ask(routes, method::head, "/page"), "9");
  EXPECT_EQ(ask(routes, method::get, "/nowhere"), "9");
  for (const auto verb : {method::post, method::put, method::patch, method::delete_, method::options}) {
    EXPECT_EQ(ask(routes, verb, "/page"), "GET, HEAD, OPTIONS") << name_of(verb);
    EXPECT_EQ(ask(routes, verb, "/nowhere"), "none") << name_of(verb);
  }
  EXPECT_EQ(ask(routes, method::get, "/a"), "POST, OPTIONS");
}

TEST(Router, RefusesTwoPatternsForOnePath) {
  const auto both = [](std::string_view first, std::string_view second) {
    router routes;
    routes.add(method::get, first, number(1));
    routes.add(method::post, second, number(2));
  };
  EXPECT_THROW(both("/users/me", "/users/{name}"), std::logic_error);
  EXPECT_THROW(both("/users/{a}", "/users/{b}"), std::logic_error);
  EXPECT_THROW(both("/users/{a:uuid}", "/users/{b}"), std::logic_error);
  EXPECT_THROW(both("/users/{a:uuid}", "/users/" + std::string(some_uuid)), std::logic_error);
  EXPECT_THROW(both("/{a}/x", "/y/{b}"), std::logic_error);
  EXPECT_NO_THROW(both("/users/me", "/users/{a:uuid}"));
  EXPECT_NO_THROW(both("/users/{a}", "/users/{a}"));
  EXPECT_NO_THROW(both("/users/{a}", "/users/{a}/b"));
  EXPECT_NO_THROW(both("/users/{a}", "/users/"));
  router twice;
  twice.add(method::get, "/a", number(1));
  EXPECT_THROW(twice.add(method::get, "/a", number(2)), std::logic_error);
}

TEST(Router, RefusesBrokenPatterns) {
  for (const std::string pattern : {"", "a", "/{", "/{}", "/x{a}", "/{a}x", "/{a:int}", "/{a}/{a}", "/{a", "/a}"}) {
    router routes;
    EXPECT_THROW(routes.add(method::get, pattern, number(1)), std::logic_error) << pattern;
  }
}

TEST(Router, APathParameterThatIsNotThereIsADefect) {
  request in;
  EXPECT_THROW(static_cast<void>(in.path_parameter("id")), std::logic_error);
}

}  // namespace kontor::http
