// What becomes of a mail after an attempt to send it. Decisions only: no clock, no database.
#pragma once

#include "base/time.hpp"

#include <chrono>
#include <cstdint>

namespace kontor::mail {

inline constexpr std::chrono::minutes first_wait{1};
inline constexpr std::chrono::hours longest_wait{1};
inline constexpr std::chrono::hours longest_delivery{24};

/// A mail is given up when its link has ended, or after a day.
base::timestamp give_up_time(base::timestamp made_at, base::timestamp link_ends_at) noexcept;

/// The wait after the n-th failure, from 1 on: a minute, doubled each time, an hour at most.
std::chrono::minutes wait_after(std::int64_t failures) noexcept;

enum class attempt_outcome {
  sent,
  failed,       ///< The other side refused, or was not there.
  interrupted,  ///< We were ended meanwhile; it proves nothing.
};

enum class delivery_step {
  remove,   ///< It is done: forget the mail.
  wait,     ///< Try again at `at`.
  give_up,  ///< Forget the mail, and say so.
};

struct delivery_decision {
  delivery_step step = delivery_step::remove;
  base::timestamp at;  ///< With `wait`.

  friend bool operator==(const delivery_decision&, const delivery_decision&) = default;
};

/// `attempts` counts the one that just ended. An attempt that would come too late is not waited for.
delivery_decision decide(attempt_outcome outcome, std::int64_t attempts, base::timestamp now,
                         base::timestamp gives_up_at) noexcept;

}  // namespace kontor::mail
