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

}  // namespace

market::watched_indicator watched(const indicator::spec& what) {
  return {.text = indicator::to_text(what), .lead_in = indicator::lead_in(what), .start = [what] {
            return std::make_unique<running_indicator>(what);
          }};
}

std::vector<market::watched_indicator> watched(std::span<const indicator::spec> all) {
  std::vector<market::watched_indicator> out;
  out.reserve(all.size());
  for (const auto& each : all)
    out.push_back(watched(each));
  return out;
}

}  // namespace kontor::chart
