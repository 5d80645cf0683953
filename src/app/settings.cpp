#include "app/settings.hpp"

#include "account/email.hpp"
#include "app/signing_key.hpp"
#include "app/small_file.hpp"
#include "base/text.hpp"
#include "outbound/web_socket_client.hpp"
#include "policy/policy.hpp"
#include "vault/master_key.hpp"

#include <boost/url/parse.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>

namespace kontor::app {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw std::invalid_argument(why);
}

std::optional<std::uint64_t> parse_number(std::string_view value, std::uint64_t least, std::uint64_t most) {
  std::uint64_t number = 0;
  const auto* end = value.data() + value.size();
  const auto [stopped, failure] = std::from_chars(value.data(), end, number);
  if (failure != std::errc() || stopped != end || number < least || number > most) return std::nullopt;
  return number;
}

std::uint64_t read_number(std::string_view value, std::uint64_t least, std::uint64_t most) {
  const auto number = parse_number(value, least, most);
  if (!number) refuse("must be a number from " + std::to_string(least) + " to " + std::to_string(most) + ".");
  return *number;
}

std::vector<std::string> read_list(const std::string& value) {
  std::vector<std::string> items;
  for (std::size_t at = 0; at <= value.size();) {
    const auto end = std::min(value.find(',', at), value.size());
    const auto item = base::trim(std::string_view(value).substr(at, end - at));
    if (!item.empty()) items.emplace_back(item);
    at = end + 1;
  }
  return items;
}

