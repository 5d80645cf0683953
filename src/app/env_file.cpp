#include "app/env_file.hpp"

#include "app/small_file.hpp"
#include "base/text.hpp"

#include <optional>

namespace kontor::app {
namespace {

using variables = std::map<std::string, std::string>;

constexpr bool is_name_start(char c) {
  return base::is_letter(c) || c == '_';
}
constexpr bool is_name_char(char c) {
  return is_name_start(c) || base::is_digit(c);
}

std::string_view without_blanks(std::string_view text) {
  return base::trim(text, " \t\r");
}

base::error refusal(std::size_t line, std::string why) {
  return {base::errc::malformed, "", ".env, line " + std::to_string(line) + ": " + std::move(why)};
}

// Takes a value in quotes off the front of `text`; nullopt when the closing quote is missing.
std::optional<std::string> take_quoted(std::string_view& text) {
  const char quote = text.front();
  std::string value;
  for (std::size_t i = 1; i < text.size(); ++i) {
    char c = text[i];
    if (c == quote) {
      text.remove_prefix(i + 1);
      return value;
    }
    if (c == '\\' && quote == '"' && i + 1 < text.size()) {
      c = text[++i];
      if (c == 'n') c = '\n';
      if (c == 't') c = '\t';
    }
    value += c;
  }
  return std::nullopt;
}

base::result<std::string> read_value(std::string_view text, std::size_t line) {
  if (text.empty() || text.front() == '#') return std::string();
  if (text.front() != '"' && text.front() != '\'') {
    const auto comment = text.find(" #");
    return std::string(without_blanks(text.substr(0, comment)));
  }
  auto value = take_quoted(text);
  if (!value) return refusal(line, "the closing quote is missing.");
  const auto rest = without_blanks(text);
  if (!rest.empty() && rest.front() != '#') return refusal(line, "there is something after the closing quote.");
  return std::move(*value);
}

base::result<void> read_line(std::string_view text, std::size_t line, variables& into) {
  text = without_blanks(text);
  if (text.empty() || text.front() == '#') return {};
  if (text.starts_with("export ")) text = without_blanks(text.substr(7));

  std::size_t end = 0;
  while (end < text.size() && is_name_char(text[end]))
    ++end;
  if (end == 0 || !is_name_start(text.front())) return refusal(line, "a line reads NAME=value.");
  const std::string name(text.substr(0, end));
  const auto rest = without_blanks(text.substr(end));
  if (rest.empty() || rest.front() != '=') return refusal(line, "after " + name + " there must be an equals sign.");

  auto value = read_value(without_blanks(rest.substr(1)), line);
  if (!value) return value.error();
  if (!into.emplace(name, std::move(*value)).second) return refusal(line, name + " was set before.");
  return {};
}

}  // namespace

base::result<variables> parse_env_file(std::string_view text) {
  variables all;
  // Some editors put a byte order mark in front of UTF-8.
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  std::size_t line = 0;
  while (!text.empty()) {
    ++line;
    const auto end = std::min(text.find('\n'), text.size());
    const auto current = text.substr(0, end);
    if (current.find('\0') != std::string_view::npos) return refusal(line, "there is a NUL byte.");
    if (const auto read = read_line(current, line, all); !read) return read.error();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

base::result<variables> read_env_file(const std::filesystem::path& file, missing_file when_missing) {
  std::error_code failure;
  const auto status = std::filesystem::status(file, failure);
  if (status.type() == std::filesystem::file_type::not_found && when_missing == missing_file::is_empty)
    return variables{};
  auto text = read_small_file(file);
  if (!text) return base::error{base::errc::malformed, "", file.string() + " " + text.error().detail};
  return parse_env_file(*text);
}

}  // namespace kontor::app
