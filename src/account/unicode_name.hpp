// What ICU and libidn2 know about names in all scripts, as far as e-mail addresses need it. ICU loads its data at the
// first call, so that a program that only ever sees ASCII does not pay for it. All input is well-formed UTF-8 without
// control characters below U+0020, and at most a few hundred bytes; all functions are thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kontor::account {

/// A character that shows nothing, or only changes how others are shown (Default_Ignorable_Code_Point of the Unicode
/// standard: zero-width spaces and joiners, bidirectional controls, soft hyphens, variation selectors), or a control
/// character.
bool has_hidden_character(std::string_view text);

/// NFKC_Casefold (Unicode standard, section 3.13). Folding twice changes nothing.
std::string fold_name(std::string_view text);

/// One word by the General Security Profile of UTS 39: allowed characters, scripts that are Highly Restrictive at most,
/// one set of digits, no combining mark that cannot be seen, and none without a letter or digit before it.
bool is_trustworthy_name(std::string_view folded);

struct domain_forms {
  std::string ascii;    ///< Lower-case A-labels: what is looked up in the DNS.
  std::string unicode;  ///< U-labels: what is shown.
};

/// IDNA2008 lookup (RFC 5891 section 5) after the non-transitional mapping of UTS 46. nullopt when the name is not
/// allowed, or when an A-label is not what its own U-label gives.
std::optional<domain_forms> to_domain_forms(std::string_view domain);

/// The same text with every non-ASCII character replaced by its prototype in UTS 39's table of confusable characters,
/// in lower case and canonically decomposed. ASCII characters stay, so that `paul1` and `paull` differ.
std::string looks_of(std::string_view folded);

}  // namespace kontor::account
