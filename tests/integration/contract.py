"""The closed lists and document forms that users hold on to, as data and checks."""

STATES = ("unknown", "idle", "negotiating", "phase1_up", "up", "failed", "down")
EVENTS = tuple("""phase1_started phase1_up phase1_failed phase1_rekeying phase1_expired phase1_deleted phase2_started phase2_up phase2_failed
    phase2_rekeying phase2_expired phase2_deleted peer_dead peer_silent retransmit notify_received auth_failed certificate_problem
    identity_problem nat_detected traffic_dropped policy_missing daemon_started daemon_stopped config_error resource_error operator_action
    log_gap info""".split())
CAUSES = tuple("""psk_missing psk_mismatch phase1_proposal_mismatch phase2_proposal_mismatch pfs_mismatch lifetime_mismatch
    proxy_id_mismatch policy_missing id_mismatch version_or_mode_mismatch cert_untrusted cert_expired cert_revoked cert_missing
    cert_identity auth_failed clock_skew peer_unreachable peer_rejected dpd_timeout stale_sa invalid_spi replay malformed_message
    fragmentation_mtu nat_traversal anti_spoof_firewall vendor_extension config_error resource_or_kernel local_shutdown
    operator_action""".split())
SIDES = ("local", "remote", "both", "path", "unknown")
CONFIDENCES = ("confirmed", "likely", "possible")
PHASE1 = ("down", "negotiating", "up")
DIALECTS = ("racoon", "cisco-ios", "cisco-asa")

# Labels of each metric, in any order; a histogram's `le` comes on top.
METRICS = {
    "ikewatch_tunnel_info": "gateway tunnel peer dialect",
    "ikewatch_tunnel_up": "gateway tunnel",
    "ikewatch_tunnel_state": "gateway tunnel state",
    "ikewatch_tunnel_flapping": "gateway tunnel",
    "ikewatch_tunnel_child_sas": "gateway tunnel",
    "ikewatch_tunnel_state_changes_total": "gateway tunnel",
    "ikewatch_tunnel_state_change_timestamp_seconds": "gateway tunnel",
    "ikewatch_tunnel_last_event_timestamp_seconds": "gateway tunnel",
    "ikewatch_negotiations_total": "gateway tunnel phase",
    "ikewatch_negotiation_failures_total": "gateway tunnel phase cause",
    "ikewatch_negotiation_duration_seconds": "phase",
    "ikewatch_peer_dead_total": "gateway tunnel",
    "ikewatch_unknown_peer_events_total": "gateway dialect",
    "ikewatch_events_total": "dialect event",
    "ikewatch_source_lines_total": "source",
    "ikewatch_source_bytes_total": "source",
    "ikewatch_source_dropped_total": "source reason",
    "ikewatch_source_malformed_total": "source",
    "ikewatch_source_up": "source",
    "ikewatch_source_last_line_timestamp_seconds": "source",
    "ikewatch_unmatched_lines_total": "dialect",
    "ikewatch_alerts": "alert severity",
    "ikewatch_notifications_total": "receiver",
    "ikewatch_notification_failures_total": "receiver reason",
    "ikewatch_notifications_pending": "receiver",
    "ikewatch_config_last_reload_successful": "",
    "ikewatch_config_last_reload_success_timestamp_seconds": "",
    "ikewatch_build_info": "version revision",
    "ikewatch_store_up": "",
    "ikewatch_store_damaged_total": "",
    "ikewatch_store_save_failures_total": "",
    "ikewatch_store_history_dropped_total": "",
    "ikewatch_store_last_save_timestamp_seconds": "",
}
# The series that a tunnel of the inventory has before anything was heard of it.
TUNNEL_SERIES = tuple(name for name, labels in METRICS.items() if labels.startswith("gateway tunnel") and not labels.endswith("cause"))

TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"


