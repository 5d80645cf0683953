#include "tests/support/web_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <csignal>
#include <optional>
#include <stdexcept>
#include <utility>

namespace kontor::test {
namespace {

void* context_for(const identity& who) {
  auto* const context = SSL_CTX_new(TLS_server_method());
  BIO* const certificate_text = BIO_new_mem_buf(who.certificate.data(), static_cast<int>(who.certificate.size()));
  BIO* const key_text = BIO_new_mem_buf(who.key.data(), static_cast<int>(who.key.size()));
  X509* const certificate = PEM_read_bio_X509(certificate_text, nullptr, nullptr, nullptr);
  EVP_PKEY* const key = PEM_read_bio_PrivateKey(key_text, nullptr, nullptr, nullptr);
  if (SSL_CTX_use_certificate(context, certificate) != 1 || SSL_CTX_use_PrivateKey(context, key) != 1)
    throw std::runtime_error("a certificate cannot be used");
  X509_free(certificate);
  EVP_PKEY_free(key);
  BIO_free(certificate_text);
  BIO_free(key_text);
  return context;
}

}  // namespace

class web_server::plain : public connection {
 public:
  explicit plain(int fd) : fd_(fd) {}
  bool write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void wait_for_end() override {
    char rest[256];
    while (read(rest, sizeof rest) > 0) {
    }
  }
  long read(char* into, std::size_t size) override { return ::recv(fd_, into, size, 0); }
  void cut() override { ::shutdown(fd_, SHUT_RDWR); }
  virtual bool greet() { return true; }

 protected:
  const int fd_;
};

class web_server::encrypted final : public plain {
 public:
  encrypted(int fd, void* context) : plain(fd), tls_(SSL_new(static_cast<SSL_CTX*>(context))) { SSL_set_fd(tls_, fd); }
  ~encrypted() override { SSL_free(tls_); }
  bool greet() override { return SSL_accept(tls_) == 1; }
  bool write(std::string_view bytes) override {
    return bytes.empty() || SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size())) > 0;
  }
  long read(char* into, std::size_t size) override { return SSL_read(tls_, into, static_cast<int>(size)); }

 private:
  SSL* tls_;
};

namespace {

// The next request of a connection; nullopt at its end.
template <class Read>
std::optional<web_server::request> next_request(std::string& received, const Read& more) {
  std::size_t end;
  while ((end = received.find("\r\n\r\n")) == std::string::npos)
    if (!more()) return std::nullopt;
  web_server::request out;
  std::string_view head = std::string_view(received).substr(0, end + 2);
  const auto line = head.substr(0, head.find("\r\n"));
  const auto first = line.find(' ');
  const auto second = line.find(' ', first + 1);
  out.method = line.substr(0, first);
  out.target = line.substr(first + 1, second - first - 1);
  head.remove_prefix(line.size() + 2);
  while (!head.empty()) {
    const auto field = head.substr(0, head.find("\r\n"));
    const auto colon = field.find(':');
    std::string name(field.substr(0, colon));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    auto value = field.substr(colon + 1);
    while (value.starts_with(' '))
      value.remove_prefix(1);
    out.headers[name] = value;
    head.remove_prefix(field.size() + 2);
  }
  received.erase(0, end + 4);
  const auto length = out.headers.contains("content-length") ? std::stoul(out.headers["content-length"]) : 0;
  while (received.size() < length)
    if (!more()) return std::nullopt;
  out.body = received.substr(0, length);
  received.erase(0, length);
  return out;
}

}  // namespace

web_server::web_server(handler answer, const settings& how)
    : handler_(std::move(answer)), listening_(::socket(AF_INET, SOCK_STREAM, 0)) {
  // OpenSSL writes to sockets that the other side has closed.
  std::signal(SIGPIPE, SIG_IGN);
  if (how.tls != nullptr) tls_ = context_for(*how.tls);
  const int yes = 1;
  ::setsockopt(listening_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(how.port);
  ::inet_pton(AF_INET, how.address, &at.sin_addr);
  socklen_t size = sizeof at;
  if (::bind(listening_, reinterpret_cast<const sockaddr*>(&at), size) != 0 || ::listen(listening_, 64) != 0 ||
      ::getsockname(listening_, reinterpret_cast<sockaddr*>(&at), &size) != 0)
    throw std::runtime_error("a test server cannot listen");
  port_ = ntohs(at.sin_port);
  acceptor_ = std::thread([this] { accept(); });
}

web_server::~web_server() {
  ending_ = true;
  ::shutdown(listening_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_)
      ::shutdown(fd, SHUT_RDWR);
  }
  for (auto& each : threads_)
    each.join();
  ::close(listening_);
  SSL_CTX_free(static_cast<SSL_CTX*>(tls_));
}

std::string web_server::origin(std::string_view host) const {
  return (tls_ != nullptr ? "https://" : "http://") + std::string(host) + ":" + std::to_string(port_);
}

void web_server::accept() {
  while (!ending_) {
    const int fd = ::accept(listening_, nullptr, nullptr);
    if (fd < 0) return;
    ++connections_;
    const std::lock_guard lock(mutex_);
    open_.push_back(fd);
    threads_.emplace_back([this, fd] { serve(fd); });
  }
}

void web_server::serve(int fd) {
  {
    const auto talk =
        tls_ != nullptr ? std::unique_ptr<plain>(std::make_unique<encrypted>(fd, tls_)) : std::make_unique<plain>(fd);
    std::string received;
    const auto more = [&] {
      char part[4096];
      const auto got = talk->read(part, sizeof part);
      if (got <= 0) return false;
      received.append(part, static_cast<std::size_t>(got));
      return true;
    };
    bool goes_on = talk->greet();
    while (goes_on) {
      const auto asked = next_request(received, more);
      if (!asked) break;
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(*asked);
        changed_.notify_all();
      }
      goes_on = handler_(*asked, *talk);
    }
  }
  const std::lock_guard lock(mutex_);
  std::erase(open_, fd);
  ::close(fd);
}

std::vector<web_server::request> web_server::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void web_server::wait_for_requests(std::size_t count) const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return requests_.size() >= count; });
}

std::string web_server::answer(int status, std::string_view body, std::string_view more_headers) {
  return "HTTP/1.1 " + std::to_string(status) + " Whatever\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(more_headers) + "\r\n" + std::string(body);
}

}  // namespace kontor::test
