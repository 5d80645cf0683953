// What stands in a backup: a line of JSON that lists the files, then their bytes, one after the other.
#pragma once

#include "backup/container.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace kontor::backup {

struct archived_file {
  std::string name;  ///< One of known_file.
  std::uint64_t size = 0;
};

struct archive_facts {
  std::string program;  ///< The version that made it.
  std::int64_t schema = 0;
  base::timestamp made_at;
  std::vector<archived_file> files;
};

/// Names that may stand in a backup, and in a folder that is restored: nothing that leads elsewhere.
bool is_known_file(std::string_view name) noexcept;

struct file_to_keep {
  std::string name;
  std::filesystem::path from;  ///< Not changed while it is read.
};

/// Writes facts and files; `facts.files` is filled in. Throws std::runtime_error with a sentence for the operator.
archive_facts write_archive(container_writer& to, archive_facts facts, const std::vector<file_to_keep>& files);

/// Files of a backup that stand beside their places until all of them are known to be whole.
class unpacked_archive {
 public:
  /// Reads the whole container; the files are `NAME.restoring` (mode 0600) in the folder, in place of what an attempt
  /// left that was killed. Throws unusable_backup and std::runtime_error with a sentence for the operator.
  unpacked_archive(container_reader& from, std::filesystem::path folder);
  /// Removes what was not kept.
  ~unpacked_archive();
  unpacked_archive(const unpacked_archive&) = delete;
  unpacked_archive& operator=(const unpacked_archive&) = delete;

  const archive_facts& facts() const noexcept { return facts_; }
  /// Where a file stands until then.
  std::filesystem::path place_of(std::string_view name) const;
  /// Gives them their names, the database its own last; never in place of another file. A key that is there already,
  /// byte for byte, as after an attempt that was killed, is no other. Until all have them one of them is left as it was
  /// unpacked. Throws std::runtime_error with a sentence for the operator.
  void keep();

 private:
  void unpack(container_reader& from, const archived_file& file);
  void remove_rest() const noexcept;

  const std::filesystem::path folder_;
  archive_facts facts_;
};

}  // namespace kontor::backup
