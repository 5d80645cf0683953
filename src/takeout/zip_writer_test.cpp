#include "takeout/zip_writer.hpp"

#include <gtest/gtest.h>

namespace kontor::takeout {

TEST(ZipWriter, GivesBytesWhileItIsWritten) {
  std::string out;
  zip_writer zip(out);
  zip.begin("noise.bin", base::from_microseconds(1'800'000'000'000'000));
  // Nothing that could be made smaller.
  std::string noise;
  std::uint32_t state = 1;
  for (int i = 0; i < 1 << 20; ++i) {
    state = state * 1664525u + 1013904223u;
    noise += static_cast<char>(state >> 24);
  }
  zip.write(noise);
  EXPECT_GT(out.size(), noise.size() / 2);
  out.clear();  // Taken: it never goes back.
  zip.begin("second.txt", {});
  zip.write("text");
  zip.finish();
  EXPECT_LT(out.size(), noise.size());
  EXPECT_NE(out.find("PK\x05\x06"), std::string::npos);
  EXPECT_NE(out.find("noise.bin"), std::string::npos);
}

TEST(ZipWriter, ThatIsLeftIsNotWhole) {
  std::string out;
  {
    zip_writer zip(out);
    zip.begin("a.txt", {});
    zip.write("text");
  }
  EXPECT_EQ(out.find("PK\x05\x06"), std::string::npos);
}

}  // namespace kontor::takeout
