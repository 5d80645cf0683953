// Tests that look at the rows, and change them as somebody who can write to the database.
#pragma once

#include "crypto/random.hpp"
#include "tests/support/databases.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <tuple>

namespace kontor::tests {

class on_rows : public on_each_database {
 public:
  /// Into a table of users that holds nothing but ids.
  base::user_id add_user() {
    const auto id = crypto::random_id<base::user_id>();
    write("INSERT INTO users (id) VALUES ('" + id.str() + "')");
    return id;
  }

  /// How many rows changed.
  std::int64_t write(const std::string& statement) {
    auto job = [text = std::make_shared<std::string>(statement)](sql::session& in) { return in.execute(*text); };
    return store->write_now(std::move(job)).value();
  }
  /// `rows`: a table, and which of it.
  std::int64_t count(const std::string& rows) {
    auto job = [text = std::make_shared<std::string>("SELECT COUNT(*) FROM " + rows)](sql::session& in) {
      return std::get<0>(in.first(sql::query<std::int64_t>{*text}).value());
    };
    return store->read_now(std::move(job)).value();
  }
  std::string text_at(const std::string& select) {
    auto job = [text = std::make_shared<std::string>(select)](sql::session& in) {
      return std::get<0>(in.first(sql::query<std::string>{*text}).value());
    };
    return store->read_now(std::move(job)).value();
  }
};

}  // namespace kontor::tests
