// Who asks from the machine itself, for what only its operator may read.
#pragma once

#include "http/request.hpp"

namespace kontor::http {

/// The connection came over loopback, and nothing says that it was made for somebody else: no field of a proxy
/// (`Forwarded`, `Via`, `X-Forwarded-…` and their like, believed or not), and a Host that is the machine's own name for
/// itself (`localhost`, an address of loopback). The latter keeps out a proxy that passes the public name on, and pages
/// in a browser of the machine that give their own name the address of loopback (DNS rebinding).
///
/// A proxy on the same machine that adds no field and writes a Host of loopback cannot be told from a caller of that
/// machine: where there may be one, this must not be asked.
bool is_local_caller(const request& in);

}  // namespace kontor::http
