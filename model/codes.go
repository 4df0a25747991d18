package model

// The codes. TB-10x whose it is · TB-11x dead · TB-12x invalidated · TB-13x
// use · TB-14x references · TB-15x origin · TB-16x watching · TB-17x what was
// not read · TB-18x blind spots that no permission can lift · TB-19x what audit
// logs tell.
const (
	CodeKeeper            Code = "TB-100"
	CodeDeleting          Code = "TB-110"
	CodeAccountGone       Code = "TB-111"
	CodeAccountReplaced   Code = "TB-112"
	CodeNoAccountNamed    Code = "TB-113"
	CodeLookupOff         Code = "TB-114"
	CodeInvalidated       Code = "TB-120"
	CodeKnocked           Code = "TB-121"
	CodeKnockedSameDay    Code = "TB-122"
	CodeInvalidNoDay      Code = "TB-123"
	CodeInvalidFuture     Code = "TB-124"
	CodeInvalidNoEffect   Code = "TB-125"
	CodeInvalidMixed      Code = "TB-126"
	CodeUsed              Code = "TB-130"
	CodeUsedLongAgo       Code = "TB-131"
	CodeNeverUsed         Code = "TB-132"
	CodeUsedInFuture      Code = "TB-133"
	CodeLastUsedNoDay     Code = "TB-134"
	CodeReferenced        Code = "TB-140"
	CodeReferencedDormant Code = "TB-141"
	CodeNotReferenced     Code = "TB-142"
	CodePullPair          Code = "TB-143"
	CodeOAuthClient       Code = "TB-144"
	CodeAuto              Code = "TB-150"
	CodeManual            Code = "TB-151"
	CodeRotates           Code = "TB-152"
	CodeMountableList     Code = "TB-153"
	CodeRotatesUnknown    Code = "TB-154"
	CodeWatchedShort      Code = "TB-160"
	CodeCreatedLately     Code = "TB-161"
	CodeTrackingAbsent    Code = "TB-162"
	CodeTrackingUnread    Code = "TB-163"
	CodeTrackingNoDay     Code = "TB-164"
	CodeTrackingPartly    Code = "TB-165"
	CodeVersionUnknown    Code = "TB-166"
	CodeWatchedLong       Code = "TB-167"
	CodeAccountsUnread    Code = "TB-170"
	CodePodsUnread        Code = "TB-171"
	CodeTemplatesUnread   Code = "TB-172"
	CodeLoading           Code = "TB-173"
	CodeMixedList         Code = "TB-174"
	CodeCachedList        Code = "TB-175"
	CodeAccountListOlder  Code = "TB-176"
	CodeNamespacesUnread  Code = "TB-177"
	CodeTokensUnread      Code = "TB-178"
	CodeNoAudit           Code = "TB-180"
	CodeOfflineUse        Code = "TB-181"
	CodeForecast          Code = "TB-182"
	CodeClockSkew         Code = "TB-183"
	CodeAuditGap          Code = "TB-184"
	CodeAuditLost         Code = "TB-185"
	CodeAuditNoReads      Code = "TB-186"
	CodeAuditServers      Code = "TB-187"
	CodeAuditNoSpan       Code = "TB-188"
	CodeAuditEnds         Code = "TB-189"
	CodeAuditUsed         Code = "TB-190"
	CodeAuditUsedLongAgo  Code = "TB-191"
	CodeAuditOneOf        Code = "TB-192"
	CodeAuditSilent       Code = "TB-193"
	CodeAuditOutside      Code = "TB-194"
	CodeAuditOnePod       Code = "TB-195"
	CodeAuditUnattributed Code = "TB-196"
	CodeAuditKnock        Code = "TB-197"
)

