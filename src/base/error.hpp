// What can go wrong in a way a client can meet, and `result<T>`, which carries it. Breakage inside the program is an
// exception.
#pragma once

#include <boost/system/result.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::base {

/// The closed list of outcomes. `api/error_map` gives each its HTTP status.
enum class errc {
  malformed,              ///< The request cannot be read at all.
  invalid_input,          ///< It can be read, but fields break the rules.
  unauthenticated,        ///< No credentials, or credentials that do not hold.
  forbidden,              ///< Known, but not allowed.
  not_found,              ///< Does not exist, or belongs to somebody else.
  method_not_allowed,     ///< The path exists, this method does not.
  conflict,               ///< Something with this name exists already.
  gone,                   ///< Existed once.
  precondition_failed,    ///< The client's idea of the current state is out of date.
  payload_too_large,      ///< The body is over its limit.
  target_too_long,        ///< The request target is over its limit.
  headers_too_large,      ///< The header section is over its limit.
  unsupported_media,      ///< A body of a kind that this route does not take.
  expectation_failed,     ///< An Expect header that we do not know.
  upgrade_required,       ///< This route speaks another protocol; the answer's Upgrade field names it.
  too_many_requests,      ///< A limit of this client; come back later.
  request_timeout,        ///< The client took too long to send its request.
  overloaded,             ///< A queue is full; come back later.
  unavailable,            ///< Something that we need does not answer.
  storage_full,           ///< There is no room to write.
  not_implemented,        ///< A method or feature that this server does not have.
  version_not_supported,  ///< An HTTP version that we do not speak.
  internal,               ///< A defect on our side.
};

/// One wrong field of the input.
struct field_error {
  std::string path;     ///< JSON Pointer into the body (RFC 6901), e.g. `/password`.
  std::string code;     ///< For programs, e.g. `too_short`; the list stands in api/openapi.yaml.
  std::string message;  ///< For people, in English, without the value itself.

  friend bool operator==(const field_error&, const field_error&) = default;
};

/// Why something was not done. `type` and `detail` are shown to the client, `internal_detail` goes to the log only.
struct error {
  errc code = errc::internal;
  std::string type = {};             ///< Stable name in kebab case, e.g. `email-taken`; empty: the name of `code`.
  std::string detail = {};           ///< One sentence for the client; empty: the title of the type.
  std::string internal_detail = {};  ///< For the log. Never a secret.
  std::vector<field_error> fields = {};
  std::chrono::seconds retry_after{0};  ///< When to come back; zero: not said.
};

template <class T>
using result = boost::system::result<T, error>;

/// The stable name of an outcome in kebab case, e.g. `invalid-input`.
std::string_view name_of(errc code) noexcept;

/// Called by boost::system::result when `.value()` meets an error: a defect, hence an exception.
[[noreturn]] void throw_exception_from_error(const error& e, const boost::source_location& where);

}  // namespace kontor::base
