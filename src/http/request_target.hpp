// From the request target to the path that routes and files are found by. Normalised once, here; nobody looks at the
// raw form later.
#pragma once

#include "base/error.hpp"
#include "http/request.hpp"

#include <string>
#include <string_view>

namespace kontor::http {

struct request_target {
  std::string path;        ///< See request::path. `*` for `OPTIONS *`.
  std::string_view query;  ///< A view into the target.
};

/// Takes origin-form, absolute-form when its authority equals `host` ignoring case (RFC 9112 section 3.2.2), and `*`
/// for OPTIONS. The target is made of visible ASCII characters (head_scanner saw to that). `out.path` keeps its memory.
///
/// errc::malformed: another form or authority, a fragment, broken percent-encoding, control characters, invalid UTF-8
/// (overlong forms among it). errc::not_found: what is well-formed but has no place in a path of ours: an encoded
/// slash, a backslash encoded or not, dot segments encoded or not, an empty segment before the last.
base::result<void> read_target(std::string_view target, method verb, std::string_view host, request_target& out);

}  // namespace kontor::http
