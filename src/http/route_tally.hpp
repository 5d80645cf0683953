// What became of requests, by the route that they found.
#pragma once

#include "metrics/counter.hpp"
#include "metrics/histogram.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <vector>

namespace kontor::http {

/// Of one route.
struct route_tally {
  std::array<metrics::counter, 5> by_class;  ///< Answered with 1xx, 2xx … 5xx.
  metrics::time_histogram took;
};

/// Of one loop, so that counting costs nothing where many loops answer: they never write to the same place.
class request_counts {
 public:
  /// As many routes as router::names has.
  explicit request_counts(std::size_t routes) : routes_(routes) {}

  /// `route`: route_match::number.
  void answered(std::size_t route, unsigned status, std::chrono::nanoseconds took) noexcept;
  void was_cut() noexcept { cut_.add(); }

  /// From any thread.
  const route_tally& of(std::size_t route) const { return routes_.at(route); }
  std::uint64_t cut() const noexcept { return cut_.value(); }

 private:
  std::vector<route_tally> routes_;
  metrics::counter cut_;
};

}  // namespace kontor::http
