#include "outbound/curl_library.hpp"

#include "base/secret_bytes.hpp"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <mutex>

namespace kontor::outbound {
namespace {

// Each block begins with its own size, so that it can be overwritten whole when it is given back.
constexpr std::size_t front = alignof(std::max_align_t);
static_assert(front >= sizeof(std::size_t));

std::size_t size_of(const char* block) {
  std::size_t size;
  std::memcpy(&size, block, sizeof size);
  return size;
}

void* take(std::size_t size) {
  if (size > std::numeric_limits<std::size_t>::max() - front) return nullptr;
  auto* const block = static_cast<char*>(std::malloc(front + size));
  if (block == nullptr) return nullptr;
  std::memcpy(block, &size, sizeof size);
  return block + front;
}

void give_back(void* data) {
  if (data == nullptr) return;
  auto* const block = static_cast<char*>(data) - front;
  base::wipe(data, size_of(block));
  std::free(block);
}

extern "C" {

void* curl_takes(std::size_t size) {
  return take(size);
}

void* curl_takes_zeroes(std::size_t count, std::size_t size) {
  if (size != 0 && count > std::numeric_limits<std::size_t>::max() / size) return nullptr;
  void* const data = take(count * size);
  if (data != nullptr) std::memset(data, 0, count * size);
  return data;
}

void curl_gives_back(void* data) {
  give_back(data);
}

// Always another block: realloc(3) would leave the old one behind as it is.
void* curl_resizes(void* data, std::size_t size) {
  if (data == nullptr) return take(size);
  void* const larger = take(size);
  if (larger == nullptr) return nullptr;
  const auto before = size_of(static_cast<char*>(data) - front);
  std::memcpy(larger, data, before < size ? before : size);
  give_back(data);
  return larger;
}

char* curl_copies(const char* text) {
  const auto size = std::strlen(text) + 1;
  auto* const copy = static_cast<char*>(take(size));
  if (copy != nullptr) std::memcpy(copy, text, size);
  return copy;
}

}  // extern "C"

}  // namespace

void start_library() {
  static std::once_flag started;
  std::call_once(started, [] {
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, curl_takes, curl_gives_back, curl_resizes, curl_copies,
                             curl_takes_zeroes) != CURLE_OK)
      throw std::runtime_error("libcurl cannot be started");
  });
}

std::string with_system_authorities(std::string pem) {
  start_library();
  const auto* const library = curl_version_info(CURLVERSION_NOW);
  if (library->cainfo == nullptr) return pem;
  std::ifstream in(library->cainfo, std::ios::binary);
  std::string out{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!out.empty() && !out.ends_with('\n')) out += '\n';
  return out + pem;
}

}  // namespace kontor::outbound
