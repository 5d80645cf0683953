#include "outbound/smtp_sender.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>

#include <map>
#include <thread>

namespace kontor::outbound {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using testing::HasSubstr;

/// A mail server for one conversation: answers each command as it is told, and keeps what was said.
class small_server {
 public:
  /// What it answers to a command that begins like this, instead of the usual; empty: cuts the connection.
  explicit small_server(std::map<std::string, std::string> instead = {})
      : instead_(std::move(instead)),
        acceptor_(loop_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)),
        thread_([this] { talk(); }) {}
  ~small_server() { join(); }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::string heard() {
    join();
    return heard_;
  }

 private:
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  std::string answer_to(const std::string& line) const {
    for (const auto& [command, answer] : instead_)
      if (line.starts_with(command)) return answer;
    if (line.starts_with("EHLO")) return "250-small\r\n250 SMTPUTF8\r\n";
    if (line.starts_with("DATA")) return "354 go on\r\n";
    if (line.starts_with("QUIT")) return "221 bye\r\n";
    return "250 fine\r\n";
  }
  void talk() {
    boost::system::error_code failure;
    tcp::socket socket(loop_);
    acceptor_.accept(socket, failure);
    if (instead_.contains("connect")) return;
    boost::asio::write(socket, boost::asio::buffer(std::string("220 small\r\n")), failure);
    std::string buffer;
    std::string until = "\r\n";
    while (!failure) {
      const auto size = boost::asio::read_until(socket, boost::asio::dynamic_buffer(buffer), until, failure);
      if (failure) return;
      const auto said = buffer.substr(0, size);
      buffer.erase(0, size);
      heard_ += said;
      const auto answer = until == "\r\n" ? answer_to(said) : answer_to(".");
      if (answer.empty()) return;
      // Stays silent until the other side gives up.
      if (answer == "silence") {
        boost::asio::read_until(socket, boost::asio::dynamic_buffer(buffer), "never said", failure);
        return;
      }
      until = answer.starts_with("354") ? "\r\n.\r\n" : "\r\n";
      boost::asio::write(socket, boost::asio::buffer(answer), failure);
      if (said.starts_with("QUIT")) return;
    }
  }

  const std::map<std::string, std::string> instead_;
  boost::asio::io_context loop_;
  tcp::acceptor acceptor_;
  std::string heard_;
  std::thread thread_;
};

struct SmtpSender : testing::Test {
  static smtp_server server_at(std::uint16_t port) {
    smtp_server out;
    out.host = "127.0.0.1";
    out.port = port;
    out.security = smtp_security::none;
    return out;
  }
  static mail::outgoing_mail some_mail() {
    return {"desk@example.org", "anna@example.org", "Subject: hello\r\n\r\nplanted link\r\n"};
  }
  static base::result<void> run(smtp_sender& sender, mail::outgoing_mail what = some_mail()) {
    boost::asio::io_context loop;
    auto outcome = boost::asio::co_spawn(loop.get_executor(), sender.send(std::move(what)), boost::asio::use_future);
    loop.run();
    return outcome.get();
  }
  static std::string failure_of(smtp_sender& sender, mail::outgoing_mail what = some_mail()) {
    const auto sent = run(sender, std::move(what));
    if (sent) return "sent";
    EXPECT_EQ(sent.error().code, base::errc::unavailable);
    EXPECT_EQ(sent.error().internal_detail.find("anna"), std::string::npos);
    EXPECT_EQ(sent.error().internal_detail.find("planted"), std::string::npos);
    return sent.error().internal_detail;
  }
};

}  // namespace