class Form:
    """Checks documents against the contract; `test` is the TestCase that fails."""

    def __init__(self, test):
        self.test = test

    def keys(self, value, names):
        self.test.assertIsInstance(value, dict)
        self.test.assertEqual(sorted(value), sorted(names.split()))

    def typed(self, value, kind, *names):
        for name in names:
            self.test.assertIs(type(value[name]), kind, f"{name} in {value}")

    def word(self, value, words):
        self.test.assertIn(value, words)

    def time(self, value):
        if value is not None:
            self.test.assertRegex(value, TIME)

    def report(self, report):
        self.keys(report, "version lines tunnels unattributed")
        self.test.assertEqual(report["version"], 1)
        self.lines(report["lines"])
        self.keys(report["unattributed"], "diagnoses")
        for diagnosis in report["unattributed"]["diagnoses"]:
            self.diagnosis(diagnosis, report["lines"]["total"])
        for tunnel in report["tunnels"]:
            self.tunnel(tunnel, report["lines"]["total"])

    def lines(self, lines):
        self.keys(lines, "total vpn matched unmatched other")
        self.typed(lines, int, *lines)
        self.test.assertEqual(lines["vpn"], lines["matched"] + lines["unmatched"])
        self.test.assertEqual(lines["total"], lines["vpn"] + lines["other"])

    def tunnel(self, tunnel, last_line=None):
        self.keys(tunnel, "gateway peer name dialect state flapping phase1 children diagnoses timeline")
        self.typed(tunnel, str, "gateway", "peer", "name", "dialect")
        self.typed(tunnel, bool, "flapping")
        self.word(tunnel["state"], STATES)
        self.word(tunnel["phase1"], PHASE1)
        for child in tunnel["children"]:
            self.child(child)
        for diagnosis in tunnel["diagnoses"]:
            self.diagnosis(diagnosis, last_line)
        resolved = [diagnosis["resolved"] for diagnosis in tunnel["diagnoses"]]
        self.test.assertEqual(resolved, sorted(resolved), "an unresolved diagnosis goes before a resolved one")
        for entry in tunnel["timeline"]:
            self.entry(entry, last_line)

    def child(self, child):
        self.keys(child, "state spi_in spi_out local_ts remote_ts")
        self.word(child["state"], STATES)
        for name in ("spi_in", "spi_out"):
            if child[name] is not None:
                self.test.assertRegex(child[name], "^0x[0-9a-f]{8}$")
        for name in ("local_ts", "remote_ts"):
            self.test.assertIsInstance(child[name], (str, type(None)))

    def diagnosis(self, diagnosis, last_line=None):
        self.keys(diagnosis, "cause side confidence resolved count first_line last_line evidence summary explanation checks")
        self.word(diagnosis["cause"], CAUSES)
        self.word(diagnosis["side"], SIDES)
        self.word(diagnosis["confidence"], CONFIDENCES)
        self.typed(diagnosis, bool, "resolved")
        self.typed(diagnosis, int, "count", "first_line", "last_line")
        self.typed(diagnosis, str, "summary", "explanation")
        self.typed(diagnosis, list, "evidence", "checks")
        self.test.assertGreaterEqual(diagnosis["count"], 1)
        self.test.assertTrue(diagnosis["summary"] and diagnosis["explanation"])
        self.test.assertTrue(diagnosis["checks"] and all(type(check) is str and check for check in diagnosis["checks"]))
        for proof in diagnosis["evidence"]:
            self.keys(proof, "line text")
            self.typed(proof, int, "line")
            self.typed(proof, str, "text")
        if last_line is not None:
            self.test.assertTrue(diagnosis["evidence"])
            numbers = [proof["line"] for proof in diagnosis["evidence"]]
            self.test.assertTrue(1 <= diagnosis["first_line"] <= min(numbers), diagnosis)
            self.test.assertTrue(max(numbers) <= diagnosis["last_line"] <= last_line, diagnosis)

    def entry(self, entry, last_line=None):
        self.keys(entry, "line time event state text")
        self.typed(entry, int, "line")
        self.typed(entry, str, "text")
        self.word(entry["event"], EVENTS)
        self.word(entry["state"], STATES)
        self.time(entry["time"])
        if last_line is not None:
            self.test.assertTrue(1 <= entry["line"] <= last_line)

    def event(self, event):
        self.keys(event, "line time gateway dialect rule event peer cause fields")
        self.typed(event, int, "line")
        self.typed(event, str, "gateway")
        self.typed(event, dict, "fields")
        self.time(event["time"])
        self.word(event["dialect"], DIALECTS)
        self.test.assertIsInstance(event["peer"], (str, type(None)))
        if event["rule"] is None:
            self.test.assertEqual((event["event"], event["peer"], event["cause"], event["fields"]), ("unmatched", None, None, {}))
        else:
            self.test.assertTrue(event["rule"].startswith(event["dialect"] + "."))
            self.word(event["event"], EVENTS)
        if event["cause"] is not None:
            self.word(event["cause"], CAUSES)
