// Rows as text, in the two formats of the archive.
#pragma once

#include "takeout/export_source.hpp"

#include <string>

namespace kontor::takeout {

/// A JSON object of the row, in the order of the columns.
std::string json_of(std::span<const std::string_view> columns, const row& values);
/// A line of CSV with its end.
std::string csv_of(const row& values);
std::string csv_head(std::span<const std::string_view> columns);

}  // namespace kontor::takeout
