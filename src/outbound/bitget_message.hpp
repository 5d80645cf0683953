// What Bitget is told and what it says, without asking it: signatures, envelopes, rights (API v2 and v3).
#pragma once

#include "base/secret_bytes.hpp"
#include "settings/exchange_check.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::outbound {

/// ACCESS-SIGN: base64 of HMAC-SHA-256 over time, method, path with query, and body. `target` must be what the URL has,
/// byte for byte, with its parameters sorted by name.
std::string bitget_signature(const base::secret_bytes& secret, std::string_view milliseconds, std::string_view method,
                             std::string_view target, std::string_view body);

/// `{"code", "msg", "requestTime", "data"}`; the code and the time may be numbers or texts.
struct bitget_envelope {
  std::string code;
  std::string message;  ///< As it was said: may hold anything.
  boost::json::value data;
  std::optional<std::int64_t> time = {};  ///< By their clock, in milliseconds.
};

/// nullopt: no answer of Bitget.
std::optional<bitget_envelope> read_bitget_envelope(std::string_view body);

inline constexpr std::string_view bitget_success = "00000";
/// The time of the request was not within 30 s of theirs, or could not be read.
bool is_bitget_clock_error(std::string_view code);
/// The other family of routes has to be asked.
bool is_bitget_other_family(std::string_view code);
/// The key, the passphrase, the signature or the right was refused, by this very answer.
bool is_bitget_refusal(std::string_view code);

/// `data` of `/api/v2/spot/account/info` or `/api/v3/account/info`, as a confirmed verdict; nullopt when it tells no
/// rights.
std::optional<settings::exchange_verdict> read_bitget_rights(const boost::json::value& data,
                                                             settings::exchange_account account);

/// `data.serverTime` of `/api/v2/public/time`, in milliseconds.
std::optional<std::int64_t> read_bitget_time(const boost::json::value& data);

}  // namespace kontor::outbound
