#include "http/route_tally.hpp"

#include <algorithm>

namespace kontor::http {

void request_counts::answered(std::size_t route, unsigned status, std::chrono::nanoseconds took) noexcept {
  auto& of = routes_[std::min(route, routes_.size() - 1)];
  of.by_class[std::clamp(status / 100, 1u, 5u) - 1].add();
  of.took.record(took);
}

}  // namespace kontor::http
