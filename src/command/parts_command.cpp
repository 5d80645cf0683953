#include "app/parts.hpp"
#include "command/commands.hpp"

#include <algorithm>
#include <array>
#include <iomanip>
#include <iostream>
#include <vector>

namespace kontor::command {
namespace {

// Taken over into the sources; NOTICE has their licences.
constexpr std::array<app::part, 1> taken_over{{{"zxcvbn (list of passwords)", "67c4ece9", "MIT", "data"}}};

}  // namespace

int print_parts() {
  std::vector<app::part> all(app::linked_parts().begin(), app::linked_parts().end());
  all.insert(all.end(), taken_over.begin(), taken_over.end());
  all.insert(all.end(), app::web_parts().begin(), app::web_parts().end());
  std::size_t name = 0;
  std::size_t version = 0;
  std::size_t licence = 0;
  for (const auto& each : all) {
    name = std::max(name, each.name.size());
    version = std::max(version, each.version.size());
    licence = std::max(licence, each.licence.size());
  }
  const auto column = [](std::size_t width) { return std::setw(static_cast<int>(width) + 2); };
  std::cout << std::left;
  for (const auto& each : all)
    std::cout << column(name) << each.name << column(version) << each.version << column(licence) << each.licence
              << each.where << "\n";
  return 0;
}

}  // namespace kontor::command
