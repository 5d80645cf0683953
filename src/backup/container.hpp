// The file of a backup: one line that says how it is sealed, then pieces of at most a mebibyte, each checked by itself.
//
//   kontor-backup 1 plain                                     or
//   kontor-backup 1 scrypt LOG2N R P SALT                     (SALT: 32 hexadecimal digits)
//   then for each piece its length (4 bytes, big-endian) and:
//     plain:   number (8 bytes) | 1 when it is the last, else 0 | content | SHA-256 over the first line and all that
//     sealed:  the Fernet token of number | last | content, under the key that scrypt makes of the passphrase and SALT
//
// So a piece that was changed, left out, doubled, put elsewhere or taken from another backup is found, and an end that
// is missing too.
#pragma once

#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "crypto/digest.hpp"
#include "crypto/fernet.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace kontor::backup {

inline constexpr std::size_t piece_size = 1024 * 1024;

/// `what()` is a sentence for the operator.
class unusable_backup : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Writes `FILE.partial` (mode 0600), which gets its name when it is whole and on the disk. What an attempt that was
/// killed left there is replaced.
class container_writer {
 public:
  /// `passphrase`: empty for a container that is not sealed. Throws std::runtime_error with a sentence for the operator
  /// when the file is there already, or cannot be made.
  container_writer(std::filesystem::path file, const base::secret_bytes& passphrase, base::timestamp now);
  /// Removes what was not finished.
  ~container_writer();
  /// What is written until then.
  const std::filesystem::path& partial() const noexcept { return partial_; }
  container_writer(const container_writer&) = delete;
  container_writer& operator=(const container_writer&) = delete;

  /// Throws std::runtime_error with a sentence for the operator.
  void write(crypto::bytes content);
  void finish();

 private:
  void write_piece(bool is_last);
  void write_out(crypto::bytes raw);

  const std::filesystem::path file_;
  std::filesystem::path partial_;
  const base::timestamp now_;
  int out_ = -1;
  std::string first_line_;
  std::optional<crypto::fernet> cipher_;
  std::vector<std::uint8_t> waiting_;
  std::uint64_t number_ = 0;
};

class container_reader {
 public:
  /// Throws unusable_backup: there is no such file, it is none of ours, it is sealed and no passphrase was given, or
  /// one was given and it is not sealed.
  container_reader(const std::filesystem::path& file, const base::secret_bytes& passphrase);

  /// Fills the span, or less at the end; how many. Only what was checked is given out; that it is the whole is known
  /// when 0 comes. Throws unusable_backup.
  std::size_t read(std::span<std::uint8_t> into);

 private:
  void read_piece();
  base::secret_bytes open(const std::vector<std::uint8_t>& raw) const;

  std::ifstream in_;
  std::string first_line_;
  std::optional<crypto::fernet> cipher_;
  base::secret_bytes piece_;
  std::size_t at_ = 0;
  std::uint64_t number_ = 0;
  bool was_last_ = false;
};

}  // namespace kontor::backup
