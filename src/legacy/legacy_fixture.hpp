// Folders of the predecessor for the tests of this room.
#pragma once

#include "sql/foreign_file.hpp"
#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace kontor::legacy {

inline std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void write_file(const std::filesystem::path& file, std::string_view content) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

inline std::string read_vector(const std::string& name) {
  return read_file(std::filesystem::path(KONTOR_TEST_VECTORS) / name);
}

/// A script may bring its own BEGIN and COMMIT, as those of the command line tool do.
inline void make_database(const std::filesystem::path& file, const std::string& statements) {
  sql::foreign_file made(file, sql::foreign_file::purpose::make);
  made.keep();
  made.run(statements);
}

}  // namespace kontor::legacy
