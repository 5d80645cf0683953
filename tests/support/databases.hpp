// A fresh database for every test, of both kinds: an SQLite file, and a database of a real PostgreSQL server that the
// test program starts in a temporary folder and that goes away with it.
#pragma once

#include "async/awaitable.hpp"
#include "async/event_loops.hpp"
#include "sql/database.hpp"
#include "sql/migrator.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

namespace kontor::tests {

/// A PostgreSQL server on a socket in a temporary folder. A supervisor stops it and removes the folder when this object
/// or the test program ends, however it ends. Throws std::runtime_error when PostgreSQL is not installed or does not
/// start: the tests then fail.
class postgresql_server {
 public:
  postgresql_server();
  ~postgresql_server();
  postgresql_server(const postgresql_server&) = delete;
  postgresql_server& operator=(const postgresql_server&) = delete;

  /// The one that the tests of this program share; started at its first use.
  static postgresql_server& shared();

  /// The URL of a database of this server.
  std::string url(const std::string& database) const;

  /// Makes an empty database with a new name and returns its URL.
  std::string create_database();
  void drop_database(const std::string& url);

  /// Ends it at once, as a crash would; returns when it is gone.
  void kill();
  /// Starts it again with the same data; returns when it answers.
  void start();

 private:
  void await_line(const std::string& expected);
  void run(const std::string& statement) const;

  temporary_folder folder_;
  child_process supervisor_;
  int databases_ = 0;
};

/// An empty database; removed at the end.
class test_database {
 public:
  explicit test_database(sql::kind which);
  ~test_database();
  test_database(const test_database&) = delete;
  test_database& operator=(const test_database&) = delete;

  const sql::database_settings& settings() const noexcept { return settings_; }
  const temporary_folder& folder() const noexcept { return folder_; }

 private:
  temporary_folder folder_;
  sql::database_settings settings_;
};

/// Base of fixtures whose tests run on both databases:
///   struct my_fixture : tests::on_each_database {};
///   TEST_P(my_fixture, Works) { auto& db = open(my_migrations); auto r = await(repository.get(id)); … }
///   INSTANTIATE_TEST_SUITE_P(Databases, my_fixture, tests::each_database, tests::database_name);
class on_each_database : public testing::TestWithParam<sql::kind> {
 protected:
  on_each_database() : empty_(GetParam()), settings(empty_.settings()) { loops.start(); }
  ~on_each_database() override;

  /// Migrates and opens. Change `settings` before, if need be.
  sql::database& open(std::span<const sql::migration> steps);

  /// Runs the coroutine on a loop and waits for what it returns, or throws what it throws.
  template <class T>
  T await(async::awaitable<T> task) {
    if constexpr (std::is_void_v<T>) {
      run_to_end(std::move(task));
    } else {
      std::optional<T> value;
      run_to_end(keep(std::move(task), value));
      return std::move(*value);
    }
  }
  /// Starts it on loop `i` without waiting.
  template <class T>
  std::future<T> await_on(std::size_t i, async::awaitable<T> task);

 private:
  test_database empty_;
  void run_to_end(async::awaitable<void> task);
  void start(std::size_t i, async::awaitable<void> task);
  template <class T>
  static async::awaitable<void> keep(async::awaitable<T> task, std::optional<T>& value) {
    value.emplace(co_await std::move(task));
  }
  template <class T>
  static async::awaitable<void> fulfil(async::awaitable<T> task, std::promise<T> answer);

 protected:
  sql::database_settings settings;
  std::unique_ptr<sql::database> store;  ///< Set by open().
  async::event_loops loops{2};
};

inline const auto each_database = testing::Values(sql::kind::sqlite, sql::kind::postgresql);
std::string database_name(const testing::TestParamInfo<sql::kind>& which);

template <class T>
async::awaitable<void> on_each_database::fulfil(async::awaitable<T> task, std::promise<T> answer) {
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(task);
      answer.set_value();
    } else {
      auto value = co_await std::move(task);
      answer.set_value(std::move(value));
    }
  } catch (...) {
    answer.set_exception(std::current_exception());
  }
}

template <class T>
std::future<T> on_each_database::await_on(std::size_t i, async::awaitable<T> task) {
  std::promise<T> answer;
  auto future = answer.get_future();
  start(i, fulfil<T>(std::move(task), std::move(answer)));
  return future;
}

}  // namespace kontor::tests