var codes = []CodeInfo{
	{CodeKeeper, SeverityStop, "%s needs this token: %s", "Leave it alone."},

	{CodeDeleting, SeverityInfo, "is being deleted since %s; API servers refuse it already", ""},
	{CodeAccountGone, SeverityInfo, "its account %s is gone, so it cannot authenticate", "The token controller deletes it when it runs."},
	{CodeAccountReplaced, SeverityInfo, "its account %s was made anew under another UID, so it cannot authenticate", "The token controller deletes it when it runs."},
	{CodeNoAccountNamed, SeverityDoubt, "names no account in its annotations", "Look at who made this secret."},
	{CodeLookupOff, SeverityWarn, "API servers run with --service-account-lookup=false: tokens are accepted on their signature alone, uses are not recorded, and deleting a secret revokes nothing", "Set --service-account-lookup=true on every API server."},

	{CodeInvalidated, SeverityInfo, "switched off by label since %s; removing the label switches it on again", ""},
	{CodeKnocked, SeverityWarn, "somebody still presents it: refused last on %s, switched off since %s", "Find the caller in the audit log: a refused request has no user, only address and agent."},
	{CodeKnockedSameDay, SeverityWarn, "last presented on %s, the day on which it was switched off: before or after cannot be told", "Look again tomorrow: a later day means that somebody still tries."},
	{CodeInvalidNoDay, SeverityWarn, "its invalid-since label says %s, which is not a date; API servers refuse the token all the same, but a knock cannot be told from an earlier use", "Set the label to the day on which it was switched off."},
	{CodeInvalidFuture, SeverityWarn, "its invalid-since label says %s, a day to come; API servers refuse the token already, whatever the day", "Set the label to the day on which it was switched off."},
	{CodeInvalidNoEffect, SeverityWarn, "carries the invalid-since label, but API servers before 1.29 ignore it (%s seen)", ""},
	{CodeInvalidMixed, SeverityWarn, "carries the invalid-since label; whether every API server honours it (1.29 and later do) is not known", "Ask again when every API server answers with its version."},

	{CodeUsed, SeverityWarn, "presented on %s, %s", "Move its user to a time-bound token first."},
	{CodeUsedLongAgo, SeverityInfo, "last presented on %s, %s", ""},
	{CodeNeverUsed, SeverityInfo, "not presented once since uses have been recorded", ""},
	{CodeUsedInFuture, SeverityWarn, "its last-used label says %s, a day to come: a clock is wrong", "Compare the clocks of the API servers with yours."},
	{CodeLastUsedNoDay, SeverityWarn, "its last-used label says %s, which is not a date", "Somebody else wrote that label: find out who. Upstream's cleaner never touches such a token."},

	{CodeReferenced, SeverityWarn, "pointed at by %s", "Move them to a projected token first."},
	{CodeReferencedDormant, SeverityWarn, "pointed at by %s: not running now, but wanted again later", "Move them to a projected token first."},
	{CodeNotReferenced, SeverityInfo, "no pod, template, account or pull secret points at it", ""},
	{CodePullPair, SeverityWarn, "the dockercfg secret %s was made from it: deleting one takes the other away, and image pulls with it", ""},
	{CodeOAuthClient, SeverityWarn, "its account is an OAuth client: OpenShift accepts the token as client secret, and such a use leaves no trace", "Ask the owner of the account."},

	{CodeAuto, SeverityInfo, "auto-generated: the account's .secrets names it", ""},
	{CodeManual, SeverityInfo, "made by hand or by a tool: the account's .secrets does not name it, so upstream's cleaner never touches it", ""},
	{CodeRotates, SeverityWarn, "auto-generation is on: deleting it only makes the controller create another one", "Switch auto-generation off first."},
	{CodeMountableList, SeverityInfo, "its account enforces mountable secrets: without the entry in .secrets, pods that mount it are refused", ""},
	{CodeRotatesUnknown, SeverityDoubt, "whether deleting it only makes the controller create another one is not known: from 1.24 to 1.26 auto-generation can be switched on, which shows in kube-controller-manager's arguments alone", "Look for LegacyServiceAccountTokenNoAutoGeneration=false there."},

	{CodeWatchedShort, SeverityDoubt, "uses have been recorded for only %s; %s are asked for", "Wait, or lower --min-watch."},
	{CodeCreatedLately, SeverityDoubt, "it has existed for only %s; %s are asked for", "Wait."},
	{CodeTrackingAbsent, SeverityDoubt, "this cluster does not record uses: there is no tracking configmap", "Uses are recorded by default from 1.27 on (1.26 with the gate LegacyServiceAccountTokenTracking)."},
	{CodeTrackingUnread, SeverityDoubt, "since when uses are recorded could not be read", "Allow get on configmap kube-system/kube-apiserver-legacy-service-account-token-tracking: timebound rbac --for read"},
	{CodeTrackingNoDay, SeverityDoubt, "the tracking configmap says since %s, which is not a date", "An API server repairs it within 12 hours."},
	{CodeTrackingPartly, SeverityDoubt, "not every API server records uses (%s seen)", "Finish the upgrade, or switch LegacyServiceAccountTokenTracking on everywhere."},
	{CodeVersionUnknown, SeverityDoubt, "the version of the API servers is not known", ""},
	{CodeWatchedLong, SeverityInfo, "uses have been recorded for %s; this token was not seen in %s", ""},

	{CodeAccountsUnread, SeverityDoubt, "service accounts of %s were not readable, so its origin is unknown", "Allow list on serviceaccounts: timebound rbac --for read"},
	{CodePodsUnread, SeverityDoubt, "pods of %s were not readable", "Allow list on pods: timebound rbac --for read"},
	{CodeTemplatesUnread, SeverityDoubt, "%s of %s were not readable", "Allow list on them: timebound rbac --for read"},
	{CodeLoading, SeverityDoubt, "%s are still being read", ""},
	{CodeMixedList, SeverityDoubt, "the list of %s was put together from two points in time", "Reload."},
	{CodeCachedList, SeverityDoubt, "%s come from the API server's cache and may be old", "A fresh list follows."},
	{CodeAccountListOlder, SeverityDoubt, "it is younger than the list of accounts, which therefore proves nothing", "Reload."},
	{CodeNamespacesUnread, SeverityDoubt, "%s of %s were not readable", "timebound rbac --for read prints the rules that are missing."},
	{CodeTokensUnread, SeverityDoubt, "token secrets of %s were not readable: there may be more tokens than are shown", "Allow list on secrets: timebound rbac --for read"},

	{CodeNoAudit, SeverityDoubt, "no audit log was read: who used it is not known", ""},
	{CodeOfflineUse, SeverityDoubt, "a holder who checks the token's signature by itself, or compares its bytes, leaves no trace here", "Ask the owner before deleting."},
	{CodeForecast, SeverityDoubt, "judged as of %s, %s from now: uses until then are not known", ""},
	{CodeClockSkew, SeverityDoubt, "this machine's clock and the API server's differ by %s", "Set the clock."},
	{CodeAuditGap, SeverityDoubt, "the audit log of %s has gaps: %s", "Look for rotated files that were not given."},
	{CodeAuditLost, SeverityDoubt, "%s of the audit log could not be used; a use may be among them", "Read the log at its source: some stores cut long lines."},
	{CodeAuditNoReads, SeverityDoubt, "the audit log of %s shows no request that reads: the audit policy seems to leave them out, so who only reads is not seen", "Log at level Metadata for get, list and watch as well."},
	{CodeAuditServers, SeverityDoubt, "audit logs of %s were read; whether the cluster has other API servers is not known", "Give the log of every control plane node."},
	{CodeAuditNoSpan, SeverityDoubt, "which time the audit log of %s covers is not known", ""},
	{CodeAuditEnds, SeverityDoubt, "the audit logs end on %s: who used it since then is not known", "Read newer logs."},

	{CodeAuditUsed, SeverityWarn, "presented by %s: %s, last on %s", "Move its user to a time-bound token first."},
	{CodeAuditUsedLongAgo, SeverityInfo, "presented by %s: %s, last on %s", ""},
	{CodeAuditOneOf, SeverityDoubt, "its account was used by %s, last on %s, with one of its %s tokens; API servers before 1.29 do not write down with which", "Ask that caller, or look which of the tokens has a last-used label of that day."},
	{CodeAuditSilent, SeverityInfo, "not once in the audit logs that were read, %s", ""},
	{CodeAuditOutside, SeverityWarn, "its callers are at addresses that no pod and no node of this cluster has: %s", "Whoever runs there needs a time-bound token that it renews by itself."},
	{CodeAuditOnePod, SeverityInfo, "one pod alone presents it: %s", ""},
	{CodeAuditUnattributed, SeverityWarn, "its last-used label says %s; the audit logs cover that day, and no request of it was made with this token: it was checked by TokenReview, or by an API server whose log was not read", "timebound audit names who has tokens checked: ask them."},
	{CodeAuditKnock, SeverityWarn, "%s, which presented this token before, was refused on %s", "Tell its owner, or switch the token on again."},
}
