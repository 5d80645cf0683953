#include "base/error.hpp"

#include <stdexcept>

namespace kontor::base {

std::string_view name_of(errc code) noexcept {
  switch (code) {
    case errc::malformed:
      return "malformed";
    case errc::invalid_input:
      return "invalid-input";
    case errc::unauthenticated:
      return "unauthenticated";
    case errc::forbidden:
      return "forbidden";
    case errc::not_found:
      return "not-found";
    case errc::method_not_allowed:
      return "method-not-allowed";
    case errc::conflict:
      return "conflict";
    case errc::gone:
      return "gone";
    case errc::precondition_failed:
      return "precondition-failed";
    case errc::payload_too_large:
      return "payload-too-large";
    case errc::target_too_long:
      return "target-too-long";
    case errc::headers_too_large:
      return "headers-too-large";
    case errc::unsupported_media:
      return "unsupported-media";
    case errc::expectation_failed:
      return "expectation-failed";
    case errc::upgrade_required:
      return "upgrade-required";
    case errc::too_many_requests:
      return "too-many-requests";
    case errc::request_timeout:
      return "request-timeout";
    case errc::overloaded:
      return "overloaded";
    case errc::unavailable:
      return "unavailable";
    case errc::storage_full:
      return "storage-full";
    case errc::not_implemented:
      return "not-implemented";
    case errc::version_not_supported:
      return "version-not-supported";
    case errc::internal:
      return "internal";
  }
  return "internal";
}

void throw_exception_from_error(const error& e, const boost::source_location& where) {
  throw std::runtime_error(std::string("result without a value: ") + std::string(name_of(e.code)) + " " +
                           e.internal_detail + " at " + where.to_string());
}

}  // namespace kontor::base
