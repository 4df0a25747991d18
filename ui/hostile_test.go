package ui

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"timebound/model"
	"timebound/ui/internal/sample"
)

var hostileRunes = []rune("aZ09-/. 日本語한글éeñ\u0301\u0300\u0d4e\u0e33กำ🚀👩🏽𝔘ﷺ\u1100\u1161\u11a8🇩🇪…│\x1b[]\a\n\t\r\u202e\u200d\ufeff\u00ad\u009b\x00")

func hostileText(r *rand.Rand, n int) string {
	var b strings.Builder
	for range r.IntN(n + 1) {
		b.WriteRune(hostileRunes[r.IntN(len(hostileRunes))])
	}
	if r.IntN(6) == 0 {
		b.WriteString("\x1b]52;c;aGk=\a\xff\xfe")
	}
	return b.String()
}

// hostileSnapshot is a cluster in which every string is an attack.
func hostileSnapshot(r *rand.Rand) model.Snapshot {
	snap := sample.Snapshot()
	inv := snap.Inventory
	for i := range 40 {
		ns, account := hostileText(r, 12), hostileText(r, 12)
		name := fmt.Sprintf("%s%d", hostileText(r, 30), i)
		inv.Tokens = append(inv.Tokens, &model.Token{Key: model.Key{Namespace: ns, Name: name}, UID: hostileText(r, 8), Account: account,
			LastUsed: model.NewDayLabel(hostileText(r, 6)), Created: sample.Now, Labels: map[string]string{hostileText(r, 8): hostileText(r, 30)}})
		inv.Accounts = append(inv.Accounts, &model.Account{Key: model.Key{Namespace: ns, Name: account}, Created: sample.Now, Secrets: []string{name, hostileText(r, 9)}})
		inv.Workloads = append(inv.Workloads, &model.Workload{Key: model.Key{Namespace: ns, Name: hostileText(r, 20)}, Kind: "Pod", Account: account,
			ManagedBy: hostileText(r, 10), Secrets: []model.SecretRef{{Secret: name, Where: hostileText(r, 20)}}})
	}
	inv.Usage = hostileUsage(r, inv)
	inv.Cluster.Counters = model.Counters{Why: hostileText(r, 30), Missing: []model.MissingServer{{Server: hostileText(r, 12), Why: hostileText(r, 30)}},
		Servers: []model.ServerCounters{{Server: hostileText(r, 30), Tokens: model.TokenCounters{Legacy: model.Counter{Known: true, Value: r.Int64()}}}}}
	inv.Cluster.Context, inv.Cluster.Server, inv.Cluster.UID = hostileText(r, 9), hostileText(r, 9), hostileText(r, 9)
	if r.IntN(3) == 0 { // without a version there is no plan
		inv.Cluster.Servers = []model.ServerVersion{{Version: model.Version{Git: hostileText(r, 30)}}}
	}
	inv.Cluster.Platform = model.Platform{ID: "openshift", Version: hostileText(r, 9), How: hostileText(r, 20)}
	snap.Problems = []model.Problem{{What: hostileText(r, 40), Why: hostileText(r, 40), Remedy: hostileText(r, 40), Fatal: r.IntN(2) == 0}}
	snap.Progress = []model.Progress{{Kind: model.ObjectKind(hostileText(r, 20)), Count: 5, Total: -1}}
	if r.IntN(2) == 0 {
		snap.Link.State = model.LinkLoading
	}
	return snap
}

