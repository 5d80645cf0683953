#include "mail/notice_texts.hpp"

#include <array>

namespace kontor::mail {
namespace {

constexpr std::array<text_row, 9> about_accounts{{
    {mail_kind::second_factor_on,
     {"Kontor at {host}: a second step was turned on",
      "For your account at {site} a second step was turned on: from now on a login needs a code as well. All other "
      "sessions were ended.\n\n{facts}\n{tokens}\n{help}"},
     {"Kontor auf {host}: zweiter Schritt eingeschaltet",
      "Für dein Konto auf {site} wurde ein zweiter Schritt eingeschaltet: Von jetzt an braucht eine Anmeldung auch "
      "einen "
      "Code. Alle anderen Sitzungen wurden beendet.\n\n{facts}\n{tokens}\n{help}"}},
    {mail_kind::second_factor_off,
     {"Kontor at {host}: the second step was turned off",
      "The second step of your account at {site} was turned off: from now on the password alone is enough to log "
      "in.\n\n"
      "{facts}\n{help}"},
     {"Kontor auf {host}: zweiter Schritt ausgeschaltet",
      "Der zweite Schritt deines Kontos auf {site} wurde ausgeschaltet: Von jetzt an reicht zur Anmeldung das "
      "Passwort.\n\n"
      "{facts}\n{help}"}},
    {mail_kind::second_factor_taken,
     {"Kontor at {host}: an administrator turned the second step off",
      "An administrator turned off the second step of your account at {site}, on {when}: from now on the password "
      "alone is enough to log in.\n\n"
      "If you asked for it, set up a new one after the next login. If you did not, ask whoever runs {host} at "
      "once.\n"},
     {"Kontor auf {host}: zweiter Schritt von der Verwaltung ausgeschaltet",
      "Die Verwaltung hat den zweiten Schritt deines Kontos auf {site} ausgeschaltet, am {when}: Von jetzt an reicht "
      "zur Anmeldung das Passwort.\n\n"
      "Hast du darum gebeten, so richte nach der nächsten Anmeldung einen neuen ein. Hast du es nicht, so frag sofort "
      "die Person, die {host} betreibt.\n"}},
    {mail_kind::recovery_codes_renewed,
     {"Kontor at {host}: new recovery codes",
      "New recovery codes were made for your account at {site}. The earlier ones do not work any more.\n\n"
      "{facts}\n{help}"},
     {"Kontor auf {host}: neue Wiederherstellungscodes",
      "Für dein Konto auf {site} wurden neue Wiederherstellungscodes gemacht. Die früheren gelten nicht mehr.\n\n"
      "{facts}\n{help}"}},
    {mail_kind::recovery_code_used,
     {"Kontor at {host}: a recovery code was used",
      "One of the recovery codes of your account at {site} was used in place of a code from the app. It does not work "
      "again.\n\n{facts}\n{help}"},
     {"Kontor auf {host}: ein Wiederherstellungscode wurde benutzt",
      "Einer der Wiederherstellungscodes deines Kontos auf {site} wurde anstelle eines Codes aus der App benutzt. Er "
      "gilt nicht noch einmal.\n\n{facts}\n{help}"}},
    {mail_kind::password_changed,
     {"Kontor at {host}: your password was changed",
      "The password of your account at {site} was changed. All other sessions and all access tokens were ended."
      "\n\n{facts}\n{help}"},
     {"Kontor auf {host}: Passwort geändert",
      "Das Passwort deines Kontos auf {site} wurde geändert. Alle anderen Sitzungen und alle Zugangstoken "
      "wurden beendet.\n\n{facts}\n{help}"}},
    {mail_kind::password_set,
     {"Kontor at {host}: your password was set with a link",
      "The password of your account at {site} was set with a link. All sessions and access tokens from before "
      "were ended.\n\n{facts}\n{help}"},
     {"Kontor auf {host}: Passwort mit einem Link festgelegt",
      "Das Passwort deines Kontos auf {site} wurde mit einem Link festgelegt. Alle Sitzungen und Zugangstoken "
      "von vorher wurden beendet.\n\n{facts}\n{help}"}},
    {mail_kind::token_created,
     {"Kontor at {host}: an access token was made",
      "An access token was made for your account at {site}. Whoever has it gets what it allows, without a "
      "password and without a code. Your tokens, and how to revoke them:\n\n{link}\n\n{facts}\n{help}"},
     {"Kontor auf {host}: Zugangstoken erzeugt",
      "Für dein Konto auf {site} wurde ein Zugangstoken erzeugt. Wer es hat, bekommt, was es erlaubt, ohne Passwort "
      "und ohne Code. Deine Token, und wie du sie widerrufst:\n\n{link}\n\n{facts}\n{help}"}},
    {mail_kind::new_device,
     {"Kontor at {host}: a login from a new device",
      "Somebody, probably you, logged in to your account at {site} from a device that was not known there.\n\n"
      "{facts}\n{help}"},
     {"Kontor auf {host}: Anmeldung von einem neuen Gerät",
      "Jemand, wahrscheinlich du, hat sich bei deinem Konto auf {site} von einem Gerät angemeldet, das dort nicht "
      "bekannt war.\n\n{facts}\n{help}"}},
}};

}  // namespace

std::span<const text_row> notice_rows() {
  return about_accounts;
}

std::string_view facts_in(language in) noexcept {
  return in == language::german ? "Wann: {when}\nVon der Adresse: {address}\nMit: {device}\n"
                                : "When: {when}\nFrom the address: {address}\nWith: {device}\n";
}

std::string_view help_in(language in) noexcept {
  return in == language::german
             ? "Warst du es, so ist nichts zu tun. Warst du es nicht, so hat jemand anderes Zugriff auf dein Konto: "
               "Melde dich auf {site} an und ändere dein Passwort; das beendet alle anderen Sitzungen und alle "
               "Zugangstoken. Unter „Aktivität“ steht, was geschehen ist. Kannst du dich nicht mehr anmelden, so wähle "
               "dort „Passwort vergessen?“, oder frag die Person, die {host} betreibt.\n"
             : "If it was you, there is nothing to do. If it was not, somebody else has access to your account: log in "
               "at {site} and change your password, which ends all other sessions and all access tokens. “Activity” "
               "says what happened. If you cannot log in any more, choose “Forgot your password?” there, or ask "
               "whoever runs {host}.\n";
}

std::string_view tokens_in(language in, std::int64_t count) noexcept {
  const bool german = in == language::german;
  if (count == 0)
    return german ? "Es gibt keine Zugangstoken, die ohne Code gelten.\n"
                  : "There are no access tokens, which would work without a code.\n";
  if (count == 1)
    return german ? "1 Zugangstoken gilt weiter, ohne Code. Ist es nicht von dir, so widerrufe es hier:\n\n{link}\n"
                  : "1 access token stays valid, without a code. If it is not yours, revoke it here:\n\n{link}\n";
  return german
             ? "{count} Zugangstoken gelten weiter, ohne Code. Widerrufe hier, welche nicht von dir sind:\n\n{link}\n"
             : "{count} access tokens stay valid, without a code. Revoke those that are not yours "
               "here:\n\n{link}\n";
}

}  // namespace kontor::mail
