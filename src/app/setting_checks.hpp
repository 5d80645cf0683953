// What `kontor doctor` says about settings: where they come from, and what of them does not fit together.
#pragma once

#include "app/check_result.hpp"
#include "app/config.hpp"
#include "app/settings.hpp"

#include <filesystem>

namespace kontor::app {

/// All of them can be read. Looks for settings that two sources give in different ways, and at the rights of
/// `env_file`, which may hold secrets.
check_result check_sources(const setting_sources& from, const std::filesystem::path& env_file);

/// Whether PUBLIC_URL, API_HOST and TRUSTED_PROXIES make sense together.
check_result check_public_address(const config& settings);

}  // namespace kontor::app