TEST_F(SmtpSender, HandsOverAMail) {
  small_server server;
  smtp_sender sender(server_at(server.port()), {.hello = "desk.example"});
  EXPECT_TRUE(run(sender).has_value());
  const auto heard = server.heard();
  EXPECT_THAT(heard, testing::StartsWith("EHLO desk.example\r\nMAIL FROM:<desk@example.org>"));
  EXPECT_THAT(heard, HasSubstr("RCPT TO:<anna@example.org>\r\nDATA\r\n"));
  EXPECT_THAT(heard, HasSubstr("Subject: hello\r\n\r\nplanted link\r\n.\r\n"));
}

TEST_F(SmtpSender, ARefusalIsTold) {
  for (const std::string command : {"MAIL", "RCPT", "DATA", "."}) {
    small_server server({{command, "451 come back later\r\n"}});
    smtp_sender sender(server_at(server.port()), {.hello = "desk.example"});
    EXPECT_THAT(failure_of(sender), HasSubstr("451")) << command;
  }
}

TEST_F(SmtpSender, ACutConnectionIsNoMailThatWasSent) {
  for (const std::string command : {"connect", "EHLO", "MAIL", "RCPT", "DATA", "."}) {
    small_server server({{command, ""}});
    smtp_sender sender(server_at(server.port()), {.hello = "desk.example"});
    EXPECT_NE(failure_of(sender), "sent") << command;
  }
}

TEST_F(SmtpSender, NobodyThereIsTold) {
  std::uint16_t port = 0;
  {
    small_server gone({{"connect", ""}});
    port = gone.port();
    smtp_sender sender(server_at(port), {.hello = "desk.example"});
    (void)run(sender);
  }
  smtp_sender sender(server_at(port), {.hello = "desk.example"});
  EXPECT_NE(failure_of(sender), "sent");
}

// A server that offers no STARTTLS hears neither the password nor the mail.
TEST_F(SmtpSender, WithoutTheTlsThatWasDemandedNothingIsSaid) {
  small_server server;
  auto demanding = server_at(server.port());
  demanding.security = smtp_security::starttls;
  demanding.user = "desk";
  demanding.password = base::secret_bytes(std::string_view("planted password"));
  smtp_sender sender(std::move(demanding), {.hello = "desk.example"});
  EXPECT_NE(failure_of(sender), "sent");
  const auto heard = server.heard();
  EXPECT_THAT(heard, testing::Not(HasSubstr("MAIL")));
  EXPECT_THAT(heard, testing::Not(HasSubstr("AUTH")));
}

// c.54
TEST_F(SmtpSender, AnAddressDoesNotBecomeACommand) {
  smtp_sender sender(server_at(9), {.hello = "desk.example"});
  for (const char* address : {"a@x.org\r\nRCPT TO:<b@x.org>", "a@x.org\n", "a@x.org> SIZE=1", "", "a b@x.org"}) {
    auto what = some_mail();
    what.to = address;
    EXPECT_EQ(failure_of(sender, what), "an address that cannot be written") << address;
    what = some_mail();
    what.from = address;
    EXPECT_EQ(failure_of(sender, what), "an address that cannot be written") << address;
  }
}

TEST_F(SmtpSender, ASlowServerIsNotWaitedForLongerThanThat) {
  small_server server({{"MAIL", "silence"}});
  smtp_sender sender(server_at(server.port()), {.hello = "desk.example", .total_time = 300ms});
  EXPECT_NE(failure_of(sender), "sent");
}

TEST_F(SmtpSender, AbandonEndsWhatIsGoingOnAndRefusesTheRest) {
  small_server server({{"MAIL", "silence"}});
  smtp_sender sender(server_at(server.port()), {.hello = "desk.example"});
  std::thread ending([&] { sender.abandon(); });
  EXPECT_NE(failure_of(sender), "sent");
  ending.join();
  EXPECT_EQ(failure_of(sender), "the program ends");
  // Whoever was not even called is let go.
  boost::asio::io_context loop;
  tcp::socket socket(loop);
  boost::system::error_code failure;
  socket.connect({boost::asio::ip::address_v4::loopback(), server.port()}, failure);
}

}  // namespace kontor::outbound
