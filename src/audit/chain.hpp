// The chain of the log: what an entry's hash covers, and how personal data can leave an entry without breaking it.
// Pure: no database here.
//
// The hash of an entry is an HMAC over its number, the hash before it, and what the act was. It covers the personal
// fields only through a digest of each side, made with a random salt that stands beside it. Erasing a side removes its
// fields and its salt; the digest stays, so the chain still verifies, and without the salt nobody can tell by trying
// what was digested. In place of the salt stands an erasure mark, a MAC that only the key's owner can make: so what
// this program erased is told from what somebody emptied to hide it.
//
// Keyed, because whoever can write to the database could compute a plain chain again from the place that was changed.
// The head, which names the last entry, is signed too: entries that are cut off the end leave one that names what is
// not there, and a head that names an earlier entry needs a MAC that only the key's owner can make.
//
// The price: only who holds the installation's key can verify, a lost key leaves the earlier entries unverifiable, and
// somebody who has the key too can rewrite everything. Against that, and against an older copy of the log that is put
// back together with its head, helps a head that was noted elsewhere (verify_settings::remembered).
#pragma once

#include "base/secret_bytes.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::audit {

/// The two people of an entry, each of whom may leave without the other.
enum class side {
  subject,  ///< The owner of the timeline: owner id, detail.
  actor,    ///< The one who acted: actor id, address, request id.
};

/// The personal fields of one side. All in lower-case hexadecimal but `fields`.
struct sealed_side {
  std::vector<std::optional<std::string>> fields;
  std::optional<std::string> salt;     ///< 128 random bits; gone once erased.
  std::string digest;                  ///< HMAC-SHA-256 of the fields under the salt.
  std::optional<std::string> erasure;  ///< The erasure mark; set once erased.
};

/// An entry as it stands in the database, whatever somebody made of it.
struct stored_entry {
  std::int64_t number = 0;
  base::timestamp at;
  std::string action;
  std::string outcome;
  std::string key_id;
  sealed_side subject;
  sealed_side actor;
  std::string hash;
};

/// The last entry: number and hash.
struct chain_head {
  std::int64_t number = 0;
  std::string hash;

  friend bool operator==(const chain_head&, const chain_head&) = default;
};

/// The row of the head as it stands in the database, whatever somebody made of it.
struct stored_head {
  chain_head last;
  std::string key_id;  ///< Of the key that the log is signed with; empty before it was begun.
  std::string mac;     ///< chain::mac_of(last), or empty: not signed.
};

/// What stands before the first entry.
inline constexpr std::string_view hash_before_first =
    "0000000000000000000000000000000000000000000000000000000000000000";

/// Gives the side a fresh salt and its digest. Throws crypto::crypto_failure.
void seal(sealed_side& personal);

/// The digest that the side should have; the salt must be there.
std::string digest_of(const sealed_side& personal);

/// The keys of one installation. Thread-safe.
class chain {
 public:
  /// Derives its keys by HKDF-SHA-256; std::invalid_argument when the key is shorter than 32 bytes.
  explicit chain(const base::secret_bytes& installation_key);

  /// Names the key, and tells nothing about it. Stored with each entry, so that a wrong key is not taken for a forgery.
  const std::string& key_id() const noexcept { return key_id_; }

  /// HMAC-SHA-256 over a length-prefixed encoding of number, `previous`, time, action, outcome, key id and both
  /// digests.
  std::string hash_of(const stored_entry& entry, std::string_view previous) const;

  /// The signature of the head. Numbers have no gaps, so the number of the last entry says how many there are.
  std::string mac_of(const chain_head& last) const;

  /// Does the head carry our signature?
  bool holds(const stored_head& head) const;

  /// The mark of a side that was erased from this entry; holds for no other.
  std::string erasure_mark(std::int64_t number, std::string_view hash, side which) const;

 private:
  base::secret_bytes chain_key_;
  base::secret_bytes head_key_;
  base::secret_bytes erasure_key_;
  std::string key_id_;
};

}  // namespace kontor::audit
