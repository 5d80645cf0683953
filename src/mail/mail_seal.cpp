#include "mail/mail_seal.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "json/object_reader.hpp"
#include "json/writer.hpp"

#include <stdexcept>

namespace kontor::mail {
namespace {

base::secret_bytes key_from(const base::secret_bytes& installation_key) {
  if (installation_key.size() < 32) throw std::invalid_argument("an installation key has at least 32 bytes");
  return crypto::hkdf_sha256(installation_key.bytes(), {}, base::as_bytes("kontor mail outbox"),
                             crypto::fernet::key_size);
}

}  // namespace

mail_seal::mail_seal(const base::secret_bytes& installation_key) : box_(key_from(installation_key)) {}

std::string mail_seal::seal(const mail_id& id, const mail& what, base::timestamp now) const {
  json::writer out;
  out.begin_object()
      .member("id", id.text())
      .member("to", what.to)
      .member("kind", static_cast<int>(what.kind))
      .member("language", static_cast<int>(what.in))
      .member("link", what.link.text())
      .member("expires_at", base::to_microseconds(what.expires_at))
      .member("new_address", what.new_address)
      .member("act_at", base::to_microseconds(what.act.at))
      .member("act_address", what.act.address)
      .member("act_device", what.act.device)
      .member("act_tokens", what.act.tokens)
      .end_object();
  auto text = std::move(out).str();
  auto sealed = box_.seal(base::as_bytes(text), now);
  base::wipe(text.data(), text.size());
  return sealed;
}

std::optional<mail> mail_seal::open(const mail_id& id, std::string_view sealed) const {
  const auto plaintext = box_.open(sealed);
  if (!plaintext) return std::nullopt;
  const auto parsed = json::parse(plaintext->text());
  if (!parsed) return std::nullopt;
  json::object_reader in(*parsed);
  const auto sealed_for = in.required_string("id");
  mail what;
  what.to = in.required_string("to");
  const auto kind = in.required_integer("kind");
  const auto language_number = in.required_integer("language");
  what.link = in.required_secret("link");
  what.expires_at = base::from_microseconds(in.required_integer("expires_at"));
  what.new_address = in.required_string("new_address");
  what.act.at = base::from_microseconds(in.required_integer("act_at"));
  what.act.address = in.required_string("act_address");
  what.act.device = in.required_string("act_device");
  what.act.tokens = in.required_integer("act_tokens");
  if (!in.finish() || sealed_for != id.text()) return std::nullopt;
  if (kind < 0 || kind > static_cast<int>(last_mail_kind) || language_number < 0 || language_number > 1)
    return std::nullopt;
  what.kind = static_cast<mail_kind>(kind);
  what.in = static_cast<language>(language_number);
  return what;
}

}  // namespace kontor::mail
