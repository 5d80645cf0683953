#include "audit/event.hpp"

#include "json/parse.hpp"

#include <algorithm>
#include <stdexcept>

namespace kontor::audit {
namespace {

constexpr bool in_order() {
  for (std::size_t i = 0; i < action_names.size(); ++i)
    if (static_cast<std::size_t>(action_names[i].value) != i) return false;
  return true;
}
static_assert(in_order(), "name_of finds the name of an act by its place");

constexpr std::array<std::string_view, 3> result_names{"ok", "refused", "failed"};

bool is_json_object(const std::string& text) {
  const auto read = json::parse(text);
  return read && read->is_object();
}

}  // namespace

std::string_view name_of(action what) noexcept {
  return action_names[static_cast<std::size_t>(what)].name;
}

std::string_view name_of(result outcome) noexcept {
  return result_names[static_cast<std::size_t>(outcome)];
}

std::optional<action> parse_action(std::string_view name) noexcept {
  const auto* const found = std::find_if(action_names.begin(), action_names.end(),
                                         [name](const action_name& known) { return known.name == name; });
  if (found == action_names.end()) return std::nullopt;
  return found->value;
}

std::optional<result> parse_result(std::string_view name) noexcept {
  const auto* const found = std::find(result_names.begin(), result_names.end(), name);
  if (found == result_names.end()) return std::nullopt;
  return static_cast<result>(found - result_names.begin());
}

void check(const event& what) {
  if (what.detail.size() > max_detail) throw std::invalid_argument("the detail of an audit event is too long");
  if (what.address.size() > max_address) throw std::invalid_argument("the address of an audit event is too long");
  if (what.request_id.size() > max_request_id)
    throw std::invalid_argument("the request id of an audit event is too long");
  if (!what.detail.empty() && !is_json_object(what.detail))
    throw std::invalid_argument("the detail of an audit event is not a JSON object");
}

}  // namespace kontor::audit
