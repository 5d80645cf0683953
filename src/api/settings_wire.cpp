#include "api/settings_wire.hpp"

#include "api/read_object.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace kontor::api {
namespace {

constexpr std::size_t shown_of_endpoint = 30;  // characters, as the predecessor did

std::string text_or_nothing(std::optional<std::string> text) {
  return std::move(text).value_or(std::string());
}

// One name out of a closed list.
template <class Names>
std::optional<std::string> read_name(json::object_reader& in, std::string_view member, const Names& names,
                                     const char* message) {
  auto text = in.optional_string(member);
  if (text && in.is_good(member) && std::ranges::find(names, *text) == names.end())
    in.refuse(member, "not_allowed", message);
  return text;
}

void write_text_or_null(json::writer& out, std::string_view name, const std::string& value) {
  if (value.empty())
    out.null_member(name);
  else
    out.member(name, value);
}

void write_time(json::writer& out, std::string_view name, const std::optional<base::timestamp>& at) {
  if (at) out.member(name, base::to_rfc3339(*at));
}

void write_members(json::writer& out, const settings::exchange_view& now) {
  out.member("configured", now.is_configured).member("provider", "bitget");
  write_text_or_null(out, "api_key_masked", now.api_key_masked);
  if (now.what) out.member("state", settings::name_of(*now.what));
  if (!now.message.empty()) out.member("message", now.message);
  out.begin_array("permissions");
  if (now.rights.read) out.element("read");
  if (now.rights.trade) out.element("trade");
  if (now.rights.withdraw) out.element("withdraw");
  out.end_array().begin_array("addresses");
  for (const auto& each : now.addresses)
    out.element(each);
  out.end_array().begin_array("warnings");
  for (const auto each : settings::warnings_of(now))
    out.element(settings::name_of(each));
  out.end_array();
  if (!now.host.empty()) out.member("host", now.host);
  write_time(out, "verified_at", now.verified_at);
  write_time(out, "last_changed_at", now.changed_at);
  write_time(out, "last_used_at", now.used_at);
}

// What the predecessor showed of it: the beginning, and dots where there is more.
std::string beginning_of(const std::string& endpoint) {
  if (endpoint.size() <= shown_of_endpoint) return endpoint;
  return endpoint.substr(0, shown_of_endpoint) + "...";
}

void write_stored(json::writer& out, const settings::llm_record& stored, bool has_key) {
  const bool is_azure = stored.kind == settings::llm_kind::azure;
  out.member("configured", true).member("provider", settings::name_of(stored.kind));
  write_text_or_null(out, "model", stored.model);
  write_text_or_null(out, "base_url", is_azure ? std::string() : stored.address);
  write_text_or_null(out, "endpoint", is_azure ? stored.address : std::string());
  out.member("azure_configured", is_azure && has_key);
  write_text_or_null(out, "endpoint_masked", is_azure ? beginning_of(stored.address) : std::string());
  write_text_or_null(out, "api_version", stored.api_version);
  out.member("api_version_auto", stored.api_version.empty());
}

void write_members(json::writer& out, const settings::llm_view& now) {
  if (now.stored) {
    write_stored(out, *now.stored, now.api_key_masked.has_value());
  } else {
    out.member("configured", false).null_member("provider").null_member("model").null_member("base_url");
    out.null_member("endpoint").member("azure_configured", false).null_member("endpoint_masked");
    out.null_member("api_version").member("api_version_auto", true);
  }
  write_text_or_null(out, "api_key_masked", now.api_key_masked.value_or(""));
  if (now.what) out.member("state", settings::name_of(*now.what));
  write_time(out, "last_used_at", now.used_at);
  if (now.offered) {
    out.begin_object("operator_model").member("provider", settings::name_of(now.offered->kind));
    out.member("model", now.offered->model).end_object();
  }
  if (!now.stored) return;
  if (!now.stored->message.empty()) out.member("message", now.stored->message);
  out.member("host", now.stored->host);
  write_time(out, "verified_at", now.stored->verified_at);
  out.member("last_changed_at", base::to_rfc3339(now.stored->changed_at));
}

void write_checked(json::writer& out, settings::outcome how, const std::string& message,
                   const std::optional<settings::validation>& checked) {
  out.member("status", settings::name_of(how)).member("message", message);
  if (!checked) {
    out.null_member("validation");
    return;
  }
  out.begin_object("validation").member("valid", checked->is_valid).member("message", checked->message);
  out.member("authenticated", checked->is_valid).end_object();
}

template <class View>
std::string written(const View& now) {
  json::writer out;
  out.begin_object();
  write_members(out, now);
  out.end_object();
  return std::move(out).str();
}

}  // namespace

