#include "chart/beginning.hpp"

#include "base/text.hpp"
#include "chart/layout_statements.hpp"
#include "crypto/digest.hpp"

#include <chrono>

namespace kontor::chart {
namespace {

using base::errc;

// How long a request that comes again is known.
constexpr std::chrono::hours request_life{24};

std::string hash_of(std::string_view text) {
  const auto digest = crypto::sha256(base::as_bytes(text));
  return base::to_hex(digest);
}

}  // namespace

std::optional<statements::request> request_of(std::string_view key, std::string_view what) {
  if (key.empty()) return std::nullopt;
  return statements::request{.key = hash_of(key), .fingerprint = hash_of(what)};
}

base::result<std::optional<base::uuid>> find_made(sql::session& in, const base::user_id& owner,
                                                  const std::optional<statements::request>& by, base::timestamp now) {
  if (!by) return std::optional<base::uuid>();
  auto found = statements::find_chart_request(in, owner, by->key, now - request_life);
  if (!found) found = statements::find_layout_request(in, owner, by->key, now - request_life);
  if (!found) return std::optional<base::uuid>();
  if (found->fingerprint != by->fingerprint)
    return base::error{errc::invalid_input, "idempotency-key-reused", "", "another request with the same key"};
  return std::optional<base::uuid>(found->id);
}

base::error too_many_charts() {
  return {errc::conflict, "too-many-charts", "", "charts of one account"};
}

base::error too_many_layouts() {
  return {errc::conflict, "too-many-layouts", "", "layouts of one account"};
}

base::error too_many_favourites() {
  return {errc::conflict, "too-many-favourites", "", "favourites of one account"};
}

base::error no_such_chart() {
  return {errc::not_found, "", "", "no such chart"};
}

base::error no_such_layout() {
  return {errc::not_found, "", "", "no such layout"};
}

}  // namespace kontor::chart
