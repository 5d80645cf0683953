#include "audit/chain_check.hpp"

#include <algorithm>
#include <utility>

namespace kontor::audit {
namespace {

bool is_empty(const sealed_side& personal) {
  return std::none_of(personal.fields.begin(), personal.fields.end(),
                      [](const auto& field) { return field.has_value(); });
}

bool is_erased(const stored_entry& entry) {
  return !entry.subject.salt || !entry.actor.salt;
}

}  // namespace

std::string describe(const broken_link& broken) {
  const auto entry = "audit entry " + std::to_string(broken.number);
  switch (broken.why) {
    case flaw::changed:
      return entry + " was changed";
    case flaw::missing:
      return entry + " is missing";
    case flaw::order:
      if (!broken.found_at) return entry + " stands where no entry may stand";
      return entry + " was moved: it stands under number " + std::to_string(*broken.found_at);
    case flaw::emptied:
      return entry + " was emptied, but not by deleting the account whose it was";
    case flaw::other_key:
      return entry + " was written with another key than the one this installation has";
    case flaw::head:
      return entry + " is the last, but the head of the audit log does not say so";
    case flaw::unsigned_head:
      return entry +
             " is the last, but the head of the audit log is not signed for it: later ones may have been cut off";
    case flaw::rewritten:
      return entry + " is not the one that was noted: the log was put back and written anew";
  }
  return entry;
}

chain_check::chain_check(const chain& keys, std::optional<chain_head> remembered)
    : keys_(keys), remembered_(std::move(remembered)) {}

void chain_check::take(const stored_entry& next) {
  if (!found_.broken) {
    const auto why = judge(next);
    if (!why) {
      ++found_.entries;
      if (is_erased(next)) ++found_.erased;
      found_.last = {next.number, next.hash};
      return;
    }
    found_.broken = broken_link{*why == flaw::order ? next.number : expected(), *why};
  }
  look_for_the_missing(next);
}

std::optional<flaw> chain_check::judge(const stored_entry& next) const {
  if (next.number > expected()) return flaw::missing;
  if (next.number < expected()) return flaw::order;
  if (next.key_id != keys_.key_id()) return flaw::other_key;
  if (next.hash != keys_.hash_of(next, found_.last.hash)) return flaw::changed;
  for (const auto which : {side::subject, side::actor})
    if (const auto why = judge(next, which)) return why;
  if (remembered_ && remembered_->number == next.number && remembered_->hash != next.hash) return flaw::rewritten;
  return std::nullopt;
}

std::optional<flaw> chain_check::judge(const stored_entry& next, side which) const {
  const auto& personal = which == side::subject ? next.subject : next.actor;
  if (personal.salt) {
    if (personal.erasure || personal.digest != digest_of(personal)) return flaw::changed;
    return std::nullopt;
  }
  if (!is_empty(personal)) return flaw::changed;
  if (personal.erasure != keys_.erasure_mark(next.number, next.hash, which)) return flaw::emptied;
  return std::nullopt;
}

void chain_check::look_for_the_missing(const stored_entry& next) {
  auto& broken = *found_.broken;
  if (broken.why != flaw::changed && broken.why != flaw::missing) return;
  if (next.number == broken.number) return;
  auto here = next;
  here.number = broken.number;
  if (next.hash != keys_.hash_of(here, found_.last.hash)) return;
  broken.why = flaw::order;
  broken.found_at = next.number;
}

const verification& chain_check::finish(const std::optional<stored_head>& head) {
  if (found_.broken) return found_;
  const auto last = found_.last.number;
  if ((head && head->last.number > last) || (remembered_ && remembered_->number > last)) {
    found_.broken = broken_link{last + 1, flaw::missing};
  } else if (!head || head->last != found_.last) {
    found_.broken = broken_link{last, flaw::head};
  } else if (!keys_.holds(*head)) {
    found_.broken = broken_link{last, flaw::unsigned_head};
  }
  return found_;
}

}  // namespace kontor::audit
