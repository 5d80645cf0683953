#include "crypto/jws.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <stdexcept>

namespace kontor::crypto {
namespace {

std::string checked_type(std::string type) {
  const bool printable =
      std::all_of(type.begin(), type.end(), [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\\'; });
  if (type.empty() || !printable) throw std::invalid_argument("the type of a token is printable ASCII");
  return type;
}

}  // namespace

jws_signer::jws_signer(const base::secret_bytes& key, jws_kind kind)
    : key_(key), type_(checked_type(std::move(kind.type))) {
  const auto token = key_.sign(type_, "{}");
  own_header_ = token.substr(0, token.find('.'));
}

std::string jws_signer::sign(std::string_view payload) const {
  if (payload.empty() || !base::is_utf8(payload))
    throw std::invalid_argument("the payload of a token is UTF-8 and not empty");
  auto token = key_.sign(type_, payload);
  if (token.size() > max_token_size) throw std::invalid_argument("the payload of a token is too long");
  return token;
}

base::result<std::string> jws_signer::verify(std::string_view token) const {
  auto read = read_compact(token);
  if (!read) return read.error();
  // Nearly every token carries the header that we wrote, byte for byte; any other spelling is read strictly.
  if (read->encoded_header != own_header_) {
    const auto header = check_jws_header(read->encoded_header, type_);
    if (!header) return header.error();
  }
  if (!key_.verify(token)) return bad_token("token: the signature does not hold");
  if (!base::is_utf8(read->payload)) return bad_token("token: the payload is not UTF-8");
  return std::move(read->payload);
}

}  // namespace kontor::crypto
