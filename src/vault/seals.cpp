#include "vault/seals.hpp"

#include "crypto/random.hpp"
#include "vault/frame.hpp"

#include <array>
#include <bit>
#include <initializer_list>
#include <stdexcept>
#include <utility>
#include <vector>

namespace kontor::vault {
namespace {

constexpr std::string_view kind_of_wrapped = "data key";
constexpr std::string_view kind_of_canary = "canary";
constexpr std::string_view kind_of_secret = "secret";
constexpr std::string_view kind_of_directory = "directory";
constexpr std::string_view kind_of_master_key = "master key";

crypto::fernet derive(crypto::bytes key, std::initializer_list<std::string_view> purpose) {
  return crypto::fernet(crypto::hkdf_sha256(key, {}, frame_of(purpose), crypto::fernet::key_size));
}

base::secret_bytes owned(crypto::bytes part) {
  return base::secret_bytes(std::vector<std::uint8_t>(part.begin(), part.end()));
}

// The last part of a frame, which must end there.
std::optional<base::secret_bytes> last_part(frame_reader& in) {
  const auto part = in.part();
  if (!part || !in.at_end()) return std::nullopt;
  return owned(*part);
}

}  // namespace

key_wrap::key_wrap(const master_key& from)
    : id_(from.id()), box_(derive(from.bytes(), {"kontor vault key encryption"})) {}

std::string key_wrap::wrap(const base::user_id& owner, const base::secret_bytes& data_key, base::timestamp now) const {
  frame content(128);
  content.add(kind_of_wrapped).add(owner.text()).add(data_key.bytes());
  return box_.seal(content.bytes(), now);
}

std::optional<base::secret_bytes> key_wrap::unwrap(const base::user_id& owner, std::string_view wrapped) const {
  const auto content = box_.open(wrapped);
  if (!content) return std::nullopt;
  frame_reader in(content->bytes());
  if (!in.expect(kind_of_wrapped) || !in.expect(owner.text())) return std::nullopt;
  auto key = last_part(in);
  if (!key || key->size() != master_key::size) return std::nullopt;
  return key;
}

std::string key_wrap::make_canary(base::timestamp now) const {
  frame content(64);
  content.add(kind_of_canary).add(id_);
  return box_.seal(content.bytes(), now);
}

bool key_wrap::opens_canary(std::string_view canary) const {
  const auto content = box_.open(canary);
  if (!content) return false;
  frame_reader in(content->bytes());
  return in.expect(kind_of_canary) && in.expect(id_) && in.at_end();
}

base::secret_bytes user_keys::make_data_key() {
  std::vector<std::uint8_t> random(master_key::size);
  crypto::fill_random(random);
  return base::secret_bytes(std::move(random));
}

std::int64_t user_keys::make_series() {
  std::array<std::uint8_t, sizeof(std::int64_t)> random;
  crypto::fill_random(random);
  return std::bit_cast<std::int64_t>(random);
}

user_keys::user_keys(const base::user_id& owner, base::secret_bytes data_key)
    : owner_(owner),
      data_key_(std::move(data_key)),
      directory_box_(derive(data_key_.bytes(), {"kontor vault directory"})) {
  if (data_key_.size() != master_key::size) throw std::invalid_argument("a data key has 32 bytes");
}

crypto::fernet user_keys::box_of(std::string_view name) const {
  return derive(data_key_.bytes(), {"kontor vault secret", name});
}

std::string user_keys::seal(const secret_place& where, const base::secret_bytes& value, base::timestamp now) const {
  frame content(value.size() + where.name.size() + 128);
  content.add(kind_of_secret)
      .add(owner_.text())
      .add(where.name)
      .add(where.version)
      .add(where.series)
      .add(value.bytes());
  return box_of(where.name).seal(content.bytes(), now);
}

std::optional<base::secret_bytes> user_keys::open(const secret_place& where, std::string_view token) const {
  const auto content = box_of(where.name).open(token);
  if (!content) return std::nullopt;
  frame_reader in(content->bytes());
  if (!in.expect(kind_of_secret) || !in.expect(owner_.text()) || !in.expect(where.name)) return std::nullopt;
  if (in.number() != where.version || in.number() != where.series) return std::nullopt;
  return last_part(in);
}

std::string user_keys::seal_directory(const directory& what, base::timestamp now) const {
  const auto list = to_bytes(what);
  frame content(list.size() + 128);
  content.add(kind_of_directory).add(owner_.text()).add(list.bytes());
  return directory_box_.seal(content.bytes(), now);
}

std::optional<directory> user_keys::open_directory(std::string_view sealed) const {
  const auto content = directory_box_.open(sealed);
  if (!content) return std::nullopt;
  frame_reader in(content->bytes());
  if (!in.expect(kind_of_directory) || !in.expect(owner_.text())) return std::nullopt;
  const auto list = in.part();
  if (!list || !in.at_end()) return std::nullopt;
  return parse_directory(*list);
}

std::string seal_for_recovery(const base::secret_bytes& recovery_key, const master_key& what, base::timestamp now) {
  frame content(128);
  content.add(kind_of_master_key).add(what.id()).add(what.bytes());
  return derive(recovery_key.bytes(), {"kontor vault recovery", what.id()}).seal(content.bytes(), now);
}

crypto::fernet export_box(const base::secret_bytes& key) {
  return derive(key.bytes(), {"kontor vault export"});
}

std::optional<master_key> open_with_recovery(const base::secret_bytes& recovery_key, std::string_view id,
                                             std::string_view sealed) {
  const auto content = derive(recovery_key.bytes(), {"kontor vault recovery", id}).open(sealed);
  if (!content) return std::nullopt;
  frame_reader in(content->bytes());
  if (!in.expect(kind_of_master_key) || !in.expect(id)) return std::nullopt;
  auto bytes = last_part(in);
  if (!bytes || bytes->size() != master_key::size) return std::nullopt;
  master_key key(std::move(*bytes));
  if (key.id() != id) return std::nullopt;
  return key;
}

}  // namespace kontor::vault
