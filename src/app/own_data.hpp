// What belongs to a user, table by table: what goes into their archive, and why the rest does not.
#pragma once

#include "takeout/export_source.hpp"

#include <span>
#include <string_view>

namespace kontor::app {

/// Everything that a user can take along, in the order of the archive.
std::span<const takeout::export_source* const> own_data();

struct left_out {
  std::string_view table;
  std::string_view why;
};
/// Tables with rows of users that no archive holds. A test compares both lists with the database's own schema.
std::span<const left_out> not_in_archive();

}  // namespace kontor::app
