// What the manager of services that started us is told. Only systemd's protocol, and of it only what our unit uses.
#pragma once

#include <string_view>

namespace kontor::app {

/// Says it to whoever listens at $NOTIFY_SOCKET (sd_notify(3)): a path, or a name behind `@` in the abstract namespace.
/// Nothing where there is none, or where nobody listens: the program does not live by it. On any thread; blocks for as
/// long as the manager's queue is full.
void tell_service_manager(std::string_view state);

/// It listens, and may be asked.
inline constexpr std::string_view service_is_ready = "READY=1";
/// It was asked to end, and finishes what is on its way.
inline constexpr std::string_view service_is_ending = "STOPPING=1";

}  // namespace kontor::app
