// Who asks: an account, by one of its sessions or by a personal token of it.
#pragma once

#include "session/session_info.hpp"
#include "token/personal_token.hpp"

#include <utility>
#include <variant>

namespace kontor::api {

class caller {
 public:
  explicit caller(session::identity by) : who_(std::move(by)) {}
  explicit caller(token::identity by) : who_(std::move(by)) {}

  const account::user& owner() const noexcept {
    if (const auto* by = by_session()) return by->owner;
    return by_token()->owner;
  }

  bool has_second_factor() const noexcept {
    if (const auto* by = by_session()) return by->has_second_factor;
    return by_token()->has_second_factor;
  }

  /// Null when a personal token asks: what only a session may do cannot be written for it.
  const session::identity* by_session() const noexcept { return std::get_if<session::identity>(&who_); }
  /// Null when a session asks.
  const token::identity* by_token() const noexcept { return std::get_if<token::identity>(&who_); }

 private:
  std::variant<session::identity, token::identity> who_;
};

}  // namespace kontor::api
