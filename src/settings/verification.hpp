// What asking a provider about credentials can come to.
#pragma once

namespace kontor::settings {

enum class verification {
  confirmed,     ///< The provider took them.
  refused,       ///< The provider said that they do not hold, or that what they are for is not there.
  not_verified,  ///< Nobody knows: the provider could not be reached, or had troubles of its own.
};

}  // namespace kontor::settings
