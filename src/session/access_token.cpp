#include "session/access_token.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "json/object_reader.hpp"
#include "json/writer.hpp"
#include "session/token_cache.hpp"

#include <boost/json/object.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace kontor::session {
namespace {

constexpr std::string_view token_type = "at+jwt";  // RFC 9068 section 2.1

// The end of the year 9999: later dates are nonsense, and turned into microseconds they would overflow.
constexpr std::int64_t last_second = 253'402'300'799;

base::error invalid_token(std::string why) {
  return {base::errc::unauthenticated, "invalid-token", "", std::move(why)};
}

std::optional<std::string_view> text_of(const boost::json::object& claims, std::string_view name) {
  const auto* found = claims.if_contains(boost::json::string_view(name.data(), name.size()));
  if (found == nullptr || !found->is_string()) return std::nullopt;
  return std::string_view(found->get_string().data(), found->get_string().size());
}

std::optional<std::int64_t> integer_of(const boost::json::object& claims, std::string_view name) {
  const auto* found = claims.if_contains(boost::json::string_view(name.data(), name.size()));
  if (found == nullptr || !found->is_int64()) return std::nullopt;
  return found->get_int64();
}

// RFC 7519 section 2, NumericDate; ours are whole seconds, and so must be what we read.
std::optional<std::int64_t> date_of(const boost::json::object& claims, std::string_view name) {
  const auto seconds = integer_of(claims, name);
  if (!seconds || *seconds < 0 || *seconds > last_second) return std::nullopt;
  return seconds;
}

std::int64_t whole_seconds(base::timestamp at) noexcept {
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

}  // namespace

access_tokens::access_tokens(const base::secret_bytes& key, access_token_settings settings, const base::clock& clock)
    : signer_(key, {.type = std::string(token_type)}),
      settings_(std::move(settings)),
      clock_(clock),
      known_(std::make_unique<token_cache>()) {}

access_tokens::~access_tokens() = default;

std::string access_tokens::issue(const account::user& owner, const base::session_id& session) const {
  const auto now = whole_seconds(clock_.now());
  json::writer claims;
  claims.begin_object()
      .member("iss", settings_.issuer)
      .member("aud", settings_.audience)
      .member("sub", owner.id.text())
      .member("email", owner.email)
      .member("is_admin", owner.is_admin)
      .member("sid", session.text())
      .member("jti", crypto::random_uuid().text())
      .member("epoch", owner.security_epoch)
      .member("iat", now)
      .member("exp", now + settings_.life.count())
      .end_object();
  return signer_.sign(std::move(claims).str());
}

base::result<access_token_claims> access_tokens::read(std::string_view token) const {
  if (token.size() > crypto::max_token_size) return invalid_token("too long");
  const auto digest = crypto::sha256(base::as_bytes(token));
  auto found = known_->find(digest);
  if (!found) {
    auto read = read_unknown(token);
    if (!read) return read.error();
    known_->keep(digest, *read);
    found = *read;
  }
  if (auto timely = check_times(*found); !timely) return timely.error();
  return found->claims;
}

base::result<read_token> access_tokens::read_unknown(std::string_view token) const {
  // 1. The signature, the algorithm and the type of the token (RFC 8725 sections 3.1, 3.11).
  const auto payload = signer_.verify(token);
  if (!payload) return invalid_token(payload.error().internal_detail);

  // 2. One JSON object, no member twice.
  const auto parsed = json::parse(*payload);
  if (!parsed) return invalid_token("claims: " + parsed.error().detail);
  const auto* claims = parsed->if_object();
  if (claims == nullptr) return invalid_token("claims are no object");

  // 3. For us, from us (RFC 8725 sections 3.8, 3.9). An array of audiences is allowed by RFC 7519, but we never write
  // one.
  if (text_of(*claims, "iss") != std::string_view(settings_.issuer)) return invalid_token("iss");
  if (text_of(*claims, "aud") != std::string_view(settings_.audience)) return invalid_token("aud");

  // 4. Every claim that we write is there, and of its type.
  const auto subject = text_of(*claims, "sub");
  const auto session = text_of(*claims, "sid");
  const auto token_id = text_of(*claims, "jti");
  const auto user_id = subject ? base::user_id::parse(*subject) : std::nullopt;
  const auto session_id = session ? base::session_id::parse(*session) : std::nullopt;
  if (!user_id) return invalid_token("sub");
  if (!session_id) return invalid_token("sid");
  if (!token_id || !base::uuid::parse(*token_id)) return invalid_token("jti");
  if (!text_of(*claims, "email")) return invalid_token("email");
  const auto* is_admin = claims->if_contains("is_admin");
  if (is_admin == nullptr || !is_admin->is_bool()) return invalid_token("is_admin");
  const auto epoch = integer_of(*claims, "epoch");
  if (!epoch || *epoch < 0) return invalid_token("epoch");
  const auto expires = date_of(*claims, "exp");
  const auto issued = date_of(*claims, "iat");
  if (!expires) return invalid_token("exp");
  if (!issued) return invalid_token("iat");
  std::int64_t not_before = 0;
  if (claims->contains("nbf")) {
    const auto date = date_of(*claims, "nbf");
    if (!date) return invalid_token("nbf");
    not_before = *date;
  }

  read_token out;
  out.claims.subject = *user_id;
  out.claims.session = *session_id;
  out.claims.epoch = *epoch;
  out.claims.expires_at = base::timestamp(std::chrono::seconds(*expires));
  out.expires_at = *expires;
  out.not_before = std::max(not_before, *issued);
  return out;
}

// RFC 7519 sections 4.1.4 to 4.1.6, with a little leeway for clocks that differ.
base::result<void> access_tokens::check_times(const read_token& token) const {
  const auto now = whole_seconds(clock_.now());
  const auto leeway = settings_.leeway.count();
  if (token.expires_at + leeway <= now) return invalid_token("expired");
  if (token.not_before > now + leeway) return invalid_token("iat or nbf in the future");
  return {};
}

}  // namespace kontor::session
