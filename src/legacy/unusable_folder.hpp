// A folder of the predecessor that cannot be taken over.
#pragma once

#include <stdexcept>

namespace kontor::legacy {

/// `what()` is a sentence for the operator, and says what to do. Never a secret.
class unusable_folder : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace kontor::legacy