bool is_port(std::string_view digits) {
  return digits.size() <= 5 && parse_number(digits, 1, 65'535).has_value();
}

// An origin as the program uses it: scheme and authority in lower case. No path, because the web app lives at the root.
std::string read_origin(const std::string& value) {
  namespace urls = boost::urls;
  const auto url = urls::parse_uri(value);
  const bool fits = url.has_value() &&
                    (url->scheme_id() == urls::scheme::http || url->scheme_id() == urls::scheme::https) &&
                    !url->host().empty() && !url->has_userinfo() && !url->has_query() && !url->has_fragment() &&
                    (!url->has_port() || is_port({url->port().data(), url->port().size()})) &&
                    (url->encoded_path().empty() || url->encoded_path() == "/");
  if (!fits) refuse("must be an address such as https://kontor.example.org, with nothing behind the name but a port.");
  return base::to_lower_ascii(value.substr(0, value.size() - url->encoded_path().size()));
}

std::string read_email(const std::string& value) {
  const auto address = account::normalise_email(value);
  if (!address) refuse("must be an e-mail address such as anna@example.org.");
  return address->normal;
}

http::network read_network(const std::string& value) {
  boost::system::error_code failure;
  if (value.find('/') == std::string::npos) {
    const auto address = boost::asio::ip::make_address(value, failure);
    if (!failure && address.is_v4()) return boost::asio::ip::network_v4(address.to_v4(), 32);
    if (!failure) return boost::asio::ip::network_v6(address.to_v6(), 128);
  } else {
    const auto four = boost::asio::ip::make_network_v4(value, failure);
    if (!failure) return four;
    const auto six = boost::asio::ip::make_network_v6(value, failure);
    if (!failure) return six;
  }
  refuse("must hold addresses or ranges such as 127.0.0.1 or 10.0.0.0/8.");
}

void apply_log_level(config& into, const std::string& value) {
  using base::log_level;
  static const std::map<std::string, log_level> levels = {{"trace", log_level::trace}, {"debug", log_level::debug},
                                                          {"info", log_level::info},   {"warning", log_level::warning},
                                                          {"error", log_level::error}, {"off", log_level::off}};
  const auto level = levels.find(value);
  if (level == levels.end()) refuse("must be trace, debug, info, warning, error or off.");
  into.log.level = level->second;
}

void apply_registration(config& into, const std::string& value) {
  const auto known = policy::parse_registration(value);
  if (!known) refuse("must be open, allowlist or closed.");
  into.registration = *known;
}

void apply_second_factor(config& into, const std::string& value) {
  using account::second_factor_for;
  if (value == "nobody")
    into.require_second_factor = second_factor_for::nobody;
  else if (value == "admins")
    into.require_second_factor = second_factor_for::admins;
  else if (value == "everybody")
    into.require_second_factor = second_factor_for::everybody;
  else
    refuse("must be nobody, admins or everybody.");
}

void apply_email_verification(config& into, const std::string& value) {
  if (value != "off" && value != "required") refuse("must be off or required.");
  using enum account::email_verification;
  into.email_verification = value == "required" ? required : off;
}

void apply_smtp(config& into, const std::string& value) {
  if (value.empty()) return;
  auto server = outbound::parse_smtp_url(value);
  if (!server) refuse(server.error().detail);
  into.smtp = std::move(*server);
}

void check_vault_key(const std::string& value) {
  const auto keys = vault::parse_master_keys(value);
  if (!keys) refuse("cannot be used: " + keys.error().detail);
  if (keys->empty()) refuse("holds no key; `openssl rand -base64 32` gives one.");
}

void apply_egress(config& into, const std::string& value) {
  auto policy = outbound::egress_policy::parse(read_list(value));
  if (!policy) refuse(policy.error().detail);
  into.egress = std::move(*policy);
}

void apply_egress_proxy(config& into, const std::string& value) {
  const auto url = boost::urls::parse_uri(value);
  const bool fits = url.has_value() && (url->scheme() == "http" || url->scheme() == "https") && !url->host().empty() &&
                    url->encoded_path().size() <= 1 && !url->has_query() && !url->has_fragment();
  if (!value.empty() && !fits) refuse("must be an address such as http://proxy.example.org:3128.");
  into.egress_proxy = value;
}

void apply_egress_authorities(config& into, const std::string& value) {
  if (value.empty()) return;
  auto pem = read_small_file(value);
  if (!pem) refuse("names a file that " + pem.error().detail);
  if (pem->find("-----BEGIN CERTIFICATE-----") == std::string::npos)
    refuse("must name a file with certificates in PEM.");
  into.egress_ca_pem = std::move(*pem);
}

void apply_bitget(config& into, const std::string& value) {
  auto url = outbound::parse_web_url(value);
  if (!url) refuse(url.error().detail);
  if (!url->is_tls || url->target != "/") refuse("must begin with https://, with nothing behind the name but a port.");
  into.bitget = std::move(*url);
}

void apply_bitget_socket(config& into, const std::string& value) {
  auto url = outbound::parse_socket_url(value);
  if (!url) refuse(url.error().detail);
  const bool is_here = url->address ? url->address->is_loopback() : outbound::is_localhost(url->host);
  if (!url->is_tls && !is_here) refuse("must begin with wss://; only on this machine with ws://.");
  into.bitget_socket = std::move(*url);
}

void apply_provider(config& into, const std::string& value) {
  if (value.empty()) return;
  into.model.provider = settings::parse_llm_kind(value);
  if (!into.model.provider) refuse("must be openai, azure or ollama.");
}

void apply_tokens_in_address(config& into, const std::string& value) {
  if (value != "true" && value != "false") refuse("must be true or false.");
  into.ws_accept_jwt = value == "true";
}

constexpr std::array<setting, 44> table = {{
    {"API_HOST", "127.0.0.1", "The address to listen on; 0.0.0.0 or :: for every address of the machine.", false,
     [](config& into, const std::string& value) {
       boost::system::error_code failure;
       into.api_host = boost::asio::ip::make_address(value, failure);
       if (failure) refuse("must be an IP address such as 127.0.0.1 or ::.");
     }},
    {"API_PORT", "8500", "The port to listen on; 0 for any free one.", false,
     [](config& into, const std::string& value) {
       into.api_port = static_cast<std::uint16_t>(read_number(value, 0, 65535));
     }},
    {"PUBLIC_URL", "",
     "How users reach the program, for links: https://kontor.example.org. Empty: http://localhost and the port.", false,
     [](config& into, const std::string& value) { into.public_url = value.empty() ? "" : read_origin(value); }},
    {"CORS_ORIGINS", "", "Origins of other web pages that may call the API, separated by commas. Empty: none.", false,
     [](config& into, const std::string& value) {
       for (const auto& item : read_list(value))
         into.cors_origins.push_back(read_origin(item));
     }},
    {"TRUSTED_PROXIES", "",
     "Addresses or ranges of proxies whose X-Forwarded-For and -Proto are believed. Empty: none.", false,
     [](config& into, const std::string& value) {
       for (const auto& item : read_list(value))
         into.trusted_proxies.push_back(read_network(item));
     }},
    {"THREADS", "0", "Event loops to run; 0 for one per core.", false,
     [](config& into, const std::string& value) { into.threads = read_number(value, 0, 256); }},
    {"DATA_DIR", "./data", "The folder that holds everything this installation owns.", false,
     [](config& into, const std::string& value) {
       if (value.empty()) refuse("must name a folder.");
       into.data_dir = value;
     }},
    {"DATABASE_URL", "", "postgresql://user:password@host/database. Empty: SQLite in DATA_DIR/app.db.", true,
     [](config& into, const std::string& value) {
       if (!value.empty() && !value.starts_with("postgresql://") && !value.starts_with("postgres://"))
         refuse("must begin with postgresql:// (or be empty for SQLite).");
       into.database_url = value;
     }},
    {"ADMIN_EMAIL", "", "The first administrator. A link to set the password is printed once at start.", false,
     [](config& into, const std::string& value) { into.admin_email = value.empty() ? "" : read_email(value); }},
    {"REGISTRATION", "open", "Who may register: open, allowlist (ALLOWED_EMAILS) or closed. Administrators may decide otherwise.", false,
     apply_registration},
    {"ALLOWED_EMAILS", "", "Addresses that may register when REGISTRATION is allowlist, separated by commas. Administrators may decide otherwise.", false,
     [](config& into, const std::string& value) {
       for (const auto& item : read_list(value))
         into.allowed_emails.insert(read_email(item));
     }},
    {"REQUIRE_SECOND_FACTOR", "nobody",
     "Who must set up a second factor before anything else: nobody, admins or everybody. Administrators may decide otherwise.", false, apply_second_factor},
    {"SMTP_URL", "",
     "The server that takes our mails: smtp://user:password@host:587 with STARTTLS, or smtps://. Empty: no mails.",
     true, apply_smtp},
    {"MAIL_FROM", "", "The address that mails come from. Needed with SMTP_URL, as is PUBLIC_URL.", false,
     [](config& into, const std::string& value) { into.mail_from = value.empty() ? "" : read_email(value); }},
    {"EMAIL_VERIFICATION", "off",
     "off, or required: who registers gets a link by mail and sets the password there. Needs SMTP_URL.", false,
     apply_email_verification},
    {"PASSWORD_MIN_LENGTH", "8",
     "The shortest password, in characters, 8 to 64; 15 is advised while there is no second factor. Administrators may decide otherwise.", false,
     [](config& into, const std::string& value) { into.password_min_length = read_number(value, 8, 64); }},
    {"PASSWORD_BCRYPT_COST", "12", "What a password hash costs, 10 to 15; each step doubles it.", false,
     [](config& into, const std::string& value) {
       into.password_bcrypt_cost = static_cast<int>(read_number(value, 10, 15));
     }},
    {"PASSWORD_PEPPER", "", "A secret mixed into password hashes, at least 32 bytes. If it is lost, every password is.",
     true,
     [](config& into, const std::string& value) {
       if (!value.empty()) check_secret_strength(value);
       into.password_pepper = base::secret_bytes(std::string_view(value));
     }},
    {"JWT_SECRET_KEY", "",
     "The key that signs access tokens, at least 32 random bytes. Empty: made once and kept in DATA_DIR.", true,
     [](config& into, const std::string& value) {
       if (!value.empty()) check_secret_strength(value);
       into.jwt_secret_key = base::secret_bytes(std::string_view(value));
     }},
    {"JWT_EXPIRE_MINUTES", "60", "How long an access token holds, 1 to 1440 minutes.", false,
     [](config& into, const std::string& value) { into.jwt_life = std::chrono::minutes(read_number(value, 1, 1440)); }},
    {"AUDIT_KEY", "",
     "The key that signs the audit log, at least 32 random bytes, the same for every node and always. Empty: the key "
     "that signs access tokens.",
     true,
     [](config& into, const std::string& value) {
       if (!value.empty()) check_secret_strength(value);
       into.audit_key = base::secret_bytes(std::string_view(value));
     }},
    {"VAULT_KEY", "",
     "The key over all secrets of users: 32 random bytes in base64, several in lines, the newest first. Empty: made "
     "once and kept in DATA_DIR. If it is lost, so are the secrets.",
     true,
     [](config& into, const std::string& value) {
       if (!value.empty()) check_vault_key(value);
       into.vault_key = base::secret_bytes(std::string_view(value));
     },
     // Not read here: a server with a key that is not there serves everything but the vault.
     [](config& into, const std::string& file) { into.vault_key_file = file; }},
    {"EGRESS_ALLOW", "",
     "What users' addresses may lead to beyond the open Internet: ollama.lan:11434,10.0.0.0/8. Empty: nothing.", false,
     apply_egress},
    {"EGRESS_PROXY", "", "The proxy for questions to exchanges and models: http://host:port. Empty: none.", true,
     apply_egress_proxy},
    {"EGRESS_CA_FILE", "",
     "A file with certificates (PEM) of authorities to trust besides those of the system. Empty: none.", false,
     apply_egress_authorities},
    {"BITGET_BASE_URL", "https://api.bitget.com", "Where the exchange Bitget is asked.", false, apply_bitget},
    {"BITGET_WS_URL", "wss://ws.bitget.com/v2/ws/public", "Where the exchange Bitget tells prices as they change.", false,
     apply_bitget_socket},
    {"LLM_PROVIDER", "",
     "A language model for users who have set none of their own: openai, azure or ollama. Empty: none.", false,
     apply_provider},
    {"OPENAI_BASE_URL", "https://api.openai.com/v1",
     "With LLM_PROVIDER openai: where it listens, or what speaks like it, up to /chat/completions.", false,
     [](config& into, const std::string& value) { into.model.openai.address = desk::read_model_address(value); }},
    {"OPENAI_MODEL", "", "With LLM_PROVIDER openai: the model.", false,
     [](config& into, const std::string& value) { into.model.openai.model = desk::read_model_name(value); }},
    {"OPENAI_API_KEY", "", "With LLM_PROVIDER openai: the key.", true,
     [](config& into, const std::string& value) { into.model.openai.key = desk::read_model_key(value); }},
    {"AZURE_OPENAI_ENDPOINT", "", "With LLM_PROVIDER azure: https://NAME.openai.azure.com.", false,
     [](config& into, const std::string& value) { into.model.azure.address = desk::read_model_address(value); }},
    {"AZURE_OPENAI_DEPLOYMENT", "", "With LLM_PROVIDER azure: the name of the deployment.", false,
     [](config& into, const std::string& value) { into.model.azure.model = desk::read_model_name(value); }},
    {"AZURE_OPENAI_API_VERSION", "",
     "With LLM_PROVIDER azure: the version of the routes with deployments. Empty: the newer routes, which need none.",
     false, [](config& into, const std::string& value) { into.model.azure_version = desk::read_model_name(value); }},
    {"AZURE_OPENAI_API_KEY", "", "With LLM_PROVIDER azure: the key.", true,
     [](config& into, const std::string& value) { into.model.azure.key = desk::read_model_key(value); }},
    {"OLLAMA_BASE_URL", "http://localhost:11434", "With LLM_PROVIDER ollama: where it listens.", false,
     [](config& into, const std::string& value) { into.model.ollama.address = desk::read_model_address(value); }},
    {"OLLAMA_MODEL", "", "With LLM_PROVIDER ollama: the model.", false,
     [](config& into, const std::string& value) { into.model.ollama.model = desk::read_model_name(value); }},
    {"REQUESTS_PER_MINUTE_ADDRESS", "1200",
     "Requests that one address (IPv6: one /64) may send in a minute, pages included; 0 for no limit.", false,
     [](config& into, const std::string& value) {
       into.requests_per_minute_address = static_cast<std::uint32_t>(read_number(value, 0, 1'000'000));
     }},
    {"REQUESTS_PER_MINUTE_USER", "600",
     "Requests that one account may send in a minute, with all its sessions and tokens; 0 for no limit.", false,
     [](config& into, const std::string& value) {
       into.requests_per_minute_user = static_cast<std::uint32_t>(read_number(value, 0, 1'000'000));
     }},
    {"CHAT_RUNS_AT_ONCE", "4",
     "Answers of the language model that one account may have on their way at a time, 1 to 100. Administrators may decide otherwise.", false,
     [](config& into, const std::string& value) {
       into.chat_runs_at_once = static_cast<std::int64_t>(
           read_number(value, policy::least_runs_at_once, policy::most_runs_at_once));
     }},
    {"CHAT_TOKENS_PER_DAY", "0",
     "Tokens of the language model that one account may use in a day (UTC), questions and answers; 0 for no limit."
     " Administrators may decide otherwise.",
     false,
     [](config& into, const std::string& value) {
       into.chat_tokens_per_day =
           static_cast<std::int64_t>(read_number(value, policy::no_limit, policy::most_tokens_per_day));
     }},
    {"WS_ACCEPT_JWT", "true",
     "true, or false: an access token in the address of a socket is refused, and only tickets work there.", false,
     apply_tokens_in_address},
    {"LOG_LEVEL", "info", "trace, debug, info, warning, error or off.", false, apply_log_level},
    {"LOG_FORMAT", "text", "text or json (one object per line).", false,
     [](config& into, const std::string& value) {
       if (value != "text" && value != "json") refuse("must be text or json.");
       into.log.format = value == "json" ? base::log_format::json : base::log_format::text;
     }},
}};

constexpr std::string_view file_suffix = "_FILE";

const setting* find_setting(std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const setting& s) { return s.name == name; });
  return found == table.end() ? nullptr : found;
}

