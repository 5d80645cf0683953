#include "api/indicator_wire.hpp"

#include "json/object_reader.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace kontor::api {
namespace {

using base::field_error;

constexpr std::string_view kinds =
    "One of sma, ema, wma, rsi, macd, bollinger, atr, stochastic, vwap, obv, volume_average.";
// Kinds have fewer; a body full of names must not grow into a larger answer.
constexpr std::size_t most_parameters = 8;

// The numbers of one, with what is no number told at its own path.
std::vector<std::pair<std::string, double>> read_numbers(const boost::json::value& params, const std::string& path,
                                                         std::vector<field_error>& errors) {
  std::vector<std::pair<std::string, double>> named;
  const auto* const object = params.if_object();
  if (object == nullptr) {
    errors.push_back({path, "wrong_type", "This must be an object."});
    return named;
  }
  if (object->size() > most_parameters) {
    errors.push_back({path, "too_long", "No indicator has so many."});
    return named;
  }
  for (const auto& [name, value] : *object) {
    boost::system::error_code wrong;
    const auto number = value.to_number<double>(wrong);
    if (wrong)
      errors.push_back({path + "/" + json::pointer_token(std::string(name)), "wrong_type", "This must be a number."});
    else
      named.emplace_back(std::string(name), number);
  }
  return named;
}

std::optional<indicator::spec> read_spec(indicator::kind what, const boost::json::value* params,
                                         const std::string& path, std::vector<field_error>& errors) {
  const auto before = errors.size();
  std::vector<std::pair<std::string, double>> named;
  if (params != nullptr && !params->is_null()) named = read_numbers(*params, path + "/params", errors);
  if (errors.size() != before) return std::nullopt;
  auto made = indicator::make_spec(what, named);
  if (made) return std::move(*made);
  const auto why = made.error().fields;
  for (const auto& each : why)
    errors.push_back({path + each.path, each.code, each.message});
  return std::nullopt;
}

std::optional<chart::chosen_indicator> read_one(const boost::json::value& value, const std::string& path,
                                                std::vector<field_error>& errors) {
  json::object_reader in(value, path);
  const auto name = in.required_string("kind");
  auto color = in.optional_string("color").value_or("");
  (void)in.is_null("params");
  const auto kind = indicator::parse_kind(name);
  if (in.is_good("kind") && !kind) in.refuse("kind", "not_allowed", std::string(kinds));
  if (in.is_good("color") && !color.empty() && !chart::is_color(color))
    in.refuse("color", "not_allowed", "A # and six digits from 0 to f.");
  const auto good = in.finish();
  json::append_errors(errors, good);
  if (!kind || !value.is_object()) return std::nullopt;
  auto what = read_spec(*kind, value.as_object().if_contains("params"), path, errors);
  if (!good || !what) return std::nullopt;
  return chart::chosen_indicator{.what = std::move(*what), .color = std::move(color)};
}

}  // namespace

std::vector<chart::chosen_indicator> read_indicators(const boost::json::array& all, std::vector<field_error>& errors) {
  std::vector<chart::chosen_indicator> out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto path = "/indicators/" + std::to_string(i);
    auto one = read_one(all[i], path, errors);
    if (!one) continue;
    if (std::ranges::find(out, one->what, &chart::chosen_indicator::what) != out.end())
      errors.push_back({path, "not_allowed", "It is there already."});
    else
      out.push_back(std::move(*one));
  }
  return out;
}

}  // namespace kontor::api
