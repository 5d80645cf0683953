#include "sql/erasure_note.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>
#include <system_error>

namespace kontor::sql {
namespace {

void sync_folder_of(const std::filesystem::path& file) {
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool done = opened >= 0 && ::fsync(opened) == 0;
  const int why = errno;
  if (opened >= 0) ::close(opened);
  if (!done) throw std::system_error(why, std::generic_category(), "the folder of the database cannot be synced");
}

std::filesystem::path write_note(const std::filesystem::path& file) {
  static std::atomic<unsigned> last = 0;
  while (true) {
    auto note = file;
    note += ".erasing-" + std::to_string(::getpid()) + "-" + std::to_string(++last);
    const int made = ::open(note.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    const int why = errno;
    if (made < 0 && why == EEXIST) continue;  // Of an earlier process with our number.
    if (made < 0) throw std::system_error(why, std::generic_category(), "the note of a deletion cannot be written");
    ::close(made);
    try {
      sync_folder_of(file);
    } catch (const std::system_error&) {
      // Then nothing may be deleted, and there is nothing to note.
      std::error_code left_behind;
      std::filesystem::remove(note, left_behind);
      throw;
    }
    return note;
  }
}

}  // namespace

erasure_note::erasure_note(const std::filesystem::path& beside) : path_(write_note(beside)) {}

void erasure_note::take_back() noexcept {
  std::error_code left_behind;
  std::filesystem::remove(path_, left_behind);
}

void erasure_note::done() {
  remove_durably(path_);
}

std::vector<std::filesystem::path> erasure_notes(const std::filesystem::path& beside) {
  std::vector<std::filesystem::path> notes;
  std::error_code unknown;
  const auto beginning = beside.filename().string() + ".erasing-";
  const auto folder = beside.has_parent_path() ? beside.parent_path() : std::filesystem::path(".");
  for (const auto& entry : std::filesystem::directory_iterator(folder, unknown))
    if (entry.path().filename().string().starts_with(beginning)) notes.push_back(entry.path());
  return notes;
}

void remove_durably(const std::filesystem::path& path) {
  std::filesystem::remove(path);
  sync_folder_of(path);
}

}  // namespace kontor::sql
