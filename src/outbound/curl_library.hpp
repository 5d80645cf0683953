// What all that speaks through libcurl shares: its start, and owners of its handles.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace kontor::outbound {

struct easy_deleter {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct list_deleter {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using easy = std::unique_ptr<CURL, easy_deleter>;
using list = std::unique_ptr<curl_slist, list_deleter>;

/// Before anything else of libcurl; any number of times, from any thread. From then on all memory that libcurl gives
/// back is overwritten first: its buffers hold requests with the keys of users in them. Throws std::runtime_error.
void start_library();

/// An option that this libcurl does not know is a defect of the build: std::runtime_error.
template <class T>
void set(CURL* handle, CURLoption option, T value) {
  if (const auto code = curl_easy_setopt(handle, option, value); code != CURLE_OK)
    throw std::runtime_error(std::string("libcurl refuses an option: ") + curl_easy_strerror(code));
}

}  // namespace kontor::outbound
