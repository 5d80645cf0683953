#include "tests/support/temporary_folder.hpp"

#include <cstdlib>
#include <string>
#include <system_error>

namespace kontor::tests {

temporary_folder::temporary_folder() {
  auto pattern = (std::filesystem::temp_directory_path() / "kontor-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::system_error(errno, std::generic_category(), "mkdtemp");
  path_ = pattern;
}

temporary_folder::~temporary_folder() {
  std::error_code left_behind;
  std::filesystem::remove_all(path_, left_behind);
}

}  // namespace kontor::tests
