#include "account/email.hpp"

#include "account/unicode_name.hpp"
#include "base/text.hpp"

#include <utility>

namespace kontor::account {
namespace {

// Longer input is not even looked at.
constexpr std::size_t max_typed_size = 1024;
constexpr std::size_t max_local_size = 64;    // RFC 5321 section 4.5.3.1.1
constexpr std::size_t max_domain_size = 253;  // RFC 1035 section 2.3.4, without the length bytes
constexpr std::size_t max_label_size = 63;

base::error not_an_email(std::string why) {
  return {base::errc::invalid_input, "not_an_email", "This is not an e-mail address.", std::move(why)};
}

base::error not_supported(std::string detail) {
  return {base::errc::invalid_input, "email_not_supported", std::move(detail), ""};
}

bool is_ascii(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// RFC 5322 section 3.2.3, and every byte above ASCII (RFC 6531 section 3.3).
bool is_atext(char c) noexcept {
  return static_cast<unsigned char>(c) >= 0x80 || base::is_letter_or_digit(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

// Calls `each` for every part between dots, empty ones too; stops at the first false.
template <class Each>
bool every_label(std::string_view name, Each each) {
  for (;;) {
    const auto dot = name.find('.');
    if (!each(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

struct typed_parts {
  std::string_view local;
  std::string_view domain;
};

// What can be said before anything is normalised. Views into `typed`.
base::result<typed_parts> split(std::string_view typed) {
  if (typed.size() > max_typed_size) return not_an_email("too long to be looked at");
  typed = base::trim(typed);
  if (typed.size() > max_email_size) return not_an_email("over 254 bytes");
  if (!base::is_utf8(typed)) return not_an_email("broken UTF-8");
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(typed, is_control)) return not_an_email("control character");

  const auto at = typed.rfind('@');
  if (at == std::string_view::npos) return not_an_email("no @");
  const typed_parts parts{typed.substr(0, at), typed.substr(at + 1)};
  if (parts.local.empty() || parts.domain.empty()) return not_an_email("nothing on one side of the @");

  const bool is_quoted = parts.local.size() > 2 && parts.local.front() == '"' && parts.local.back() == '"';
  if (is_quoted) return not_supported("Addresses with quotation marks are not supported.");
  if (typed.find('(') < typed.find(')') && typed.find(')') != std::string_view::npos)
    return not_supported("Addresses with comments are not supported.");
  if (parts.domain.front() == '[' && parts.domain.back() == ']')
    return not_supported("Addresses with an IP address instead of a domain are not supported.");
  return parts;
}

// RFC 5321 section 4.1.2: dot-string.
base::result<void> check_local_part(std::string_view local) {
  if (local.size() > max_local_size) return not_an_email("local part over 64 bytes");
  const auto is_atom = [](std::string_view atom) { return !atom.empty() && std::ranges::all_of(atom, is_atext); };
  if (!every_label(local, is_atom)) return not_an_email("local part is no dot-string");
  return {};
}

// RFC 5321 section 4.1.2 and RFC 1123 section 2.1: letters, digits and inner hyphens. Then our policy.
base::result<void> check_domain(std::string_view domain) {
  if (domain.size() > max_domain_size) return not_an_email("domain over 253 bytes");
  std::string_view last;
  const auto is_label = [&](std::string_view label) {
    last = label;
    return !label.empty() && label.size() <= max_label_size && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label, [](char c) { return base::is_letter_or_digit(c) || c == '-'; });
  };
  if (!every_label(domain, is_label)) return not_an_email("domain is no host name");
  if (domain.find('.') == std::string_view::npos) return not_supported("The part after the @ needs a dot.");
  if (std::ranges::all_of(last, base::is_digit)) return not_supported("The part after the @ must not end in a number.");
  return {};
}

// No A-label to be opened, and no other label with hyphens where A-labels have theirs (RFC 5890 section 2.3.1).
bool is_plain_domain(std::string_view domain) {
  return is_ascii(domain) &&
         every_label(domain, [](std::string_view label) { return label.size() < 4 || label.substr(2, 2) != "--"; });
}

base::result<email_address> normalise_ascii(const typed_parts& parts) {
  if (auto good = check_local_part(parts.local); !good) return good.error();
  if (auto good = check_domain(parts.domain); !good) return good.error();
  email_address address;
  address.local_part = base::to_lower_ascii(parts.local);
  address.normal = address.local_part + "@" + base::to_lower_ascii(parts.domain);
  address.lookalike = address.normal;
  return address;
}

base::result<email_address> normalise_unicode(const typed_parts& parts) {
  if (has_hidden_character(parts.local) || has_hidden_character(parts.domain))
    return not_supported("The address contains an invisible character.");

  // 1. The local part. Checked after folding: a full-width sign becomes an ASCII one there.
  auto local = fold_name(parts.local);
  if (auto good = check_local_part(local); !good) return good.error();
  if (!is_trustworthy_name(local))
    return not_supported("The part before the @ mixes alphabets or contains a sign that is not supported.");

  // 2. The domain. An ASCII one must be a host name before it is one of IDNA2008.
  if (is_ascii(parts.domain)) {
    if (auto good = check_domain(parts.domain); !good) return good.error();
  }
  auto domain = to_domain_forms(parts.domain);
  if (!domain) return not_supported("The part after the @ is not a domain name.");
  if (auto good = check_domain(domain->ascii); !good) return good.error();
  const auto is_trustworthy = [](std::string_view label) { return is_ascii(label) || is_trustworthy_name(label); };
  if (!every_label(domain->unicode, is_trustworthy))
    return not_supported("The part after the @ mixes alphabets or contains a sign that is not supported.");

  // 3. Folding and A-labels may have made it longer.
  email_address address;
  address.normal = local + "@" + domain->ascii;
  if (address.normal.size() > max_email_size) return not_an_email("normal form over 254 bytes");
  address.lookalike = looks_of(local) + "@" + looks_of(domain->unicode);
  address.local_part = std::move(local);
  return address;
}

}  // namespace

base::result<email_address> normalise_email(std::string_view typed) {
  const auto parts = split(typed);
  if (!parts) return parts.error();
  return is_ascii(parts->local) && is_plain_domain(parts->domain) ? normalise_ascii(*parts) : normalise_unicode(*parts);
}

std::string key_of_account(std::string_view typed) {
  auto address = normalise_email(typed);
  return address ? std::move(address->lookalike) : std::string(typed);
}

std::string fold_part_of_email(std::string_view part) {
  return is_ascii(part) ? base::to_lower_ascii(part) : fold_name(part);
}

base::result<email_address> detail::normalise_email_with_unicode(std::string_view typed) {
  const auto parts = split(typed);
  if (!parts) return parts.error();
  return normalise_unicode(*parts);
}

}  // namespace kontor::account
