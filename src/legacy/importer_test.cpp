#include "legacy/importer.hpp"

#include "account/migrations.hpp"
#include "account/user_statements.hpp"
#include "audit/migrations.hpp"
#include "chat/conversation_statements.hpp"
#include "chat/migrations.hpp"
#include "crypto/password_hash.hpp"
#include "json/parse.hpp"
#include "legacy/exporter.hpp"
#include "legacy/legacy_fixture.hpp"
#include "legacy/old_models.hpp"
#include "legacy/old_values.hpp"
#include "legacy/report.hpp"
#include "settings/llm_statements.hpp"
#include "settings/migrations.hpp"
#include "tests/support/databases.hpp"
#include "tests/support/steps.hpp"
#include "vault/file_keys.hpp"
#include "vault/key_service.hpp"
#include "vault/migrations.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <tuple>

namespace kontor::legacy {
namespace {

const base::timestamp noon = base::from_microseconds(1'800'000'000'123'456);
const std::filesystem::path sample = KONTOR_TEST_VECTORS "/legacy-data";

std::span<const sql::migration> steps() {
  static const auto joined = tests::join_steps(
      {account::migrations(), audit::migrations(), vault::migrations(), settings::migrations(), chat::migrations()});
  return joined;
}

moving_plan planned(const std::filesystem::path& folder, base::timestamp now) {
  auto plan = read_folder(folder, now);
  const auto origin = [](std::string_view address, settings::named_by) -> base::result<std::string> {
    return std::string(address.substr(0, address.find('/', std::string_view("https://").size())));
  };
  plan_models(plan, origin, now);
  return plan;
}

// Everything that moves, in a form that can be compared.
using comparable = std::map<std::string, std::string>;
comparable compare(const export_content& content) {
  comparable all;
  for (const auto& [user, hash] : content.users)
    all["user " + user.id.str()] = user.email + " " + hash + " " + std::to_string(user.is_admin) +
                                   std::to_string(user.is_active) + " " + write_old_time(user.created_at) + " " +
                                   write_old_time(user.updated_at);
  for (const auto& [owner, head, messages] : content.conversations) {
    auto& text = all["conversation " + owner.str() + " " + head.id.str()];
    text = head.title + write_old_time(head.created_at) + write_old_time(head.updated_at);
    for (const auto& [number, what] : messages)
      text += "\n" + std::to_string(number) + " " + std::to_string(what.parent.value_or(0)) + what.role + what.content +
              what.metadata.value_or("-") + write_old_time(what.created_at);
  }
  for (const auto& [name, value] : content.secrets)
    all["secret " + name] = value.text();
  return all;
}

// A desk with a vault, in a database of its own.
struct desk {
  explicit desk(sql::database& database) : store(database) {
    auto begin = [this](sql::session& in) { return audit.begin(in); };
    EXPECT_TRUE(store.write_now(std::move(begin)).has_value());
  }
  ~desk() { secrets.stop(); }
  void open_vault() { EXPECT_TRUE(vault::key_service(store, ring, audit, clock).open().has_value()); }

  base::result<import_outcome> take(const moving_plan& plan) {
    auto job = [this, &plan](sql::session& in) { return import_plan(in, plan, secrets, audit, noon); };
    return store.write_now(std::move(job));
  }
  import_outcome preview(const moving_plan& plan) {
    auto job = [&plan](sql::session& in) { return preview_plan(in, plan); };
    return store.read_now(std::move(job)).value();
  }
  export_content content() {
    auto job = [this](sql::session& in) -> base::result<std::shared_ptr<export_content>> {
      auto read = read_content(in, secrets);
      if (!read) return read.error();
      return std::make_shared<export_content>(std::move(*read));
    };
    return std::move(*store.read_now(std::move(job)).value());
  }
  std::optional<settings::llm_record> model_of(const base::user_id& owner) {
    auto job = [owner](sql::session& in) { return settings::statements::find_llm(in, owner); };
    return store.read_now(std::move(job)).value();
  }
  /// As the owner sees them.
  settings::llm_view model_seen_by(const base::user_id& owner) {
    auto job = [this, owner](sql::session& in) -> base::result<std::shared_ptr<settings::llm_view>> {
      const auto listed = secrets.list_within(in, owner);
      if (!listed) return listed.error();
      return std::make_shared<settings::llm_view>(
          settings::view_of(settings::statements::find_llm(in, owner), *listed));
    };
    return std::move(*store.read_now(std::move(job)).value());
  }
  void put_model(const base::user_id& owner, const settings::llm_record& record) {
    auto job = [owner, record](sql::session& in) { settings::statements::put_llm(in, owner, record); };
    EXPECT_TRUE(store.write_now(std::move(job)).has_value());
  }
  std::int64_t acts(const std::string& action) {
    static constexpr sql::query<std::int64_t> count{"SELECT COUNT(*) FROM audit_log WHERE action = :action"};
    auto job = [action](sql::session& in) { return std::get<0>(in.first(count, {{"action", action}}).value()); };
    return store.read_now(std::move(job)).value();
  }

  sql::database& store;
  tests::temporary_folder folder;
  base::manual_clock clock{noon};
  audit::audit_log audit{base::secret_bytes(std::string_view("a key of thirty-two bytes or more bytes"))};
  vault::file_keys keys{folder.path() / "vault.key", vault::file_keys::keeper::program};
  vault::keyring ring{keys};
  vault::vault_service secrets{store, ring, audit, clock};
};

struct LegacyImport : tests::on_each_database {
  LegacyImport() : here(open(steps())) { here.open_vault(); }
  desk here;
};
INSTANTIATE_TEST_SUITE_P(Databases, LegacyImport, tests::each_database, tests::database_name);

const auto alice = base::user_id::parse("3942b637-9dc9-407b-a445-9c1790a66ce3").value();

std::string text_of(const boost::json::value& in, std::string_view name) {
  return std::string(in.as_object().at(name).as_string());
}

}  // namespace

TEST_P(LegacyImport, TheSampleArrivesExactlyAsExpected) {
  const auto plan = planned(sample, noon);
  const auto done = here.take(plan);
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(done->users, 4);
  EXPECT_EQ(done->conversations, 4);
  EXPECT_EQ(done->messages, 8);
  EXPECT_EQ(done->secrets, 14);
  EXPECT_TRUE(done->skipped.empty());

  const auto content = here.content();
  std::map<std::string, std::string> secrets;
  for (const auto& [name, value] : content.secrets)
    secrets.emplace(name, value.text());
  const crypto::password_hasher hasher({.cost = 4, .pepper = {}});
  const auto expected = json::parse(read_vector("legacy-data/expected.json")).value();
  std::size_t wanted_secrets = 0;
  ASSERT_EQ(content.users.size(), expected.as_array().size());
  for (const auto& wanted : expected.as_array()) {
    const auto found = std::ranges::find_if(
        content.users, [&](const auto& user) { return user.owner.id.text() == text_of(wanted, "id"); });
    ASSERT_NE(found, content.users.end()) << text_of(wanted, "id");
    EXPECT_EQ(found->owner.email, text_of(wanted, "email"));
    EXPECT_EQ(found->owner.is_admin, wanted.as_object().at("is_admin").as_bool());
    EXPECT_EQ(found->owner.is_active, wanted.as_object().at("is_active").as_bool());
    EXPECT_EQ(hasher.check(text_of(wanted, "password"), found->hashed_password),
              crypto::password_match::yes_but_outdated);
    for (const auto& [name, value] : wanted.as_object().at("secrets").as_object()) {
      EXPECT_EQ(secrets["user_" + text_of(wanted, "id") + "_" + std::string(name.data(), name.size())],
                std::string(value.as_string()));
      ++wanted_secrets;
    }
  }
  EXPECT_EQ(secrets.size(), wanted_secrets) << "nothing but what was expected";
  EXPECT_EQ(here.acts("user.imported"), 4);
  EXPECT_EQ(here.acts("secret.saved"), 14);
  const auto report = write_report(plan, *done, report_of::import);
  EXPECT_NE(report.find("taken: users 4, conversations 4, messages 8, secrets 14\n"), std::string::npos) << report;
  EXPECT_NE(report.find("secret bitget_api_key: it belongs to no user"), std::string::npos) << report;
  for (const auto& [name, value] : secrets)
    if (value.size() > 8) EXPECT_EQ(report.find(value), std::string::npos) << name;
}

// The secrets alone set nothing up: the settings need their row, with the key that belongs to the host.
TEST_P(LegacyImport, TheSettingsOfALanguageModelWorkAfterwards) {
  const auto done = here.take(planned(sample, noon)).value();
  EXPECT_EQ(done.models, 1);
  const auto seen = here.model_seen_by(alice);
  ASSERT_TRUE(seen.stored.has_value());
  EXPECT_EQ(seen.stored->kind, settings::llm_kind::azure);
  EXPECT_EQ(seen.stored->host, "https://example.openai.azure.com");
  EXPECT_EQ(seen.stored->model, "gpt-4o");
  EXPECT_EQ(seen.stored->api_version, "2024-10-21");
  EXPECT_EQ(seen.what, settings::state::not_verified);
  EXPECT_TRUE(seen.api_key_masked.has_value()) << "the key is the one that belongs to the settings";
  for (const auto& user : here.content().users)
    if (user.owner.id != alice) EXPECT_FALSE(here.model_of(user.owner.id).has_value()) << user.owner.email;
}

TEST_P(LegacyImport, ChangedSettingsOfALanguageModelAreWrittenBack) {
  ASSERT_TRUE(here.take(planned(sample, noon)).has_value());
  auto changed = here.model_of(alice).value();
  changed.model = "gpt-5";
  changed.api_version.clear();
  here.put_model(alice, changed);
  tests::temporary_folder out;
  write_folder(here.content(), out.path() / "old", noon);

  tests::test_database other(GetParam());
  sql::migrate(other.settings(), steps());
  const auto other_store = sql::open_database(other.settings());
  desk there(*other_store);
  there.open_vault();
  ASSERT_TRUE(there.take(planned(out.path() / "old", noon)).has_value());
  const auto seen = there.model_seen_by(alice);
  EXPECT_EQ(seen.stored->model, "gpt-5");
  EXPECT_EQ(seen.stored->api_version, "");
  EXPECT_EQ(seen.stored->address, changed.address);
  EXPECT_TRUE(seen.api_key_masked.has_value());
}

// LobeChat GHSA-p36r-qxgx-jq2v: the predecessor would send whatever key it finds beside an address.
TEST_P(LegacyImport, AKeyThatBelongsToNoHostIsNotWrittenBesideOne) {
  ASSERT_TRUE(here.take(planned(sample, noon)).has_value());
  auto exchange = [this](sql::session& in) {
    return here.secrets.save_within(in, alice, "azure_openai_api_key",
                                    base::secret_bytes(std::string_view("another-key")), {.by = alice});
  };
  ASSERT_TRUE(here.store.write_now(std::move(exchange)).has_value());
  const auto content = here.content();
  ASSERT_EQ(content.skipped.size(), 1U);
  EXPECT_NE(content.skipped[0].what.find(alice.str()), std::string::npos);
  const auto all = compare(content);
  EXPECT_EQ(all.at("secret user_" + alice.str() + "_azure_openai_api_key"), "another-key");
  for (const auto* name : {"llm_provider", "llm_model", "azure_openai_endpoint", "azure_openai_api_version"})
    EXPECT_FALSE(all.contains("secret user_" + alice.str() + "_" + name)) << name;
}

TEST_P(LegacyImport, ASecondRunChangesNothing) {
  const auto plan = planned(sample, noon);
  ASSERT_TRUE(here.take(plan).has_value());
  const auto before = compare(here.content());
  const auto entries = here.acts("user.imported") + here.acts("secret.saved");
  const auto again = here.take(plan).value();
  EXPECT_EQ(again.users, 0);
  EXPECT_EQ(again.secrets, 0);
  EXPECT_EQ(again.already_here, 4);
  EXPECT_EQ(compare(here.content()), before);
  EXPECT_EQ(here.acts("user.imported") + here.acts("secret.saved"), entries);
}

TEST_P(LegacyImport, ADryRunSaysTheSameAndDoesNothing) {
  const auto plan = planned(sample, noon);
  const auto report = write_report(plan, here.preview(plan), report_of::dry_run);
  EXPECT_TRUE(here.content().users.empty());
  EXPECT_EQ(report, write_report(plan, preview_plan(plan), report_of::dry_run));
  EXPECT_NE(report.find("would be taken: users 4, conversations 4, messages 8, secrets 14\n"), std::string::npos);
  ASSERT_TRUE(here.take(plan).has_value());
  EXPECT_EQ(here.preview(plan).already_here, 4);
  EXPECT_EQ(here.preview(plan).users, 0);
}

TEST_P(LegacyImport, AnAddressThatIsTakenKeepsThatUserOutAndIsNamed) {
  auto job = [](sql::session& in) {
    account::statements::insert_user(in, {.id = base::user_id::parse("11111111-1111-4111-8111-111111111111").value(),
                                          .email = "alice@example.com",
                                          .email_lookalike = "alice@example.com",
                                          .hashed_password = "",
                                          .is_admin = true,
                                          .created_at = noon});
  };
  ASSERT_TRUE(store->write_now(std::move(job)).has_value());
  const auto plan = planned(sample, noon);
  const auto foreseen = here.preview(plan);
  const auto done = here.take(plan).value();
  EXPECT_EQ(done.users, 3);
  EXPECT_EQ(done.secrets, 6);
  ASSERT_EQ(done.skipped.size(), 1U);
  EXPECT_NE(done.skipped[0].what.find("alice@example.com"), std::string::npos);
  EXPECT_EQ(foreseen.users, done.users);
  EXPECT_EQ(foreseen.skipped.size(), 1U);
  for (const auto& [name, value] : here.content().secrets)
    EXPECT_EQ(name.find("3942b637"), std::string::npos);
}

TEST_P(LegacyImport, WithoutTheKeyOfTheVaultNothingIsTakenAtAll) {
  const auto plan = planned(sample, noon);
  here.ring.set_state({.state = vault::key_state::key_missing, .key_id = "", .why = "no key"});
  const auto done = here.take(plan);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().type, "vault-key-missing");
  here.open_vault();
  EXPECT_TRUE(here.content().users.empty());
  EXPECT_EQ(here.acts("user.imported"), 0);
}

TEST_P(LegacyImport, WhatIsWrittenBackIsReadAgainWithTheSameResult) {
  ASSERT_TRUE(here.take(planned(sample, noon)).has_value());
  const auto content = here.content();
  tests::temporary_folder out;
  const auto folder = out.path() / "old";
  write_folder(content, folder, noon);
  for (const auto* name : {"app.db", ".key", ".secrets.enc", ".secrets.meta"})
    EXPECT_EQ(std::filesystem::status(folder / name).permissions(), std::filesystem::perms(0600)) << name;
  EXPECT_EQ(std::filesystem::status(folder).permissions(), std::filesystem::perms(0700));
  EXPECT_THROW(write_folder(content, folder, noon), std::runtime_error) << "over what is there";

  const auto read_back = planned(folder, noon);
  EXPECT_TRUE(read_back.skipped.empty());
  tests::test_database other(GetParam());
  sql::migrate(other.settings(), steps());
  const auto other_store = sql::open_database(other.settings());
  desk there(*other_store);
  there.open_vault();
  const auto done = there.take(read_back).value();
  EXPECT_EQ(done.users, 4);
  EXPECT_EQ(done.secrets, 14);
  EXPECT_EQ(compare(there.content()), compare(content));
}

}  // namespace kontor::legacy
