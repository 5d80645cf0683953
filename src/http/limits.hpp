// Every limit of the HTTP layer, in one place. Each has a test just under and one just over.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace kontor::http {

struct limits {
  std::size_t request_line = 8 * 1024;        ///< Bytes of method, target and version; over it 414.
  std::size_t header_section = 32 * 1024;     ///< Bytes of all header fields; over it 431.
  std::size_t header_fields = 100;            ///< Number of header fields; over it 431.
  std::uint64_t body = 256 * 1024;            ///< Bytes of a body unless the route says otherwise; over it 413.
  std::uint64_t large_body = 1024 * 1024;     ///< Bytes; a body over it needs a place among the large ones.
  std::size_t large_bodies = 8;               ///< Those that are held at a time, per process; over it 503.
  std::size_t large_bodies_per_address = 4;   ///< Those of one client address; over it 503.
  std::uint64_t large_body_rate = 32 * 1024;  ///< Bytes per second by which one has to come once body_time is over.
  std::size_t chunk_header = 128;             ///< Bytes of a chunk's size line, extensions included; over it 400.
  std::size_t pipelined_requests = 64;        ///< Requests answered in a row before others on the loop get their turn.
  std::size_t connections =
      10'000;  ///< Open connections per process, without WebSockets; over it new ones wait in the backlog.
  std::size_t connections_per_address = 512;  ///< Those of one client address; over it 503 and close.
  std::size_t refused_connections = 64;       ///< Those that are told so at one time, per process; over it just closed.

  std::size_t sockets = 10'000;              ///< Open WebSockets per process; over it 503 in place of the upgrade.
  std::size_t sockets_per_address = 512;     ///< Open WebSockets of one client address; over it 429 in its place.
  std::size_t socket_message = 64 * 1024;    ///< Bytes of a client's message; over it the socket is closed with 1009.
  std::size_t socket_outbox = 256 * 1024;    ///< Bytes that wait to be taken by a client; over it closed with 1013.
  std::size_t socket_outbox_frames = 1'024;  ///< Messages that wait to be taken by a client; over it closed with 1013.

  std::chrono::milliseconds header_time{
      10'000};  ///< From the first byte of a request to the end of its header; then 408.
  std::chrono::milliseconds body_time{
      30'000};  ///< From the end of the header to the end of the body; then 408. A large
                ///< one has as much longer as it has brought: see large_body_rate.
  std::chrono::milliseconds write_time{30'000};  ///< For one response to be taken; then the connection is cut.
  std::chrono::milliseconds idle_time{
      60'000};  ///< Between requests, and before the first one; then closed without a word.
  std::chrono::milliseconds linger_time{
      2'000};  ///< What a client still sends after its last answer is read this long and dropped.
  std::chrono::milliseconds socket_ping_time{30'000};  ///< Between the pings of a WebSocket; closed when nothing came,
                                                       ///< or one message was not taken, from one to the next.
  std::chrono::milliseconds socket_close_time{500};    ///< For a WebSocket to be closed by both sides; then it is cut.
  std::chrono::milliseconds shutdown_time{10'000};     ///< For requests in progress when the program is asked to end.
};

}  // namespace kontor::http
