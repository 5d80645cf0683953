#include "sql/data_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <system_error>

namespace kontor::sql {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& folder, const std::string& why) {
  throw std::runtime_error("The data folder " + folder.string() + " " + why);
}

std::string reason(int code) {
  return std::generic_category().message(code) + ".";
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code failed;
  if (const auto parent = std::filesystem::absolute(folder, failed).parent_path(); !failed && !parent.empty()) {
    std::filesystem::create_directories(parent, failed);
  }
  if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return;
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

data_folder_lock::data_folder_lock(const std::filesystem::path& folder) {
  make_folder(folder);
  const auto path = folder / "kontor.lock";
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file_ < 0) refuse(folder, "cannot be written: " + reason(errno));
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    const auto why = errno == EWOULDBLOCK ? "is in use by " + holder(file_) + ": one server at a time."
                                          : "cannot be locked: " + reason(errno);
    ::close(file_);
    refuse(folder, why);
  }
  const auto number = std::to_string(::getpid()) + "\n";
  // Both may fail on a full disk: then only the sentence for the next one says less.
  if (::ftruncate(file_, 0) == 0) (void)!::pwrite(file_, number.data(), number.size(), 0);
}

data_folder_lock::~data_folder_lock() {
  ::close(file_);
}

}  // namespace kontor::sql
