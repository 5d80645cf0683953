#include "outbound/smtp_sender.hpp"

#include "outbound/curl_library.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace kontor::outbound {
namespace {

extern "C" std::size_t read_message(char* into, std::size_t size, std::size_t count, void* from) {
  auto& rest = *static_cast<std::string_view*>(from);
  const auto taken = std::min(size * count, rest.size());
  std::memcpy(into, rest.data(), taken);
  rest.remove_prefix(taken);
  return taken;
}

extern "C" int ends_now(void* abandoned, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(abandoned)->load() ? 1 : 0;
}

// What would end a command of SMTP and begin another one never reaches it.
bool is_harmless(std::string_view address) {
  return !address.empty() && std::ranges::none_of(address, [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '<' || c == '>';
  });
}

base::error not_sent(std::string why) {
  return {base::errc::unavailable, "", "", std::move(why)};
}

std::string url_of(const smtp_server& server, const std::string& hello) {
  const std::string scheme = server.security == smtp_security::tls ? "smtps://" : "smtp://";
  return scheme + server.host + ":" + std::to_string(server.port) + "/" + hello;
}

}  // namespace

smtp_sender::smtp_sender(smtp_server server, smtp_settings settings)
    : server_(std::move(server)),
      settings_(std::move(settings)),
      pool_({.name = "smtp", .threads = 1, .queue_limit = 64}) {
  start_library();
}

async::awaitable<base::result<void>> smtp_sender::send(mail::outgoing_mail what) {
  auto job = [this, what = std::move(what)] { return send_now(what); };
  co_return co_await pool_.run(std::move(job));
}

void smtp_sender::abandon() {
  abandoned_ = true;
}

base::result<void> smtp_sender::send_now(const mail::outgoing_mail& what) const {
  if (abandoned_) return not_sent("the program ends");
  if (!is_harmless(what.from) || !is_harmless(what.to)) return not_sent("an address that cannot be written");

  const easy handle(curl_easy_init());
  const list recipients(curl_slist_append(nullptr, ("<" + what.to + ">").c_str()));
  if (!handle || !recipients) return not_sent("libcurl has no memory");
  std::array<char, CURL_ERROR_SIZE> why{};
  std::string_view rest = what.message;
  auto* const curl = handle.get();

  set(curl, CURLOPT_ERRORBUFFER, why.data());
  set(curl, CURLOPT_URL, url_of(server_, settings_.hello).c_str());
  set(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  // The environment names proxies for other programs: mails with links in them go where the operator said.
  set(curl, CURLOPT_PROXY, "");
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect_time.count()));
  set(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.total_time.count()));
  set(curl, CURLOPT_USE_SSL,
      server_.security == smtp_security::none ? static_cast<long>(CURLUSESSL_NONE) : static_cast<long>(CURLUSESSL_ALL));
  set(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!server_.user.empty()) {
    set(curl, CURLOPT_USERNAME, server_.user.c_str());
    set(curl, CURLOPT_PASSWORD, std::string(server_.password.text()).c_str());
  }
  set(curl, CURLOPT_MAIL_FROM, ("<" + what.from + ">").c_str());
  set(curl, CURLOPT_MAIL_RCPT, recipients.get());
  set(curl, CURLOPT_UPLOAD, 1L);
  set(curl, CURLOPT_READFUNCTION, read_message);
  set(curl, CURLOPT_READDATA, static_cast<void*>(&rest));
  set(curl, CURLOPT_NOPROGRESS, 0L);
  set(curl, CURLOPT_XFERINFOFUNCTION, ends_now);
  set(curl, CURLOPT_XFERINFODATA, const_cast<void*>(static_cast<const void*>(&abandoned_)));

  const auto code = curl_easy_perform(curl);
  if (code == CURLE_OK) return {};
  long answer = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
  std::string reason = why[0] != '\0' ? why.data() : curl_easy_strerror(code);
  if (answer != 0) reason += " (the server's last answer: " + std::to_string(answer) + ")";
  return not_sent(std::move(reason));
}

}  // namespace kontor::outbound
