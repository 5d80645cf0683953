// A statement that stays prepared, and the storage its parameters and columns are bound to: SOCI keeps references to
// both.
#pragma once

#include "sql/connection.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::sql {

class prepared_statement {
 public:
  /// Prepares. The parameters are bound by name and with the type they have here. Throws soci::soci_error or sql_error.
  prepared_statement(connection& on, std::string_view text, parameters given,
                     std::span<const detail::column_type> columns);
  prepared_statement(const prepared_statement&) = delete;
  prepared_statement& operator=(const prepared_statement&) = delete;

  /// These parameters have the types that were bound (NULL has every type), and the columns are the same.
  bool takes(parameters given, std::span<const detail::column_type> columns) const noexcept;

  /// Copies the values into the bound storage. Throws sql_error when a name is missing.
  void bind(parameters given);

  /// Executes; with columns, true when a first row has been read into `row`.
  bool execute();
  /// Reads the next row.
  bool fetch();
  /// The row that was read last; may be moved from.
  std::span<detail::cell> row();
  std::int64_t affected_rows() { return statement_.get_affected_rows(); }
  /// To be called after each execution, also after one that failed.
  void finish() noexcept;
  /// To be called before the next execution of a statement that failed.
  void bind_anew();

  const std::string& text() const noexcept { return text_; }

 private:
  struct input {
    std::string name;
    value::type type;
    std::string text;
    long long number = 0;
    soci::indicator state = soci::i_ok;
  };
  struct output {
    detail::column_type type;
    std::string text;
    long long number = 0;
    soci::indicator state = soci::i_ok;
  };

  connection& on_;
  const std::string text_;
  std::vector<input> inputs_;    // never resized once bound
  std::vector<output> outputs_;  // never resized once bound
  std::vector<detail::cell> row_;
  soci::statement statement_;
};

}  // namespace kontor::sql
