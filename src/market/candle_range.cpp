#include "market/candle_range.hpp"

#include "json/number.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace kontor::market {
namespace {

constexpr std::array<std::string_view, candle_columns::count> names = {"time",  "open",   "high",        "low",
                                                                       "close", "volume", "quote_volume"};
constexpr std::size_t usual_digits = 10;

// The part of a text with commas from element `first` up to `last`.
std::string_view slice(std::string_view text, std::size_t first, std::size_t last, std::size_t count) {
  if (first == 0 && last == count) return text;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < first; ++i)
    begin = text.find(',', begin) + 1;
  if (last == count) return text.substr(begin);
  auto end = begin;
  for (std::size_t i = first; i < last; ++i)
    end = text.find(',', i == first ? begin : end + 1);
  return text.substr(begin, end - begin);
}

}  // namespace

candle_columns::candle_columns(std::vector<candle> rows) : rows_(std::move(rows)) {
  for (std::size_t column = 0; column < count; ++column) {
    auto& text = texts_[column];
    text.reserve(rows_.size() * usual_digits);
    for (const auto& row : rows_) {
      if (!text.empty()) text.push_back(',');
      if (column == 0) {
        text.append(std::to_string(row.time));
      } else {
        json::append_number(text, row.*candle_numbers[column - 1]);
      }
    }
  }
}

candle_columns::candle_columns(std::vector<candle> rows, std::array<std::string, count> texts)
    : rows_(std::move(rows)), texts_(std::move(texts)) {}

std::size_t candle_columns::bytes() const noexcept {
  auto bytes = sizeof *this + rows_.capacity() * sizeof(candle);
  for (const auto& text : texts_)
    bytes += text.capacity();
  return bytes;
}

void candle_range::append(shared from, std::size_t first, std::size_t last) {
  if (first >= last) return;
  size_ += last - first;
  pieces_.push_back({.from = std::move(from), .first = first, .last = last});
}

const candle& candle_range::at(std::size_t i) const noexcept {
  auto piece = pieces_.begin();
  for (; i >= piece->last - piece->first; ++piece)
    i -= piece->last - piece->first;
  return piece->from->rows()[piece->first + i];
}

std::size_t candle_range::first_from(std::int64_t time) const noexcept {
  std::size_t before = 0;
  for (const auto& piece : pieces_) {
    const auto rows = std::span(piece.from->rows()).subspan(piece.first, piece.last - piece.first);
    const auto found = std::ranges::lower_bound(rows, time, {}, &candle::time);
    before += static_cast<std::size_t>(found - rows.begin());
    if (found != rows.end()) break;
  }
  return before;
}

candle_range candle_range::part(std::size_t first, std::size_t count) const {
  candle_range out;
  for (const auto& piece : pieces_) {
    if (count == 0) break;
    const auto here = piece.last - piece.first;
    if (first >= here) {
      first -= here;
      continue;
    }
    const auto taken = std::min(here - first, count);
    out.append(piece.from, piece.first + first, piece.first + first + taken);
    count -= taken;
    first = 0;
  }
  return out;
}

void candle_range::append_text(std::size_t column, std::string& out) const {
  bool is_first = true;
  for (const auto& piece : pieces_) {
    if (!std::exchange(is_first, false)) out.push_back(',');
    out.append(slice(piece.from->text(column), piece.first, piece.last, piece.from->rows().size()));
  }
}

std::string candle_range::to_json() const {
  std::string out;
  std::size_t bytes = 128;
  for (const auto& piece : pieces_)
    for (std::size_t column = 0; column < candle_columns::count; ++column)
      bytes += piece.from->text(column).size() + 1;
  out.reserve(bytes);
  for (std::size_t column = 0; column < candle_columns::count; ++column) {
    out.append(column == 0 ? "{\"" : ",\"").append(names[column]).append("\":[");
    append_text(column, out);
    out.push_back(']');
  }
  out.push_back('}');
  return out;
}

}  // namespace kontor::market
