// Time-based one-time passwords (RFC 6238), computed by liboath. Which code belongs to which step; that a step counts
// once is the business of factor_statements.
#pragma once

#include "base/secret_bytes.hpp"
#include "base/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kontor::factor {

/// What every authenticator app understands: SHA-1, six digits, 30 seconds since 1970.
inline constexpr std::chrono::seconds totp_step_length{30};
inline constexpr std::size_t totp_digits = 6;
inline constexpr std::size_t totp_secret_size = 20;  ///< RFC 4226 section 4, R6 recommends 160 bits.

/// Our policy: the code of the present step, the one before and the one after is accepted, so that clocks may differ by
/// 30 seconds at least (RFC 6238 section 5.2).
inline constexpr std::int64_t totp_steps_of_drift = 1;

/// 160 random bits.
base::secret_bytes make_totp_secret();

/// The number of the step that `now` lies in; negative before 1970.
std::int64_t totp_step_at(base::timestamp now) noexcept;

/// Six digits. `step` must not be negative, else std::invalid_argument.
base::secret_bytes totp_code(const base::secret_bytes& secret, std::int64_t step);

/// The step whose code this is, of those that the policy accepts at `now`; the latest if there are two. Spaces and
/// hyphens between the digits are ignored. The time taken does not tell how much of a code was right.
std::optional<std::int64_t> match_totp(const base::secret_bytes& secret, std::string_view code, base::timestamp now);

/// For typing it in: base32 in upper case, without padding for a secret of our size (RFC 4648 section 6).
base::secret_bytes totp_secret_text(const base::secret_bytes& secret);

/// For the QR code: `otpauth://totp/Kontor:…?secret=…&issuer=Kontor&algorithm=SHA1&digits=6&period=30`, the e-mail
/// percent-encoded (the "Key URI Format" that authenticator apps read).
base::secret_bytes totp_uri(const base::secret_bytes& secret, std::string_view email);

}  // namespace kontor::factor
