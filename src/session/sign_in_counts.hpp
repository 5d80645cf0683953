// What became of attempts to sign in, for whoever watches the program.
#pragma once

#include "base/error.hpp"
#include "metrics/counter.hpp"
#include "session/entrance.hpp"

#include <variant>

namespace kontor::session {

enum class sign_in_outcome {
  entered,            ///< There is a session.
  code_asked,         ///< The password was right; the second factor is asked for.
  wrong_credentials,  ///< No such account, a wrong password, or one that may not.
  wrong_code,         ///< Of the second factor; or the time for it was over.
  throttled,          ///< Too many failures before: nothing was checked.
  unavailable,        ///< We could not: the database, or a full queue.
};

class sign_in_counts {
 public:
  void note(const base::result<entry>& first_step) noexcept {
    if (!first_step)
      note(first_step.error(), sign_in_outcome::wrong_credentials);
    else
      by_outcome_.add(std::holds_alternative<challenge>(*first_step) ? sign_in_outcome::code_asked
                                                                     : sign_in_outcome::entered);
  }
  void note(const base::result<signed_in>& second_step) noexcept {
    if (!second_step)
      note(second_step.error(), sign_in_outcome::wrong_code);
    else
      by_outcome_.add(sign_in_outcome::entered);
  }
  std::uint64_t value(sign_in_outcome of) const noexcept { return by_outcome_.value(of); }

 private:
  void note(const base::error& why, sign_in_outcome refused) noexcept {
    if (why.code == base::errc::too_many_requests)
      by_outcome_.add(sign_in_outcome::throttled);
    else
      by_outcome_.add(why.code == base::errc::unauthenticated ? refused : sign_in_outcome::unavailable);
  }

  metrics::counters<sign_in_outcome, sign_in_outcome::unavailable> by_outcome_;
};

}  // namespace kontor::session
