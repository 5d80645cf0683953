#include "account/common_passwords.hpp"

namespace kontor::account {
namespace {

// One sorted text with a line feed after each password, searched as it is: it costs no start-up time and no
// relocations. The build writes the included file from common_passwords.txt.
constexpr std::string_view list =
#include "common_passwords.inc"
    ;
static_assert(!list.empty() && list.back() == '\n');

}  // namespace

bool is_common_password(std::string_view lower) noexcept {
  // `low` is always the start of a line, `high` the start of one or the end.
  std::size_t low = 0;
  std::size_t high = list.size();
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    const auto before = middle == low ? std::string_view::npos : list.rfind('\n', middle - 1);
    const auto start = before == std::string_view::npos || before < low ? low : before + 1;
    const auto end = list.find('\n', start);
    const auto order = lower.compare(list.substr(start, end - start));
    if (order == 0) return true;
    if (order < 0) {
      high = start;
    } else {
      low = end + 1;
    }
  }
  return false;
}

}  // namespace kontor::account
