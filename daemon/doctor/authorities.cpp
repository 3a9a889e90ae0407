// Whom racoon trusts: the hash links in `path certificate`, the files of `ca_type`, revocation lists, and whether this end's own
// certificates chain to one of them. OpenSSL looks for HASH.0, HASH.1 ... and stops at the first that is not there; HASH is made
// otherwise since OpenSSL 1.0.0, so that old links are not seen.

#include "certificate_files.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>

namespace ikewatch::doctor {
namespace {

using rules::Cause;

struct Link {
  std::string path;
  std::string hash;  // in its name
  std::size_t number = 0;
  std::optional<Certificate> certificate;
  bool seen = false;  // OpenSSL finds it
};

/// `01234567.0`, or `01234567.r0` for a revocation list.
bool is_link_name(std::string_view name, bool revocation) {
  if (name.size() < 10 || name[8] != '.' || !std::all_of(name.begin(), name.begin() + 8, is_hex)) return false;
  auto number = name.substr(9);
  if (revocation && !consume(number, "r")) return false;
  return !number.empty() && to_number<std::size_t>(number).has_value();
}

class Authorities {
 public:
  explicit Authorities(Context& context) : context_(context) {}

  void check() {
    if (context_.settings.certificates) directory_ = context_.settings.certificates->text;
    if (!directory_.empty()) read_links();
    read_named_files();
    check_links();
    check_there_is_one();
    check_expired();
    check_revocation_lists();
    check_own_chains();
  }

 private:
  void add(Severity severity, std::string_view check, const Place& place, std::string what, std::string log, std::string remedy,
           Cause cause) {
    context_.add({severity, check, place, std::move(what), std::move(log), std::move(remedy), cause});
  }

  void read_links() {
    for (const std::string& name : context_.disk.names(directory_)) {
      if (!is_link_name(name, false)) continue;
      Link link{joined(directory_, name),
                name.substr(0, 8),
                to_number<std::size_t>(std::string_view(name).substr(9)).value_or(0),
                {},
                false};
      const FileText file = context_.disk.read(link.path);
      if (file.status.trouble == Trouble::forbidden) forbidden_ = true;
      if (file.read()) link.certificate = Certificate::from_pem(file.text);
      links_.push_back(std::move(link));
    }
    for (Link& link : links_) link.seen = link.certificate && link.certificate->hash() == link.hash && follows(link);
  }

  /// All numbers before it are taken.
  [[nodiscard]] bool follows(const Link& link) const {
    const auto before = std::count_if(links_.begin(), links_.end(), [&](const Link& other) {
      return other.hash == link.hash && other.number < link.number && other.certificate;
    });
    return static_cast<std::size_t>(before) == link.number;
  }

  void read_named_files() {
    Once once;
    for (const Remote& remote : context_.settings.remotes) {
      if (!remote.ca_file || !once.first(remote.ca_file->text)) continue;
      const Subject subject(context_, "authority " + remote.ca_file->text);
      auto certificate = load_certificate(context_, *remote.ca_file, "authority's certificate");
      if (!certificate) continue;
      check_dates(context_, *certificate, context_.disk.place(certificate_path(context_, *remote.ca_file)),
                  "The authority's certificate " + remote.ca_file->text);
      named_.push_back(std::move(*certificate));
    }
  }

  [[nodiscard]] bool is_seen(const Certificate& certificate) const {
    return std::any_of(links_.begin(), links_.end(),
                       [&](const Link& link) { return link.seen && X509_cmp(link.certificate->get(), certificate.get()) == 0; });
  }
  [[nodiscard]] bool is_named(const Certificate& certificate) const {
    return std::any_of(named_.begin(), named_.end(),
                       [&](const Certificate& one) { return X509_cmp(one.get(), certificate.get()) == 0; });
  }

  void check_links() {
    if (links_.empty()) return;
    const Subject subject(context_, "hash links of authorities");
    for (const Link& link : links_) {
      if (!link.seen) check_unseen(link);
    }
  }

