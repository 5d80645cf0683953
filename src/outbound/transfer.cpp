#include "outbound/transfer.hpp"

#include "base/text.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace kontor::outbound {
namespace {

namespace ip = boost::asio::ip;

extern "C" curl_socket_t curl_opens(void* which, curlsocktype, curl_sockaddr* address) {
  return static_cast<transfer*>(which)->open_socket(*address);
}
extern "C" int curl_asks_before_sending(void* which, char* remote, char*, int, int) {
  return static_cast<transfer*>(which)->may_use_connection(remote) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}
extern "C" std::size_t curl_has_head(char* data, std::size_t size, std::size_t count, void* which) {
  return static_cast<transfer*>(which)->take_head({data, size * count});
}
extern "C" std::size_t curl_has_body(char* data, std::size_t size, std::size_t count, void* which) {
  return static_cast<transfer*>(which)->take_body({data, size * count});
}

// What a callback takes, fewer bytes than it was given, ends the transfer.
constexpr std::size_t ends_it = 0;

std::optional<ip::address> address_of(const curl_sockaddr& from) {
  if (from.family == AF_INET && from.addrlen >= sizeof(sockaddr_in)) {
    sockaddr_in v4;
    std::memcpy(&v4, &from.addr, sizeof v4);
    return ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (from.family == AF_INET6 && from.addrlen >= sizeof(sockaddr_in6)) {
    // curl_sockaddr declares room for a sockaddr only; what lies there is as long as `addrlen` says.
    sockaddr_in6 v6;
    std::memcpy(&v6, static_cast<const void*>(&from.addr), sizeof v6);
    ip::address_v6::bytes_type bytes;
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return ip::address_v6(bytes);
  }
  return std::nullopt;
}

bool is_token(std::string_view name) {
  static constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return base::is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
  });
}

// RFC 9110 section 5.5, without obs-text: nothing that could begin another line.
bool is_field_value(std::string_view value) {
  return std::ranges::all_of(value, [](char c) { return (c >= 0x20 && c < 0x7f) || c == '\t'; });
}

base::error cannot_be_written() {
  return {base::errc::invalid_input, "", "A header holds characters that cannot be sent.", ""};
}

}  // namespace

transfer::transfer(web_request request, const https_client_settings& settings, const egress_policy& policy)
    : request_(std::move(request)),
      asked_trust_(request_.trust),
      settings_(settings),
      policy_(policy),
      handle_(curl_easy_init()) {
  if (!handle_) throw std::runtime_error("libcurl has no memory");
  whole_until_ = clock::now() + request_.limits.whole;
}

base::result<void> transfer::begin() {
  if (!request_.credentials.headers.empty() && request_.credentials.origin != request_.url.origin())
    return base::error{base::errc::invalid_input, std::string(transfer_failure::credentials_elsewhere),
                       "The key was saved for another host. Enter it again for this one.", ""};
  if (!is_token(request_.method)) return cannot_be_written();
  return prepare();
}

void transfer::has_until(clock::time_point phase_end) {
  phase_until_ = phase_end;
  if (due() < told_ && on_earlier_) on_earlier_();
}

bool transfer::uses_proxy() const {
  if (settings_.proxy.empty() || is_localhost(request_.url.host)) return false;
  return !request_.url.address || closed_range_of(*request_.url.address).empty();
}

