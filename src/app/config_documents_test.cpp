#include "app/config_documents.hpp"

#include "app/env_file.hpp"
#include "app/settings.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace kontor::app {
namespace {

std::string read_from_project(const std::string& file) {
  std::ifstream in(std::string(KONTOR_TEST_VECTORS) + "/../../" + file);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST(ConfigDocuments, TheCheckedInOnesAreUpToDate) {
  EXPECT_EQ(read_from_project(".env.example"), make_env_example()) << "run: kontor config --env-example > .env.example";
  EXPECT_EQ(read_from_project("docs/configuration.md"), make_configuration_page())
      << "run: kontor config --markdown > docs/configuration.md";
}

// The image itself says where it listens and where its data lies.
TEST(ConfigDocuments, TheContainerGetsEverySetting) {
  const auto compose = read_from_project("docker-compose.dev.yml");
  for (const auto& s : all_settings()) {
    if (s.name == "API_HOST" || s.name == "API_PORT" || s.name == "DATA_DIR") continue;
    EXPECT_NE(compose.find("\n      - " + std::string(s.name) + "\n"), std::string::npos) << s.name;
  }
}

TEST(ConfigDocuments, TheExampleIsAGoodEnvFileWithEverySetting) {
  auto text = make_env_example();
  for (const auto& s : all_settings()) {
    const auto line = "\n#" + std::string(s.name) + "=";
    const auto at = text.find(line);
    ASSERT_NE(at, std::string::npos) << s.name;
    text.erase(at + 1, 1);
  }
  const auto values = parse_env_file(text);
  ASSERT_TRUE(values.has_value()) << values.error().detail;
  EXPECT_EQ(values->size(), all_settings().size());
  EXPECT_TRUE(load_config({{}, {}, *values}).has_value());
}

}  // namespace kontor::app
