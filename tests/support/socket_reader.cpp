// Many WebSockets that do nothing but listen, and when each frame came: a reader light enough that it is not what a
// measurement measures.
//
//   kontor_socket_reader PORT PATH
//
// Standard input has a line per socket, `ADDRESS TOKEN FRAME`: where it connects from, its token, what it says first.
// After an empty line they are opened, and `ready` is printed; at the end of the input a line of JSON is, and the
// program ends. A frame whose text has a number of 16 digits, the first that begins with 1, was sent at that time:
// microseconds since 1970. Of those, how late each came.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using stream = websocket::stream<tcp::socket>;

constexpr std::size_t stamp_digits = 16;

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// The first stamp in a text; 0: none.
std::int64_t stamp_in(std::string_view text) {
  for (std::size_t i = 0; i + stamp_digits <= text.size();) {
    std::size_t digits = 0;
    while (i + digits < text.size() && text[i + digits] >= '0' && text[i + digits] <= '9')
      ++digits;
    if (digits == stamp_digits && text[i] == '1') return std::stoll(std::string(text.substr(i, digits)));
    i += digits + 1;
  }
  return 0;
}

struct heard {
  std::vector<std::int64_t> delays;  // Microseconds.
  std::size_t frames = 0;
  std::size_t broken = 0;
};

struct wish {
  std::string address;
  std::string token;
  std::string frame;
};

asio::awaitable<void> listen(std::unique_ptr<stream> socket, heard& into) {
  boost::beast::flat_buffer buffer;
  while (true) {
    boost::system::error_code failed;
    co_await socket->async_read(buffer, asio::redirect_error(asio::use_awaitable, failed));
    if (failed) {
      ++into.broken;
      co_return;
    }
    const auto at = now();
    const auto data = buffer.cdata();
    const auto sent = stamp_in({static_cast<const char*>(data.data()), data.size()});
    ++into.frames;
    if (sent != 0) into.delays.push_back(at - sent);
    buffer.consume(buffer.size());
  }
}

asio::awaitable<std::unique_ptr<stream>> open(asio::io_context& loop, std::uint16_t port, std::string path, wish who) {
  auto socket = std::make_unique<stream>(loop);
  auto& lowest = socket->next_layer();
  lowest.open(tcp::v4());
  lowest.bind({asio::ip::make_address(who.address), 0});
  const tcp::endpoint there(asio::ip::address_v4::loopback(), port);
  co_await lowest.async_connect(there, asio::use_awaitable);
  const std::string target = path + "?token=" + who.token;
  const std::string host = "127.0.0.1:" + std::to_string(port);
  co_await socket->async_handshake(host, target, asio::use_awaitable);
  const auto said = asio::buffer(who.frame);
  co_await socket->async_write(said, asio::use_awaitable);
  co_return socket;
}

asio::awaitable<void> run(asio::io_context& loop, std::uint16_t port, std::string path, std::vector<wish> wishes,
                          heard& into) {
  for (auto& one : wishes) {
    auto socket = co_await open(loop, port, path, std::move(one));
    asio::co_spawn(loop, listen(std::move(socket), into), [](std::exception_ptr thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
  }
  std::cout << "ready" << std::endl;
  asio::posix::stream_descriptor input(loop, ::dup(STDIN_FILENO));
  asio::streambuf rest;
  boost::system::error_code ended;
  while (!ended)
    co_await asio::async_read_until(input, rest, '\n', asio::redirect_error(asio::use_awaitable, ended));
  loop.stop();
}

// Byte by byte: what follows the empty line is left to the loop.
std::vector<wish> read_wishes() {
  std::vector<wish> out;
  std::string line;
  for (char c = 0; ::read(STDIN_FILENO, &c, 1) == 1;) {
    if (c != '\n') {
      line += c;
      continue;
    }
    if (line.empty()) return out;
    std::istringstream words(line);
    wish one;
    words >> one.address >> one.token >> std::ws;
    std::getline(words, one.frame);
    out.push_back(std::move(one));
    line.clear();
  }
  throw std::runtime_error("there is no empty line behind the sockets");
}

void report(heard& what) {
  std::ranges::sort(what.delays);
  const auto quantile = [&](double share) {
    if (what.delays.empty()) return 0.0;
    const auto at = static_cast<std::size_t>(share * static_cast<double>(what.delays.size() - 1));
    return static_cast<double>(what.delays[at]) / 1000;
  };
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                       static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
  std::cout << R"({"frames":)" << what.frames << R"(,"stamped":)" << what.delays.size() << R"(,"broken":)"
            << what.broken << R"(,"median":)" << quantile(0.5) << R"(,"p99":)" << quantile(0.99) << R"(,"longest":)"
            << quantile(1) << R"(,"processor_seconds":)" << seconds << "}" << std::endl;
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 3) throw std::runtime_error("usage: kontor_socket_reader PORT PATH");
  rlimit descriptors{};
  if (::getrlimit(RLIMIT_NOFILE, &descriptors) == 0) {
    descriptors.rlim_cur = descriptors.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &descriptors);
  }
  asio::io_context loop(1);
  heard what;
  std::exception_ptr broken;
  asio::co_spawn(loop,
                 run(loop, static_cast<std::uint16_t>(std::stoul(arguments[1])), arguments[2], read_wishes(), what),
                 [&](std::exception_ptr thrown) {
                   broken = thrown;
                   loop.stop();
                 });
  loop.run();
  if (broken) std::rethrow_exception(broken);
  report(what);
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
