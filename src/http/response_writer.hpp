// From a response to the bytes of its header section.
#pragma once

#include "http/request.hpp"
#include "http/response.hpp"

#include <string>
#include <string_view>

namespace kontor::http {

/// What the connection knows about one answer.
struct response_context {
  std::string_view date;
  std::string_view request_id;
  std::string_view cors_headers;  ///< Whole lines, see cors_policy; empty for none.
  bool secure = false;
  /// How the client finds the end of a body that is made while it is sent.
  enum class pieces_end { at_last_chunk, with_connection } pieces = pieces_end::at_last_chunk;
  enum class connection_field {
    none,        ///< HTTP/1.1 goes on without saying so.
    keep_alive,  ///< HTTP/1.0 must be told.
    close,
  } connection = connection_field::none;
};

/// Appends status line and header section, with the empty line. Content-Length is always that of the body, also for
/// HEAD; 204 and 304 have none (RFC 9110 section 8.6), and a body that is made while it is sent has chunks instead
/// (RFC 9112 section 7.1).
void append_head(std::string& out, const response& from, const response_context& context);

/// May this status carry a body at all?
bool allows_body(unsigned status) noexcept;

}  // namespace kontor::http