  void check_unseen(const Link& link) {
    if (!link.certificate) return check_empty(link);
    if (is_seen(*link.certificate) || is_named(*link.certificate)) return;  // links of both kinds side by side do no harm
    const bool old = link.certificate->old_hash() == link.hash;
    const bool gap = link.certificate->hash() == link.hash;
    const std::string name = "The link " + link.path.substr(link.path.rfind('/') + 1);
    const std::string why =
        old   ? " is of the kind that OpenSSL 0.9.8 made; since 1.0.0 it must be " + link.certificate->hash() + ".0."
        : gap ? " is not seen, because the links before it are missing: OpenSSL counts from .0 on."
              : " is not named after the hash of its subject, which is " + link.certificate->hash() + '.';
    add(Severity::error,
        old   ? "link-old-hash"
        : gap ? "link-gap"
              : "link-wrong-hash",
        context_.disk.place(link.path), name + why, "ERROR: unable to get local issuer certificate(20)",
        "`openssl rehash " + directory_ + "` (or `c_rehash`).", Cause::cert_untrusted);
  }

  void check_empty(const Link& link) {
    const FileText file = context_.disk.read(link.path);
    if (file.status.trouble == Trouble::forbidden) return context_.not_looked_at(context_.disk.shown(link.path), file.status.why);
    const std::string why = file.read() ? "holds no certificate in PEM form" : "leads nowhere (" + file.status.why + ')';
    add(Severity::warning, "link-broken", context_.disk.place(link.path),
        "The link " + link.path.substr(link.path.rfind('/') + 1) + ' ' + why + '.',
        "ERROR: unable to get local issuer certificate(20)",
        "Put the authority's certificate back, then `openssl rehash " + directory_ + "`.", Cause::cert_untrusted);
  }

  /// Where racoon must verify peers, and has nobody to trust.
  void check_there_is_one() {
    const bool any_link = std::any_of(links_.begin(), links_.end(), [](const Link& link) { return link.seen; });
    for (const Remote& remote : context_.settings.remotes) {
      if (!remote.verifies() || remote.peers_key_elsewhere || (remote.own && !remote.own->x509)) continue;
      if (!remote.verify_cert) {
        return add(Severity::hint, "cert-not-verified", context_.at(remote.verify_cert_at),
                   "With `verify_cert off`, any certificate of a peer is accepted.",
                   "WARNING: CERT validation disabled by configuration", "`verify_cert on;`, once the authority is in place.",
                   Cause::none);
      }
      if (remote.peers_certfile || remote.ca_file || any_link || forbidden_) continue;
      return add(Severity::error, "authority-none", context_.at(remote.at),
                 "`remote " + remote.name + "` verifies the peer's certificate, and there is no authority: no hash link in " +
                     (directory_.empty() ? "a `path certificate`" : directory_) + ", no `ca_type`.",
                 "ERROR: unable to get local issuer certificate(20)", unlinked_advice(), Cause::cert_untrusted);
    }
    context_.well("an authority for the certificates of peers");
  }

  /// A certificate of an authority that lies there and only lacks its link makes the best advice.
  [[nodiscard]] std::string unlinked_advice() const {
    for (const std::string& name : context_.disk.names(directory_)) {
      if (!name.ends_with(".pem") && !name.ends_with(".crt") && !name.ends_with(".cer")) continue;
      const FileText file = context_.disk.read(joined(directory_, name));
      const auto certificate = file.read() ? Certificate::from_pem(file.text) : std::nullopt;
      if (certificate && certificate->is_authority())
        return "`openssl rehash " + directory_ + "` makes the link for " + name + '.';
    }
    return "Put the authority's certificate there, then `openssl rehash " + (directory_.empty() ? "DIRECTORY" : directory_) +
           "`.";
  }

  /// A renewed authority stands beside its old certificate: only one without a valid one is worth a word.
  void check_expired() {
    for (const Link& link : links_) {
      if (!link.seen || !is_expired(*link.certificate)) continue;
      const bool renewed = std::any_of(links_.begin(), links_.end(), [&](const Link& other) {
        return other.seen && other.certificate->same_subject(*link.certificate) && !is_expired(*other.certificate);
      });
      if (renewed) continue;
      add(Severity::warning, "authority-expired", context_.disk.place(link.path),
          "The authority " + link.certificate->subject() + " has expired: no certificate that it issued is accepted.",
          "ERROR: certificate has expired(10) at depth:1", "Replace it, or remove it where no peer needs it.",
          Cause::cert_expired);
    }
  }

  [[nodiscard]] bool is_expired(const Certificate& certificate) const {
    const auto end = certificate.not_after();
    return end && *end < context_.inputs.now;
  }

