#include "audit/chain.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"

#include <stdexcept>

namespace kontor::audit {
namespace {

constexpr std::size_t min_key_size = 32;
constexpr std::size_t salt_size = 16;
constexpr std::size_t key_id_size = 8;

// Each value behind its length as eight bytes, so that no two lists of values give the same bytes. The first value says
// what is encoded, so that no encoding of one thing is one of another.
class encoding {
 public:
  explicit encoding(std::string_view what) { text(what); }

  encoding& text(std::string_view value) {
    big_endian(value.size());
    bytes_.append(value);
    return *this;
  }
  encoding& number(std::int64_t value) {
    big_endian(sizeof value);
    big_endian(static_cast<std::uint64_t>(value));
    return *this;
  }
  encoding& maybe(const std::optional<std::string>& value) {
    if (value) return text(*value);
    big_endian(absent);
    return *this;
  }

  std::string mac(crypto::bytes key) const { return base::to_hex(crypto::hmac_sha256(key, base::as_bytes(bytes_))); }

 private:
  static constexpr std::uint64_t absent = ~std::uint64_t{0};  // no text is that long

  void big_endian(std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8)
      bytes_ += static_cast<char>((value >> shift) & 0xff);
  }

  std::string bytes_;
};

base::secret_bytes derive(const base::secret_bytes& from, std::string_view use, std::size_t size) {
  return crypto::hkdf_sha256(from.bytes(), {}, base::as_bytes(use), size);
}

const base::secret_bytes& long_enough(const base::secret_bytes& key) {
  if (key.size() < min_key_size) throw std::invalid_argument("the key of the audit chain must have 32 bytes or more");
  return key;
}

}  // namespace

void seal(sealed_side& personal) {
  personal.salt = base::to_hex(crypto::random_array<salt_size>());
  personal.digest = digest_of(personal);
}

std::string digest_of(const sealed_side& personal) {
  encoding fields("kontor audit personal 1");
  fields.number(static_cast<std::int64_t>(personal.fields.size()));
  for (const auto& field : personal.fields)
    fields.maybe(field);
  return fields.mac(base::as_bytes(personal.salt.value()));
}

chain::chain(const base::secret_bytes& installation_key)
    : chain_key_(derive(long_enough(installation_key), "kontor audit chain", sizeof(crypto::sha256_digest))),
      head_key_(derive(installation_key, "kontor audit head", sizeof(crypto::sha256_digest))),
      erasure_key_(derive(installation_key, "kontor audit erasure", sizeof(crypto::sha256_digest))),
      key_id_(base::to_hex(derive(installation_key, "kontor audit key id", key_id_size).bytes())) {}

std::string chain::hash_of(const stored_entry& entry, std::string_view previous) const {
  encoding link("kontor audit entry 1");
  link.number(entry.number)
      .text(previous)
      .number(base::to_microseconds(entry.at))
      .text(entry.action)
      .text(entry.outcome)
      .text(entry.key_id)
      .text(entry.subject.digest)
      .text(entry.actor.digest);
  return link.mac(chain_key_.bytes());
}

std::string chain::mac_of(const chain_head& last) const {
  encoding head("kontor audit head 1");
  head.number(last.number).text(last.hash).text(key_id_);
  return head.mac(head_key_.bytes());
}

bool chain::holds(const stored_head& head) const {
  const auto ours = mac_of(head.last);
  return head.key_id == key_id_ && crypto::equal_in_constant_time(base::as_bytes(head.mac), base::as_bytes(ours));
}

std::string chain::erasure_mark(std::int64_t number, std::string_view hash, side which) const {
  encoding mark("kontor audit erasure 1");
  mark.number(number).text(hash).number(static_cast<std::int64_t>(which));
  return mark.mac(erasure_key_.bytes());
}

}  // namespace kontor::audit
