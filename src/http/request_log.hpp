// The lines of the log that tell what became of a request. Never the query, which may hold a secret.
#pragma once

#include "http/request.hpp"

#include <chrono>
#include <exception>
#include <optional>
#include <string_view>

namespace kontor::http {

/// A request as its line shows it; both views are the caller's.
struct logged_request {
  const request& asked;
  std::string_view method;  ///< As received; empty when the request did not come that far.
  std::chrono::steady_clock::duration took;
};

/// The line of a request that was answered; its level rises with the status.
void log_answer(const logged_request& of, unsigned status);

/// The line of a request whose connection ended first. nullopt: there was no answer yet.
void log_cut(const logged_request& of, std::optional<unsigned> status);

/// What a handler threw.
void log_breakage(const request& asked, const std::exception_ptr& breakage);

}  // namespace kontor::http
