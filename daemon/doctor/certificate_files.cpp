#include "certificate_files.hpp"

#include <algorithm>

namespace ikewatch::doctor {
namespace {

using rules::Cause;

std::string day_of(WallTime time) { return to_iso8601(time).substr(0, 10); }

void refuse(Context& context, const Word& name, const std::string& path, std::string_view check, std::string what,
            std::string remedy) {
  context.add({Severity::error, check, context.disk.place(path), std::move(what),
               "ERROR: failed to load certificate \"" + name.text + "\"; racoon 0.8 does not start", std::move(remedy),
               Cause::cert_missing});
}

}  // namespace

std::string certificate_path(const Context& context, const Word& name) {
  return joined(context.settings.certificates ? context.settings.certificates->text : std::string("/"), name.text);
}

std::optional<Certificate> load_certificate(Context& context, const Word& name, std::string_view what) {
  const std::string subject = "The " + std::string(what) + ' ' + name.text;
  if (!name.text.starts_with('/') && !context.settings.certificates) {
    context.add({Severity::error, "cert-path", context.at(name.at),
                 subject + " has a relative path, and there is no `path certificate`.",
                 "ERROR: failed to load certificate \"" + name.text + '"', "Add `path certificate \"/etc/racoon/certs\";`.",
                 Cause::cert_missing});
    return std::nullopt;
  }
  const std::string path = certificate_path(context, name);
  const FileText file = context.disk.read(path);
  if (file.status.trouble == Trouble::forbidden) {
    context.not_looked_at(context.disk.shown(path), file.status.why);
    return std::nullopt;
  }
  if (!file.read()) {
    const std::string why = file.status.trouble == Trouble::missing ? " does not exist." : ' ' + file.status.why + '.';
    refuse(context, name, path, "cert-missing", subject + why, "Put the certificate there, in PEM form, or correct the name.");
    return std::nullopt;
  }
  auto certificate = Certificate::from_pem(file.text);
  if (!certificate) {
    const std::string why = looks_like_pem(file.text) ? " holds no certificate." : " is not in PEM form.";
    refuse(context, name, path, "cert-format", subject + why,
           "`openssl x509 -inform DER -in FILE -out FILE.pem` turns DER into PEM.");
  }
  return certificate;
}

void check_dates(Context& context, const Certificate& certificate, const Place& place, const std::string& what) {
  const WallTime now = context.inputs.now;
  const auto begin = certificate.not_before();
  const auto end = certificate.not_after();
  if (begin && *begin > now) {
    return context.add({Severity::error, "cert-not-yet-valid", place,
                        what + " is valid from " + day_of(*begin) + " on only; this host's clock says " + day_of(now) + '.',
                        "ERROR: certificate is not yet valid(9)",
                        "Set the clock; if it is right, wait or use another certificate.", Cause::cert_expired});
  }
  if (!end) return;
  if (*end < now) {
    return context.add({Severity::error, "cert-expired", place, what + " expired on " + day_of(*end) + '.',
                        "ERROR: certificate has expired(10)", "Replace it, and restart racoon.", Cause::cert_expired});
  }
  const auto left = std::chrono::duration_cast<std::chrono::days>(*end - now);
  if (left >= soon) return;
  context.add({Severity::warning, "cert-expires-soon", place,
               what + " expires in " + std::to_string(left.count()) + (left.count() == 1 ? " day" : " days") + ", on " +
                   day_of(*end) + '.',
               "from then on: ERROR: certificate has expired(10)", "Replace it before, and restart racoon.",
               Cause::cert_expired});
}

bool Once::first(const std::string& key) {
  if (std::find(seen_.begin(), seen_.end(), key) != seen_.end()) return false;
  seen_.push_back(key);
  return true;
}

}  // namespace ikewatch::doctor
