#include "backup/container.hpp"

#include "backup/new_name.hpp"
#include "base/text.hpp"
#include "crypto/passphrase_key.hpp"
#include "crypto/random.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <string_view>
#include <system_error>
#include <utility>

namespace kontor::backup {
namespace {

constexpr std::string_view beginning = "kontor-backup 1 ";
constexpr std::string_view plain_line = "kontor-backup 1 plain\n";
constexpr std::string_view sealed_beginning = "kontor-backup 1 scrypt ";
constexpr std::size_t salt_size = 16;
constexpr std::size_t longest_line = 128;
constexpr std::size_t head_size = 9;
// What a piece can be in base64, and a little besides.
constexpr std::size_t largest_frame = 2 * piece_size;

[[noreturn]] void refuse_present(const std::filesystem::path& file) {
  throw std::runtime_error("There is a file " + file.string() + " already. Name another one.");
}

[[noreturn]] void refuse_file(const std::filesystem::path& file, int code) {
  if (code == EEXIST) refuse_present(file);
  throw std::runtime_error("The file " + file.string() +
                           " cannot be written: " + std::generic_category().message(code) + ".");
}

// What an attempt left that was killed. One that still writes holds a lock on its file.
void remove_left_over(const std::filesystem::path& partial) {
  const int found = ::open(partial.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (found < 0) return;
  struct stat about{};
  std::array<char, beginning.size()> start{};
  const bool is_file = ::fstat(found, &about) == 0 && S_ISREG(about.st_mode) && about.st_uid == ::geteuid();
  const auto got = is_file ? ::read(found, start.data(), start.size()) : -1;
  const bool is_ours = got == 0 || (got > 0 && beginning == std::string_view(start.data(), start.size()));
  const bool is_in_use = ::flock(found, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  if (is_ours && !is_in_use) ::unlink(partial.c_str());
  ::close(found);
  if (is_in_use)
    throw std::runtime_error("Another process writes the backup " + partial.string() +
                             " at this moment. Name another file.");
  if (!is_ours)
    throw std::runtime_error("There is a file " + partial.string() +
                             " that is none of a backup. Move it away, or name another file for the backup.");
}

[[noreturn]] void refuse(const std::string& sentence) {
  throw unusable_backup(sentence);
}

crypto::fernet cipher_for(const base::secret_bytes& passphrase, crypto::bytes salt, const crypto::scrypt_cost& cost) {
  return crypto::fernet(crypto::scrypt(passphrase.bytes(), salt, cost, crypto::fernet::key_size));
}

template <std::size_t Size>
std::array<std::uint8_t, Size> big_endian(std::uint64_t number) {
  std::array<std::uint8_t, Size> bytes{};
  for (std::size_t i = 0; i < Size; ++i)
    bytes[Size - 1 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return bytes;
}

std::uint64_t from_big_endian(crypto::bytes bytes) {
  std::uint64_t number = 0;
  for (const auto byte : bytes)
    number = (number << 8) | byte;
  return number;
}

crypto::sha256_digest digest_of(const std::string& first_line, crypto::bytes content) {
  std::vector<std::uint8_t> all(first_line.begin(), first_line.end());
  all.insert(all.end(), content.begin(), content.end());
  return crypto::sha256(all);
}

// `LOG2N R P SALT` of the first line; nullopt for anything else.
std::optional<std::pair<crypto::scrypt_cost, std::vector<std::uint8_t>>> parse_sealing(std::string_view text) {
  crypto::scrypt_cost cost;
  for (auto* number : {&cost.log2_n, &cost.r, &cost.p}) {
    const auto blank = text.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    const auto* end = text.data() + blank;
    const auto [stopped, failed] = std::from_chars(text.data(), end, *number);
    if (failed != std::errc() || stopped != end) return std::nullopt;
    text.remove_prefix(blank + 1);
  }
  auto salt = base::from_hex(text);
  if (!salt || salt->size() != salt_size || !crypto::is_bearable(cost)) return std::nullopt;
  return std::pair{cost, std::move(*salt)};
}

}  // namespace

container_writer::container_writer(std::filesystem::path file, const base::secret_bytes& passphrase,
                                   base::timestamp now)
    : file_(std::move(file)), partial_(file_), now_(now), first_line_(plain_line) {
  partial_ += ".partial";
  std::error_code unknown;
  if (std::filesystem::exists(std::filesystem::symlink_status(file_, unknown))) refuse_present(file_);
  remove_left_over(partial_);
  if (!passphrase.empty()) {
    const auto salt = crypto::random_array<salt_size>();
    const crypto::scrypt_cost cost;
    cipher_.emplace(cipher_for(passphrase, salt, cost));
    first_line_ = std::string(sealed_beginning) + std::to_string(cost.log2_n) + " " + std::to_string(cost.r) + " " +
                  std::to_string(cost.p) + " " + base::to_hex(salt) + "\n";
  }
  out_ = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (out_ < 0) refuse_file(partial_, errno);
  (void)::flock(out_, LOCK_EX | LOCK_NB);
  write_out(base::as_bytes(first_line_));
}

container_writer::~container_writer() {
  if (out_ < 0) return;
  ::close(out_);
  ::unlink(partial_.c_str());
}

void container_writer::write(crypto::bytes content) {
  while (!content.empty()) {
    // The last piece is only known at the end, so a full one waits until more comes.
    if (waiting_.size() == piece_size) write_piece(false);
    const auto amount = std::min(content.size(), piece_size - waiting_.size());
    waiting_.insert(waiting_.end(), content.begin(), content.begin() + static_cast<std::ptrdiff_t>(amount));
    content = content.subspan(amount);
  }
}

void container_writer::write_piece(bool is_last) {
  const auto number = big_endian<8>(number_++);
  std::vector<std::uint8_t> raw(number.begin(), number.end());
  raw.push_back(is_last ? 1 : 0);
  raw.insert(raw.end(), waiting_.begin(), waiting_.end());
  base::wipe(waiting_.data(), waiting_.size());
  waiting_.clear();
  if (cipher_) {
    const auto token = cipher_->seal(raw, now_);
    base::wipe(raw.data(), raw.size());
    raw.assign(token.begin(), token.end());
  } else {
    const auto digest = digest_of(first_line_, raw);
    raw.insert(raw.end(), digest.begin(), digest.end());
  }
  write_out(big_endian<4>(raw.size()));
  write_out(raw);
}

void container_writer::write_out(crypto::bytes raw) {
  while (!raw.empty()) {
    const auto written = ::write(out_, raw.data(), raw.size());
    if (written < 0 && errno != EINTR) refuse_file(partial_, errno);
    if (written > 0) raw = raw.subspan(static_cast<std::size_t>(written));
  }
}

void container_writer::finish() {
  write_piece(true);
  if (::fsync(out_) != 0) refuse_file(partial_, errno);
  // Somebody may have put something there meanwhile.
  if (const int failed = rename_to_new(partial_, file_); failed != 0) refuse_file(file_, failed);
  ::close(std::exchange(out_, -1));
  const auto folder = file_.has_parent_path() ? file_.parent_path() : std::filesystem::path(".");
  if (const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); opened >= 0) {
    (void)::fsync(opened);
    ::close(opened);
  }
}

container_reader::container_reader(const std::filesystem::path& file, const base::secret_bytes& passphrase)
    : in_(file, std::ios::binary) {
  if (!in_) refuse("The file " + file.string() + " cannot be read.");
  for (int c = in_.get(); c != std::char_traits<char>::eof() && first_line_.size() < longest_line; c = in_.get()) {
    first_line_ += static_cast<char>(c);
    if (c == '\n') break;
  }
  if (first_line_ == plain_line) {
    if (!passphrase.empty())
      refuse("The backup " + file.string() +
             " is not sealed, although a passphrase was given: anybody may have put it there in place of a sealed one. "
             "If it is yours all the same, restore it without --passphrase-file.");
    return;
  }
  const std::string_view line = first_line_;
  const auto sealing =
      line.starts_with(sealed_beginning) && line.ends_with('\n')
          ? parse_sealing(line.substr(sealed_beginning.size(), line.size() - sealed_beginning.size() - 1))
          : std::nullopt;
  if (!sealing) refuse("The file " + file.string() + " is no backup that this program can read.");
  if (passphrase.empty())
    refuse("The backup " + file.string() +
           " is sealed with a passphrase: name a file that holds it (--passphrase-file).");
  cipher_.emplace(cipher_for(passphrase, sealing->second, sealing->first));
}

std::size_t container_reader::read(std::span<std::uint8_t> into) {
  std::size_t got = 0;
  while (got < into.size()) {
    if (at_ == piece_.size()) {
      if (was_last_) break;
      read_piece();
      continue;
    }
    const auto amount = std::min(into.size() - got, piece_.size() - at_);
    std::ranges::copy(piece_.bytes().subspan(at_, amount), into.begin() + static_cast<std::ptrdiff_t>(got));
    at_ += amount;
    got += amount;
  }
  return got;
}

void container_reader::read_piece() {
  std::array<char, 4> length{};
  if (!in_.read(length.data(), length.size())) refuse("The backup is cut off.");
  const auto size = from_big_endian(base::as_bytes(std::string_view(length.data(), length.size())));
  if (size > largest_frame) refuse("The backup is damaged.");
  std::vector<std::uint8_t> raw(size);
  if (!in_.read(reinterpret_cast<char*>(raw.data()), static_cast<std::streamsize>(raw.size())))
    refuse("The backup is cut off.");
  auto opened = open(raw);
  if (opened.size() < head_size || from_big_endian(opened.bytes().first(8)) != number_ || opened.bytes()[8] > 1)
    refuse("The backup is damaged: its pieces do not belong together.");
  ++number_;
  was_last_ = opened.bytes()[8] == 1;
  if (was_last_ && in_.peek() != std::char_traits<char>::eof())
    refuse("The backup is damaged: something stands behind its end.");
  piece_ = std::move(opened);
  at_ = head_size;
}

base::secret_bytes container_reader::open(const std::vector<std::uint8_t>& raw) const {
  if (cipher_) {
    auto opened = cipher_->open(base::as_text(raw));
    if (!opened)
      refuse(number_ == 0 ? "The passphrase does not open this backup, or its beginning is damaged."
                          : "The backup is damaged: a piece does not open.");
    return std::move(*opened);
  }
  constexpr auto digest_size = sizeof(crypto::sha256_digest);
  if (raw.size() < digest_size) refuse("The backup is damaged.");
  const crypto::bytes all(raw);
  const auto content = all.first(all.size() - digest_size);
  if (!crypto::equal_in_constant_time(digest_of(first_line_, content), all.last(digest_size)))
    refuse("The backup is damaged: a piece has another checksum.");
  return base::secret_bytes(std::vector<std::uint8_t>(content.begin(), content.end()));
}

}  // namespace kontor::backup