  void check_revocation_lists() {
    for (const std::string& name : context_.disk.names(directory_)) {
      if (!is_link_name(name, true)) continue;
      const std::string path = joined(directory_, name);
      const FileText file = context_.disk.read(path);
      const auto list = file.read() ? RevocationList::from_pem(file.text) : std::nullopt;
      if (list) check_revocation_list(name, path, *list);
    }
  }

  void check_revocation_list(const std::string& name, const std::string& path, const RevocationList& list) {
    const Subject subject(context_, "revocation list " + name);
    if (list.hash() != name.substr(0, 8)) {
      add(Severity::warning, "crl-wrong-hash", context_.disk.place(path),
          "The revocation list " + name + " is not found under this name; its hash is " + list.hash() + '.',
          "WARNING: unable to get certificate CRL(3), and no revocation is seen", "`openssl rehash " + directory_ + "`.",
          Cause::cert_revoked);
    }
    const auto end = list.next_update();
    if (end && *end < context_.inputs.now) {
      add(Severity::error, "crl-expired", context_.disk.place(path),
          "The revocation list " + name + " is out of date: racoon refuses every certificate of its authority.",
          "ERROR: CRL has expired(12)", "Fetch the present list, or remove this one: a missing list is only a warning.",
          Cause::cert_expired);
    }
    for (const Certificate& own : own_certificates()) {
      if (!list.revokes(own)) continue;
      add(Severity::error, "cert-revoked", context_.disk.place(path), "The own certificate " + own.subject() + " is revoked.",
          "at the peer: ERROR: certificate revoked(23)", "Use another certificate.", Cause::cert_revoked);
    }
  }

  [[nodiscard]] std::vector<Certificate> own_certificates() const {
    std::vector<Certificate> out;
    Once once;
    for (const Remote& remote : context_.settings.remotes) {
      if (!remote.own || !remote.own->x509 || !once.first(remote.own->file.text)) continue;
      const FileText file = context_.disk.read(certificate_path(context_, remote.own->file));
      auto certificate = file.read() ? Certificate::from_pem(file.text) : std::nullopt;
      if (certificate) out.push_back(std::move(*certificate));
    }
    return out;
  }

  void check_own_chains() {
    std::vector<const Certificate*> trusted;
    for (const Certificate& one : named_) trusted.push_back(&one);
    for (const Link& link : links_) {
      if (link.seen) trusted.push_back(&*link.certificate);
    }
    if (trusted.empty()) return;
    for (const Certificate& own : own_certificates()) check_chain(own, trusted);
  }

  /// Peers may well trust other authorities than this end does, so that a missing issuer is no fault by itself.
  void check_chain(const Certificate& own, const std::vector<const Certificate*>& trusted) {
    const Verdict verdict = verify(own, trusted, context_.inputs.now);
    if (verdict.code == 0) return context_.well("chain of the own certificate " + own.subject());
    const bool dates = verdict.code == X509_V_ERR_CERT_HAS_EXPIRED || verdict.code == X509_V_ERR_CERT_NOT_YET_VALID;
    if (dates) return;  // told with the certificate itself, or with its authority
    const bool no_issuer =
        verdict.code == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY || verdict.code == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
        verdict.code == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE || verdict.code == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT;
    add(no_issuer ? Severity::hint : Severity::warning, no_issuer ? "chain-no-issuer" : "chain-broken",
        context_.disk.place(directory_),
        "The own certificate " + own.subject() + " does not chain to an authority that this end trusts: " + words_for(verdict) +
            '.',
        "at a peer with the same authorities: ERROR: " + words_for(verdict),
        no_issuer ? "Nothing, if the peers trust another authority; else put its issuer there."
                  : "Ask the authority for a new certificate.",
        Cause::cert_untrusted);
  }

  Context& context_;
  std::string directory_;
  std::vector<Link> links_;
  std::vector<Certificate> named_;
  bool forbidden_ = false;
};

}  // namespace

void check_authorities(Context& context) {
  const auto& remotes = context.settings.remotes;
  const bool wanted = std::any_of(remotes.begin(), remotes.end(), [](const Remote& remote) {
    return remote.verifies() || remote.signs() || remote.ca_file.has_value();
  });
  if (wanted) Authorities(context).check();
}

}  // namespace ikewatch::doctor
