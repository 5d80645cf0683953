// The server of these settings, asked over the network by a command beside it.
#pragma once

#include "app/config.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <string>
#include <string_view>

namespace kontor::app {

/// Where it listens; one that listens at every address is asked over loopback.
boost::asio::ip::tcp::endpoint place_to_ask(const config& settings);

struct heard_answer {
  bool is_connected = false;
  std::string text;  ///< As it came, head and body, at most 16 KiB; empty: nothing within three seconds.

  std::string_view status_line() const noexcept { return std::string_view(text).substr(0, text.find("\r\n")); }
};

/// Asks for a path with GET. Blocks.
heard_answer ask_server(const boost::asio::ip::tcp::endpoint& server, std::string_view path);

}  // namespace kontor::app
