// See erasure.hpp.
#pragma once

#include "sql/erasure.hpp"

#include <utility>

namespace kontor::sql {

class postgresql_erasure final : public erasure {
 public:
  explicit postgresql_erasure(database_settings server) : server_(std::move(server)) {}

  void cancel() noexcept override {}
  base::result<void> finish(std::span<const std::string> traces, const std::stop_token& stop) override;

 private:
  const database_settings server_;
};

}  // namespace kontor::sql
