#include "base/log.hpp"

#include "base/text.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>

namespace kontor::base {
namespace {

struct active_log {
  log_settings settings;
  std::shared_ptr<spdlog::logger> logger;
};

std::shared_ptr<spdlog::logger> make_logger(log_format format) {
  auto logger = std::make_shared<spdlog::logger>("kontor", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_level(spdlog::level::trace);
  logger->flush_on(spdlog::level::trace);
  // The event itself is formatted by format_event; spdlog adds the time and writes the line.
  logger->set_pattern(
      format == log_format::json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ",%v})" : "%Y-%m-%dT%H:%M:%S.%fZ %v",
      spdlog::pattern_time_type::utc);
  return logger;
}

active_log& current() {
  static active_log log{{}, make_logger(log_format::text)};
  return log;
}

std::string_view name_of(log_level level) {
  switch (level) {
    case log_level::trace:
      return "trace";
    case log_level::debug:
      return "debug";
    case log_level::info:
      return "info";
    case log_level::warning:
      return "warning";
    case log_level::error:
      return "error";
    case log_level::off:
      break;
  }
  return "off";
}

std::string in_quotes(std::string_view text) {
  return boost::json::serialize(boost::json::value(boost::json::string(text)));
}

bool needs_quotes(std::string_view value) {
  return value.empty() || value.find_first_of(" =\"") != std::string_view::npos;
}

bool is_token_char(char c) {
  return is_letter_or_digit(c) || std::string_view("-_.~+/=%").find(c) != std::string_view::npos;
}

constexpr std::string_view replacement = "[redacted]";

// `eyJ` is what the base64url of `{"` looks like: the start of every JWT.
std::string without_jwts(std::string_view text) {
  std::string out;
  while (true) {
    const auto at = text.find("eyJ");
    if (at == std::string_view::npos) return out.append(text);
    auto end = at;
    std::size_t dots = 0;
    while (end < text.size() && is_token_char(text[end]))
      dots += text[end++] == '.' ? 1u : 0u;
    out.append(text.substr(0, at)).append(dots > 0 ? replacement : text.substr(at, end - at));
    text.remove_prefix(end);
  }
}

// What a personal access token begins with (token/personal_token.hpp), wherever it was put by mistake.
std::string without_personal_tokens(std::string_view text) {
  constexpr std::string_view prefix = "kontor_pat_";
  std::string out;
  while (true) {
    const auto at = text.find(prefix);
    if (at == std::string_view::npos) return out.append(text);
    auto end = at + prefix.size();
    while (end < text.size() && (is_letter_or_digit(text[end]) || text[end] == '-' || text[end] == '_'))
      ++end;
    out.append(text.substr(0, at)).append(replacement);
    text.remove_prefix(end);
  }
}

constexpr std::array<std::string_view, 10> secret_names = {
    "password", "passphrase", "token", "secret", "authorization", "bearer", "pepper", "cookie", "ticket", "key"};

bool names_a_secret(std::string_view field) {
  const auto lower = to_lower_ascii(field);
  return std::any_of(secret_names.begin(), secret_names.end(),
                     [&](std::string_view name) { return lower.ends_with(name); });
}

// `name=value`, `name: value`, `"name":"value"` for names that hold secrets, and `Bearer value`.
std::string without_named_values(std::string text) {
  const auto lower = to_lower_ascii(text);
  std::string out;
  std::size_t copied = 0;
  for (std::size_t at = 0; at < lower.size();) {
    std::size_t value = 0;
    for (const auto name : secret_names) {
      if (lower.compare(at, name.size(), name) != 0) continue;
      auto next = at + name.size();
      const auto first = next;
      while (next < lower.size() && std::string_view("\"' :=").find(lower[next]) != std::string_view::npos)
        ++next;
      const auto separators = std::string_view(lower).substr(first, next - first);
      const bool separated =
          separators.find_first_of(":=") != std::string_view::npos || (name == "bearer" && !separators.empty());
      if (separated) value = next;
      break;
    }
    if (value == 0) {
      ++at;
      continue;
    }
    // `Authorization: Bearer x`: the scheme is no secret, what follows it is.
    for (const std::string_view scheme : {"bearer ", "basic "})
      if (lower.compare(value, scheme.size(), scheme) == 0) value += scheme.size();
    auto end = value;
    while (end < text.size() && std::string_view(" \"'&,;}").find(text[end]) == std::string_view::npos)
      ++end;
    if (end == value) {
      at = value;
      continue;
    }
    out.append(text, copied, value - copied).append(replacement);
    copied = at = end;
  }
  return out.append(text, copied);
}

// scheme://user:password@host
std::string without_user_info(std::string text) {
  for (std::size_t at = text.find("://"); at != std::string::npos; at = text.find("://", at + 3)) {
    const auto start = at + 3;
    const auto end = std::min(text.find_first_of("/?# \"'", start), text.size());
    const auto sign = std::string_view(text).substr(start, end - start).rfind('@');
    if (sign != std::string_view::npos) text.replace(start, sign, replacement);
  }
  return text;
}

std::string shown_value(const log_field& field) {
  return names_a_secret(field.name) ? std::string(replacement) : printable(redact(field.value));
}

}  // namespace

void start_log(const log_settings& settings) {
  current() = {settings, make_logger(settings.format)};
}

bool log_enabled(log_level level) noexcept {
  return level >= current().settings.level;
}

void log(log_level level, std::string_view event, std::initializer_list<log_field> fields) {
  if (!log_enabled(level)) return;
  const auto& log = current();
  // The pattern's %v takes the text as it is: the string is the argument, never the format.
  log.logger->log(spdlog::level::info, "{}", format_event(log.settings.format, level, event, fields));
}

std::string redact(std::string_view text) {
  return without_user_info(without_named_values(without_personal_tokens(without_jwts(text))));
}

std::string format_event(log_format format, log_level level, std::string_view event,
                         std::initializer_list<log_field> fields) {
  std::string line;
  if (format == log_format::json) {
    line.append("\"level\":\"").append(name_of(level)).append("\",\"event\":").append(in_quotes(printable(event)));
    for (const auto& field : fields)
      line.append(",").append(in_quotes(field.name)).append(":").append(in_quotes(shown_value(field)));
    return line;
  }
  line.append(name_of(level)).append(" ").append(printable(event));
  for (const auto& field : fields) {
    const auto value = shown_value(field);
    line.append(" ").append(field.name).append("=").append(needs_quotes(value) ? in_quotes(value) : value);
  }
  return line;
}

}  // namespace kontor::base
