// A connection that libcurl made and keeps, as a stream of Asio. For web_socket_client alone.
#pragma once

#include "async/awaitable.hpp"
#include "outbound/curl_library.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace kontor::outbound {

/// Asio waits for the socket, libcurl reads and writes, through TLS where there is some. Neither owns the other: the
/// handle stays in its multi handle and is destroyed after this.
class curl_stream {
 public:
  using executor_type = async::executor;

  /// `handle` has just connected with CURLOPT_CONNECT_ONLY.
  curl_stream(const executor_type& loop, CURL* handle) : descriptor_(loop), handle_(handle) {
    curl_socket_t socket = CURL_SOCKET_BAD;
    curl_easy_getinfo(handle_, CURLINFO_ACTIVESOCKET, &socket);
    if (socket != CURL_SOCKET_BAD) descriptor_.assign(socket);
  }
  // The socket is libcurl's, which closes it.
  ~curl_stream() { cut(); }
  curl_stream(const curl_stream&) = delete;
  curl_stream& operator=(const curl_stream&) = delete;

  executor_type get_executor() noexcept { return descriptor_.get_executor(); }
  bool is_open() const noexcept { return descriptor_.is_open(); }

  /// Whoever waits is told operation_aborted.
  void cut() noexcept {
    if (descriptor_.is_open()) descriptor_.release();
  }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& into, Token&& token) {
    const auto first = first_of<boost::asio::mutable_buffer>(into);
    return boost::asio::async_compose<Token, void(boost::system::error_code, std::size_t)>(
        step<boost::asio::mutable_buffer>{*this, first}, token, descriptor_);
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& from, Token&& token) {
    const auto first = first_of<boost::asio::const_buffer>(from);
    return boost::asio::async_compose<Token, void(boost::system::error_code, std::size_t)>(
        step<boost::asio::const_buffer>{*this, first}, token, descriptor_);
  }

 private:
  using wait_type = boost::asio::posix::descriptor_base::wait_type;

  template <class Buffer, class Buffers>
  static Buffer first_of(const Buffers& all) {
    for (auto it = boost::asio::buffer_sequence_begin(all); it != boost::asio::buffer_sequence_end(all); ++it)
      if (const Buffer each(*it); each.size() > 0) return each;
    return Buffer();
  }

  // libcurl may hold bytes that were decrypted already: it is asked first, and waited for afterwards.
  CURLcode act(const boost::asio::mutable_buffer& into, std::size_t& count) {
    return curl_easy_recv(handle_, into.data(), into.size(), &count);
  }
  CURLcode act(const boost::asio::const_buffer& from, std::size_t& count) {
    return curl_easy_send(handle_, from.data(), from.size(), &count);
  }

  template <class Buffer>
  struct step {
    curl_stream& stream;
    Buffer buffer;
    bool has_waited = false;
    bool is_done = false;
    boost::system::error_code why = {};
    std::size_t count = 0;

    template <class Self>
    void operator()(Self& self, boost::system::error_code interrupted = {}, std::size_t = 0) {
      constexpr bool reads = std::is_same_v<Buffer, boost::asio::mutable_buffer>;
      if (is_done) {
        self.complete(why, count);
        return;
      }
      why = !interrupted && !stream.is_open() ? boost::asio::error::operation_aborted : interrupted;
      if (!why && buffer.size() > 0) {
        const auto code = stream.act(buffer, count);
        if (code == CURLE_AGAIN) {
          has_waited = true;
          stream.descriptor_.async_wait(reads ? wait_type::wait_read : wait_type::wait_write, std::move(self));
          return;
        }
        if (code != CURLE_OK)
          why = boost::asio::error::connection_reset;
        else if (reads && count == 0)
          why = boost::asio::error::eof;
      }
      is_done = true;
      if (has_waited)
        self.complete(why, count);
      else  // Never from within the function that was called.
        boost::asio::post(stream.get_executor(), std::move(self));
    }
  };

  boost::asio::posix::basic_stream_descriptor<executor_type> descriptor_;
  CURL* const handle_;
};

}  // namespace kontor::outbound
