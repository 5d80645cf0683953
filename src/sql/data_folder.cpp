#include "sql/data_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>
#include <system_error>

namespace kontor::sql {
namespace {

std::string sentence(const std::filesystem::path& folder, const std::string& why) {
  return "The data folder " + folder.string() + " " + why;
}

[[noreturn]] void refuse(const std::filesystem::path& folder, const std::string& why) {
  throw std::runtime_error(sentence(folder, why));
}

std::string reason(int code) {
  return std::generic_category().message(code) + ".";
}

// The parent of `data/` is `data` to the library, which would then be made for everybody to read.
std::filesystem::path without_slash(std::filesystem::path folder) {
  while (folder.has_relative_path() && (!folder.has_filename() || folder.filename() == "."))
    folder = folder.parent_path();
  return folder;
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code failed;
  const auto absolute = std::filesystem::absolute(folder, failed);
  const auto bare = without_slash(failed ? folder : absolute);
  std::filesystem::create_directories(bare.parent_path(), failed);
  if (::mkdir(bare.c_str(), 0700) == 0 || errno == EEXIST) return;
  refuse(folder, "cannot be made: " + reason(errno));
}

// The process that holds the lock wrote its number there; it only serves the sentence.
std::string holder(int file) {
  char text[32] = {};
  const auto length = ::pread(file, text, sizeof text - 1, 0);
  std::string number;
  for (ssize_t i = 0; i < length && text[i] >= '0' && text[i] <= '9'; ++i)
    number += text[i];
  return number.empty() ? "another process" : "process " + number;
}

}  // namespace

std::optional<std::string> warn_of_open_folder(const std::filesystem::path& folder) {
  struct stat about{};
  if (::stat(folder.c_str(), &about) != 0 || (about.st_mode & 0077) == 0) return std::nullopt;
  char mode[8] = {};
  std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(about.st_mode & 07777));
  return sentence(folder, std::string("is open to others than its owner (mode ") + mode +
                              "), and so may be what it holds; chmod 700 closes it.");
}

data_folder_lock::data_folder_lock(const std::filesystem::path& folder) {
  make_folder(folder);
  const auto path = folder / "kontor.lock";
  // A lock file that is already there may be opened even where nothing else can be made.
  if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0)
    refuse(folder, "cannot be written: " + reason(errno));
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file_ < 0) refuse(folder, "cannot be written: " + reason(errno));
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    const int failed = errno;
    const auto other = holder(file_);
    ::close(file_);
    if (failed == EWOULDBLOCK)
      throw data_folder_in_use(sentence(folder, "is in use by " + other + ": one server at a time."));
    refuse(folder, "cannot be locked: " + reason(failed));
  }
  const auto number = std::to_string(::getpid()) + "\n";
  // Both may fail on a full disk: then only the sentence for the next one says less.
  if (::ftruncate(file_, 0) == 0) (void)!::pwrite(file_, number.data(), number.size(), 0);
}

data_folder_lock::~data_folder_lock() {
  ::close(file_);
}

}  // namespace kontor::sql
