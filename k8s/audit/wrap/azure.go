package wrap

import "bytes"

// isAuditCategory tells the audit logs among the categories of AKS's diagnostic
// settings. The others hold lines of other components
// (MicrosoftDocs/azure-aks-docs articles/aks/monitor-aks.md).
func isAuditCategory(raw []byte) bool {
	return bytes.EqualFold(raw, []byte(`"kube-audit"`)) || bytes.EqualFold(raw, []byte(`"kube-audit-admin"`))
}

// azureRow decodes a row of the tables AKSAudit and AKSAuditAdmin, which hold an
// event in columns (MicrosoftDocs/azure-reference-other
// azure-monitor-ref/tables/aksaudit.md).
func (d *Decoder) azureRow(f *fields, p place) {
	if f[keyServer] != nil {
		p = d.at(p, f[keyServer])
	}
	var c canon
	c.start(d.respelt)
	c.put("auditID", f[keyAuditIDColumn], '"')
	c.put("stage", f[keyStageColumn], '"')
	c.put("requestURI", f[keyURIColumn], '"')
	c.put("verb", f[keyVerbColumn], '"')
	c.put("user", dynamic(f[keyUserColumn]), '{')
	c.put("sourceIPs", dynamic(f[keySourceColumn]), '[')
	c.put("userAgent", f[keyAgentColumn], '"')
	c.put("objectRef", dynamic(f[keyObjectColumn]), '{')
	c.put("responseStatus", dynamic(f[keyStatusColumn]), '{')
	c.time("requestReceivedTimestamp", f[keyReceivedColumn])
	c.time("stageTimestamp", f[keyStagedColumn])
	c.put("annotations", dynamic(f[keyAnnotationsColumn]), '{')
	d.respelt = c.done()
	d.canonical(d.respelt, p)
}
