#include "chart/watched.hpp"

#include <memory>
#include <utility>

namespace kontor::chart {
namespace {

indicator::bar to_bar(const market::candle& one) noexcept {
  return {
      .time = one.time, .open = one.open, .high = one.high, .low = one.low, .close = one.close, .volume = one.volume};
}

class running_indicator final : public market::live_indicator {
 public:
  explicit running_indicator(const indicator::spec& what)
      : running_(indicator::start(what)), outputs_(indicator::outputs_of(what.what).size()) {}

  void push(const market::candle& finished) override { running_->push(to_bar(finished)); }
  std::vector<std::optional<double>> peek(const market::candle& growing) const override {
    const auto told = running_->peek(to_bar(growing));
    return {told.begin(), told.begin() + static_cast<std::ptrdiff_t>(outputs_)};
  }

 private:
  const std::unique_ptr<indicator::running> running_;
  const std::size_t outputs_;
};

// A topic has no range that it could be counted from.
class silent_indicator final : public market::live_indicator {
 public:
  explicit silent_indicator(const indicator::spec& what) : outputs_(indicator::outputs_of(what.what).size()) {}

  void push(const market::candle&) override {}
  std::vector<std::optional<double>> peek(const market::candle&) const override {
    return std::vector<std::optional<double>>(outputs_);
  }

 private:
  const std::size_t outputs_;
};

std::unique_ptr<market::live_indicator> start_live(const indicator::spec& what) {
  if (indicator::counts_from_start(what)) return std::make_unique<silent_indicator>(what);
  return std::make_unique<running_indicator>(what);
}

}  // namespace

std::vector<market::watched_indicator> watched(std::span<const indicator::spec> all, market::interval every) {
  std::vector<market::watched_indicator> out;
  out.reserve(all.size());
  for (const auto& each : all)
    out.push_back({.text = indicator::to_text(each),
                   .lead_in = indicator::lead_in(each, market::longest(every)),
                   .start = [each] { return start_live(each); }});
  return out;
}

}  // namespace kontor::chart
