package story

import (
	"strings"

	"timebound/model"
)

// tokenCommands are commands with which to look for oneself. They print
// metadata only: none of them shows a token.
func tokenCommands(f *model.Finding) []string {
	t := f.Token
	// A table, because yaml and json would carry the data along, and
	// annotations may hold a copy of it.
	commands := []string{join("kubectl get secret", quote(t.Name), "-n", quote(t.Namespace), "-L", model.LabelLastUsed+","+model.LabelInvalidSince)}
	if t.Account != "" {
		commands = append(commands,
			join("kubectl get serviceaccount", quote(t.Account), "-n", quote(t.Namespace), "-o yaml"),
			join("kubectl get pods -n", quote(t.Namespace), "--field-selector", quote("spec.serviceAccountName="+t.Account)))
	}
	seen := map[model.WorkloadKey]bool{}
	for _, r := range f.References {
		switch r.How {
		case model.RefAccountPull, model.RefDockercfg, model.RefOAuthClient:
			continue
		}
		if !seen[r.By] && len(seen) < named {
			seen[r.By] = true
			commands = append(commands, workloadCommand(r.By))
		}
	}
	return commands
}

func accountCommands(acc *model.Account) []string {
	return []string{
		join("kubectl get serviceaccount", quote(acc.Name), "-n", quote(acc.Namespace), "-o yaml"),
		join("kubectl get pods -n", quote(acc.Namespace), "--field-selector", quote("spec.serviceAccountName="+acc.Name)),
	}
}

func workloadCommand(k model.WorkloadKey) string {
	return join("kubectl describe", quote(strings.ToLower(k.Kind)), quote(k.Name), "-n", quote(k.Namespace))
}

// commands writes shell commands, with the context they are meant for, and
// broken so that they can be copied as they stand.
func (w *writer) commands(commands []string) {
	w.Heading("LOOK FOR YOURSELF")
	for _, c := range commands {
		if context := w.a.Inventory.Cluster.Context; context != "" {
			c = strings.Replace(c, "kubectl ", "kubectl --context "+quote(context)+" ", 1)
		}
		w.Command(c)
	}
}

func join(parts ...string) string { return strings.Join(parts, " ") }

// quote makes a string one word of a POSIX shell. Names from a dump or a
// hostile server may hold anything, and people paste what they see.
func quote(s string) string {
	plain := s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-._/:=@", r)
	})
	if plain && s[0] != '-' {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
