#include "crypto/bcrypt.hpp"

#include "base/secret_bytes.hpp"
#include "base/text.hpp"
#include "crypto/failure.hpp"
#include "crypto/random.hpp"

#include <crypt.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

namespace kontor::crypto {
namespace {

constexpr std::size_t stored_size = 60;

constexpr bool is_bcrypt_base64(char c) noexcept {
  return base::is_letter_or_digit(c) || c == '.' || c == '/';
}

// 32 KiB of work space, too much for some stacks; wiped, because the hash and parts of the key schedule stay in it.
class work_space {
 public:
  work_space() : data_(std::make_unique<crypt_data>()) {}
  ~work_space() { base::wipe(data_.get(), sizeof(crypt_data)); }
  work_space(const work_space&) = delete;
  work_space& operator=(const work_space&) = delete;

  crypt_data* get() noexcept { return data_.get(); }

 private:
  std::unique_ptr<crypt_data> data_;
};

}  // namespace

std::optional<int> bcrypt_cost(std::string_view stored) noexcept {
  if (stored.size() != stored_size || !stored.starts_with("$2")) return std::nullopt;
  const char version = stored[2];
  if (version != 'a' && version != 'b' && version != 'y') return std::nullopt;
  if (stored[3] != '$' || !base::is_digit(stored[4]) || !base::is_digit(stored[5]) || stored[6] != '$')
    return std::nullopt;
  const auto rest = stored.substr(7);
  if (!std::all_of(rest.begin(), rest.end(), is_bcrypt_base64)) return std::nullopt;

  const int cost = (stored[4] - '0') * 10 + (stored[5] - '0');
  if (cost < min_bcrypt_cost || cost > max_bcrypt_cost) return std::nullopt;
  return cost;
}

std::string make_bcrypt_setting(int cost) {
  const auto salt = random_array<16>();
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> out{};
  const char* made =
      crypt_gensalt_rn("$2b$", static_cast<unsigned long>(cost), reinterpret_cast<const char*>(salt.data()),
                       static_cast<int>(salt.size()), out.data(), static_cast<int>(out.size()));
  if (made == nullptr) throw crypto_failure("crypt_gensalt_rn gave no setting");
  return made;
}

std::string bcrypt(std::string_view password, const std::string& setting) {
  const auto read = password.substr(0, max_bcrypt_password);
  if (read.find('\0') != std::string_view::npos) throw std::invalid_argument("bcrypt: the password contains NUL");
  std::array<char, max_bcrypt_password + 1> phrase{};
  std::copy(read.begin(), read.end(), phrase.begin());

  work_space space;
  const char* made = crypt_rn(phrase.data(), setting.c_str(), space.get(), sizeof(crypt_data));
  base::wipe(phrase.data(), phrase.size());
  if (made == nullptr || !bcrypt_cost(made)) throw crypto_failure("crypt_rn gave no bcrypt hash");
  return made;
}

}  // namespace kontor::crypto
