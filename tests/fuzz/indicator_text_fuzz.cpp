// Texts of indicators: what is read has all its parameters in their ranges, one text of its own, and can be computed.
#include "tests/fuzz/fuzz_target.hpp"

#include "indicator/indicator.hpp"

using namespace kontor;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = indicator::parse_text(test::input_text(data, size));
  if (!read) {
    test::must(read.error().code == base::errc::invalid_input && !read.error().fields.empty(), "it says what is wrong");
    return 0;
  }
  const auto known = indicator::parameters_of(read->what);
  test::must(read->parameters.size() == known.size(), "nothing is missing");
  for (std::size_t i = 0; i < known.size(); ++i)
    test::must(read->parameters[i] >= known[i].least && read->parameters[i] <= known[i].most, "all is in its range");

  const auto text = indicator::to_text(*read);
  test::must(text.size() <= indicator::longest_text, "the text is within its limit");
  const auto again = indicator::parse_text(text);
  test::must(again.has_value() && *again == *read, "the text is read back");
  const auto lead_in = indicator::lead_in(*read);
  test::must(lead_in >= 0 && lead_in <= indicator::longest_lead_in, "the lead-in is within its limit");
  (void)indicator::start(*read)->push({.time = 1, .open = 1, .high = 1, .low = 1, .close = 1, .volume = 1});
  return 0;
}
