#include "crypto/password_hash.hpp"

#include "base/text.hpp"
#include "crypto/bcrypt.hpp"
#include "crypto/digest.hpp"

#include <stdexcept>

#include <algorithm>

namespace kontor::crypto {
namespace {

constexpr std::string_view scheme = "$kontor$1$";
constexpr std::string_view no_pepper_id = "none";

// The key of the pre-hash when there is no pepper. It makes our hashes useless elsewhere, and hashes from elsewhere
// useless here.
constexpr std::string_view domain_key = "kontor password pre-hash 1";
constexpr std::string_view pepper_id_label = "kontor password pepper id 1:";

std::string id_of(const base::secret_bytes& pepper) {
  if (pepper.empty()) return std::string(no_pepper_id);
  std::vector<std::uint8_t> labelled;
  labelled.reserve(pepper_id_label.size() + pepper.size());
  labelled.assign(pepper_id_label.begin(), pepper_id_label.end());
  labelled.insert(labelled.end(), pepper.bytes().begin(), pepper.bytes().end());
  const base::secret_bytes input(std::move(labelled));
  return base::to_hex(sha256(input.bytes())).substr(0, 8);
}

// A stored hash, taken apart.
struct stored_hash {
  std::string_view pepper_id;  // empty: plain bcrypt from elsewhere
  std::string text;            // the bcrypt string
  int cost = 0;
};

std::optional<stored_hash> read_stored(std::string_view stored) {
  stored_hash out;
  if (stored.starts_with(scheme)) {
    stored.remove_prefix(scheme.size());
    const auto end = stored.find('$');
    if (end == std::string_view::npos || end == 0) return std::nullopt;
    out.pepper_id = stored.substr(0, end);
    stored.remove_prefix(end + 1);
    if (!stored.starts_with("$2b$")) return std::nullopt;
  }
  const auto cost = bcrypt_cost(stored);
  if (!cost) return std::nullopt;
  out.cost = *cost;
  out.text = stored;
  return out;
}

// What bcrypt reads in place of the password: 64 characters without NUL, whatever the password is.
class pre_hash {
 public:
  pre_hash(bytes key, std::string_view password) {
    auto digest = hmac_sha384(key, base::as_bytes(password));
    text_ = base::to_base64(digest);
    base::wipe(digest.data(), digest.size());
  }
  ~pre_hash() { base::wipe(text_.data(), text_.size()); }
  pre_hash(const pre_hash&) = delete;
  pre_hash& operator=(const pre_hash&) = delete;

  std::string_view text() const noexcept { return text_; }

 private:
  std::string text_;
};

bytes key_or_default(const base::secret_bytes& pepper) noexcept {
  return pepper.empty() ? base::as_bytes(domain_key) : pepper.bytes();
}

// Computes a hash and forgets it, for its time. The salt is any one: nothing is ever compared with the result.
void spend(std::string_view text, int cost) {
  const std::string number = (cost < 10 ? "0" : "") + std::to_string(cost);
  static_cast<void>(bcrypt(text, "$2b$" + number + "$CCCCCCCCCCCCCCCCCCCCC."));
}

}  // namespace

password_hasher::password_hasher(password_settings settings)
    : settings_(std::move(settings)), pepper_id_(id_of(settings_.pepper)), failure_cost_(settings_.cost) {
  if (settings_.cost < min_bcrypt_cost || settings_.cost > max_bcrypt_cost)
    throw std::invalid_argument("the cost of a password hash is 4 to 15, not " + std::to_string(settings_.cost));
}

std::string password_hasher::hash(std::string_view password) const {
  const pre_hash input(key_or_default(settings_.pepper), password);
  return std::string(scheme) + pepper_id_ + "$" + bcrypt(input.text(), make_bcrypt_setting(settings_.cost));
}

password_match password_hasher::check(std::string_view password, std::string_view stored) const {
  const auto hash = read_stored(stored);
  const bool plain = hash && hash->pepper_id.empty();
  const bool known_pepper = hash && (hash->pepper_id == pepper_id_ || hash->pepper_id == no_pepper_id);
  const bool nul_in_plain = plain && password.find('\0') != std::string_view::npos;
  if (!hash || (!plain && !known_pepper) || nul_in_plain) {
    check_nothing(password);
    return password_match::no;
  }

  const bool peppered = !plain && hash->pepper_id != no_pepper_id;
  const pre_hash input(peppered ? settings_.pepper.bytes() : base::as_bytes(domain_key), password);
  const auto made = bcrypt(plain ? password : input.text(), hash->text);
  if (!equal_in_constant_time(base::as_bytes(made), base::as_bytes(hash->text))) {
    // A failure at a lower cost must take as long as any other: 2^c + 2^c + 2^(c+1) + … + 2^(n-1) = 2^n.
    const int target = raise_failure_cost(hash->cost);
    for (int cost = hash->cost; cost < target; ++cost)
      spend(input.text(), cost);
    return password_match::no;
  }

  const bool current = !plain && hash->pepper_id == pepper_id_ && hash->cost >= settings_.cost;
  return current ? password_match::yes : password_match::yes_but_outdated;
}

void password_hasher::check_nothing(std::string_view password) const {
  const pre_hash input(key_or_default(settings_.pepper), password);
  spend(input.text(), failure_cost_.load(std::memory_order_relaxed));
}

int password_hasher::raise_failure_cost(int met) const noexcept {
  int known = failure_cost_.load(std::memory_order_relaxed);
  while (known < met && !failure_cost_.compare_exchange_weak(known, met, std::memory_order_relaxed)) {
  }
  return std::max(known, met);
}

}  // namespace kontor::crypto
