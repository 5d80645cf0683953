// A name for a device that its owner recognises in a list: "Firefox on Linux".
#pragma once

#include <string>
#include <string_view>

namespace kontor::session {

/// From a User-Agent field: browser and system where both are known, else the first product (`curl/8.5.0` → `curl`),
/// else `Unknown device`. At most 64 bytes of printable ASCII, whatever the client sends.
std::string device_name(std::string_view user_agent);

}  // namespace kontor::session