base::result<exchange_wish> read_exchange_wish(std::string_view body) {
  return read_object<exchange_wish>(body, [](json::object_reader& in) {
    exchange_wish wish;
    wish.credentials.key = in.required_secret("api_key");
    wish.credentials.secret = in.required_secret("api_secret");
    wish.credentials.passphrase = in.required_secret("passphrase");
    if (in.optional_boolean("accept_withdraw").value_or(false)) wish.may_withdraw = settings::withdrawal::accepted;
    return wish;
  });
}

base::result<settings::llm_wish> read_llm_wish(std::string_view body) {
  return read_object<settings::llm_wish>(body, [](json::object_reader& in) {
    settings::llm_wish wish;
    const auto kind = settings::parse_llm_kind(in.required_string("provider"));
    if (!kind && in.is_good("provider"))
      in.refuse("provider", "not_allowed", "Either \"openai\", \"azure\" or \"ollama\".");
    wish.kind = kind.value_or(settings::llm_kind::openai);
    wish.model = text_or_nothing(in.optional_string("model"));
    // Whoever changes the provider in a form sends what stood in its other fields along.
    auto base_url = text_or_nothing(in.optional_string("base_url"));
    auto endpoint = text_or_nothing(in.optional_string("endpoint"));
    auto version = text_or_nothing(in.optional_string("api_version"));
    const bool is_azure = wish.kind == settings::llm_kind::azure;
    wish.address = std::move(is_azure ? endpoint : base_url);
    if (is_azure) wish.api_version = std::move(version);
    wish.key = in.optional_secret("api_key");
    return wish;
  });
}

base::result<settings::preferences_change> read_preferences_change(std::string_view body) {
  return read_object<settings::preferences_change>(body, [](json::object_reader& in) {
    settings::preferences_change wanted;
    wanted.language = read_name(in, "language", settings::languages, "Either \"system\", \"de\" or \"en\".");
    wanted.theme = read_name(in, "theme", settings::themes, "Either \"system\", \"light\" or \"dark\".");
    wanted.time_zone = in.optional_string("time_zone");
    if (wanted.time_zone && in.is_good("time_zone") && !settings::is_time_zone(*wanted.time_zone))
      in.refuse("time_zone", "not_allowed", "Either \"system\" or a name such as Europe/Berlin.");
    const bool names_nothing = !wanted.language && !wanted.theme && !wanted.time_zone;
    if (names_nothing && in.is_good("language") && in.is_good("theme") && in.is_good("time_zone"))
      in.refuse("language", "required", "At least one preference is required.");
    return wanted;
  });
}

std::string write_exchange(const settings::exchange_view& now) {
  return written(now);
}

std::string write_exchange_reply(const settings::exchange_outcome& what) {
  json::writer out;
  out.begin_object();
  write_checked(out, what.how, what.message, what.checked);
  out.json_member("exchange", written(what.now)).end_object();
  return std::move(out).str();
}

std::string write_llm(const settings::llm_view& now) {
  return written(now);
}

std::string write_llm_reply(const settings::llm_outcome& what) {
  json::writer out;
  out.begin_object();
  write_checked(out, what.how, what.message, what.checked);
  if (what.models) {
    out.begin_array("models");
    for (const auto& each : *what.models)
      out.element(each);
    out.end_array();
  }
  out.json_member("llm", written(what.now)).end_object();
  return std::move(out).str();
}

std::string write_preferences(const settings::preferences& now) {
  json::writer out;
  out.begin_object();
  out.member("language", now.language).member("theme", now.theme).member("time_zone", now.time_zone);
  out.end_object();
  return std::move(out).str();
}

std::string write_settings_status(const settings::exchange_view& exchange, const settings::llm_view& llm,
                                  std::span<const vault::secret_info> secrets) {
  std::vector<std::string_view> names;
  for (const auto& each : secrets)
    if (!each.deleted_at) names.push_back(each.name);
  json::writer out;
  out.begin_object();
  out.json_member("exchange", written(exchange)).json_member("llm", written(llm));
  out.begin_object("vault_status").member("initialized", true).member("has_secrets", !names.empty());
  out.member("secret_count", names.size()).begin_array("secrets_configured");
  for (const auto name : names)
    out.element(name);
  out.end_array().end_object().end_object();
  return std::move(out).str();
}

}  // namespace kontor::api
