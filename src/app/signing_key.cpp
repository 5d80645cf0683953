#include "app/signing_key.hpp"

#include "backup/new_name.hpp"
#include "base/text.hpp"
#include "crypto/random.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <set>
#include <stdexcept>
#include <string>

namespace kontor::app {
namespace {

constexpr std::size_t min_size = 32;
constexpr std::size_t min_distinct_bytes = 8;

// Parts of what documentation, examples and other products ship as a value to replace.
constexpr std::array<std::string_view, 14> placeholders = {
    "changeme",    "change-me",   "change_me",  "change this", "change-this", "changethis", "placeholder",
    "your-secret", "your_secret", "yoursecret", "insecure",    "secret-key",  "secret_key", "example"};

// Words and passphrases: letters of one case and separators only. 32 random bytes practically always have a digit in
// every customary encoding.
bool looks_like_words(std::string_view secret) {
  bool has_digit = false;
  bool has_upper = false;
  bool has_lower = false;
  bool has_blank = false;
  for (const char c : secret) {
    has_digit |= base::is_digit(c);
    has_upper |= c >= 'A' && c <= 'Z';
    has_lower |= c >= 'a' && c <= 'z';
    has_blank |= c == ' ';
  }
  const bool is_text = base::is_utf8(secret) && (has_lower || has_upper);
  return is_text && ((!has_digit && !(has_upper && has_lower)) || (has_blank && !has_digit));
}

class file_descriptor {
 public:
  explicit file_descriptor(int number) : number_(number) {}
  ~file_descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  file_descriptor(const file_descriptor&) = delete;
  file_descriptor& operator=(const file_descriptor&) = delete;
  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& why) {
  throw std::runtime_error("The key file " + file.string() + " " + why);
}

file_descriptor open_key(const std::filesystem::path& file) {
  return file_descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
}

base::secret_bytes read_key(const std::filesystem::path& file, int descriptor) {
  struct stat facts{};
  if (::fstat(descriptor, &facts) != 0) fail(file, std::string("cannot be examined: ") + std::strerror(errno) + ".");
  if (!S_ISREG(facts.st_mode)) fail(file, "is not a file.");
  if ((facts.st_mode & 077) != 0)
    fail(file, "can be read by others. Give it mode 0600, and make a new key if somebody else may have seen it.");
  std::array<char, 512> text{};
  const auto size = ::read(descriptor, text.data(), text.size());
  if (size < 0) fail(file, std::string("cannot be read: ") + std::strerror(errno) + ".");
  std::string_view held(text.data(), static_cast<std::size_t>(size));
  while (held.ends_with('\n') || held.ends_with('\r'))
    held.remove_suffix(1);
  auto key = base::from_base64url(held);
  base::wipe(text.data(), text.size());
  if (!key || key->size() != min_size)
    fail(file,
         "does not hold a key. Restore it from a backup. If it is lost: remove the file, and kontor admin "
         "accept-audit-log makes a new one.");
  return base::secret_bytes(std::move(*key));
}

// Written beside, forced to disk, then given its name: the file is there whole or not at all, and never replaces
// another.
void write_key(const std::filesystem::path& file, std::string_view text) {
  const auto draft = file.string() + "." + base::to_hex(crypto::random_array<8>()) + ".new";
  {
    const file_descriptor out(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!out) fail(file, std::string("cannot be made: ") + std::strerror(errno) + ".");
    const auto written = ::write(out.get(), text.data(), text.size());
    if (written != static_cast<ssize_t>(text.size()) || ::fsync(out.get()) != 0) {
      ::unlink(draft.c_str());
      fail(file, "cannot be written: is the disk full?");
    }
  }
  const int failed = backup::rename_to_new(draft, file);
  if (failed != 0) ::unlink(draft.c_str());
  if (failed != 0 && failed != EEXIST) fail(file, std::string("cannot be made: ") + std::strerror(failed) + ".");
  const file_descriptor folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder) (void)::fsync(folder.get());
}

}  // namespace

void check_secret_strength(std::string_view secret) {
  if (secret.size() < min_size) throw std::invalid_argument("must be at least 32 bytes long.");
  const auto lower = base::to_lower_ascii(secret);
  const bool is_placeholder = std::any_of(placeholders.begin(), placeholders.end(),
                                          [&](std::string_view p) { return lower.find(p) != std::string::npos; });
  if (is_placeholder)
    throw std::invalid_argument(
        "is a placeholder; put random characters there, such as `openssl rand -base64 32` gives.");
  if (std::set<char>(secret.begin(), secret.end()).size() < min_distinct_bytes || looks_like_words(secret))
    throw std::invalid_argument("must be random, not words or a pattern; `openssl rand -base64 32` gives a good one.");
}

base::secret_bytes load_or_make_signing_key(const std::filesystem::path& folder) {
  const auto file = folder / "jwt.key";
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto in = open_key(file);
    if (in) return read_key(file, in.get());
    if (errno != ENOENT) fail(file, std::string("cannot be opened: ") + std::strerror(errno) + ".");
    auto key = crypto::random_array<min_size>();
    auto text = base::to_base64url(key) + "\n";
    write_key(file, text);
    base::wipe(key.data(), key.size());
    base::wipe(text.data(), text.size());
  }
  fail(file, "disappeared while it was being made.");
}

base::secret_bytes load_signing_key(const std::filesystem::path& file) {
  const auto in = open_key(file);
  if (!in) fail(file, std::string("cannot be opened: ") + std::strerror(errno) + ".");
  return read_key(file, in.get());
}

}  // namespace kontor::app
