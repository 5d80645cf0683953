// The certificates of tests/support/web_server.hpp, made when a test asks: no key lies in a file.
#include "tests/support/web_server.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace kontor::test {
namespace {

constexpr long day = 24 * 60 * 60;

EVP_PKEY* make_key() {
  return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
}

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(memory, &data);
  std::string out(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  return out;
}

std::string pem_of(X509* certificate) {
  BIO* const memory = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(memory, certificate);
  return text_of(memory);
}

std::string pem_of(EVP_PKEY* key) {
  BIO* const memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(memory, key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(memory);
}

void add(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  if (extension == nullptr) throw std::runtime_error("a certificate cannot be made");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

X509* blank(EVP_PKEY* key, const char* name, long serial, long from, long until) {
  X509* const out = X509_new();
  X509_set_version(out, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(out), serial);
  X509_gmtime_adj(X509_getm_notBefore(out), from);
  X509_gmtime_adj(X509_getm_notAfter(out), until);
  X509_set_pubkey(out, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(out), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  return out;
}

}  // namespace

struct authority::parts {
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
};

authority::authority() : parts_(std::make_unique<parts>()) {
  parts_->key = make_key();
  parts_->certificate = blank(parts_->key, "Test authority", 1, -day, day);
  X509_set_issuer_name(parts_->certificate, X509_get_subject_name(parts_->certificate));
  add(parts_->certificate, parts_->certificate, NID_basic_constraints, "critical,CA:TRUE");
  add(parts_->certificate, parts_->certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  X509_sign(parts_->certificate, parts_->key, EVP_sha256());
}

authority::~authority() {
  X509_free(parts_->certificate);
  EVP_PKEY_free(parts_->key);
}

std::string authority::certificate() const {
  return pem_of(parts_->certificate);
}

identity authority::issue(const std::vector<std::string>& names, age how_old) const {
  EVP_PKEY* const key = make_key();
  const bool is_valid = how_old == age::valid;
  X509* const certificate = blank(key, "Test server", 2, is_valid ? -day : -3 * day, is_valid ? day : -2 * day);
  X509_set_issuer_name(certificate, X509_get_subject_name(parts_->certificate));
  std::string alternatives;
  for (const auto& name : names) {
    const bool is_address = name.find_first_not_of("0123456789.") == std::string::npos;
    alternatives += (alternatives.empty() ? "" : ",") + std::string(is_address ? "IP:" : "DNS:") + name;
  }
  add(certificate, parts_->certificate, NID_subject_alt_name, alternatives);
  X509_sign(certificate, parts_->key, EVP_sha256());
  identity out{pem_of(certificate), pem_of(key)};
  X509_free(certificate);
  EVP_PKEY_free(key);
  return out;
}

}  // namespace kontor::test
