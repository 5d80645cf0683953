#include "vault/directory.hpp"

#include "base/text.hpp"
#include "vault/frame.hpp"
#include "vault/secret_name.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

namespace kontor::vault {
namespace {

constexpr bool is_version(std::int64_t number) noexcept {
  return number >= 1 && number <= most_version;
}

constexpr std::size_t hint_size = 4;
constexpr std::size_t least_to_hint = 20;
constexpr std::size_t half_size = sizeof(token_digest);
constexpr std::size_t entry_size = 4 + max_name_size + 8 + 8 + 8 + 8 + 4 + half_size + 4 + hint_size;

}  // namespace

token_digest digest_of(std::string_view token) {
  const auto whole = crypto::sha256(base::as_bytes(token));
  token_digest half;
  std::copy_n(whole.begin(), half.size(), half.begin());
  return half;
}

std::string seal_of(const token_digest& digest) {
  return base::to_hex(digest);
}

base::secret_bytes to_bytes(const directory& what) {
  frame all(what.size() * entry_size);
  for (const auto& [name, entry] : what) {
    if (!is_secret_name(name) || !is_version(entry.version) || entry.size < 0)
      throw std::invalid_argument("no entry of a directory");
    all.add(name)
        .add(entry.version)
        .add(entry.series)
        .add(std::int64_t{entry.is_deleted ? 1 : 0})
        .add(entry.size)
        .add(entry.origin)
        .add(crypto::bytes(entry.digest))
        .add(entry.hint.bytes());
  }
  return base::secret_bytes(std::vector<std::uint8_t>(all.bytes().begin(), all.bytes().end()));
}

std::optional<directory> parse_directory(crypto::bytes content) {
  directory all;
  frame_reader in(content);
  while (!in.at_end()) {
    const auto name = in.part();
    const auto version = in.number();
    const auto series = in.number();
    const auto deleted = in.number();
    const auto size = in.number();
    const auto origin = in.part();
    const auto digest = in.part();
    const auto hint = in.part();
    if (!name || !version || !series || !deleted || !size || !origin || !digest || !hint) return std::nullopt;
    if (!is_version(*version) || *deleted < 0 || *deleted > 1 || *size < 0) return std::nullopt;
    if (digest->size() != half_size) return std::nullopt;
    directory_entry entry{.version = *version,
                          .series = *series,
                          .is_deleted = *deleted == 1,
                          .size = *size,
                          .origin = std::string(base::as_text(*origin)),
                          .digest = {},
                          .hint = {}};
    std::ranges::copy(*digest, entry.digest.begin());
    entry.hint = base::secret_bytes(std::vector<std::uint8_t>(hint->begin(), hint->end()));
    std::string key(base::as_text(*name));
    if (!is_secret_name(key)) return std::nullopt;
    // In order, and each once: the hint at the end makes it quick, too.
    if (!all.empty() && all.rbegin()->first >= key) return std::nullopt;
    all.emplace_hint(all.end(), std::move(key), std::move(entry));
  }
  return all;
}

base::secret_bytes hint_of(const base::secret_bytes& value) {
  const auto text = value.text();
  if (!base::is_utf8(text) || base::count_code_points(text) < least_to_hint) return {};
  const auto last = text.substr(text.size() - hint_size);
  if (!std::ranges::all_of(last, [](char c) { return c > ' ' && c < '\x7f'; })) return {};
  return base::secret_bytes(last);
}

standing judge(const directory_entry* entry, const std::optional<secret_head>& head,
               const std::optional<std::string>& token) {
  if (entry == nullptr && !head) return standing::absent;
  if (entry == nullptr || !head || !token) return standing::unreadable;
  if (entry->version != head->version || entry->is_deleted != head->deleted_at.has_value()) return standing::unreadable;
  if (!crypto::equal_in_constant_time(digest_of(*token), entry->digest)) return standing::unreadable;
  return entry->is_deleted ? standing::deleted : standing::present;
}

}  // namespace kontor::vault
