#include "throttle/token_bucket.hpp"

#include <stdexcept>

namespace kontor::throttle {

token_bucket::pace::pace(const quota& allowed) {
  if (allowed.requests < 1 || allowed.requests > 1'000'000)
    throw std::invalid_argument("A quota is 1 to 1000000 requests.");
  if (allowed.window < std::chrono::seconds(1) || allowed.window > std::chrono::days(1))
    throw std::invalid_argument("The window of a quota is one second to one day.");
  per_token_ = duration(allowed.window) / allowed.requests;
  per_bucket_ = per_token_ * allowed.requests;
}

}  // namespace kontor::throttle
