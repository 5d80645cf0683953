// A sum that does not drift: what each addition loses to rounding is kept beside it (Neumaier, "Rundungsfehleranalyse
// einiger Verfahren zur Summation endlicher Summen", 1974).
#pragma once

#include <cmath>

namespace kontor::indicator {

class running_sum {
 public:
  void add(double number) noexcept {
    const double sum = sum_ + number;
    lost_ += std::fabs(sum_) >= std::fabs(number) ? (sum_ - sum) + number : (number - sum) + sum_;
    sum_ = sum;
  }
  double total() const noexcept { return sum_ + lost_; }

 private:
  double sum_ = 0;
  double lost_ = 0;
};

}  // namespace kontor::indicator
