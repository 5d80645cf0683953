// The session that jobs get: a connection, its prepared statements, and the memory that a statement of this transaction
// has failed.
#pragma once

#include "sql/prepared_statement.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace kontor::sql {

class soci_session final : public session {
 public:
  explicit soci_session(std::unique_ptr<connection> on) : on_(std::move(on)) {}

  std::int64_t execute(std::string_view statement, parameters bound = {}) override;
  kind database_kind() const noexcept override { return on_->which(); }

  /// Why a statement failed since forget_failure(). From then on the session refuses every further one.
  const std::optional<sql_error>& failed() const noexcept { return failed_; }
  void forget_failure() noexcept { failed_.reset(); }

  connection& on() noexcept { return *on_; }

 private:
  void select(std::string_view statement, parameters bound, std::span<const detail::column_type> types,
              std::size_t limit, row_sink& sink) override;

  prepared_statement& prepared(std::string_view text, parameters bound, std::span<const detail::column_type> types);
  /// Runs `body` with the statement ready to execute, and turns what the driver throws into sql_error.
  template <class Body>
  void with_statement(std::string_view text, parameters bound, std::span<const detail::column_type> types, Body&& body);
  void forget(std::string_view text) noexcept;

  // The order matters: statements go before their connection, which would otherwise stay open.
  std::unique_ptr<connection> on_;
  std::unordered_map<std::string_view, std::unique_ptr<prepared_statement>>
      statements_;  // the keys point into the statements
  std::optional<sql_error> failed_;
};

}  // namespace kontor::sql
