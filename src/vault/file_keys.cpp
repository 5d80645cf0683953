#include "vault/file_keys.hpp"

#include "base/text.hpp"
#include "crypto/random.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace kontor::vault {
namespace {

using base::errc;

constexpr std::size_t max_size = 64 * 1024;

class file_descriptor {
 public:
  explicit file_descriptor(int number) noexcept : number_(number) {}
  ~file_descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  file_descriptor(const file_descriptor&) = delete;
  file_descriptor& operator=(const file_descriptor&) = delete;
  int get() const noexcept { return number_; }
  explicit operator bool() const noexcept { return number_ >= 0; }

 private:
  int number_;
};

struct folder_lock final : key_hold {
  explicit folder_lock(const std::filesystem::path& folder)
      : descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {}
  file_descriptor descriptor;
};

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

std::string sentence(const std::string& source, const std::string& rest) {
  auto text = source + " " + rest;
  if (text.front() == 't') text.front() = 'T';
  return text;
}

base::error refusal(errc code, const std::string& source, const std::string& rest) {
  auto text = sentence(source, rest);
  return {code, "", text, text};
}

errc code_of(int system_error) noexcept {
  return system_error == ENOSPC || system_error == EDQUOT ? errc::storage_full : errc::unavailable;
}

base::result<base::secret_bytes> read_all(const std::string& source, int file) {
  std::vector<std::uint8_t> text(max_size + 1);
  std::size_t size = 0;
  while (size < text.size()) {
    const auto got = ::read(file, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      base::wipe(text.data(), size);
      return refusal(errc::unavailable, source, std::string("cannot be read: ") + std::strerror(errno) + ".");
    }
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  base::secret_bytes held(std::move(text));
  if (size > max_size) return refusal(errc::unavailable, source, "is too large for keys.");
  return held;
}

base::result<std::vector<master_key>> parse(const std::string& source, const base::secret_bytes& text) {
  auto keys = parse_master_keys(text.text());
  if (!keys) return refusal(errc::unavailable, source, "cannot be used: " + keys.error().detail);
  if (keys->empty()) return refusal(errc::unavailable, source, "holds no key.");
  return keys;
}

bool write_all(int file, std::span<const std::uint8_t> bytes) noexcept {
  while (!bytes.empty()) {
    const auto written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

file_keys::file_keys(std::filesystem::path file, keeper whose) : file_(std::move(file)), whose_(whose) {}

base::result<std::vector<master_key>> file_keys::load() {
  // An orchestrator mounts its secrets as links; in a folder of our own a link is somebody else's work.
  const int no_link = whose_ == keeper::program ? O_NOFOLLOW : 0;
  const file_descriptor in(::open(file_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | no_link));
  if (!in && errno == ENOENT) return refusal(errc::not_found, name(), "does not exist.");
  if (!in) return refusal(errc::unavailable, name(), std::string("cannot be opened: ") + std::strerror(errno) + ".");
  struct stat facts{};
  if (::fstat(in.get(), &facts) != 0)
    return refusal(errc::unavailable, name(), std::string("cannot be examined: ") + std::strerror(errno) + ".");
  if (!S_ISREG(facts.st_mode)) return refusal(errc::unavailable, name(), "is not a regular file.");
  if ((facts.st_mode & 077) != 0)
    return refusal(errc::unavailable, name(),
                   "can be read by others. Give it mode 0600, and rotate the key if somebody else may have seen it.");
  const auto text = read_all(name(), in.get());
  if (!text) return text.error();
  return parse(name(), *text);
}

base::result<std::unique_ptr<key_hold>> file_keys::hold() {
  if (!can_store()) return std::make_unique<key_hold>();
  auto lock = std::make_unique<folder_lock>(folder_of(file_));
  if (!lock->descriptor)
    return refusal(code_of(errno), name(), std::string("cannot be changed: ") + std::strerror(errno) + ".");
  if (::flock(lock->descriptor.get(), LOCK_EX | LOCK_NB) == 0) return std::unique_ptr<key_hold>(std::move(lock));
  if (errno == EWOULDBLOCK)
    return refusal(errc::conflict, name(), "is being changed by another command at this moment. Wait for its end.");
  return refusal(code_of(errno), name(), std::string("cannot be changed: ") + std::strerror(errno) + ".");
}

base::result<void> file_keys::store(std::span<const master_key> newest_first) {
  if (!can_store()) return refusal(errc::unavailable, name(), "is yours: the program does not change it.");
  const auto fail = [this](const char* step, int system_error) {
    return refusal(code_of(system_error), name(), std::string(step) + ": " + std::strerror(system_error) + ".");
  };
  const auto text = write_master_keys(newest_first);
  const auto draft = file_.string() + "." + base::to_hex(crypto::random_array<8>()) + ".new";
  {
    const file_descriptor out(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!out) return fail("cannot be written", errno);
    // The umask may have taken rights, but nothing may have given any.
    if (!write_all(out.get(), text.bytes()) || ::fsync(out.get()) != 0) {
      const int why = errno;
      ::unlink(draft.c_str());
      return fail("cannot be written", why);
    }
  }
  if (::rename(draft.c_str(), file_.c_str()) != 0) {
    const int why = errno;
    ::unlink(draft.c_str());
    return fail("cannot be put in place", why);
  }
  const file_descriptor folder(::open(folder_of(file_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Until the folder is on disk a power cut may bring the old file back, so nothing may rest on the new one yet.
  if (!folder || ::fsync(folder.get()) != 0) return fail("may not be on disk", errno);
  return {};
}

base::result<std::vector<master_key>> given_keys::load() {
  return parse(name(), text_);
}

base::result<void> given_keys::store(std::span<const master_key>) {
  return refusal(errc::unavailable, name(), "is yours: the program does not change it.");
}

}  // namespace kontor::vault
