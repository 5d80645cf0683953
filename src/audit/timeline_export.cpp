#include "audit/timeline_export.hpp"

#include "audit/entries.hpp"

#include <array>
#include <charconv>

namespace kontor::audit {
namespace {

std::int64_t number_in(const std::string& text) {
  std::int64_t number = newest;
  (void)std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

takeout::field text_or_nothing(std::string& text) {
  return text.empty() ? takeout::field() : takeout::field(std::move(text));
}

class source final : public takeout::export_source {
 public:
  std::string_view name() const override { return "timeline"; }
  std::string_view in_german() const override { return "was mit dem Konto geschah, das Neueste zuerst"; }
  std::string_view in_english() const override { return "what happened to the account, newest first"; }
  std::span<const std::string_view> tables() const override {
    static constexpr std::array<std::string_view, 1> names = {"audit_log"};
    return names;
  }
  std::span<const std::string_view> columns() const override {
    static constexpr std::array<std::string_view, 8> names = {"id",      "at",      "action",     "outcome",
                                                              "by_self", "address", "request_id", "detail"};
    return names;
  }
  takeout::page read(sql::session& in, const base::user_id& owner,
                     const std::optional<std::string>& from) const override {
    takeout::page out;
    for (auto& event : timeline(in, owner, from ? number_in(*from) : newest, takeout::page_size)) {
      out.next = std::to_string(event.number);
      out.rows.push_back({event.number, event.at, std::move(event.action), std::string(name_of(event.outcome)),
                          event.actor == owner, text_or_nothing(event.address), text_or_nothing(event.request_id),
                          text_or_nothing(event.detail)});
    }
    if (static_cast<std::int64_t>(out.rows.size()) < takeout::page_size) out.next.reset();
    return out;
  }
};

}  // namespace

const takeout::export_source& timeline_export() {
  static const source only;
  return only;
}

}  // namespace kontor::audit
