// Stored password strings: a line with a password, then what stands in the database. Nothing throws, and what we take
// for a bcrypt string libxcrypt takes for one too.
#include "tests/fuzz/fuzz_target.hpp"

#include "crypto/bcrypt.hpp"
#include "crypto/password_hash.hpp"

#include <crypt.h>

#include <string>

namespace {

using namespace kontor;

const crypto::password_hasher& hasher() {
  static const crypto::password_hasher own([] {
    crypto::password_settings settings;
    settings.cost = crypto::min_bcrypt_cost;
    return settings;
  }());
  return own;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = test::input_text(data, size);
  const auto line = text.find('\n');
  const auto password = line == std::string_view::npos ? std::string_view() : text.substr(0, line);
  const auto stored = line == std::string_view::npos ? text : text.substr(line + 1);

  const auto cost = crypto::bcrypt_cost(stored);
  if (cost) test::must(crypt_checksalt(std::string(stored).c_str()) == CRYPT_SALT_OK, "libxcrypt knows the string too");

  // A whole hash at cost 15 takes two seconds; the reader has been asked above.
  const auto inner = stored.size() > 60 ? crypto::bcrypt_cost(stored.substr(stored.size() - 60)) : cost;
  if (inner.value_or(crypto::min_bcrypt_cost) > 6) return 0;
  const auto match = hasher().check(password, stored);
  if (!inner) test::must(match == crypto::password_match::no, "what cannot be read matches nothing");
  if (cost) test::must(match != crypto::password_match::yes, "a plain hash from elsewhere is outdated");
  return 0;
}
