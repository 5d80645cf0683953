#include "vault/transfer.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "vault/frame.hpp"
#include "vault/secret_name.hpp"
#include "vault/secret_statements.hpp"

#include <optional>
#include <tuple>
#include <utility>

namespace kontor::vault {
namespace {

using base::errc;

constexpr std::string_view first_line = "kontor vault export 1";
constexpr std::string_view kind_of_carried_secret = "carried secret";
constexpr std::string_view kind_of_end = "end of export";
constexpr std::int64_t users_at_a_time = 50;

constexpr sql::query<base::user_id> select_owners{
    "SELECT user_id FROM vault_user_keys WHERE user_id > :after ORDER BY user_id LIMIT :row_limit"};

struct opened_secrets {
  std::vector<carried_secret> secrets;
  std::int64_t unreadable = 0;
  std::optional<base::user_id> last;  ///< nullopt: there was nobody left.
};

base::result<void> open_all_of(sql::session& in, keyring& ring, const base::user_id& owner, opened_secrets& into) {
  const auto row = statements::find_user_row(in, owner);
  if (!row) return {};
  const auto master = ring.find(row->master_key_id);
  if (!master)
    return base::error{errc::unavailable, "vault-key-missing", "The vault needs its key " + row->master_key_id + ".",
                       ""};
  auto data_key = master->unwrap(owner, row->wrapped);
  const auto keys = data_key ? std::make_optional<user_keys>(owner, std::move(*data_key)) : std::nullopt;
  const auto entries = keys ? keys->open_directory(row->directory) : std::nullopt;
  for (auto& [name, head, token] : statements::list_secrets(in, owner)) {
    const auto found = entries ? entries->find(name) : directory::const_iterator();
    const auto* entry = entries && found != entries->end() ? &found->second : nullptr;
    const auto is = entries ? judge(entry, head, token) : standing::unreadable;
    if (is == standing::deleted || is == standing::absent) continue;
    auto value = is == standing::present ? keys->open({name, head.version, entry->series}, *token) : std::nullopt;
    if (value)
      into.secrets.push_back({owner, std::move(name), std::move(*value)});
    else
      ++into.unreadable;
  }
  return {};
}

base::result<opened_secrets> open_some(sql::database& database, keyring& ring, const std::string& after) {
  auto job = [&ring, after](sql::session& in) -> base::result<opened_secrets> {
    opened_secrets some;
    for (const auto& [owner] : in.all(select_owners, {{"after", after}, {"row_limit", users_at_a_time}})) {
      if (const auto done = open_all_of(in, ring, owner, some); !done) return done.error();
      some.last = owner;
    }
    return some;
  };
  return database.read_now(std::move(job));
}

base::error broken(std::int64_t line) {
  const auto text = "Line " + std::to_string(line) +
                    " of the export does not open: it was changed or moved, or the key is another one.";
  return {errc::malformed, "", text, text};
}

// A secret, nothing at the end that is as it must be, or an error.
base::result<std::optional<carried_secret>> read_line(const crypto::fernet& box, std::string_view line,
                                                      std::int64_t number) {
  const auto content = box.open(line);
  if (!content) return broken(number);
  frame_reader in(content->bytes());
  const auto kind = in.part();
  if (!kind || in.number() != number) return broken(number);
  if (crypto::equal_in_constant_time(*kind, base::as_bytes(kind_of_end)))
    return in.at_end() ? base::result<std::optional<carried_secret>>(std::nullopt) : broken(number);
  const auto owner = in.part();
  const auto name = in.part();
  const auto value = in.part();
  if (!crypto::equal_in_constant_time(*kind, base::as_bytes(kind_of_carried_secret)) || !owner || !name || !value ||
      !in.at_end())
    return broken(number);
  const auto text_of = [](crypto::bytes part) { return std::string(part.begin(), part.end()); };
  const auto id = base::user_id::parse(text_of(*owner));
  if (!id || !is_secret_name(text_of(*name))) return broken(number);
  return std::optional(
      carried_secret{*id, text_of(*name), base::secret_bytes(std::vector<std::uint8_t>(value->begin(), value->end()))});
}

}  // namespace

base::result<transfer_count> export_secrets(sql::database& database, keyring& ring, const base::secret_bytes& key,
                                            const base::clock& clock, const line_sink& sink) {
  const base::error full{errc::storage_full, "", "The file cannot be written: is the disk full?", ""};
  const auto box = export_box(key);
  transfer_count count;
  if (!sink(first_line)) return full;
  std::string after;
  while (true) {
    const auto some = open_some(database, ring, after);
    if (!some) return some.error();
    if (!some->last) break;
    after = some->last->str();
    count.unreadable += some->unreadable;
    for (const auto& one : some->secrets) {
      frame content(one.value.size() + one.name.size() + 128);
      content.add(kind_of_carried_secret)
          .add(++count.secrets)
          .add(one.owner.text())
          .add(one.name)
          .add(one.value.bytes());
      if (!sink(box.seal(content.bytes(), clock.now()))) return full;
    }
  }
  frame end(64);
  end.add(kind_of_end).add(count.secrets + 1);
  if (!sink(box.seal(end.bytes(), clock.now()))) return full;
  return count;
}

base::result<std::vector<carried_secret>> read_export(std::istream& in, const base::secret_bytes& key) {
  const auto box = export_box(key);
  std::vector<carried_secret> secrets;
  std::string line;
  if (!std::getline(in, line) || line != first_line)
    return base::error{errc::malformed, "", "This is no export of a vault.", "no first line"};
  while (std::getline(in, line)) {
    auto one = read_line(box, line, static_cast<std::int64_t>(secrets.size()) + 1);
    if (!one) return one.error();
    if (!*one) {
      if (std::getline(in, line)) return broken(static_cast<std::int64_t>(secrets.size()) + 2);
      return secrets;
    }
    secrets.push_back(std::move(**one));
  }
  return base::error{errc::malformed, "", "The export is not whole: its end is missing.", "no end"};
}

base::result<void> import_secrets(sql::database& database, vault_service& service,
                                  std::span<const carried_secret> secrets, import_count& so_far) {
  const act_source console{.by = std::nullopt, .address = "console"};
  for (const auto& one : secrets) {
    auto job = [&service, &one, &console](sql::session& in) {
      return service.save_within(in, one.owner, one.name, one.value, console, {.expected_version = 0});
    };
    const auto done = database.write_now(std::move(job));
    if (done) {
      ++so_far.saved;
      base::log(base::log_level::info, "secret saved", {{"name", full_name(one.owner, one.name)}});
    } else if (done.error().type == "version-changed") {
      ++so_far.there;
    } else if (done.error().type == "secret-unreadable") {
      ++so_far.unreadable;
      base::log(base::log_level::error, "a secret cannot be read: its rows were changed",
                {{"name", full_name(one.owner, one.name)}});
      auto entry = [&service, &one, &console](sql::session& in) {
        service.report_within(in, one.owner, one.name, console);
      };
      if (const auto noted = database.write_now(std::move(entry)); !noted) return noted.error();
    } else if (done.error().code == errc::not_found) {
      ++so_far.nobody;
    } else {
      return done.error();
    }
  }
  return {};
}

}  // namespace kontor::vault
