#include "account/unicode_name.hpp"

#include "base/text.hpp"

#include <idn2.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uniset.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include <memory>
#include <stdexcept>

namespace kontor::account {
namespace {

void require(UErrorCode status, const char* what) {
  if (U_FAILURE(status)) throw std::runtime_error(std::string(what) + ": " + u_errorName(status));
}

icu::UnicodeString to_utf16(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

std::string to_utf8(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

template <class Each>
bool every_code_point(const icu::UnicodeString& text, Each each) {
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    if (!each(text.char32At(i))) return false;
  }
  return true;
}

using spoof_checker = std::unique_ptr<USpoofChecker, decltype(&uspoof_close)>;

spoof_checker open_checker() {
  UErrorCode status = U_ZERO_ERROR;
  spoof_checker checker(uspoof_open(&status), &uspoof_close);
  require(status, "ICU's spoof checker");
  // A copy of ICU's own sets would be frozen like them, and silently stay as it is.
  icu::UnicodeSet allowed;
  allowed.addAll(*uspoof_getRecommendedUnicodeSet(&status))
      .addAll(*uspoof_getInclusionUnicodeSet(&status))
      .add(U'!', U'~');
  require(status, "ICU's sets of allowed characters");
  uspoof_setAllowedUnicodeSet(checker.get(), &allowed, &status);
  uspoof_setRestrictionLevel(checker.get(), USPOOF_HIGHLY_RESTRICTIVE);
  uspoof_setChecks(
      checker.get(),
      USPOOF_RESTRICTION_LEVEL | USPOOF_INVISIBLE | USPOOF_CHAR_LIMIT | USPOOF_MIXED_NUMBERS | USPOOF_HIDDEN_OVERLAY,
      &status);
  require(status, "ICU's spoof checks");
  return checker;
}

// Checking does not change it, so all threads share it.
const USpoofChecker* checker() {
  static const spoof_checker shared = open_checker();
  return shared.get();
}

bool is_mark(UChar32 c) noexcept {
  const auto type = u_charType(c);
  return type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_COMBINING_SPACING_MARK;
}

// A mark elsewhere would be drawn over the dot or the @.
bool marks_stand_on_letters(const icu::UnicodeString& text) {
  bool may_carry = false;
  return every_code_point(text, [&](UChar32 c) {
    const bool mark = is_mark(c);
    if (mark && !may_carry) return false;
    may_carry = mark || u_isalnum(c);
    return true;
  });
}

using idn_text = std::unique_ptr<std::uint8_t, decltype(&idn2_free)>;

std::optional<std::string> to_ascii_domain(const std::string& domain) {
  std::uint8_t* found = nullptr;
  // Not with IDN2_USE_STD3_ASCII_RULES: libidn2 2.3.3 then drops what those rules forbid (`ü_b` becomes `üb`, another
  // domain) instead of refusing it. Those are checked below.
  const int rc = idn2_lookup_u8(reinterpret_cast<const std::uint8_t*>(domain.c_str()), &found,
                                IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const idn_text owner(found, &idn2_free);
  if (rc != IDN2_OK || found == nullptr) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(found));
}

std::optional<std::string> to_unicode_domain(const std::string& domain) {
  char* found = nullptr;
  const int rc = idn2_to_unicode_8z8z(domain.c_str(), &found, 0);
  const std::unique_ptr<char, decltype(&idn2_free)> owner(found, &idn2_free);
  if (rc != IDN2_OK || found == nullptr) return std::nullopt;
  return std::string(found);
}

constexpr UChar32 cyrillic_palochka = 0x04cf;

icu::UnicodeString prototype_of(UChar32 c) {
  // Our departure from UTS 39, which maps it to i: it is drawn as l in every font we know, and `аррӏе` was a real
  // attack.
  if (c == cyrillic_palochka) return icu::UnicodeString(u"l");
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString skeleton;
  uspoof_getSkeletonUnicodeString(checker(), 0, icu::UnicodeString(c), skeleton, &status);
  require(status, "ICU's skeleton");
  icu::UnicodeString lower;
  every_code_point(skeleton, [&](UChar32 part) {
    lower.append(u_tolower(part));
    return true;
  });
  // The prototype of m is rn, but our ASCII letters stay as they are: what looks like m must meet the letter m.
  if (lower == icu::UnicodeString(u"rn")) return icu::UnicodeString(u"m");
  return lower;
}

}  // namespace

bool has_hidden_character(std::string_view text) {
  return !every_code_point(to_utf16(text), [](UChar32 c) {
    return !u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) && u_charType(c) != U_CONTROL_CHAR;
  });
}

std::string fold_name(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* folding = icu::Normalizer2::getNFKCCasefoldInstance(status);
  require(status, "ICU's NFKC_Casefold");
  const auto folded = folding->normalize(to_utf16(text), status);
  require(status, "NFKC_Casefold");
  return to_utf8(folded);
}

bool is_trustworthy_name(std::string_view folded) {
  const auto text = to_utf16(folded);
  UErrorCode status = U_ZERO_ERROR;
  const auto faults = uspoof_checkUnicodeString(checker(), text, nullptr, &status);
  require(status, "ICU's spoof check");
  return faults == 0 && marks_stand_on_letters(text);
}

std::optional<domain_forms> to_domain_forms(std::string_view domain) {
  const auto ascii = to_ascii_domain(std::string(domain));
  if (!ascii) return std::nullopt;
  auto unicode = to_unicode_domain(*ascii);
  if (!unicode || has_hidden_character(*unicode)) return std::nullopt;
  // The way back must lead to the same name: else two spellings would reach one domain.
  if (to_ascii_domain(*unicode) != ascii) return std::nullopt;
  // STD 3: inside a label with other letters, too, ASCII characters are letters, digits and hyphens.
  const auto is_host_character = [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  };
  if (!std::ranges::all_of(*unicode, is_host_character)) return std::nullopt;
  return domain_forms{base::to_lower_ascii(*ascii), std::move(*unicode)};
}

std::string looks_of(std::string_view folded) {
  icu::UnicodeString looks;
  every_code_point(to_utf16(folded), [&](UChar32 c) {
    if (c < 0x80) {
      looks.append(c);
    } else {
      looks.append(prototype_of(c));
    }
    return true;
  });
  UErrorCode status = U_ZERO_ERROR;
  const auto* decomposition = icu::Normalizer2::getNFDInstance(status);
  require(status, "ICU's NFD");
  const auto decomposed = decomposition->normalize(looks, status);
  require(status, "NFD");
  return to_utf8(decomposed);
}

}  // namespace kontor::account
