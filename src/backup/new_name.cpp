#include "backup/new_name.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace kontor::backup {
namespace {

bool is_impossible(int code) noexcept {
  return code == EINVAL || code == ENOSYS || code == EPERM || code == EOPNOTSUPP;
}

}  // namespace

int rename_to_new(const std::filesystem::path& from, const std::filesystem::path& to) noexcept {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (!is_impossible(errno)) return errno;
  if (::link(from.c_str(), to.c_str()) == 0) return ::unlink(from.c_str()) == 0 ? 0 : errno;
  if (!is_impossible(errno)) return errno;
  struct stat about{};
  if (::lstat(to.c_str(), &about) == 0) return EEXIST;
  return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

}  // namespace kontor::backup
