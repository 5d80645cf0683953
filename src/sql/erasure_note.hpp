// The note that a deletion has not reached the files yet: an empty file in the data folder. What it stands for is found
// by the next start.
#pragma once

#include <filesystem>
#include <vector>

namespace kontor::sql {

class erasure_note {
 public:
  /// Writes `<beside>.erasing-…`, durably. Throws std::system_error.
  explicit erasure_note(const std::filesystem::path& beside);

  /// Nothing was deleted. One that cannot be removed makes the next start clean once more than it had to.
  void take_back() noexcept;

  /// The files are clean. Throws std::system_error.
  void done();

 private:
  std::filesystem::path path_;
};

/// The notes that stand there, of this process or an earlier one.
std::vector<std::filesystem::path> erasure_notes(const std::filesystem::path& beside);

/// Throws std::system_error.
void remove_durably(const std::filesystem::path& path);

}  // namespace kontor::sql