bool is_known(std::string_view name) {
  if (find_setting(name) != nullptr) return true;
  if (!name.ends_with(file_suffix)) return false;
  const auto* secret = find_setting(name.substr(0, name.size() - file_suffix.size()));
  return secret != nullptr && secret->is_secret;
}

base::error refusal(std::string_view name, const std::string& why) {
  return {base::errc::invalid_input, "", std::string(name) + " " + why};
}

base::result<void> check_mail(const config& loaded) {
  if (loaded.smtp && loaded.mail_from.empty()) return refusal("MAIL_FROM", "must be set when SMTP_URL is.");
  if (loaded.smtp && loaded.public_url.empty())
    return refusal("PUBLIC_URL", "must be set when SMTP_URL is, because mails have links in them.");
  if (!loaded.smtp && loaded.email_verification == account::email_verification::required)
    return refusal("EMAIL_VERIFICATION", "can be required only when SMTP_URL is set.");
  return {};
}

base::result<void> check_model(const config& loaded) {
  const auto missing = desk::missing_in(loaded.model);
  if (missing.empty()) return {};
  return refusal(missing, "must be set when LLM_PROVIDER is " + std::string(name_of(*loaded.model.provider)) + ".");
}

const std::string* find(const std::map<std::string, std::string>& values, const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? nullptr : &found->second;
}

