#include "settings/exchange_settings.hpp"

#include <algorithm>

namespace kontor::settings {
namespace {

const vault::secret_info* find(std::span<const vault::secret_info> secrets, std::string_view name) {
  const auto found = std::ranges::find_if(secrets, [name](const auto& each) { return each.name == name; });
  return found == secrets.end() || found->deleted_at ? nullptr : &*found;
}

}  // namespace

std::string_view name_of(exchange_warning what) noexcept {
  switch (what) {
    case exchange_warning::may_trade:
      return "may_trade";
    case exchange_warning::may_withdraw:
      return "may_withdraw";
    case exchange_warning::no_address_binding:
      break;
  }
  return "no_address_binding";
}

exchange_view view_of(const std::optional<exchange_record>& stored, std::span<const vault::secret_info> secrets) {
  exchange_view out;
  bool is_readable = true;
  bool is_about_them = stored.has_value();
  for (std::size_t i = 0; i < exchange_secret_names.size(); ++i) {
    const auto* const one = find(secrets, exchange_secret_names[i]);
    if (one == nullptr) return {};
    is_readable = is_readable && one->is_readable;
    if (one->is_readable) is_about_them = is_about_them && one->seal == stored->seals[i];
    out.changed_at = std::max(out.changed_at.value_or(one->updated_at), one->updated_at);
  }
  const auto& key = *find(secrets, exchange_secret_names[0]);
  out.is_configured = true;
  out.used_at = key.last_used_at;
  out.what = is_readable ? state::not_verified : state::unreadable;
  out.host = stored ? stored->host : std::string(exchange_home);
  if (!is_about_them) {
    out.api_key_masked = "****" + std::string(key.hint.text());
    return out;
  }
  if (is_readable) out.what = stored->what;
  out.api_key_masked = stored->api_key_masked;
  out.message = stored->message;
  out.rights = stored->rights;
  out.addresses = stored->addresses;
  out.verified_at = stored->verified_at;
  out.changed_at = stored->changed_at;
  return out;
}

std::vector<exchange_warning> warnings_of(const exchange_view& now) {
  std::vector<exchange_warning> out;
  if (now.rights == exchange_rights{}) return out;
  if (now.rights.withdraw) out.push_back(exchange_warning::may_withdraw);
  if (now.rights.trade) out.push_back(exchange_warning::may_trade);
  if (now.addresses.empty()) out.push_back(exchange_warning::no_address_binding);
  return out;
}

std::string masked(std::string_view key) {
  if (key.size() <= 8) return std::string(key.size(), '*');
  // Of a short key half of it would be shown.
  if (key.size() < 16) return "****" + std::string(key.substr(key.size() - 4));
  return std::string(key.substr(0, 4)) + "****" + std::string(key.substr(key.size() - 4));
}

}  // namespace kontor::settings
