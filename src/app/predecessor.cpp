#include "app/predecessor.hpp"

#include "legacy/old_rows.hpp"

#include <stdexcept>

namespace kontor::app {

void refuse_predecessor(const config& settings) {
  if (!legacy::is_old_database(settings.data_dir / "app.db")) return;
  const auto folder = settings.data_dir.string();
  throw std::runtime_error(
      "The data folder " + folder +
      " is one of the Python predecessor, as its app.db tells. It was left as it is. To take it over: stop the "
      "predecessor, give its folder another name, and run\n\n  mv " +
      folder + " " + folder + ".old\n  kontor import legacy " + folder + ".old --dry-run\n  kontor import legacy " +
      folder + ".old\n");
}

}  // namespace kontor::app
