// E-mail addresses: what is accepted has one normal form, within the limits, and the short way for ASCII agrees with
// the long one.
#include "tests/fuzz/fuzz_target.hpp"

#include "account/email.hpp"
#include "base/text.hpp"

using namespace kontor;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto typed = test::input_text(data, size);
  const auto address = account::normalise_email(typed);
  const auto long_way = account::detail::normalise_email_with_unicode(typed);
  test::must(address.has_value() == long_way.has_value(), "both ways agree whether it is an address");
  if (!address) {
    test::must(address.error().code == base::errc::invalid_input && address.error().type == long_way.error().type,
               "one answer");
    return 0;
  }
  test::must(address->normal == long_way->normal && address->lookalike == long_way->lookalike,
             "both ways agree on its forms");
  test::must(address->normal.size() <= account::max_email_size && base::is_utf8(address->normal),
             "the normal form is within its limits");
  test::must(address->normal.find('\0') == std::string::npos && base::is_utf8(address->lookalike),
             "both forms can be stored");

  const auto again = account::normalise_email(address->normal);
  test::must(again.has_value() && again->normal == address->normal, "the normal form is its own normal form");
  test::must(again->lookalike == address->lookalike, "and looks like itself");
  return 0;
}