base::result<std::string> read_secret_file(const std::string& name, const std::string& file) {
  auto value = read_small_file(file);
  if (!value) return refusal(name, "names a file that " + value.error().detail);
  // Editors and `echo` end a file with a line break that is not part of the secret.
  if (value->ends_with('\n')) value->pop_back();
  if (value->ends_with('\r')) value->pop_back();
  if (value->empty()) return refusal(name, "names an empty file.");
  return value;
}

struct found_value {
  std::string text;
  bool names_a_file = false;  ///< That the program reads later.
};

// The value of one setting from the first source that has it, or its default.
base::result<found_value> find_value(const setting& s, const setting_sources& from) {
  const std::string name(s.name);
  const std::string file_name = name + std::string(file_suffix);
  for (const auto* source : {&from.flags, &from.environment, &from.env_file}) {
    const auto* value = find(*source, name);
    const auto* file = s.is_secret ? find(*source, file_name) : nullptr;
    const bool has_value = value != nullptr && !value->empty();
    const bool has_file = file != nullptr && !file->empty();
    if (has_value && has_file) return refusal(name, "and " + file_name + " are both set; only one of them may be.");
    if (has_file && s.apply_file != nullptr) return found_value{*file, true};
    if (has_file) {
      auto held = read_secret_file(file_name, *file);
      if (!held) return held.error();
      return found_value{std::move(*held)};
    }
    // An empty variable is as good as none: that is what container files pass on when nothing was said.
    if (has_value) return found_value{*value};
  }
  return found_value{std::string(s.default_value)};
}

}  // namespace

