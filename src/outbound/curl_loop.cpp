#include "outbound/curl_loop.hpp"

#include "base/log.hpp"

#include <utility>

namespace kontor::outbound {
namespace {

constexpr long most_idle_connections = 64;

extern "C" int curl_watches(CURL*, curl_socket_t socket, int what, void* loop, void*) {
  try {
    static_cast<curl_loop*>(loop)->watch(socket, what);
    return 0;
  } catch (...) {
    return -1;
  }
}

extern "C" int curl_sets_timer(CURLM*, long milliseconds, void* loop) {
  try {
    static_cast<curl_loop*>(loop)->set_timer(milliseconds);
    return 0;
  } catch (...) {
    return -1;
  }
}

void check(CURLMcode code) {
  if (code != CURLM_OK) throw std::runtime_error(std::string("libcurl: ") + curl_multi_strerror(code));
}

}  // namespace

// The descriptor only waits; the socket belongs to libcurl, which closes it.
struct curl_loop::watched {
  watched(const async::executor& loop, curl_socket_t s) : descriptor(loop), socket(s) { descriptor.assign(s); }
  ~watched() { let_go(); }
  void let_go() {
    if (descriptor.is_open()) descriptor.release();
  }
  boost::asio::posix::basic_stream_descriptor<async::executor> descriptor;
  const curl_socket_t socket;
  bool wants_reading = false;
  bool wants_writing = false;
  bool waits_to_read = false;
  bool waits_to_write = false;
};

curl_loop::curl_loop(boost::asio::io_context& loop, std::function<void(CURL*, CURLcode)> ended, at_end rule)
    : loop_(loop), ended_(std::move(ended)), rule_(rule), timer_(loop.get_executor()) {
  start_library();
  multi_ = curl_multi_init();
  if (multi_ == nullptr) throw std::runtime_error("libcurl has no memory");
  check(curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, curl_watches));
  check(curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, static_cast<void*>(this)));
  check(curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, curl_sets_timer));
  check(curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, static_cast<void*>(this)));
  check(curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, most_idle_connections));
}

curl_loop::~curl_loop() {
  *alive_ = false;
  curl_multi_cleanup(multi_);
  for (auto& [socket, which] : watched_)
    which->let_go();
}

void curl_loop::add(CURL* handle) {
  check(curl_multi_add_handle(multi_, handle));
}

void curl_loop::remove(CURL* handle) noexcept {
  curl_multi_remove_handle(multi_, handle);
}

void curl_loop::watch(curl_socket_t socket, int what) {
  const auto found = watched_.find(socket);
  if (what == CURL_POLL_REMOVE) {
    if (found == watched_.end()) return;
    found->second->let_go();
    watched_.erase(found);
    return;
  }
  const auto which = found != watched_.end() ? found->second : std::make_shared<watched>(loop_.get_executor(), socket);
  if (found == watched_.end()) watched_.emplace(socket, which);
  which->wants_reading = what == CURL_POLL_IN || what == CURL_POLL_INOUT;
  which->wants_writing = what == CURL_POLL_OUT || what == CURL_POLL_INOUT;
  wait_on(which);
}

void curl_loop::wait_on(const std::shared_ptr<watched>& which) {
  using descriptor = boost::asio::posix::descriptor_base;
  const auto is_gone = [this, alive = alive_](const std::shared_ptr<watched>& it) {
    if (!*alive) return true;
    const auto found = watched_.find(it->socket);
    return found == watched_.end() || found->second != it;
  };
  if (which->wants_reading && !which->waits_to_read) {
    which->waits_to_read = true;
    which->descriptor.async_wait(descriptor::wait_read, [this, which, is_gone](const boost::system::error_code& e) {
      which->waits_to_read = false;
      if (is_gone(which)) return;
      if (which->wants_reading) act(which->socket, e ? CURL_CSELECT_ERR : CURL_CSELECT_IN);
      if (!is_gone(which)) wait_on(which);
    });
  }
  if (which->wants_writing && !which->waits_to_write) {
    which->waits_to_write = true;
    which->descriptor.async_wait(descriptor::wait_write, [this, which, is_gone](const boost::system::error_code& e) {
      which->waits_to_write = false;
      if (is_gone(which)) return;
      if (which->wants_writing) act(which->socket, e ? CURL_CSELECT_ERR : CURL_CSELECT_OUT);
      if (!is_gone(which)) wait_on(which);
    });
  }
}

void curl_loop::set_timer(long milliseconds) {
  if (milliseconds < 0) {
    timer_.cancel();
    return;
  }
  timer_.expires_after(std::chrono::milliseconds(milliseconds));
  timer_.async_wait([this, alive = alive_](const boost::system::error_code& interrupted) {
    if (interrupted || !*alive) return;
    act(CURL_SOCKET_TIMEOUT, 0);
  });
}

void curl_loop::act(curl_socket_t socket, int what) {
  int running = 0;
  if (const auto code = curl_multi_socket_action(multi_, socket, what, &running); code != CURLM_OK)
    base::log(base::log_level::error, "libcurl cannot go on", {{"what", curl_multi_strerror(code)}});
  int left = 0;
  while (const auto* const message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    // The message is gone once its handle is removed.
    auto* const handle = message->easy_handle;
    const auto code = message->data.result;
    if (rule_ == at_end::remove) remove(handle);
    ended_(handle, code);
  }
}

}  // namespace kontor::outbound
