#include "mail/language.hpp"

#include <gtest/gtest.h>

namespace kontor::mail {

TEST(Language, IsTheOneThatIsPreferred) {
  const std::pair<std::string_view, language> rows[] = {
      {"", language::english},
      {"de", language::german},
      {"de-AT, en;q=0.9", language::german},
      {"DE", language::german},
      {"en-GB,en;q=0.9,de;q=0.8", language::english},
      {"fr;q=1, de;q=0.3", language::german},
      {"fr, *;q=0.5", language::english},
      {"en;q=0.2, de;q=0.21", language::german},
      {"de;q=0", language::english},
      {"de;q=2", language::english},
      {"de;q=abc", language::english},
      {"de;level=1", language::english},
      {"den", language::english},
      {"deutsch", language::english},
      {",,,de;q=1.000,,", language::german},
      {"de;q=1.001", language::english},
  };
  for (const auto& [field, wanted] : rows)
    EXPECT_EQ(language_of(field), wanted) << field;
}

}  // namespace kontor::mail
