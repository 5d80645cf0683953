#include "settings/state.hpp"

namespace kontor::settings {

std::string_view name_of(state what) noexcept {
  switch (what) {
    case state::verified:
      return "verified";
    case state::not_verified:
      return "not_verified";
    case state::invalid:
      return "invalid";
    case state::unreadable:
      break;
  }
  return "unreadable";
}

std::optional<state> parse_state(std::string_view name) noexcept {
  for (const auto each : {state::verified, state::not_verified, state::invalid})
    if (name_of(each) == name) return each;
  return std::nullopt;
}

std::string_view name_of(outcome what) noexcept {
  switch (what) {
    case outcome::success:
      return "success";
    case outcome::warning:
      return "warning";
    case outcome::error:
      break;
  }
  return "error";
}

}  // namespace kontor::settings
