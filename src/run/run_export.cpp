#include "run/run_export.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <tuple>
#include <utility>

namespace kontor::run {
namespace {

using maybe_text = std::optional<std::string>;

constexpr sql::query<std::string, std::string, std::string, std::string, std::int64_t, std::int64_t, bool, maybe_text,
                     base::timestamp, std::optional<base::timestamp>>
    select_runs{
        "SELECT id, conversation_id, state, model, input_tokens, output_tokens, estimated, failure, started_at, "
        "ended_at"
        " FROM runs WHERE user_id = :owner AND id > :after ORDER BY id LIMIT :row_limit"};
constexpr sql::query<std::int64_t, std::int64_t> select_days{
    "SELECT day, tokens FROM usage_days WHERE user_id = :owner AND day > :after ORDER BY day LIMIT :row_limit"};

class run_source final : public takeout::export_source {
 public:
  std::string_view name() const override { return "runs"; }
  std::string_view in_german() const override {
    return "die Antworten von Sprachmodellen: wann, wie sie endeten und was sie kosteten";
  }
  std::string_view in_english() const override {
    return "answers of language models: when, how they ended and what they cost";
  }
  std::span<const std::string_view> tables() const override {
    static constexpr std::array<std::string_view, 1> names = {"runs"};
    return names;
  }
  std::span<const std::string_view> columns() const override {
    static constexpr std::array<std::string_view, 10> names = {
        "id",        "conversation_id", "state",      "model",   "input_tokens", "output_tokens",
        "estimated", "failure",         "started_at", "ended_at"};
    return names;
  }
  takeout::page read(sql::session& in, const base::user_id& owner,
                     const std::optional<std::string>& from) const override {
    takeout::page out;
    for (auto& row :
         in.all(select_runs, {{"owner", owner}, {"after", from.value_or("")}, {"row_limit", takeout::page_size}})) {
      auto& [id, conversation, state, model, input, output, estimated, failure, started, ended] = row;
      out.next = id;
      out.rows.push_back({std::move(id), std::move(conversation), std::move(state), std::move(model), input, output,
                          estimated, takeout::to_field(failure), started, takeout::to_field(ended)});
    }
    if (static_cast<std::int64_t>(out.rows.size()) < takeout::page_size) out.next.reset();
    return out;
  }
};

class usage_source final : public takeout::export_source {
 public:
  std::string_view name() const override { return "usage"; }
  std::string_view in_german() const override {
    return "die Tokens von Sprachmodellen, nach Tagen seit dem 1.1.1970 (UTC)";
  }
  std::string_view in_english() const override {
    return "the tokens of language models, by days since 1970-01-01 (UTC)";
  }
  std::span<const std::string_view> tables() const override {
    static constexpr std::array<std::string_view, 1> names = {"usage_days"};
    return names;
  }
  std::span<const std::string_view> columns() const override {
    static constexpr std::array<std::string_view, 2> names = {"day", "tokens"};
    return names;
  }
  takeout::page read(sql::session& in, const base::user_id& owner,
                     const std::optional<std::string>& from) const override {
    std::int64_t after = -1;
    if (from) std::from_chars(from->data(), from->data() + from->size(), after);
    takeout::page out;
    for (const auto& [day, tokens] :
         in.all(select_days, {{"owner", owner}, {"after", after}, {"row_limit", takeout::page_size}})) {
      out.next = std::to_string(day);
      out.rows.push_back({day, tokens});
    }
    if (static_cast<std::int64_t>(out.rows.size()) < takeout::page_size) out.next.reset();
    return out;
  }
};

}  // namespace

const takeout::export_source& run_export() {
  static const run_source only;
  return only;
}

const takeout::export_source& usage_export() {
  static const usage_source only;
  return only;
}

}  // namespace kontor::run
