// The page that Prometheus reads (text format, version 0.0.4):
// https://prometheus.io/docs/instrumenting/exposition_formats
#pragma once

#include "metrics/histogram.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace kontor::metrics {

inline constexpr std::string_view text_page_type = "text/plain; version=0.0.4; charset=utf-8";

enum class kind { counter, gauge, histogram };
std::string_view name_of(kind what) noexcept;

/// Samples of one name, with what is said of all of them.
struct family {
  /// With its unit in the end, in base units: `_seconds`, `_bytes`; and `_total` of a counter.
  std::string_view name;
  kind what = kind::counter;
  std::string_view help;                   ///< One line for people.
  std::array<std::string_view, 3> labels;  ///< Their names, in this order; empty: no more.

  std::size_t label_count() const noexcept;
};

/// The values of a family's labels, in its order. Never what users choose: each new value is a series that whoever
/// reads the page keeps.
using label_values = std::initializer_list<std::string_view>;

/// Writes family after family; each once, with its samples behind it. What does not fit together is a defect
/// (std::logic_error).
class text_page {
 public:
  /// From here on samples are of this family. Also one without any is told of. It outlives the page.
  text_page& begin(const family& of);

  text_page& sample(label_values labels, std::uint64_t value);
  /// Not for a counter of things, which are whole.
  text_page& sample(label_values labels, double value);
  text_page& sample(label_values labels, const time_counts& value);

  std::string take() { return std::move(text_); }

 private:
  void check(label_values labels, bool is_histogram) const;
  void line(std::string_view suffix, label_values labels, std::string_view le, std::string_view value);

  std::string text_;
  const family* now_ = nullptr;
  std::set<std::string_view> told_;
};

/// A number as the format writes it: as short as it can be read back, `+Inf`, `-Inf`, `NaN`.
std::string number_text(double value);

}  // namespace kontor::metrics
