#include "legacy/old_vault.hpp"

#include "base/text.hpp"
#include "crypto/fernet.hpp"
#include "crypto/random.hpp"
#include "json/parse.hpp"
#include "json/writer.hpp"
#include "legacy/unusable_folder.hpp"

#include <boost/json/object.hpp>

#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

namespace kontor::legacy {
namespace {

constexpr std::string_view blanks = " \t\r\n";
// A vault of a hundred thousand entries has some 20 MB.
constexpr std::uintmax_t largest_file = 256 * 1024 * 1024;

base::secret_bytes parse_key(std::string_view text) {
  // base64url of 32 bytes has exactly one sign of padding.
  const auto trimmed = base::trim(text, blanks);
  if (trimmed.size() == 44 && trimmed.ends_with('='))
    if (auto bytes = base::from_base64url(trimmed.substr(0, 43)); bytes && bytes->size() == crypto::fernet::key_size)
      return base::secret_bytes(std::move(*bytes));
  throw unusable_folder(
      "The file .key does not hold a key (44 characters of base64url). Look for the .key that .secrets.enc was written "
      "with in a backup; nothing was taken.");
}

std::optional<base::secret_bytes> read_file(const std::filesystem::path& file) {
  std::error_code unknown;
  if (!std::filesystem::exists(file, unknown) && !unknown) return std::nullopt;
  const auto size = std::filesystem::is_regular_file(file, unknown) ? std::filesystem::file_size(file, unknown) : 0;
  if (unknown || size > largest_file || !std::filesystem::is_regular_file(file, unknown))
    throw unusable_folder("The file " + file.string() + " cannot be read, or is no file of the predecessor.");
  std::ifstream in(file, std::ios::binary);
  std::vector<std::uint8_t> bytes(size);
  if (!in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size)))
    throw unusable_folder("The file " + file.string() + " cannot be read.");
  return base::secret_bytes(std::move(bytes));
}

// Half of a pair of UTF-16, which Python keeps in a text and writes as `\ud83d`: no text to anybody else, so a single
// such value would make all of the vault unreadable. `at`: of the backslash of `\uXXXX`; nullopt when it is none.
std::optional<unsigned> code_unit_at(std::string_view json, std::size_t at) noexcept {
  if (json.size() < at + 6 || json[at] != '\\' || json[at + 1] != 'u') return std::nullopt;
  unsigned unit = 0;
  for (const char digit : json.substr(at + 2, 4)) {
    const int value = base::hex_value(digit);
    if (value < 0) return std::nullopt;
    unit = unit << 4 | static_cast<unsigned>(value);
  }
  return unit;
}
constexpr bool is_first_half(unsigned unit) noexcept {
  return unit >= 0xd800 && unit < 0xdc00;
}
constexpr bool is_second_half(unsigned unit) noexcept {
  return unit >= 0xdc00 && unit < 0xe000;
}

// The same text with `mark` in place of each half that has no other. Backslashes stand nowhere but in strings.
base::secret_bytes mark_lone_halves(std::string_view json, std::string_view mark) {
  std::vector<std::uint8_t> marked;
  // All of it at once, so that no copy is left behind when it grows: a half takes six characters.
  marked.reserve(json.size() / 6 * mark.size() + json.size());
  for (std::size_t at = 0; at < json.size();) {
    const auto unit = code_unit_at(json, at);
    const auto next = unit ? code_unit_at(json, at + 6) : std::nullopt;
    std::size_t taken = json[at] == '\\' ? 2 : 1;
    if (unit) taken = is_first_half(*unit) && next && is_second_half(*next) ? 12 : 6;
    const bool is_lone = taken == 6 && (is_first_half(*unit) || is_second_half(*unit));
    const auto piece = is_lone ? mark : json.substr(at, taken);
    marked.insert(marked.end(), piece.begin(), piece.end());
    at += taken;
  }
  return base::secret_bytes(std::move(marked));
}

}  // namespace

old_vault open_vault(std::string_view key_text, std::string_view token) {
  const crypto::fernet cipher(parse_key(key_text));
  const auto content = cipher.open(base::trim(token, blanks));
  if (!content)
    throw unusable_folder(
        "The key in .key does not open .secrets.enc: one of them was replaced or damaged. Put the pair back that "
        "belongs "
        "together, from a backup; nothing was taken.");
  // Nothing that anybody wrote holds it.
  const auto mark = base::to_hex(crypto::random_array<16>());
  auto parsed = json::parse(content->text());
  if (!parsed) parsed = json::parse(mark_lone_halves(content->text(), mark).text());
  if (!parsed || !parsed->is_object())
    throw unusable_folder("The key opens .secrets.enc, but what is inside is no list of secrets; nothing was taken.");
  old_vault opened;
  for (const auto& [name, value] : parsed->get_object()) {
    const std::string_view shown(name.data(), name.size());
    const auto* text = value.if_string();
    const bool is_marked = text != nullptr && std::string_view(text->data(), text->size()).find(mark) != shown.npos;
    if (text != nullptr && !is_marked && shown.find(mark) == shown.npos)
      opened.entries.push_back({.name = std::string(name.data(), name.size()),
                                .value = base::secret_bytes(std::string_view(text->data(), text->size()))});
    else
      opened.unreadable.emplace_back(shown);
  }
  return opened;
}

old_vault read_vault(const std::filesystem::path& folder) {
  const auto key = read_file(folder / ".key");
  const auto token = read_file(folder / ".secrets.enc");
  if (token && !key)
    throw unusable_folder(
        "There is a .secrets.enc without its .key, so no secret can be read. Put the key back; nothing was taken.");
  if (!token) {
    old_vault none;
    none.notes.emplace_back("there is no .secrets.enc: no secrets were found");
    return none;
  }
  return open_vault(key->text(), token->text());
}

sealed_vault seal_vault(const std::vector<vault_entry>& entries, base::timestamp now) {
  json::writer object;
  object.begin_object();
  for (const auto& [name, value] : entries)
    object.member(name, value.text());
  object.end_object();
  auto content = std::move(object).str();
  auto raw = crypto::random_array<crypto::fernet::key_size>();
  auto text = base::to_base64url(raw) + "=";
  sealed_vault sealed{.key_text = base::secret_bytes(text), .token = ""};
  const crypto::fernet cipher(base::secret_bytes(std::vector<std::uint8_t>(raw.begin(), raw.end())));
  sealed.token = cipher.seal(base::as_bytes(content), now);
  base::wipe(raw.data(), raw.size());
  base::wipe(text.data(), text.size());
  base::wipe(content.data(), content.size());
  return sealed;
}

}  // namespace kontor::legacy