base::result<void> transfer::prepare() {
  if (auto allowed = policy_.check(request_.url, request_.trust); !allowed) return allowed.error();
  response_ = {};
  head_size_ = 0;
  body_size_ = 0;
  head_ended_ = false;
  follows_ = false;
  is_paused_ = false;
  is_held_ = false;
  opened_ = 0;
  refused_address_.clear();
  has_until(clock::now() + request_.limits.connect + request_.limits.first_byte);

  auto* const curl = handle_.get();
  curl_easy_reset(curl);
  set(curl, CURLOPT_PRIVATE, static_cast<void*>(this));
  set(curl, CURLOPT_ERRORBUFFER, words_.data());
  set(curl, CURLOPT_NOSIGNAL, 1L);
  // Whoever ends a transfer while its name is looked up does not wait for the resolver: its thread is left alone, and
  // the loop, which is everybody's, goes on.
  set(curl, CURLOPT_QUICK_EXIT, 1L);
  set(curl, CURLOPT_URL, request_.url.text().c_str());
  set(curl, CURLOPT_PROTOCOLS_STR, request_.url.is_tls ? "https" : "http");
  set(curl, CURLOPT_PATH_AS_IS, 1L);
  set(curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(curl, CURLOPT_USERAGENT, "Kontor");
  // The environment names proxies for other programs.
  set(curl, CURLOPT_PROXY, uses_proxy() ? settings_.proxy.c_str() : "");
  set(curl, CURLOPT_NOPROXY, "");
  set(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.limits.connect.count()));
  if (request_.version == http_version::one) set(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  if (request_.only_connects) {
    set(curl, CURLOPT_CONNECT_ONLY, 1L);
    set(curl, CURLOPT_HTTPPROXYTUNNEL, 1L);  // What is spoken over it is nothing that a proxy could pass on.
  }
  set(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!settings_.trusted_ca_pem.empty()) {
    // libcurl takes what it only reads through a pointer that is not const.
    curl_blob authorities{const_cast<char*>(settings_.trusted_ca_pem.data()), settings_.trusted_ca_pem.size(),
                          CURL_BLOB_NOCOPY};
    set(curl, CURLOPT_CAINFO_BLOB, &authorities);
    set(curl, CURLOPT_CAPATH, static_cast<char*>(nullptr));
  }
  set(curl, CURLOPT_OPENSOCKETFUNCTION, curl_opens);
  set(curl, CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
  set(curl, CURLOPT_PREREQFUNCTION, curl_asks_before_sending);
  set(curl, CURLOPT_PREREQDATA, static_cast<void*>(this));
  set(curl, CURLOPT_HEADERFUNCTION, curl_has_head);
  set(curl, CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(curl, CURLOPT_WRITEFUNCTION, curl_has_body);
  set(curl, CURLOPT_WRITEDATA, static_cast<void*>(this));

  if (request_.method == "HEAD") {
    set(curl, CURLOPT_NOBODY, 1L);
  } else if (request_.method != "GET") {
    set(curl, CURLOPT_POST, 1L);
    set(curl, CURLOPT_POSTFIELDS, request_.body.data());
    set(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    if (request_.method != "POST") set(curl, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  }
  if (auto added = add_headers(); !added) return added.error();
  return tell_addresses();
}

void transfer::add_line(std::string_view name, std::string_view value) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(name.size() + value.size() + 3);
  bytes.insert(bytes.end(), name.begin(), name.end());
  // How libcurl is told of a header without a value.
  bytes.push_back(value.empty() ? ';' : ':');
  if (!value.empty()) bytes.push_back(' ');
  bytes.insert(bytes.end(), value.begin(), value.end());
  bytes.push_back(0);
  auto* const text = reinterpret_cast<char*>(bytes.data());
  lines_.push_back({base::secret_bytes(std::move(bytes)), {text, nullptr}});
  if (lines_.size() > 1) lines_[lines_.size() - 2].node.next = &lines_.back().node;
}

base::result<void> transfer::add_headers() {
  lines_.clear();
  for (const auto& [name, value] : request_.headers) {
    if (!is_token(name) || !is_field_value(value)) return cannot_be_written();
    add_line(name, value);
  }
  for (const auto& each : request_.credentials.headers) {
    if (!is_token(each.name) || !is_field_value(each.value.text())) return cannot_be_written();
    add_line(each.name, each.value.text());
  }
  if (!lines_.empty()) set(handle_.get(), CURLOPT_HTTPHEADER, &lines_.front().node);
  return {};
}

base::result<void> transfer::tell_addresses() {
  addresses_.reset();
  if (!settings_.resolve || request_.url.address) return {};
  const auto answer = settings_.resolve(request_.url.host, request_.url.port);
  if (answer.empty()) return transfer_failed(transfer_failure::host_not_found, "The host was not found.", "");
  std::string entry = "+" + request_.url.host + ":" + std::to_string(request_.url.port);
  for (std::size_t i = 0; i < answer.size(); ++i)
    entry += (i == 0 ? ":" : ",") + answer[i];
  addresses_.reset(curl_slist_append(nullptr, entry.c_str()));
  if (!addresses_) throw std::runtime_error("libcurl has no memory");
  set(handle_.get(), CURLOPT_RESOLVE, addresses_.get());
  return {};
}

curl_socket_t transfer::open_socket(const curl_sockaddr& given) noexcept {
  try {
    const auto address = address_of(given);
    if (!address) return CURL_SOCKET_BAD;
    if (!uses_proxy() && !policy_.may_connect(request_.url, request_.trust, *address)) {
      refused_address_ = address->to_string();
      return CURL_SOCKET_BAD;
    }
    ++opened_;
    return ::socket(given.family, given.socktype | SOCK_CLOEXEC, given.protocol);
  } catch (...) {
    return CURL_SOCKET_BAD;
  }
}

// Connections are kept for later questions, perhaps of somebody else, who may not use this one.
bool transfer::may_use_connection(const char* text) noexcept {
  try {
    boost::system::error_code broken;
    const auto address = ip::make_address(text, broken);
    if (!uses_proxy() && (broken || !policy_.may_connect(request_.url, request_.trust, address))) {
      refused_address_ = text;
      why_ = transfer_failure::address_refused;
      return false;
    }
    has_until(clock::now() + request_.limits.first_byte);
    return true;
  } catch (...) {
    return false;
  }
}

std::size_t transfer::take_head(std::string_view line) noexcept {
  try {
    head_size_ += line.size();
    if (head_size_ > request_.limits.head) {
      why_ = transfer_failure::answer_too_large;
      return ends_it;
    }
    if (head_ended_) return line.size();  // Trailers, which nobody asked for.
    const auto text = base::trim(line, " \t\r\n");
    if (text.starts_with("HTTP/")) {
      response_ = {};
    } else if (text.empty()) {
      end_of_head();
    } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
      response_.headers.emplace_back(base::to_lower_ascii(text.substr(0, colon)),
                                     std::string(base::trim(text.substr(colon + 1))));
    }
    return line.size();
  } catch (...) {
    return ends_it;
  }
}

void transfer::end_of_head() {
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &response_.status);
  if (response_.status < 200) return;
  head_ended_ = true;
  follows_ = request_.redirects > 0 && is_redirect();
  const auto& limits = request_.limits;
  has_until(clock::now() + (limits.first_piece.count() > 0 ? limits.first_piece : limits.idle));
}

bool transfer::is_redirect() const {
  constexpr std::array<long, 5> redirects{301, 302, 303, 307, 308};
  return std::ranges::find(redirects, response_.status) != redirects.end() &&
         (request_.method == "GET" || request_.method == "HEAD") && !response_.header("location").empty();
}

std::size_t transfer::take_body(std::string_view piece) noexcept {
  try {
    if (is_paused_) {
      // Whoever takes the pieces makes the other side wait; the limit of the whole holds on.
      is_held_ = true;
      phase_until_ = clock::time_point::max();
      return CURL_WRITEFUNC_PAUSE;
    }
    body_size_ += piece.size();
    if (body_size_ > request_.limits.body) {
      why_ = transfer_failure::answer_too_large;
      return ends_it;
    }
    has_until(clock::now() + request_.limits.idle);
    if (follows_) return piece.size();
    if (!request_.on_body) {
      response_.body += piece;
      return piece.size();
    }
    switch (request_.on_body(response_, piece)) {
      case body_flow::go_on:
        break;
      case body_flow::pause:
        is_paused_ = true;
        break;
      case body_flow::stop:
        why_ = transfer_failure::stopped;
        return ends_it;
    }
    return piece.size();
  } catch (...) {
    return ends_it;
  }
}

CURLcode transfer::resume() {
  is_paused_ = false;
  if (!std::exchange(is_held_, false)) return CURLE_OK;
  has_until(clock::now() + request_.limits.idle);
  return curl_easy_pause(handle_.get(), CURLPAUSE_CONT);
}

std::optional<base::result<web_response>> transfer::ended(CURLcode code) {
  if (code != CURLE_OK) return failure_of(code);
  if (request_.only_connects) return web_response();
  if (!head_ended_) return transfer_failed(transfer_failure::answer_broken, "The server did not answer.", "no head");
  if (!follows_) return std::move(response_);
  if (auto why = next_hop()) return std::move(*why);
  return std::nullopt;
}

std::optional<base::error> transfer::next_hop() {
  const auto there = follow(request_.url, response_.header("location"));
  if (!there)
    return transfer_failed(transfer_failure::answer_broken, "The server redirects to an address that cannot be used.",
                           "");
  if (request_.url.is_tls && !there->is_tls)
    return address_refused("The server redirects to an address without protection.", "https to http");
  --request_.redirects;
  request_.trust = egress_policy::after_redirect(request_.url, request_.trust, *there);
  if (there->origin() != request_.url.origin()) {
    request_.credentials = {};
    std::erase_if(request_.headers, [](const auto& each) { return base::to_lower_ascii(each.first) != "accept"; });
  }
  request_.url = *there;
  if (auto prepared = prepare(); !prepared) return prepared.error();
  return std::nullopt;
}

base::error transfer::failure_of(CURLcode code) const {
  std::string words = words_[0] != '\0' ? words_.data() : curl_easy_strerror(code);
  if (why_ == transfer_failure::address_refused || (opened_ == 0 && !refused_address_.empty()))
    return address_refused("Addresses of private networks are not allowed here.",
                           "the name led to " + refused_address_);
  if (why_ == transfer_failure::answer_too_large)
    return transfer_failed(why_, "The server's answer is too large.", words);
  if (why_ == transfer_failure::stopped) return transfer_failed(why_, "The request was stopped.", "");
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return transfer_failed(transfer_failure::host_not_found, "The host was not found.", words);
    case CURLE_COULDNT_CONNECT:
      return transfer_failed(transfer_failure::not_connected, "The host cannot be reached.", words);
    case CURLE_OPERATION_TIMEDOUT:
      return transfer_failed(transfer_failure::timed_out, "The server did not answer in time.", words);
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return transfer_failed(
          transfer_failure::tls_failed,
          "No protected connection can be made: the server's certificate does not hold, or it speaks no TLS.", words);
    default:
      return transfer_failed(transfer_failure::answer_broken, "The server's answer cannot be read.", words);
  }
}

}  // namespace kontor::outbound
