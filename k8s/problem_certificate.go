package k8s

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"time"
)

// whyCertificate says that our own client certificate has expired, if that is
// so; API servers only answer 401 then. Otherwise it gives what was known
// before.
func (s *Session) whyCertificate(otherwise string) string {
	end, ok := s.clientCertificateEnd()
	if !ok || s.now().Before(end) {
		return otherwise
	}
	return "the client certificate expired on " + end.UTC().Format(time.DateOnly)
}

func (s *Session) clientCertificateEnd() (time.Time, bool) {
	data := s.config.CertData
	if len(data) == 0 && s.config.CertFile != "" {
		// The transport reads the same file; if it cannot be read, that is
		// not what is being explained here.
		data, _ = os.ReadFile(s.config.CertFile)
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return time.Time{}, false
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return time.Time{}, false
	}
	return cert.NotAfter, true
}
