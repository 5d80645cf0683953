// The JSON reader: what it accepts is UTF-8, nested no deeper than the limit, and comes back the same after it was
// written.
#include "tests/fuzz/fuzz_target.hpp"

#include "base/text.hpp"
#include "json/object_reader.hpp"
#include "json/writer.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace {

using namespace kontor;

std::size_t depth_of(const boost::json::value& value) {
  std::size_t deepest = 0;
  if (const auto* array = value.if_array()) {
    for (const auto& each : *array)
      deepest = std::max(deepest, depth_of(each));
    return deepest + 1;
  }
  if (const auto* object = value.if_object()) {
    for (const auto& each : *object)
      deepest = std::max(deepest, depth_of(each.value()));
    return deepest + 1;
  }
  return 0;
}

void write_back(std::string_view text) {
  json::writer w;
  w.begin_object().member("text", text).end_object();
  const auto read = json::parse(std::move(w).str());
  test::must(read.has_value(), "what the writer writes is read");
  const auto& back = read->at("text").as_string();
  test::must(std::string_view(back.data(), back.size()) == text, "a text comes back as it was");
}

void ask(const boost::json::value& value) {
  json::object_reader in(value);
  const auto email = in.required_string("email");
  const auto password = in.required_secret("password");
  in.optional_string("s");
  in.optional_integer("i");
  in.optional_boolean("b");
  in.required_integer("ri");
  in.required_boolean("rb");
  test::must(in.is_good("email") || email.empty(), "a refused string is empty");
  test::must(in.is_good("password") || password.empty(), "a refused secret is empty");
  const auto done = in.finish();
  test::must(done.has_value() || !done.error().fields.empty(), "a refusal names a field");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = test::input_text(data, size);
  if (base::is_utf8(text)) write_back(text);

  const auto read = json::parse(text);
  if (!read) {
    test::must(read.error().code == base::errc::malformed && !read.error().detail.empty(), "a refusal has its reason");
    return 0;
  }
  test::must(base::is_utf8(text), "only UTF-8 is accepted");
  test::must(depth_of(*read) <= json::max_depth, "the depth is limited");
  const auto again = json::parse(boost::json::serialize(*read));
  test::must(again.has_value() && *again == *read, "a value comes back as it was");
  ask(*read);
  return 0;
}