std::span<const setting> all_settings() {
  return table;
}

std::string flag_of(const setting& s) {
  auto flag = "--" + base::to_lower_ascii(s.name);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

base::result<config> load_config(const setting_sources& from) {
  for (const auto& [name, value] : from.env_file)
    if (!is_known(name))
      return refusal(base::printable(name), "in .env is no setting of this program; see .env.example.");

  config loaded;
  for (const auto& s : table) {
    auto value = find_value(s, from);
    if (!value) return value.error();
    try {
      (value->names_a_file ? s.apply_file : s.apply)(loaded, value->text);
    } catch (const std::invalid_argument& why) {
      return refusal(s.name, why.what());
    }
    if (s.is_secret) base::wipe(value->text.data(), value->text.size());
  }
  if (loaded.registration == account::registration_policy::allowlist && loaded.allowed_emails.empty())
    return refusal("ALLOWED_EMAILS", "must hold at least one address when REGISTRATION is allowlist.");
  if (const auto good = check_mail(loaded); !good) return good.error();
  if (const auto good = check_model(loaded); !good) return good.error();
  return loaded;
}

std::vector<std::string> warnings_about(const config& loaded) {
  std::vector<std::string> warnings;
  const bool is_reached_from_outside = !loaded.api_host.is_loopback() || !loaded.trusted_proxies.empty();
  if (loaded.public_url.empty() && is_reached_from_outside)
    warnings.emplace_back(
        "PUBLIC_URL is not set, so the Host field of a request decides which pages count as our own. Set PUBLIC_URL to "
        "the address by which users reach the program, such as https://kontor.example.org.");
  return warnings;
}

}  // namespace kontor::app
