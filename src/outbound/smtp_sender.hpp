// Mails by SMTP (RFC 5321), with libcurl.
#pragma once

#include "async/blocking_pool.hpp"
#include "mail/mail_sender.hpp"
#include "outbound/smtp_server.hpp"

#include <atomic>
#include <chrono>
#include <string>

namespace kontor::outbound {

struct smtp_settings {
  std::string hello;  ///< The name we greet with.
  std::chrono::milliseconds connect_time{10'000};
  std::chrono::milliseconds total_time{30'000};  ///< For one mail, from the name's lookup to the last answer.
};

/// One mail, one connection, one thread. Thread-safe.
class smtp_sender final : public mail::mail_sender {
 public:
  smtp_sender(smtp_server server, smtp_settings settings);

  async::awaitable<base::result<void>> send(mail::outgoing_mail what) override;
  void abandon() override;

 private:
  base::result<void> send_now(const mail::outgoing_mail& what) const;

  const smtp_server server_;
  const smtp_settings settings_;
  std::atomic<bool> abandoned_ = false;
  async::blocking_pool pool_;
};

}  // namespace kontor::outbound
