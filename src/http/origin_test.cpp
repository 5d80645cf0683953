#include "http/origin.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kontor::http {

// security-checklist a.58, c.62: the pages of which origins may open a socket.
TEST(Origin, OnlyOurPagesAndPrograms) {
  struct row {
    std::vector<header_view> headers;
    bool is_named;    // with a public URL
    bool is_unnamed;  // without one, by Host
  };
  const std::vector<std::string> others = {"https://app.example.com"};
  const std::string own = "https://desk.example.com";
  for (const auto& [headers, is_named, is_unnamed] : std::vector<row>{
           {{}, true, true},
           {{{"Sec-Fetch-Site", "same-origin"}}, true, true},
           {{{"Sec-Fetch-Site", "none"}}, true, true},
           {{{"Sec-Fetch-Site", "cross-site"}}, false, false},
           {{{"Sec-Fetch-Site", "same-site"}}, false, false},
           {{{"Origin", "https://desk.example.com"}}, true, false},
           {{{"Origin", "https://desk.example.com"}, {"Host", "desk.example.com"}}, true, true},
           {{{"Origin", "https://app.example.com"}}, true, true},
           {{{"Origin", "https://app.example.com"}, {"Sec-Fetch-Site", "cross-site"}}, true, true},
           {{{"Origin", "http://desk.example.com"}}, false, false},
           {{{"Origin", "https://desk.example.com.evil.example"}}, false, false},
           {{{"Origin", "https://evil.example"}, {"Host", "desk.example.com"}}, false, false},
           {{{"Origin", "null"}}, false, false},
           {{{"Origin", ""}}, false, false},
           {{{"Origin", "http://localhost:8500"}, {"Host", "localhost:8500"}}, false, true},
           {{{"Origin", "http://localhost:8501"}, {"Host", "localhost:8500"}}, false, false},
           {{{"Origin", "https://desk.example.com"}, {"Origin", "https://desk.example.com"}}, false, false},
       }) {
    request in;
    in.headers = headers;
    std::string shown;
    for (const auto& [name, value] : headers)
      shown += std::string(name) + ": " + std::string(value) + "; ";
    EXPECT_EQ(origin_allowed(in, own, others), is_named) << shown;
    EXPECT_EQ(origin_allowed(in, "", others), is_unnamed) << shown;
  }
}

}  // namespace kontor::http
