#include "metrics/text_page.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace kontor::metrics {
namespace {

bool is_name(std::string_view text) noexcept {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  const auto is_part = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, is_part);
}

// Of a HELP line backslash and line feed, of a label the quotation mark too.
void append_escaped(std::string& to, std::string_view text, bool is_quoted) {
  for (const char c : text) {
    if (c == '\n') {
      to += "\\n";
    } else {
      if (c == '\\' || (is_quoted && c == '"')) to += '\\';
      to += c;
    }
  }
}

void append_label(std::string& to, std::string_view name, std::string_view value) {
  to += to.ends_with('{') ? "" : ",";
  to.append(name).append("=\"");
  append_escaped(to, value, true);
  to += '"';
}

double in_seconds(std::chrono::nanoseconds time) {
  return static_cast<double>(time.count()) / 1e9;
}

}  // namespace

std::string_view name_of(kind what) noexcept {
  switch (what) {
    case kind::counter:
      return "counter";
    case kind::gauge:
      return "gauge";
    case kind::histogram:
      break;
  }
  return "histogram";
}

std::size_t family::label_count() const noexcept {
  return static_cast<std::size_t>(std::ranges::find(labels, std::string_view()) - labels.begin());
}

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  // Bounds and times as people write them; beyond that the exponent is shorter.
  const auto size = std::abs(value);
  const bool is_usual = value == 0 || (size >= 1e-9 && size < 1e15);
  char digits[64];
  const auto end = is_usual ? std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed).ptr
                            : std::to_chars(digits, digits + sizeof digits, value).ptr;
  return {digits, end};
}

text_page& text_page::begin(const family& of) {
  if (!is_name(of.name) || of.help.empty() || of.name.ends_with("_total") != (of.what == kind::counter))
    throw std::logic_error("a family of metrics is not well named: " + std::string(of.name));
  if (!told_.insert(of.name).second)
    throw std::logic_error("a family of metrics is told of twice: " + std::string(of.name));
  now_ = &of;
  text_.append("# HELP ").append(of.name).append(" ");
  append_escaped(text_, of.help, false);
  text_.append("\n# TYPE ").append(of.name).append(" ").append(name_of(of.what)).append("\n");
  return *this;
}

void text_page::check(label_values labels, bool is_histogram) const {
  if (now_ == nullptr || labels.size() != now_->label_count() || (now_->what == kind::histogram) != is_histogram)
    throw std::logic_error("a sample does not fit its family" + (now_ ? ": " + std::string(now_->name) : ""));
}

void text_page::line(std::string_view suffix, label_values labels, std::string_view le, std::string_view value) {
  text_.append(now_->name).append(suffix);
  if (labels.size() > 0 || !le.empty()) {
    text_ += '{';
    auto name = now_->labels.begin();
    for (const auto& each : labels)
      append_label(text_, *name++, each);
    if (!le.empty()) append_label(text_, "le", le);
    text_ += '}';
  }
  text_.append(" ").append(value).append("\n");
}

text_page& text_page::sample(label_values labels, std::uint64_t value) {
  check(labels, false);
  line("", labels, "", std::to_string(value));
  return *this;
}

text_page& text_page::sample(label_values labels, double value) {
  check(labels, false);
  line("", labels, "", number_text(value));
  return *this;
}

text_page& text_page::sample(label_values labels, const time_counts& value) {
  check(labels, true);
  std::uint64_t up_to_here = 0;
  for (std::size_t i = 0; i < value.in_bucket.size(); ++i) {
    up_to_here += value.in_bucket[i];
    const auto bound = i < time_bounds.size() ? number_text(in_seconds(time_bounds[i])) : "+Inf";
    line("_bucket", labels, bound, std::to_string(up_to_here));
  }
  line("_sum", labels, "", number_text(in_seconds(value.sum)));
  line("_count", labels, "", std::to_string(up_to_here));
  return *this;
}

}  // namespace kontor::metrics
