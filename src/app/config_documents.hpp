// The two documents that are made from the table of settings.
#pragma once

#include <string>

namespace kontor::app {

/// `.env.example`: every setting with its line and default, commented out.
std::string make_env_example();

/// docs/configuration.md.
std::string make_configuration_page();

}  // namespace kontor::app
