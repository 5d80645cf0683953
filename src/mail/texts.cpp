#include "mail/texts.hpp"

#include "base/time.hpp"
#include "mail/notice_texts.hpp"

#include <array>
#include <stdexcept>

namespace kontor::mail {
namespace {

constexpr std::array<text_row, 10> rows{{
    {mail_kind::finish_registration,
     {"Kontor at {host}: finish your registration",
      "Somebody, probably you, registered at {site} with this address.\n\n"
      "Open this link to choose your password and log in. It works once, until {until}:\n\n{link}\n\n"
      "If it was not you, ignore this mail: without the link nobody can use the account.\n"},
     {"Kontor auf {host}: Registrierung abschließen",
      "Jemand, wahrscheinlich du, hat sich auf {site} mit dieser Adresse registriert.\n\n"
      "Öffne diesen Link, um dein Passwort zu wählen und dich anzumelden. Er gilt einmal, bis {until}:\n\n"
      "{link}\n\n"
      "Warst du es nicht, so ignoriere diese Mail: Ohne den Link kann niemand das Konto benutzen.\n"}},
    {mail_kind::account_exists,
     {"Kontor at {host}: you have an account already",
      "Somebody, perhaps you, tried to register at {site} with this address. It has an account already, and nothing "
      "was changed.\n\n"
      "You can log in here:\n\n{link}\n\n"
      "If you do not know your password any more, choose “Forgot your password?” there.\n"},
     {"Kontor auf {host}: du hast schon ein Konto",
      "Jemand, vielleicht du, wollte sich auf {site} mit dieser Adresse registrieren. Sie hat schon ein Konto, und "
      "nichts wurde geändert.\n\n"
      "Hier kannst du dich anmelden:\n\n{link}\n\n"
      "Weißt du dein Passwort nicht mehr, so wähle dort „Passwort vergessen?“.\n"}},
    {mail_kind::address_not_usable,
     {"Kontor at {host}: this address cannot be registered",
      "Somebody, perhaps you, tried to register at {site} with this address. No account was made, because there is one "
      "whose address looks the same.\n\n"
      "Please register with another address, or ask whoever runs {host}.\n"},
     {"Kontor auf {host}: Diese Adresse kann nicht registriert werden",
      "Jemand, vielleicht du, wollte sich auf {site} mit dieser Adresse registrieren. Es wurde kein Konto angelegt, "
      "weil es eines gibt, dessen Adresse genauso aussieht.\n\n"
      "Bitte registriere dich mit einer anderen Adresse, oder frag die Person, die {host} betreibt.\n"}},
    {mail_kind::reset_password,
     {"Kontor at {host}: set a new password",
      "Somebody, probably you, asked for a new password for your account at {site}.\n\n"
      "Open this link to set one. It works once, until {until}:\n\n{link}\n\n"
      "If it was not you, ignore this mail: your password stays as it is.\n"},
     {"Kontor auf {host}: neues Passwort festlegen",
      "Jemand, wahrscheinlich du, hat für dein Konto auf {site} ein neues Passwort angefordert.\n\n"
      "Öffne diesen Link, um es festzulegen. Er gilt einmal, bis {until}:\n\n{link}\n\n"
      "Warst du es nicht, so ignoriere diese Mail: Dein Passwort bleibt, wie es ist.\n"}},
    {mail_kind::confirm_address,
     {"Kontor at {host}: confirm your address",
      "Please confirm that this is the address of your account at {site}.\n\n"
      "Open this link. It works once, until {until}:\n\n{link}\n\n"
      "If you have no account there, ignore this mail.\n"},
     {"Kontor auf {host}: Adresse bestätigen",
      "Bitte bestätige, dass dies die Adresse deines Kontos auf {site} ist.\n\n"
      "Öffne dazu diesen Link. Er gilt einmal, bis {until}:\n\n{link}\n\n"
      "Hast du dort kein Konto, so ignoriere diese Mail.\n"}},
    {mail_kind::confirm_change,
     {"Kontor at {host}: confirm your new address",
      "Somebody, probably you, wants this to become the address of an account at {site}.\n\n"
      "Open this link to confirm it. It works once, until {until}:\n\n{link}\n\n"
      "If it was not you, ignore this mail: nothing changes then.\n"},
     {"Kontor auf {host}: neue Adresse bestätigen",
      "Jemand, wahrscheinlich du, möchte diese Adresse für ein Konto auf {site} verwenden.\n\n"
      "Öffne diesen Link, um das zu bestätigen. Er gilt einmal, bis {until}:\n\n{link}\n\n"
      "Warst du es nicht, so ignoriere diese Mail: Dann ändert sich nichts.\n"}},
    {mail_kind::address_taken,
     {"Kontor at {host}: this address has an account already",
      "Somebody, perhaps you, wanted to use this address for another account at {site}. It has an account already, or "
      "looks like the address of one, and nothing was changed.\n\n"
      "You can log in here:\n\n{link}\n"},
     {"Kontor auf {host}: Diese Adresse hat schon ein Konto",
      "Jemand, vielleicht du, wollte diese Adresse für ein anderes Konto auf {site} verwenden. Sie hat schon ein "
      "Konto, oder sie sieht aus wie die Adresse eines Kontos, und nichts wurde geändert.\n\n"
      "Hier kannst du dich anmelden:\n\n{link}\n"}},
    {mail_kind::address_changed,
     {"Kontor at {host}: your account has another address now",
      "The address of your account at {site} was changed. Mails about it no longer come to this mailbox.\n\n"
      "If it was not you, somebody else has access to your account: ask whoever runs {host} for help at once.\n"},
     {"Kontor auf {host}: dein Konto hat jetzt eine andere Adresse",
      "Die Adresse deines Kontos auf {site} wurde geändert. Mails darüber kommen nicht mehr in dieses Postfach.\n\n"
      "Warst du es nicht, so hat jemand anderes Zugriff auf dein Konto: Bitte sofort die Person um Hilfe, die {host} "
      "betreibt.\n"}},
    {mail_kind::invitation,
     {"Kontor at {host}: an account for you",
      "An administrator made an account for you at {site}.\n\n"
      "Open this link to choose your password and log in. It works once, until {until}:\n\n{link}\n"},
     {"Kontor auf {host}: ein Konto für dich",
      "Es wurde auf {site} ein Konto für dich angelegt.\n\n"
      "Öffne diesen Link, um dein Passwort zu wählen und dich anzumelden. Er gilt einmal, bis {until}:\n\n"
      "{link}\n"}},
    {mail_kind::change_requested,
     {"Kontor at {host}: somebody wants to change the address of your account",
      "Somebody who is logged in to your account at {site} asked to change its address to:\n\n{new_address}\n\n"
      "It changes when that is confirmed from the new mailbox, and you get another mail then.\n\n"
      "If it was not you: log in and change your password. That stops the change, and logs out all other devices.\n"},
     {"Kontor auf {host}: Jemand möchte die Adresse deines Kontos ändern",
      "Jemand, der in deinem Konto auf {site} angemeldet ist, möchte dessen Adresse ändern in:\n\n{new_address}\n\n"
      "Sie ändert sich, wenn das aus dem neuen Postfach bestätigt wird; dann bekommst du noch eine Mail.\n\n"
      "Warst du es nicht: Melde dich an und ändere dein Passwort. Das verhindert die Änderung und meldet alle anderen "
      "Geräte ab.\n"}},
}};

const text_row& row_of(mail_kind kind) {
  for (const auto& each : rows)
    if (each.kind == kind) return each;
  for (const auto& each : notice_rows())
    if (each.kind == kind) return each;
  throw std::invalid_argument("a mail of this kind has no text");
}

// `2026-11-25 20:10 UTC`
std::string minute_of(base::timestamp at) {
  auto text = base::to_rfc3339(at).substr(0, 16);
  text[10] = ' ';
  return text + " UTC";
}

std::string_view host_of(std::string_view site) {
  const auto at = site.find("://");
  return at == std::string_view::npos ? site : site.substr(at + 3);
}

std::string filled(std::string_view pattern, const mail& what, std::string_view site) {
  std::string out;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    out += pattern.substr(0, open);
    if (open == std::string_view::npos) break;
    pattern.remove_prefix(open);
    const auto name = pattern.substr(0, pattern.find('}') + 1);
    if (name == "{host}") out += host_of(site);
    if (name == "{site}") out += site;
    if (name == "{link}") out += what.link.text();
    if (name == "{until}") out += minute_of(what.expires_at);
    if (name == "{new_address}") out += what.new_address;
    if (name == "{when}") out += minute_of(what.act.at);
    if (name == "{address}") out += what.act.address;
    if (name == "{device}") out += what.act.device;
    if (name == "{count}") out += std::to_string(what.act.tokens);
    if (name == "{facts}") out += filled(facts_in(what.in), what, site);
    if (name == "{help}") out += filled(help_in(what.in), what, site);
    if (name == "{tokens}") out += filled(tokens_in(what.in, what.act.tokens), what, site);
    pattern.remove_prefix(name.size());
  }
  return out;
}

}  // namespace

mail_text text_of(const mail& what, std::string_view site) {
  const auto& both = row_of(what.kind);
  const auto& said = what.in == language::german ? both.german : both.english;
  return {filled(said.subject, what, site), filled(said.body, what, site)};
}

}  // namespace kontor::mail