// hostileUsage is what a log that was written by an attacker says of the tokens.
func hostileUsage(r *rand.Rand, inv *model.Inventory) *model.Usage {
	u := &model.Usage{Tokens: map[model.Key]*model.TokenUse{}, Accounts: map[model.Key]*model.TokenUse{}, Stale: map[model.Key]*model.TokenUse{}}
	for _, tok := range inv.Tokens {
		use := &model.TokenUse{Requests: r.Uint64(), First: sample.Now, Last: sample.Now.AddDate(0, 0, r.IntN(9)-4), Grain: hostileText(r, 30)}
		for range r.IntN(5) {
			use.Callers = append(use.Callers, model.Caller{Agent: hostileText(r, 60), Address: hostileText(r, 20), Node: hostileText(r, 9), Pod: model.Key{Name: hostileText(r, 9)},
				Requests: r.Uint64(), Verbs: []string{hostileText(r, 9)}, Resources: []string{hostileText(r, 30)}, Namespaces: []string{hostileText(r, 9), ""}})
		}
		for day := range r.IntN(40) {
			use.Days = append(use.Days, model.DayUse{Day: model.DayOf(sample.Now) - 30 + model.Day(day), Requests: r.Uint64()})
		}
		account := model.Key{Namespace: tok.Namespace, Name: tok.Account}
		[]map[model.Key]*model.TokenUse{u.Tokens, u.Accounts, u.Stale}[r.IntN(3)][[]model.Key{tok.Key, account}[r.IntN(2)]] = use
	}
	return u
}

// ours says whether an escape is one of those that paint.
func ours(escape string) bool {
	return strings.HasPrefix(escape, "\x1b[") && strings.HasSuffix(escape, "m")
}

func checkScreen(t *testing.T, d *driver, width, height int, doing string) {
	t.Helper()
	content := d.content()
	rows := strings.Split(content, "\n")
	if len(rows) > height {
		t.Fatalf("%s: %d lines on %d", doing, len(rows), height)
	}
	for i, row := range rows {
		if got := ansi.StringWidth(row); got > width {
			t.Fatalf("%s: line %d is %d cells wide on %d: %q", doing, i, got, width, row)
		}
	}
	var state byte
	for rest := content; rest != ""; {
		seq, _, n, next := ansi.DecodeSequence(rest, state, nil)
		state, rest = next, rest[n:]
		if seq[0] == 0x1b && !ours(seq) {
			t.Fatalf("%s: the escape %q is not ours", doing, seq)
		}
		for _, c := range seq {
			if seq[0] != 0x1b && c != '\n' && (c < 0x20 || c == 0x7f || (c >= 0x80 && c < 0xa0) || c == '\u202e' || c == '\ufeff') {
				t.Fatalf("%s: %U got through", doing, c)
			}
		}
	}
}

func TestNoDataBreaksTheScreen(t *testing.T) {
	rounds := 25
	if testing.Short() {
		rounds = 3
	}
	keys := strings.Fields("1 2 3 4 5 6 6 6 f x d m l h left right down up pgdown pgup G g enter esc s S space * u a t w [ ? ! n p tab ctrl+d ctrl+u > 7 7 8 i i o v U L - N z ctrl+n")
	t.Chdir(t.TempDir()) // where plans are written to
	r := rand.New(rand.NewPCG(7, 8))
	for round := range rounds {
		width, height := 20+r.IntN(200), 10+r.IntN(50)
		looks := []func(*Options){func(o *Options) { o.Context = hostileText(r, 20) }, func(o *Options) { o.NoColor = round%3 == 0 }, func(o *Options) { o.ASCII = round%4 == 0 }}
		d := drive(t, width, height, looks...)
		checkScreen(t, d, width, height, "start")
		d.push(hostileSnapshot(r))
		for range 60 {
			var doing string
			switch r.IntN(12) {
			case 0:
				width, height = 1+r.IntN(220), 1+r.IntN(60)
				doing = fmt.Sprintf("resize to %d×%d", width, height)
				d.send(tea.WindowSizeMsg{Width: width, Height: height})
			case 1:
				doing = "reload"
				d.push(hostileSnapshot(r))
			case 2:
				text := hostileText(r, 10)
				doing = fmt.Sprintf("filter %q", text)
				d.press("esc", "esc", "/")
				d.send(tea.PasteMsg{Content: text})
				checkScreen(t, d, width, height, doing)
				d.press([]string{"enter", "esc"}[r.IntN(2)])
			default:
				doing = keys[r.IntN(len(keys))]
				d.press(doing)
			}
			checkScreen(t, d, width, height, fmt.Sprintf("round %d, %s on %s", round, doing, d.root.current))
		}
	}
}
