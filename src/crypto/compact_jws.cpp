#include "crypto/compact_jws.hpp"

#include "base/text.hpp"
#include "json/parse.hpp"

#include <array>

namespace kontor::crypto {
namespace {

std::string_view view(const boost::json::string& text) noexcept {
  return {text.data(), text.size()};
}

}  // namespace

base::error bad_token(std::string reason) {
  base::error e;
  e.code = base::errc::unauthenticated;
  e.internal_detail = std::move(reason);
  return e;
}

base::result<compact_jws> read_compact(std::string_view token) {
  if (token.size() > max_token_size) return bad_token("token: too long");

  std::array<std::string_view, 3> parts;
  std::string_view rest = token;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto dot = rest.find('.');
    const bool last = i + 1 == parts.size();
    if (last != (dot == std::string_view::npos)) return bad_token("token: not three parts");
    parts[i] = rest.substr(0, dot);
    if (parts[i].empty()) return bad_token("token: an empty part");
    if (!last) rest.remove_prefix(dot + 1);
  }

  const auto payload = base::from_base64url(parts[1]);
  const auto signature = base::from_base64url(parts[2]);
  if (!payload || !signature) return bad_token("token: not canonical base64url");
  if (signature->size() != hs256_size) return bad_token("token: a signature of another size");

  compact_jws out;
  out.encoded_header = parts[0];
  out.payload = base::as_text(*payload);
  return out;
}

base::result<void> check_jws_header(std::string_view encoded_header, std::optional<std::string_view> type) {
  const auto text = base::from_base64url(encoded_header);
  if (!text) return bad_token("token header: not canonical base64url");
  // Member names that appear twice, `alg` above all, end here.
  const auto parsed = json::parse(base::as_text(*text));
  if (!parsed) return bad_token("token header: " + parsed.error().detail);
  const auto* header = parsed->if_object();
  if (header == nullptr) return bad_token("token header: not an object");

  bool algorithm_seen = false;
  bool type_seen = false;
  for (const auto& member : *header) {
    const auto& name = member.key();
    const auto* value = member.value().if_string();
    if (name == "alg") {
      if (value == nullptr || view(*value) != "HS256") return bad_token("token header: another algorithm");
      algorithm_seen = true;
    } else if (name == "typ") {
      if (value == nullptr || (type && view(*value) != *type)) return bad_token("token header: another type");
      type_seen = true;
    } else if (name == "kid") {
      if (value == nullptr) return bad_token("token header: kid is no string");
    } else {
      return bad_token("token header: a member that is not allowed");
    }
  }
  if (!algorithm_seen) return bad_token("token header: no algorithm");
  if (type && !type_seen) return bad_token("token header: no type");
  return {};
}

}  // namespace kontor::crypto
