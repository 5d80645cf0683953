#include "metrics/histogram.hpp"

#include <algorithm>
#include <numeric>

namespace kontor::metrics {

std::uint64_t time_counts::count() const noexcept {
  return std::accumulate(in_bucket.begin(), in_bucket.end(), std::uint64_t{0});
}

time_counts& time_counts::operator+=(const time_counts& more) noexcept {
  for (std::size_t i = 0; i < in_bucket.size(); ++i)
    in_bucket[i] += more.in_bucket[i];
  sum += more.sum;
  return *this;
}

void time_histogram::record(std::chrono::nanoseconds took) noexcept {
  took = std::max(took, std::chrono::nanoseconds(0));
  // Most are in one of the first buckets, so looking from the front is the fastest.
  std::size_t bucket = 0;
  while (bucket < time_bounds.size() && took > time_bounds[bucket])
    ++bucket;
  in_bucket_[bucket].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(static_cast<std::uint64_t>(took.count()), std::memory_order_relaxed);
}

time_counts time_histogram::counts() const noexcept {
  time_counts out;
  for (std::size_t i = 0; i < in_bucket_.size(); ++i)
    out.in_bucket[i] = in_bucket_[i].load(std::memory_order_relaxed);
  out.sum = std::chrono::nanoseconds(sum_.load(std::memory_order_relaxed));
  return out;
}

}  // namespace kontor::metrics
