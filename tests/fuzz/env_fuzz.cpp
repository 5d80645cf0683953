// `.env`: whatever the bytes, the reader answers, and what it accepts has proper names and no NUL.
#include "tests/fuzz/fuzz_target.hpp"

#include "app/env_file.hpp"

using namespace kontor;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = app::parse_env_file(test::input_text(data, size));
  if (!read) {
    test::must(!read.error().detail.empty(), "a refusal has a sentence");
    return 0;
  }
  for (const auto& [name, value] : *read) {
    test::must(!name.empty() && name.find_first_of("= \t\n\"'#") == std::string::npos, "a name is a name");
    test::must(value.find('\0') == std::string::npos, "a value can be passed on as text");
  }
  return 0;
}
