// Accepting goes on, whatever goes wrong with one connection. The system is made to fail by standing in front of two of
// its functions: `accept` and `operator new`.
#include "http/connection.hpp"
#include "http/server_fixture.hpp"

#include <dlfcn.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <new>
#include <vector>

namespace {

std::atomic<int> accept_error = 0;  // 0: none
std::atomic<int> accept_calls = 0;
std::atomic<int> connections_without_memory = 0;  // so many of the next ones

void* allocate(std::size_t size) noexcept {
  if (size == sizeof(kontor::http::connection) && connections_without_memory.load(std::memory_order_relaxed) > 0) {
    --connections_without_memory;
    return nullptr;
  }
  return std::malloc(size == 0 ? 1 : size);
}

}  // namespace

void* operator new(std::size_t size) {
  if (void* const place = allocate(size)) return place;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size);
}
void operator delete(void* place) noexcept {
  std::free(place);
}
void operator delete(void* place, std::size_t) noexcept {
  std::free(place);
}
void operator delete(void* place, const std::nothrow_t&) noexcept {
  std::free(place);
}

extern "C" int accept(int socket, sockaddr* from, socklen_t* length) {
  using function = int (*)(int, sockaddr*, socklen_t*);
  static const auto of_the_system = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "accept"));
  ++accept_calls;
  if (const int failure = accept_error) {
    errno = failure;
    return -1;
  }
  return of_the_system(socket, from, length);
}

namespace kontor::http {
namespace {

const std::string get_quick = "GET /quick HTTP/1.1\r\nHost: x\r\n\r\n";

std::unique_ptr<running_server> start_listening(const limits& l = {}) {
  auto running = std::make_unique<running_server>(l, 1);
  running->routes.add(method::get, "/quick", [](request&) -> async::awaitable<response> { co_return response(204); });
  running->start();
  return running;
}

}  // namespace

TEST(Listener, GoesOnAfterAConnectionForWhichThereWasNoMemory) {
  limits l;
  l.connections_per_address = 2;
  auto running = start_listening(l);
  for (int i = 0; i < 3; ++i) {
    connections_without_memory = 1;
    auto unlucky = running->connect();
    EXPECT_TRUE(unlucky.is_closed());
    EXPECT_EQ(connections_without_memory, 0);
  }
  EXPECT_GE(running->web->metrics().accept_pauses, 1u);
  EXPECT_EQ(running->web->metrics().connections_open, 0u);
  // What failed does not count for the address.
  auto first = running->connect();
  auto second = running->connect();
  EXPECT_EQ(first.ask(get_quick).status, 204u);
  EXPECT_EQ(second.ask(get_quick).status, 204u);
}

TEST(Listener, AnErrorThatStaysDoesNotKeepTheLoopBusy) {
  auto running = start_listening();
  auto before = running->connect();
  EXPECT_EQ(before.ask(get_quick).status, 204u);
  accept_calls = 0;
  accept_error = EPERM;
  const auto begin = std::chrono::steady_clock::now();
  auto waiting = running->connect();
  waiting.send(get_quick);
  EXPECT_TRUE(running->eventually([] { return accept_calls >= 3; }));
  const auto spent = std::chrono::steady_clock::now() - begin;
  // Two pauses at least, counted once.
  EXPECT_GE(spent, std::chrono::milliseconds(80));
  EXPECT_EQ(running->web->metrics().accept_pauses, 1u);
  EXPECT_EQ(before.ask(get_quick).status, 204u);
  accept_error = 0;
  EXPECT_EQ(waiting.read()->status, 204u);
}

TEST(Listener, AConnectionThatWentAgainCostsNoPause) {
  auto running = start_listening();
  accept_calls = 0;
  accept_error = EHOSTUNREACH;
  auto waiting = running->connect();
  waiting.send(get_quick);
  EXPECT_TRUE(running->eventually([] { return accept_calls >= 3; }));
  accept_error = 0;
  EXPECT_EQ(waiting.read()->status, 204u);
  EXPECT_EQ(running->web->metrics().accept_pauses, 0u);
}

}  // namespace kontor::http
