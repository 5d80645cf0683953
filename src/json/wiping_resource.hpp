// Memory for JSON values that carry secrets: overwritten before it goes back to where it came from.
#pragma once

#include "base/secret_bytes.hpp"

#include <boost/json/memory_resource.hpp>

namespace kontor::json {

/// Takes memory from `source`, which must outlive it. Thread-safe when `source` is.
class wiping_resource final : public boost::json::memory_resource {
 public:
  explicit wiping_resource(boost::json::memory_resource& source) noexcept : source_(source) {}

 private:
  void* do_allocate(std::size_t size, std::size_t alignment) override { return source_.allocate(size, alignment); }
  void do_deallocate(void* data, std::size_t size, std::size_t alignment) override {
    base::wipe(data, size);
    source_.deallocate(data, size, alignment);
  }
  bool do_is_equal(const boost::json::memory_resource& other) const noexcept override { return this == &other; }

  boost::json::memory_resource& source_;
};

}  // namespace kontor::json
