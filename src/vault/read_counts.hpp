// What became of the readings of secrets, for whoever watches the program.
#pragma once

#include "base/error.hpp"
#include "metrics/counter.hpp"

namespace kontor::vault {

enum class read_outcome {
  read,
  missing,      ///< There is none of that name.
  unreadable,   ///< Its rows were changed, or its owner's keys do not open it.
  unavailable,  ///< The vault has not its key, or the database does not answer.
};

class read_counts {
 public:
  template <class T>
  void note(const base::result<T>& outcome) noexcept {
    by_outcome_.add(outcome ? read_outcome::read : of(outcome.error()));
  }
  std::uint64_t value(read_outcome of) const noexcept { return by_outcome_.value(of); }

 private:
  static read_outcome of(const base::error& why) noexcept {
    if (why.code == base::errc::not_found) return read_outcome::missing;
    return why.type == "secret-unreadable" ? read_outcome::unreadable : read_outcome::unavailable;
  }

  metrics::counters<read_outcome, read_outcome::unavailable> by_outcome_;
};

}  // namespace kontor::vault
