#include "outbound/bitget_message.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "json/parse.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace kontor::outbound {
namespace {

namespace json_types = boost::json;

const json_types::value* member(const json_types::value& of, std::string_view name) {
  const auto* const object = of.if_object();
  return object != nullptr ? object->if_contains(json_types::string_view(name.data(), name.size())) : nullptr;
}

// Texts and whole numbers are written either way, depending on the route.
std::string json_text_of(const json_types::value* value) {
  if (value == nullptr) return {};
  if (const auto* const text = value->if_string()) return {text->data(), text->size()};
  if (const auto* const number = value->if_int64()) return std::to_string(*number);
  if (const auto* const number = value->if_uint64()) return std::to_string(*number);
  return {};
}

std::optional<std::int64_t> number_of(std::string_view digits) {
  std::int64_t out = 0;
  const auto [end, broken] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (broken != std::errc() || end != digits.data() + digits.size() || digits.empty()) return std::nullopt;
  return out;
}

void add_parts(std::string_view text, std::vector<std::string>& to) {
  while (!text.empty()) {
    const auto comma = text.find(',');
    if (const auto part = base::trim(text.substr(0, comma)); !part.empty()) to.push_back(base::printable(part, 64));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
}

// A list, or one text with commas.
std::vector<std::string> texts_of(const json_types::value* value) {
  std::vector<std::string> out;
  if (value == nullptr) return out;
  if (const auto* const array = value->if_array()) {
    for (const auto& each : *array)
      add_parts(json_text_of(&each), out);
  } else {
    add_parts(json_text_of(value), out);
  }
  return out;
}

enum class right { read, trade, withdraw };

// The documentation names `readonly` and `trade`; answers also carry codes of four letters, two for the product and
// `or` or `ow` for reading or writing. What is neither counts as the worst it may be: moving money away.
right classic_right(std::string_view name) {
  constexpr std::array<std::string_view, 5> trades{"coow", "cpow", "stow", "smow", "umow"};
  if (name == "readonly" || name == "read") return right::read;
  if (name.size() == 4 && name.ends_with("or")) return right::read;
  if (name == "trade" || std::ranges::find(trades, name) != trades.end()) return right::trade;
  return right::withdraw;
}

right unified_right(std::string_view name, bool is_read_only) {
  if (name == "uta_mgt" || name == "uta_trade" || name.starts_with("copy_"))
    return is_read_only ? right::read : right::trade;
  return right::withdraw;
}

}  // namespace

std::string bitget_signature(const base::secret_bytes& secret, std::string_view milliseconds, std::string_view method,
                             std::string_view target, std::string_view body) {
  std::string prehash;
  prehash.append(milliseconds).append(method).append(target).append(body);
  return base::to_base64(crypto::hmac_sha256(secret.bytes(), base::as_bytes(prehash)));
}

std::optional<bitget_envelope> read_bitget_envelope(std::string_view body) {
  auto read = json::parse(body);
  if (!read) return std::nullopt;
  bitget_envelope out;
  out.code = json_text_of(member(*read, "code"));
  if (out.code.empty() || out.code.size() > 16 || !std::ranges::all_of(out.code, base::is_digit)) return std::nullopt;
  const auto* words = member(*read, "msg");
  if (words == nullptr) words = member(*read, "message");
  out.message = json_text_of(words);
  if (const auto* const data = member(*read, "data")) out.data = *data;
  out.time = number_of(json_text_of(member(*read, "requestTime")));
  return out;
}

bool is_bitget_clock_error(std::string_view code) {
  return code == "40004" || code == "40005" || code == "40008";
}

bool is_bitget_other_family(std::string_view code) {
  return code == "40084" || code == "40085";
}

bool is_bitget_refusal(std::string_view code) {
  // Headers that are empty, the key, the signature, the passphrase, the account, the right, the address.
  constexpr std::array<std::string_view, 17> refusals{"40001", "40002", "40003", "40006", "40009", "40010",
                                                      "40011", "40012", "40013", "40014", "40016", "40018",
                                                      "40036", "40037", "40038", "40301", "40302"};
  return std::ranges::find(refusals, code) != refusals.end();
}

std::optional<settings::exchange_verdict> read_bitget_rights(const json_types::value& data,
                                                             settings::exchange_account account) {
  settings::exchange_verdict out;
  out.outcome = settings::verification::confirmed;
  out.account = account;
  const bool is_unified = account == settings::exchange_account::unified;
  const auto* const names = member(data, is_unified ? "permissions" : "authorities");
  if (names == nullptr || !names->is_array()) return std::nullopt;
  out.rights = texts_of(names);
  out.addresses = texts_of(member(data, "ips"));
  out.may_read = true;  // It has just done so.

  auto kind = base::to_lower_ascii(base::trim(json_text_of(member(data, "permType"))));
  std::ranges::replace(kind, '_', '-');
  const bool is_read_only = kind == "read-only" || kind == "readonly";
  for (const auto& name : out.rights) {
    const auto lower = base::to_lower_ascii(name);
    const auto what = is_unified ? unified_right(lower, is_read_only) : classic_right(lower);
    out.may_trade |= what == right::trade;
    out.may_withdraw |= what == right::withdraw;
  }
  return out;
}

std::optional<std::int64_t> read_bitget_time(const json_types::value& data) {
  return number_of(json_text_of(member(data, "serverTime")));
}

}  // namespace kontor::outbound
