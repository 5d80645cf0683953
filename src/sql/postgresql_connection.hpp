// A connection to PostgreSQL, with the settings every one of ours has.
#pragma once

#include "sql/connection.hpp"

#include <chrono>
#include <string>

namespace kontor::sql {

class postgresql_connection final : public connection {
 public:
  enum class purpose {
    write,  ///< READ COMMITTED: uniqueness and counters are decided by conditional statements, never by reading first.
    read,   ///< READ ONLY, REPEATABLE READ: one consistent view.
    migrate,  ///< As write, without a time limit.
  };

  /// Connects. `url` as libpq takes it (https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNSTRING); what
  /// it leaves open is filled with our settings: time to connect, keepalives, name. Throws sql_error without the
  /// password.
  postgresql_connection(const std::string& url, purpose use, std::chrono::milliseconds statement_timeout);

  kind which() const noexcept override { return kind::postgresql; }
  void run(const std::string& statements) override;
  bool in_transaction() const noexcept override;
  bool is_dead() const noexcept override;
  /// The descriptor of the connection: shutting it down ends a call that waits for the server.
  int socket() const noexcept;
  sql_error translate(const soci::soci_error& what) const override;
  void check_parameters(soci::statement& prepared, std::size_t given) const override;
  std::size_t columns(soci::statement& executed) const override;
  void finish(soci::statement& executed) const noexcept override;
  bool survives_failure() const noexcept override { return true; }
};

}  // namespace kontor::sql
