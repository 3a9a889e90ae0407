// OpenSSL's objects with owners, and its errors as text. Role: under tls_context.cpp and tls_files.cpp. Ownership: unique_ptr.
// Threads: OpenSSL's error queue is one for each thread.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace ikewatch::source {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};

using SslContext = std::unique_ptr<SSL_CTX, Release<&SSL_CTX_free>>;
using SslSession = std::unique_ptr<SSL, Release<&SSL_free>>;
using Certificate = std::unique_ptr<X509, Release<&X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Release<&EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, Release<&BIO_free>>;

/// Why the last call failed, in OpenSSL's words; empties the queue.
std::string openssl_reason();

}  // namespace ikewatch::source
