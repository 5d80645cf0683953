// Follows the chain from its first entry and names the first link that does not hold. Pure: entries come from anywhere.
#pragma once

#include "audit/chain.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace kontor::audit {

/// What is wrong with a link.
enum class flaw {
  changed,        ///< The entry is not what was written.
  missing,        ///< There is no entry of this number, but a later one or the head says that there was.
  order,          ///< The entry that belongs here stands under another number, or this one stands where none may.
  emptied,        ///< Personal fields are gone, and it was not this program that erased them.
  other_key,      ///< Written with another key than the one we have: nothing can be said about it.
  head,           ///< The entries hold, but the row that names the last one is gone or names another.
  unsigned_head,  ///< The entries hold and the head names the last one, but it does not carry our signature.
  rewritten,      ///< It holds, but it is not the one that was remembered: the log was put back and written anew.
};

/// The first broken link.
struct broken_link {
  std::int64_t number = 0;  ///< The entry that should stand there.
  flaw why = flaw::changed;
  std::optional<std::int64_t> found_at = {};  ///< flaw::order: where it stands instead.

  friend bool operator==(const broken_link&, const broken_link&) = default;
};

/// One sentence for the operator.
std::string describe(const broken_link& broken);

/// What the check found.
struct verification {
  std::int64_t entries = 0;                            ///< Entries that hold, counted up to the first broken link.
  std::int64_t erased = 0;                             ///< Those among them with a side that was erased.
  chain_head last{0, std::string(hash_before_first)};  ///< The last that holds; worth noting outside of the database.
  std::optional<broken_link> broken = {};
};

class chain_check {
 public:
  /// `keys` must outlive the check. `remembered`: a head that was noted earlier and must still be part of the chain.
  explicit chain_check(const chain& keys, std::optional<chain_head> remembered = std::nullopt);

  /// The next entry, in ascending order of the numbers they stand under. After a broken link it is only asked whether
  /// it is the one that should have stood there.
  void take(const stored_entry& next);

  /// There are no more; `head` as it was when the last of them was read. Returns what was found.
  const verification& finish(const std::optional<stored_head>& head);

 private:
  std::optional<flaw> judge(const stored_entry& next) const;
  std::optional<flaw> judge(const stored_entry& next, side which) const;
  void look_for_the_missing(const stored_entry& next);
  std::int64_t expected() const noexcept { return found_.last.number + 1; }

  const chain& keys_;
  std::optional<chain_head> remembered_;
  verification found_;
};

}  // namespace kontor::audit
