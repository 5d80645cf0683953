#include "app/place_checks.hpp"

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <thread>

namespace kontor::app {
namespace {

using state = check_result::state;
using boost::asio::ip::tcp;

// Listens on a free port and answers one connection with this; with nothing when it is empty.
class one_answer {
 public:
  explicit one_answer(std::string text)
      : listener_(loop_, {boost::asio::ip::address_v4::loopback(), 0}), thread_([this, text = std::move(text)] {
          auto came = listener_.accept();
          boost::system::error_code ignored;
          std::string asked(1024, '\0');
          (void)came.read_some(boost::asio::buffer(asked), ignored);
          boost::asio::write(came, boost::asio::buffer(text), ignored);
          came.shutdown(tcp::socket::shutdown_both, ignored);
        }) {}
  ~one_answer() { thread_.join(); }

  config settings() const {
    config out;
    out.api_host = boost::asio::ip::address_v4::loopback();
    out.api_port = listener_.local_endpoint().port();
    return out;
  }

 private:
  boost::asio::io_context loop_;
  tcp::acceptor listener_;
  std::thread thread_;
};

std::string health(std::string_view status, std::string_view version) {
  return "HTTP/1.1 " + std::string(status) + "\r\nConnection: close\r\n\r\n{\"status\":\"ok\",\"version\":\"" +
         std::string(version) + "\",\"checks\":{\"database\":\"ok\"}}";
}

}  // namespace

TEST(PlaceChecks, SqliteIsNotLeftOnAFileSystemOverTheNetwork) {
  for (const std::uint64_t network : {0x6969u, 0x517bu, 0xff534d42u, 0xfe534d42u, 0x00c36400u, 0x01021997u}) {
    const auto said = judge_file_system(network, "/data", true);
    EXPECT_EQ(said.is, state::bad) << network;
    EXPECT_FALSE(said.advice.empty());
    EXPECT_EQ(judge_file_system(network, "/data", false).is, state::good) << network;
  }
  EXPECT_EQ(judge_file_system(0x01021994, "/data", false).is, state::noted);
  EXPECT_EQ(judge_file_system(0x65735546, "/data", true).is, state::noted);
  for (const std::uint64_t disk : {0xef53u, 0x58465342u, 0x9123683eu, 0x794c7630u, 0x2fc12fc1u})
    EXPECT_EQ(judge_file_system(disk, "/data", true).is, state::good) << disk;
}

TEST(PlaceChecks, AFolderThatIsNotThereHasNoFileSystem) {
  config settings;
  settings.data_dir = "/nowhere/at/all";
  EXPECT_EQ(check_file_system(settings).is, state::skipped);
}

TEST(PlaceChecks, DescriptorsJustBelowAndAtTheirBounds) {
  EXPECT_EQ(judge_descriptors(1023).is, state::bad);
  EXPECT_EQ(judge_descriptors(1024).is, state::noted);
  EXPECT_EQ(judge_descriptors(16'383).is, state::noted);
  EXPECT_EQ(judge_descriptors(16'384).is, state::good);
}

TEST(PlaceChecks, ThePortIsFreeOrHeldByAKontor) {
  config any;
  EXPECT_EQ(check_server(any).is, state::good);
  std::uint16_t free_port = 0;
  {
    boost::asio::io_context loop;
    free_port = tcp::acceptor(loop, {boost::asio::ip::address_v4::loopback(), 0}).local_endpoint().port();
  }
  config free;
  free.api_host = boost::asio::ip::address_v4::loopback();
  free.api_port = free_port;
  EXPECT_EQ(check_server(free).is, state::good);
  free.api_host = boost::asio::ip::make_address("192.0.2.1");
  EXPECT_EQ(check_server(free).is, state::bad);

  const one_answer same(health("200 OK", KONTOR_VERSION));
  EXPECT_EQ(check_server(same.settings()).is, state::good);
  const one_answer other(health("200 OK", "0.0.1-other"));
  const auto differs = check_server(other.settings());
  EXPECT_EQ(differs.is, state::noted);
  EXPECT_NE(differs.found.find("0.0.1-other"), std::string::npos);
  const one_answer unwell(health("503 Service Unavailable", KONTOR_VERSION));
  EXPECT_EQ(check_server(unwell.settings()).is, state::bad);
  for (const auto* foreign : {"", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\n\r\n<html>\"version\":\"1\"</html>"}) {
    const one_answer something(foreign);
    const auto said = check_server(something.settings());
    EXPECT_EQ(said.is, state::bad) << foreign;
    EXPECT_NE(said.found.find("Something else"), std::string::npos) << said.found;
  }
}

}  // namespace kontor::app
