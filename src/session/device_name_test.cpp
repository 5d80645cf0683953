#include "session/device_name.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace kontor::session {

TEST(DeviceName, IsWhatItsOwnerWouldCallIt) {
  struct row {
    std::string_view user_agent;
    std::string_view name;
  };
  for (const auto& [user_agent, name] : std::vector<row>{
           {"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"},
           {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 "
            "Safari/537.36",
            "Chrome on Windows"},
           {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 "
            "Safari/537.36 Edg/143.0",
            "Edge on Windows"},
           {"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari on iPhone"},
           {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 "
            "Safari/605.1.15",
            "Safari on macOS"},
           {"Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile "
            "Safari/537.36",
            "Chrome on Android"},
           {"curl/8.5.0", "curl"},
           {"python-requests/2.31", "python-requests"},
           {"", "Unknown device"},
           {"\x1b[31m evil", "Unknown device"},
           {"<script>alert(1)</script>", "Unknown device"},
       })
    EXPECT_EQ(device_name(user_agent), name) << user_agent;
  EXPECT_EQ(device_name(std::string(5000, 'a')).size(), 64u);
}

}  // namespace kontor::session
