#include "outbound/bitget_push.hpp"

#include "json/parse.hpp"
#include "outbound/bitget_candles.hpp"
#include "outbound/json_look.hpp"

#include <boost/json/serialize.hpp>

#include <array>
#include <charconv>

namespace kontor::outbound {
namespace {

constexpr std::array<market::venue, 4> venues{market::venue::spot, market::venue::usdt_futures,
                                              market::venue::coin_futures, market::venue::usdc_futures};

std::optional<market::series> series_of(const boost::json::value& message) {
  const auto* const arg = member_of(message, "arg");
  if (arg == nullptr) return std::nullopt;
  market::series out;
  const auto every = parse_bitget_channel(text_of(*arg, "channel"));
  if (!every) return std::nullopt;
  out.every = *every;
  out.symbol = text_of(*arg, "instId");
  const auto product = text_of(*arg, "instType");
  for (const auto where : venues) {
    if (bitget_product(where) != product) continue;
    out.where = where;
    return market::is_symbol(out.symbol) ? std::optional(out) : std::nullopt;
  }
  return std::nullopt;
}

// A number, or the same as a text; 0: neither.
int code_of(const boost::json::value& message) {
  const auto* const code = member_of(message, "code");
  if (code == nullptr) return 0;
  if (const auto* const number = code->if_int64())
    return *number > 0 && *number < 1'000'000 ? static_cast<int>(*number) : 0;
  const auto text = text_of(code);
  int out = 0;
  const auto [end, broken] = std::from_chars(text.data(), text.data() + text.size(), out);
  return broken == std::errc() && end == text.data() + text.size() ? out : 0;
}

}  // namespace

std::optional<bitget_push> read_bitget_push(std::string_view text) {
  if (text == "pong") return bitget_pong();
  const auto message = json::parse(text);
  if (!message || !message->is_object()) return std::nullopt;
  const auto of = series_of(*message);
  const auto event = text_of(*message, "event");
  if (event == "error") return bitget_socket_error{code_of(*message), of};
  if (!of) return bitget_other();
  if (event == "subscribe") return bitget_subscribed{*of};
  const auto action = text_of(*message, "action");
  const auto* const data = member_of(*message, "data");
  if ((action != "snapshot" && action != "update") || data == nullptr) return bitget_other();
  auto candles = read_bitget_candles(*data, of->where);
  if (!candles || candles->empty()) return bitget_other();
  return bitget_candles_pushed{*of, std::move(*candles)};
}

std::string bitget_socket_request(bitget_op what, std::span<const market::series> of) {
  boost::json::array args;
  for (const auto& each : of) {
    const auto product = bitget_product(each.where);
    boost::json::object arg;
    arg["instType"] = boost::json::string_view(product.data(), product.size());
    arg["channel"] = bitget_channel(each.every);
    arg["instId"] = each.symbol;
    args.push_back(std::move(arg));
  }
  boost::json::object out;
  out["op"] = what == bitget_op::subscribe ? "subscribe" : "unsubscribe";
  out["args"] = std::move(args);
  return boost::json::serialize(out);
}

bool is_bitget_channel_refused(int code) {
  return code == 30001 || code == 30016;
}

bool is_bitget_socket_throttled(int code) {
  return code == 30006 || code == 30007;
}

}  // namespace kontor::outbound
