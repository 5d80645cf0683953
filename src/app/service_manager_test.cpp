#include "app/service_manager.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <string>

namespace kontor::app {
namespace {

/// A manager's end of the protocol.
class manager {
 public:
  explicit manager(const std::string& name) : descriptor_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path, sizeof(address.sun_path) - 1);
    if (name[0] == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), size), 0) << name;
  }
  ~manager() { ::close(descriptor_); }
  manager(const manager&) = delete;
  manager& operator=(const manager&) = delete;

  std::string heard() {
    std::array<char, 100> text{};
    const auto size = ::recv(descriptor_, text.data(), text.size(), MSG_DONTWAIT);
    return size < 0 ? "nothing" : std::string(text.data(), static_cast<std::size_t>(size));
  }

 private:
  int descriptor_;
};

class ServiceManager : public testing::Test {
 protected:
  void TearDown() override { ::unsetenv("NOTIFY_SOCKET"); }
  static void listen_at(const std::string& name) { ::setenv("NOTIFY_SOCKET", name.c_str(), 1); }
};

}  // namespace

TEST_F(ServiceManager, IsToldAtAPath) {
  const tests::temporary_folder folder;
  const auto name = (folder.path() / "notify").string();
  manager one(name);
  listen_at(name);
  tell_service_manager(service_is_ready);
  EXPECT_EQ(one.heard(), "READY=1");
  tell_service_manager(service_is_ending);
  EXPECT_EQ(one.heard(), "STOPPING=1");
}

TEST_F(ServiceManager, IsToldAtAnAbstractName) {
  const auto name = "@kontor-test-" + std::to_string(::getpid());
  manager one(name);
  listen_at(name);
  tell_service_manager(service_is_ready);
  EXPECT_EQ(one.heard(), "READY=1");
}

TEST_F(ServiceManager, NobodyIsToldWhereNobodyListens) {
  tell_service_manager(service_is_ready);
  for (const auto& name : {std::string(), std::string("/"), std::string("relative"), std::string("vsock:2:1"),
                           std::string("/not/there"), "/" + std::string(107, 'x'), "/" + std::string(4000, 'x')}) {
    listen_at(name);
    tell_service_manager(service_is_ready);
  }
}

}  // namespace kontor::app
