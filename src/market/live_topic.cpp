#include "market/live_topic.hpp"

#include <algorithm>
#include <utility>

namespace kontor::market {
namespace {

// More than an exchange tells while candles are fetched; the oldest beyond it are among those that are fetched.
constexpr std::size_t most_held = 2000;

}  // namespace

warm_up::warm_up(std::span<const watched_indicator> with, const candle_answer& all)
    // A later one is there: all before the last are finished. The last one is not, as long as no later one is heard.
    : all_(&all), finished_(all.lead_in.size() + (all.candles.empty() ? 0 : all.candles.size() - 1)) {
  for (const auto& one : with)
    indicators_.push_back(one.start());
}

bool warm_up::go_on() {
  if (indicators_.empty() || next_ == finished_) return false;
  const auto before = all_->lead_in.size();
  const auto last = std::min(finished_, next_ + std::max<std::size_t>(1, piece / indicators_.size()));
  const auto push = [this](const candle& one) {
    for (const auto& each : indicators_)
      each->push(one);
  };
  if (next_ < before) all_->lead_in.part(next_, std::min(last, before) - next_).for_each(push);
  const auto first = std::max(next_, before);
  if (first < last) all_->candles.part(first - before, last - first).for_each(push);
  next_ = last;
  return true;
}

std::int64_t live_topic::lead_in() const noexcept {
  std::int64_t most = 0;
  for (const auto& one : with_)
    most = std::max(most, one.lead_in);
  return most;
}

void live_topic::enter(std::shared_ptr<market_listener> who) {
  const std::scoped_lock lock(mutex_);
  if (status_) who->hear(status_);
  if (last_) who->hear(last_);
  if (std::ranges::find(watchers_, who) == watchers_.end()) watchers_.push_back(std::move(who));
}

void live_topic::exit(const market_listener& who) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(watchers_, [&who](const auto& one) { return one.get() == &who; });
}

bool live_topic::is_watched() const {
  const std::scoped_lock lock(mutex_);
  return !watchers_.empty();
}

// Under one lock, so that who enters meanwhile hears it either as what is, or as what happens.
void live_topic::tell(const frame& what, frame live_topic::* kept) {
  const std::scoped_lock lock(mutex_);
  if (kept != nullptr) this->*kept = what;
  for (const auto& one : watchers_)
    one->hear(what);
}

frame live_topic::told(const candle& what, candle_end end, base::timestamp now) const {
  std::vector<told_values> values;
  for (std::size_t i = 0; i < indicators_.size(); ++i)
    values.push_back({.text = with_[i].text, .values = indicators_[i]->peek(what)});
  return candle_frame(now, of_, what, end, values);
}

void live_topic::tell_growing(base::timestamp now) {
  if (!growing_) return;
  told_at_ = now;
  is_late_ = false;
  tell(told(*growing_, candle_end::growing, now), &live_topic::last_);
}

void live_topic::tell_status(std::string_view state, base::timestamp now) {
  tell(status_frame(now, of_, state), state == "gap_filled" ? nullptr : &live_topic::status_);
}

void live_topic::push(const candle& finished) {
  for (const auto& one : indicators_)
    one->push(finished);
  pushed_ = finished.time;
}

void live_topic::begin_seeding() {
  is_seeded_ = false;
  is_late_ = false;
  held_.clear();
}

void live_topic::seed(warm_up prepared, base::timestamp now) {
  while (prepared.go_on())
    continue;
  const auto& all = *prepared.all_;
  indicators_ = std::move(prepared.indicators_);
  growing_.reset();
  pushed_.reset();
  const auto before = all.candles.size() > 1 ? std::optional(all.candles.at(all.candles.size() - 2)) : std::nullopt;
  if (before) {
    pushed_ = before->time;
  } else if (!all.lead_in.empty()) {
    pushed_ = all.lead_in.back().time;
  }
  if (!all.candles.empty()) growing_ = all.candles.back();
  is_seeded_ = true;
  for (const auto& one : std::exchange(held_, {}))
    take(one, now);
  tell_growing(now);
}

// What is finished is never told again: it went into the indicators.
void live_topic::take(const candle& one, base::timestamp now) {
  if (pushed_ && one.time <= *pushed_) return;
  if (growing_ && one.time < growing_->time) return;
  if (growing_ && one.time > growing_->time) {
    // Kept, for who comes before the next one is told: what was told of it while it grew may not be its end.
    tell(told(*growing_, candle_end::final, now), &live_topic::last_);
    push(*growing_);
  }
  growing_ = one;
  is_late_ = true;
}

void live_topic::heard(std::span<const candle> latest, base::timestamp now, std::chrono::milliseconds pace) {
  if (!is_seeded_) {
    for (const auto& one : latest) {
      if (!held_.empty() && held_.back().time == one.time) {
        held_.back() = one;
      } else {
        if (held_.size() == most_held) held_.erase(held_.begin());
        held_.push_back(one);
      }
    }
    return;
  }
  for (const auto& one : latest)
    take(one, now);
  (void)flush(now, pace);
}

bool live_topic::flush(base::timestamp now, std::chrono::milliseconds pace) {
  if (!is_late_) return true;
  if (told_at_ && now - *told_at_ < pace && now >= *told_at_) return false;
  tell_growing(now);
  return true;
}

}  // namespace kontor::market
