// Tokens: nothing opens but a token with one spelling, our algorithm and our type; even with a right signature.
#include "tests/fuzz/fuzz_target.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "crypto/jws.hpp"

#include <boost/json/parse.hpp>

namespace {

using namespace kontor;

constexpr std::string_view key_text = "0123456789abcdef0123456789abcdef";

const crypto::jws_signer& signer() {
  static const crypto::jws_signer own(base::secret_bytes(key_text), {"at+jwt"});
  return own;
}

std::string encode(std::string_view text) {
  return base::to_base64url(base::as_bytes(text));
}

std::string token_with(std::string_view header, std::string_view payload) {
  const auto input = encode(header) + "." + encode(payload);
  return input + "." + base::to_base64url(crypto::hmac_sha256(base::as_bytes(key_text), base::as_bytes(input)));
}

bool says(const boost::json::value& header, const char* name, std::string_view expected) {
  const auto* member = header.as_object().if_contains(name);
  return member != nullptr && member->is_string() &&
         std::string_view(member->as_string().data(), member->as_string().size()) == expected;
}

// The input as a token from outside.
void open_as_token(std::string_view text) {
  const auto read = crypto::read_compact(text);
  const auto opened = signer().verify(text);
  test::must(read.has_value() || !opened.has_value(), "only the compact form opens");
  if (!read) return;
  const auto first = text.find('.'), last = text.rfind('.');
  test::must(text.substr(first + 1, last - first - 1) == encode(read->payload), "a payload has one spelling");
  test::must(!opened || *opened == read->payload, "the payload is what was signed");
}

// The input as the header of a token with a right signature.
void open_as_header(std::string_view text) {
  const auto opened = signer().verify(token_with(text, "{}"));
  if (!opened) {
    test::must(opened.error().code == base::errc::unauthenticated && opened.error().detail.empty(),
               "one answer for the client");
    return;
  }
  const auto header = boost::json::parse({text.data(), text.size()});
  test::must(says(header, "alg", "HS256") && says(header, "typ", "at+jwt"), "algorithm and type are ours");
  test::must(header.as_object().size() == 2u + header.as_object().count("kid"), "no other member");
}

// The input as a payload.
void open_as_payload(std::string_view text) {
  if (text.empty() || text.size() > 2'500 || !base::is_utf8(text)) return;
  const auto opened = signer().verify(signer().sign(text));
  test::must(opened.has_value() && *opened == text, "what was signed opens");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = test::input_text(data, size);
  open_as_token(text);
  open_as_header(text);
  open_as_payload(text);
  return 0;
}
