#include "mail/allowances.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <stdexcept>

namespace kontor::mail {
namespace {

namespace ip = boost::asio::ip;

#define KONTOR_OVER "a.period_ends_at <= :now OR a.period_ends_at > :latest_believable"
constexpr std::string_view take_one =
    "INSERT INTO mail_allowances AS a (allowance_key, used, period_ends_at) VALUES (:allowance_key, 1, :period_ends_at)"
    " ON CONFLICT (allowance_key) DO UPDATE SET"
    "  used = CASE WHEN " KONTOR_OVER
    " THEN 1 ELSE a.used + 1 END,"
    "  period_ends_at = CASE WHEN " KONTOR_OVER
    " THEN excluded.period_ends_at ELSE a.period_ends_at END"
    " WHERE a.used < :most OR " KONTOR_OVER;
#undef KONTOR_OVER

}  // namespace

std::string counted_client(std::string_view address) {
  boost::system::error_code failure;
  const auto parsed = ip::make_address(address, failure);
  if (failure) return std::string(address);
  if (parsed.is_v4()) return parsed.to_string();
  const auto v6 = parsed.to_v6();
  if (v6.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, v6).to_string();
  auto bytes = v6.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return ip::address_v6(bytes).to_string();
}

allowances::allowances(const base::secret_bytes& installation_key) {
  if (installation_key.size() < 32) throw std::invalid_argument("an installation key has at least 32 bytes");
  key_ = crypto::hkdf_sha256(installation_key.bytes(), {}, base::as_bytes("kontor mail allowances"), 32);
}

bool allowances::take(sql::session& in, const allowance& of, std::string_view whose, base::timestamp now) const {
  // No name holds a bar, so no value of one can look like another.
  std::string named(of.name);
  named += '|';
  named += whose;
  const auto key = base::to_hex(crypto::hmac_sha256(key_.bytes(), base::as_bytes(named)));
  const base::timestamp ends = now + of.period;
  return in.execute(take_one, {{"allowance_key", key},
                               {"period_ends_at", ends},
                               {"now", now},
                               {"latest_believable", ends + of.period},
                               {"most", of.most}}) == 1;
}

bool allowances::take_for_client(sql::session& in, std::string_view address, base::timestamp now) const {
  return take(in, client_allowance, counted_client(address), now);
}

std::int64_t allowances::remove_old(sql::session& in, base::timestamp now, std::int64_t most) {
  // The condition twice: a row may have begun a new period between the look at it and its removal.
  return in.execute(
      "DELETE FROM mail_allowances WHERE period_ends_at <= :now AND allowance_key IN"
      " (SELECT allowance_key FROM mail_allowances WHERE period_ends_at <= :now ORDER BY period_ends_at LIMIT :most)",
      {{"now", now}, {"most", most}});
}

}  // namespace kontor::mail
