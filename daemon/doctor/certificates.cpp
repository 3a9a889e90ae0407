// This end's certificates and private keys, and the certificates of peers that racoon.conf names. A key is held against its
// certificate and never shown.

#include "certificate_files.hpp"

#include <algorithm>

namespace ikewatch::doctor {
namespace {

using rules::Cause;

void refuse_key(Context& context, const std::string& path, std::string_view check, std::string what, std::string remedy) {
  context.add({Severity::error, check, context.disk.place(path), std::move(what), "ERROR: failed to get private key.",
               std::move(remedy), Cause::cert_missing});
}

void check_key_state(Context& context, const std::string& path, KeyState state, const std::string& certificate) {
  switch (state) {
    case KeyState::good:
      return;
    case KeyState::not_pem:
      return refuse_key(context, path, "key-format", "The file holds no private key in PEM form.",
                        "Put the key there in PEM form.");
    case KeyState::encrypted:
      return refuse_key(context, path, "key-encrypted", "The private key has a passphrase: racoon cannot ask for one.",
                        "`openssl rsa -in KEY -out KEY.new` takes it off; keep the mode at 0600.");
    case KeyState::not_rsa:
      return refuse_key(context, path, "key-not-rsa", "The private key is no RSA key: racoon signs with RSA only.",
                        "Use a certificate with an RSA key.");
    case KeyState::other_key:
      context.add({Severity::error, "key-mismatch", context.disk.place(path),
                   "The private key does not belong to the certificate " + certificate + '.', "at the peer: ERROR: Invalid SIG.",
                   "Use the key that the certificate was made for.", Cause::cert_untrusted});
  }
}

void check_key(Context& context, const Word& name, const Certificate& certificate, const std::string& certificate_name) {
  const std::string path = certificate_path(context, name);
  const Subject subject(context, "private key " + name.text);
  const FileText file = context.disk.read(path);
  if (file.status.trouble == Trouble::forbidden) return context.not_looked_at(context.disk.shown(path), file.status.why);
  if (!file.read()) {
    const std::string why = file.status.trouble == Trouble::missing ? " does not exist." : ' ' + file.status.why + '.';
    return refuse_key(context, path, "key-missing", "The private key " + name.text + why,
                      "Put the key there, or correct the name.");
  }
  check_key_state(context, path, state_of_key(file.text, certificate), certificate_name);
  if ((file.status.mode & 07U) == 0) return;
  context.add({Severity::warning, "key-mode", context.disk.place(path),
               "Everybody on this host may read or change the private key.", "", "`chmod 600 " + path + "`.", Cause::none});
}

std::string list_of(const AltNames& names) {
  std::string out;
  for (const auto& name : names.dns) out += " DNS:" + name;
  for (const auto& name : names.email) out += " email:" + name;
  for (const auto& address : names.addresses) out += " IP:" + address.to_string();
  return out.empty() ? " none" : out;
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Whether the certificate vouches for the identifier, as oakley_check_certid() asks; true where that cannot be said here.
bool vouches(const Certificate& certificate, const Identifier& id) {
  const AltNames names = certificate.alt_names();
  const std::string value = id.value.value_or(std::string{});
  if (id.type == "fqdn") return holds(names.dns, value);
  if (id.type == "user_fqdn") return holds(names.email, value);
  if (id.type == "address") {
    const auto address = Address::parse(value);
    if (!address) return true;
    return std::find(names.addresses.begin(), names.addresses.end(), *address) != names.addresses.end();
  }
  const NamePtr name = id.type == "asn1dn" && id.value ? name_from(value) : nullptr;
  return !name || certificate.has_subject(name.get());
}

void check_identity(Context& context, const Remote& remote, const Certificate& certificate, const std::string& name) {
  const Subject subject(context, "identifier of `remote " + remote.name + "` and its certificate");
  if (remote.mine && remote.mine->value) {
    if (vouches(certificate, *remote.mine)) return;
    const std::string there = remote.mine->type == "asn1dn" ? "its subject is " + certificate.subject()
                                                            : "its subjectAltName:" + list_of(certificate.alt_names());
    return context.add(
        {Severity::warning, "cert-identity", context.at(remote.mine->at),
         "`my_identifier " + remote.mine->type + ' ' + *remote.mine->value + "` does not stand in the certificate " + name +
             " (" + there + ").",
         "at a peer that runs racoon: ERROR: ID mismatched, or failed to get subjectAltName, then no peer's CERT payload found.",
         "Use `my_identifier asn1dn;`, or a certificate that names it.", Cause::cert_identity});
  }
  const bool by_address = !remote.mine || remote.mine->type == "address";
  if (!by_address || !certificate.alt_names().addresses.empty()) return;
  context.add(
      {Severity::hint, "cert-no-address", context.at(remote.at),
       "`remote " + remote.name + "` identifies this end by its address, which does not stand in the certificate " + name + '.',
       "at a peer that runs racoon: ERROR: failed to get subjectAltName, then no peer's CERT payload found.",
       "If the peer refuses the certificate, use `my_identifier asn1dn;`.", Cause::cert_identity});
}

void check_own(Context& context, const Remote& remote, Once& once) {
  const Word& name = remote.own->file;
  const std::string key = remote.own->key ? remote.own->key->text : std::string{};
  const bool fresh = once.first(name.text + '\n' + key);
  if (!fresh && !remote.mine) return;
  std::optional<Certificate> certificate;
  if (fresh) {
    const Subject subject(context, "certificate " + name.text);
    certificate = load_certificate(context, name, "own certificate");
    if (certificate)
      check_dates(context, *certificate, context.disk.place(certificate_path(context, name)), "The own certificate " + name.text);
  } else {
    const FileText file = context.disk.read(certificate_path(context, name));
    if (file.read()) certificate = Certificate::from_pem(file.text);
  }
  if (!certificate) return;
  if (fresh && remote.own->key) check_key(context, *remote.own->key, *certificate, name.text);
  if (remote.signs()) check_identity(context, remote, *certificate, name.text);
}

void check_pinned(Context& context, const Remote& remote, Once& once) {
  const Word& name = *remote.peers_certfile;
  if (!once.first("peer\n" + name.text)) return;
  const Subject subject(context, "peer's certificate " + name.text);
  const auto certificate = load_certificate(context, name, "peer's certificate");
  if (!certificate) return;
  check_dates(context, *certificate, context.disk.place(certificate_path(context, name)), "The peer's certificate " + name.text);
  const bool one_vouches =
      std::any_of(remote.peers.begin(), remote.peers.end(), [&](const Identifier& id) { return vouches(*certificate, id); });
  if (!remote.verify_identifier || remote.peers.empty() || one_vouches) return;
  context.add({Severity::warning, "cert-identity", context.at(remote.peers[0].at),
               "No `peers_identifier` of `remote " + remote.name + "` stands in the peer's certificate " + name.text + '.',
               "ERROR: ID mismatched", "Correct `peers_identifier`, or fetch the peer's present certificate.",
               Cause::cert_identity});
}

}  // namespace

void check_own_certificates(Context& context) {
  Once once;
  for (const Remote& remote : context.settings.remotes) {
    if (remote.own && remote.own->x509) check_own(context, remote, once);
    if (remote.peers_certfile) check_pinned(context, remote, once);
    if (!remote.signs() || remote.own) continue;
    context.add({Severity::error, "cert-none", context.at(remote.at),
                 "`remote " + remote.name + "` authenticates by an RSA signature, and has no `certificate_type`.",
                 "ERROR: no cert defined.", "Add `certificate_type x509 \"CERTIFICATE\" \"KEY\";`.", Cause::cert_missing});
  }
}

}  // namespace ikewatch::doctor
