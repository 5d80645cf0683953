#include "factor/qr_code.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <qrencode.h>

#include <charconv>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace kontor::factor {
namespace {

using matrix = std::vector<std::string>;  // '#' black, '.' white

const std::string uri =
    "otpauth://totp/Kontor:a%40x.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Kontor"
    "&algorithm=SHA1&digits=6&period=30";

// Reads a drawing from its start on.
class drawing {
 public:
  explicit drawing(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool skip(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  void expect(std::string_view expected) {
    if (!skip(expected)) throw std::runtime_error("not the expected drawing: " + std::string(rest_.substr(0, 80)));
  }
  std::size_t number() {
    std::size_t value = 0;
    const auto [end, failed] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (failed != std::errc{}) throw std::runtime_error("not a number: " + std::string(rest_.substr(0, 80)));
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }

 private:
  std::string_view rest_;
};

// What a browser paints, module by module; throws where the drawing is not what this test can read.
matrix painted(std::string_view svg) {
  drawing from(svg);
  from.expect(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 )");
  const auto size = from.number();
  const auto text = std::to_string(size);
  from.expect(" " + text + R"(" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h)" + text + "v" + text + "h-" +
              text + R"(z"/><path fill="#000" d=")");
  matrix modules(size, std::string(size, '.'));
  while (!from.skip(R"("/></svg>)")) {
    from.expect("M");
    const auto x = from.number();
    from.expect(" ");
    const auto y = from.number();
    from.expect("h");
    const auto length = from.number();
    from.expect("v1h-" + std::to_string(length) + "z");
    for (std::size_t i = 0; i < length; ++i)
      modules.at(y).at(x + i) = '#';
  }
  if (!from.at_end()) throw std::runtime_error("a rest behind the drawing");
  return modules;
}

matrix painted_from(const std::string& text) {
  return painted(qr_code_svg(text).text());
}

matrix part_of(const matrix& whole, std::size_t x, std::size_t y, std::size_t size) {
  matrix part;
  for (std::size_t row = 0; row < size; ++row)
    part.push_back(whole.at(y + row).substr(x, size));
  return part;
}

const matrix finder = {"#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"};

// ISO/IEC 18004 section 6: sizes, finder and timing patterns, the dark module, a quiet zone of four.
TEST(QrCode, HasTheShapeOfAQrCode) {
  for (const auto& text : {std::string("a"), uri, std::string(2'331, 'x')}) {
    const auto whole = painted_from(text);
    const auto inner = whole.size() - 8;
    ASSERT_EQ((inner - 17) % 4, 0u);
    EXPECT_EQ(part_of(whole, 4, 4, 7), finder);
    EXPECT_EQ(part_of(whole, 4 + inner - 7, 4, 7), finder);
    EXPECT_EQ(part_of(whole, 4, 4 + inner - 7, 7), finder);
    for (std::size_t i = 8; i < inner - 8; ++i) {
      EXPECT_EQ(whole[4 + 6][4 + i], i % 2 == 0 ? '#' : '.');
      EXPECT_EQ(whole[4 + i][4 + 6], i % 2 == 0 ? '#' : '.');
    }
    EXPECT_EQ(whole[4 + inner - 8][4 + 8], '#');
    for (std::size_t y = 0; y < whole.size(); ++y)
      for (std::size_t x = 0; x < whole.size(); ++x) {
        const bool quiet = x < 4 || y < 4 || x >= 4 + inner || y >= 4 + inner;
        if (quiet) {
          ASSERT_EQ(whole[y][x], '.') << x << " " << y;
        }
      }
  }
}

TEST(QrCode, PaintsEveryModuleOfTheLibrary) {
  const auto whole = painted_from(uri);
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(QRcode_encodeString8bit(uri.c_str(), 0, QR_ECLEVEL_M),
                                                             &QRcode_free);
  ASSERT_TRUE(code);
  const auto width = static_cast<std::size_t>(code->width);
  ASSERT_EQ(whole.size(), width + 8);
  for (std::size_t y = 0; y < width; ++y)
    for (std::size_t x = 0; x < width; ++x)
      ASSERT_EQ(whole[y + 4][x + 4], (code->data[y * width + x] & 1) != 0 ? '#' : '.') << x << " " << y;
}

// Section 7.9: 15 bits, masked; the first two say which level it is: 00 is M.
TEST(QrCode, IsOfErrorCorrectionLevelM) {
  const auto whole = painted_from(uri);
  EXPECT_EQ(whole[4 + 8][4 + 0], '#') << "0 under a mask of 1";
  EXPECT_EQ(whole[4 + 8][4 + 1], '.') << "0 under a mask of 0";
}

TEST(QrCode, HoldsNothingThatAStrictContentSecurityPolicyRefuses) {
  const auto svg = qr_code_svg(uri);
  for (const char* refused : {"style", "script", "href", "url(", " on", "<!", "<?", "foreignObject", "data:"})
    EXPECT_THAT(std::string(svg.text()), testing::Not(testing::HasSubstr(refused)));
  EXPECT_THAT(std::string(svg.text()), testing::Not(testing::HasSubstr("otpauth")));
}

TEST(QrCode, OtherTextsLookDifferent) {
  EXPECT_NE(painted_from(uri), painted_from(uri + "x"));
  EXPECT_EQ(painted_from(uri), painted_from(uri));
}

TEST(QrCode, TakesTextsThatFit) {
  EXPECT_THROW(qr_code_svg(""), std::invalid_argument);
  EXPECT_NO_THROW(qr_code_svg(std::string(2'331, 'x')));
  EXPECT_THROW(qr_code_svg(std::string(2'332, 'x')), std::invalid_argument);
}

}  // namespace
}  // namespace kontor::factor
