#include "legacy/old_models.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kontor::legacy {
namespace {

constexpr std::string_view provider_name = "llm_provider";
constexpr std::string_view model_name = "llm_model";
constexpr std::string_view address_name = "llm_base_url";
constexpr std::string_view endpoint_name = "azure_openai_endpoint";
constexpr std::string_view deployment_name = "azure_openai_deployment";
constexpr std::string_view version_name = "azure_openai_api_version";
constexpr std::string_view automatic_name = "azure_openai_api_version_auto";
constexpr std::array names{provider_name,   model_name,   address_name,  endpoint_name,
                           deployment_name, version_name, automatic_name};

const planned_secret* find(std::span<const planned_secret> secrets, std::string_view name) {
  const auto found = std::ranges::find(secrets, name, &planned_secret::name);
  return found == secrets.end() ? nullptr : &*found;
}

// Without the blanks that may stand around; empty when there is none.
std::string text_of(std::span<const planned_secret> secrets, std::string_view name) {
  const auto* const found = find(secrets, name);
  return found == nullptr ? std::string() : std::string(base::trim(found->value.text(), " \t\r\n"));
}

std::string first_of(std::string one, std::string other) {
  return one.empty() ? std::move(other) : std::move(one);
}

// Nothing without a provider that is known here.
std::optional<settings::llm_wish> wish_of(std::span<const planned_secret> secrets) {
  const auto kind = settings::parse_llm_kind(text_of(secrets, provider_name));
  if (!kind) return std::nullopt;
  const bool is_azure = *kind == settings::llm_kind::azure;
  settings::llm_wish out;
  out.kind = *kind;
  out.address = text_of(secrets, is_azure ? endpoint_name : address_name);
  if (out.address.empty() && *kind == settings::llm_kind::openai) out.address = settings::openai_address;
  // The predecessor wrote both, with one value.
  out.model = first_of(text_of(secrets, is_azure ? deployment_name : model_name),
                       text_of(secrets, is_azure ? model_name : deployment_name));
  if (is_azure) out.api_version = text_of(secrets, version_name);
  if (const auto* const key = find(secrets, settings::secret_name_of(*kind))) out.key = key->value.clone();
  return out;
}

// What keeps the settings from being used, for a sentence; empty: nothing.
std::string fault_of(const settings::llm_wish& wish) {
  if (wish.kind == settings::llm_kind::azure && !wish.key) return "the key is missing";
  const auto faults = settings::faults_of(wish);
  if (faults.empty()) return {};
  const auto& [path, code, message] = faults.front();
  return path.substr(1) + " " + message.substr(0, message.find_last_not_of('.') + 1);
}

class model_planner {
 public:
  model_planner(moving_plan& plan, const origin_source& origin, base::timestamp now)
      : plan_(plan), origin_(origin), now_(now) {}

  std::optional<settings::llm_record> model_of(const planned_user& user) {
    const auto given = text_of(user.secrets, provider_name);
    if (given.empty()) return std::nullopt;
    auto wish = wish_of(user.secrets);
    if (!wish) return left_out(user, "nobody knows the provider " + base::printable(given, 40));
    if (const auto fault = fault_of(*wish); !fault.empty()) return left_out(user, fault);
    const auto host = origin_(wish->address, settings::named_by::operator_of_program);
    if (!host) return left_out(user, "the address cannot be used");
    if (!origin_(wish->address, settings::named_by::user))
      plan_.notes.push_back("the language model of " + user.account.email + " is at " + *host +
                            ", where users' addresses may not lead: it is asked once EGRESS_ALLOW lists that place");
    settings::llm_record record;
    record.kind = wish->kind;
    record.address = std::move(wish->address);
    record.host = *host;
    record.model = std::move(wish->model);
    record.api_version = std::move(wish->api_version);
    record.changed_at = now_;
    return record;
  }

 private:
  std::nullopt_t left_out(const planned_user& user, const std::string& why) {
    plan_.notes.push_back("the settings of the language model of " + user.account.email +
                          " are not set up, only kept as secrets (" + why + "): they have to be entered anew");
    return std::nullopt;
  }

  moving_plan& plan_;
  const origin_source& origin_;
  const base::timestamp now_;
};

}  // namespace

void plan_models(moving_plan& plan, const origin_source& origin, base::timestamp now) {
  model_planner planner(plan, origin, now);
  for (auto& user : plan.users)
    user.model = planner.model_of(user);
}

bool tell_the_same(std::span<const planned_secret> secrets, const settings::llm_record& stored) {
  const auto wish = wish_of(secrets);
  return wish && wish->kind == stored.kind && wish->address == stored.address && wish->model == stored.model &&
         wish->api_version == stored.api_version;
}

void replace_model(std::vector<planned_secret>& secrets, const std::optional<settings::llm_record>& stored) {
  std::erase_if(secrets, [](const auto& each) { return std::ranges::find(names, each.name) != names.end(); });
  if (!stored) return;
  const auto put = [&secrets](std::string_view name, std::string_view value) {
    if (!value.empty()) secrets.push_back({.name = std::string(name), .value = base::secret_bytes(value)});
  };
  const bool is_azure = stored->kind == settings::llm_kind::azure;
  put(provider_name, settings::name_of(stored->kind));
  put(is_azure ? endpoint_name : address_name, stored->address);
  put(model_name, stored->model);
  put(deployment_name, stored->model);
  if (!is_azure) return;
  put(version_name, stored->api_version);
  put(automatic_name, stored->api_version.empty() ? "true" : "false");
}

}  // namespace kontor::legacy
