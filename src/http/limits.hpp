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
  std::size_t chunk_header = 128;             ///< Bytes of a chunk's size line, extensions included; over it 400.
  std::size_t pipelined_requests = 64;        ///< Requests answered in a row before others on the loop get their turn.
  std::size_t connections = 10'000;           ///< Open connections per process; over it new ones wait in the backlog.
  std::size_t connections_per_address = 512;  ///< Open connections of one client address; over it 503 and close.
  std::size_t refused_connections = 64;       ///< Those that are told so at one time, per process; over it just closed.

  std::chrono::milliseconds header_time{
      10'000};  ///< From the first byte of a request to the end of its header; then 408.
  std::chrono::milliseconds body_time{30'000};   ///< From the end of the header to the end of the body; then 408.
  std::chrono::milliseconds write_time{30'000};  ///< For one response to be taken; then the connection is cut.
  std::chrono::milliseconds idle_time{
      60'000};  ///< Between requests, and before the first one; then closed without a word.
  std::chrono::milliseconds linger_time{
      2'000};  ///< What a client still sends after its last answer is read this long and dropped.
  std::chrono::milliseconds shutdown_time{10'000};  ///< For requests in progress when the program is asked to end.
};

}  // namespace kontor::http
