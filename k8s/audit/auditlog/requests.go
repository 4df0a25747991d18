package auditlog

import (
	"fmt"

	"timebound/model"
	"timebound/model/usage"
)

// next makes the next request and notes it in the truth.
func (w *writer) next() *request {
	r := &w.request
	*r = request{
		id: appendUUID(r.id[:0], w.rng), at: w.now(), level: w.level(), uri: r.uri[:0], tells: r.tells[:0], last: r.last[:0],
		code: 200, reason: w.reasons[w.rng.IntN(len(w.reasons))],
	}
	at := usage.Micros(r.at)
	if w.truth.Requests == 0 {
		w.truth.First = at
	}
	w.truth.Requests++
	w.truth.Last = at
	n := w.rng.IntN(1000)
	for _, c := range w.recipes {
		if n -= c.share; n < 0 {
			c.make(w, r, at)
			return r
		}
	}
	w.everyday(r)
	return r
}

// recipe makes one kind of request, of so many thousandths.
type recipe struct {
	share int
	make  func(*writer, *request, usage.Micros)
}

func recipesOf(s Shares) []recipe {
	return []recipe{
		{s.Legacy, (*writer).legacy}, {s.Stale, (*writer).stale}, {s.Refused, (*writer).refused},
		{s.Reviewed, (*writer).reviewed}, {s.Issued, (*writer).issued}, {s.Presented, (*writer).presented},
		{s.Decoys, (*writer).decoy},
	}
}

func (w *writer) legacy(r *request, at usage.Micros) {
	var t *token
	var who Caller
	if w.options.Callers > 0 {
		t, who = w.distinct()
	} else {
		// A few tokens make most of the requests, and some none.
		x := w.rng.Float64()
		t = w.world.tokens[int(x*x*x*float64(len(w.world.tokens)))]
		who = t.callers[w.rng.IntN(len(t.callers))]
	}
	w.present(r, t.user, who, t.name.Account.Namespace)
	r.forwarded = w.rng.IntN(50) == 0
	if w.rng.IntN(30) == 0 {
		r.code = 403
	}
	w.tell(r, keyLegacy, t.user.name)
	switch {
	case w.options.Minor < 29:
	case t.origin == model.OriginAuto:
		w.tell(r, keyAuto, t.name.Secret)
	default:
		w.tell(r, keyManual, t.name.Secret)
	}
	use := useOf(w.truth.Legacy, t.name)
	use.Origin = t.origin
	if w.options.Callers == 0 {
		use.noteCaller(at, who)
		return
	}
	use.note(at)
	if w.rounds < uint64(w.options.Callers) {
		use.Distinct++
	}
	w.rounds++
}

// distinct goes round all callers, each one of one token.
func (w *writer) distinct() (*token, Caller) {
	i := w.rounds % uint64(w.options.Callers)
	t := w.world.tokens[i%uint64(len(w.world.tokens))]
	n := i / uint64(len(w.world.tokens))
	return t, Caller{
		Agent:   fmt.Sprintf("client-%d/1.%d (linux/amd64)", n, n%7),
		Address: fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255),
	}
}

func (w *writer) stale(r *request, at usage.Micros) {
	p := w.world.stale[w.rng.IntN(len(w.world.stale))]
	who := Caller{Agent: p.agent, Address: p.address, Pod: p.pod}
	w.present(r, &p.user, who, p.account.Namespace)
	past := (r.at-w.start)/1e6 + 60
	w.tell(r, keyStale, fmt.Sprintf("subject: %s, seconds after warning threshold: %d", p.name, past))
	useOf(w.truth.Stale, p.account).noteCaller(at, who)
}

// refused has nobody's name: its caller is often one whose token was good once.
func (w *writer) refused(r *request, at usage.Micros) {
	who := Caller{Agent: pick(w.rng, legacyAgents), Address: address(w.rng)}
	if t := pick(w.rng, w.world.tokens); w.rng.IntN(2) == 0 && len(t.callers) > 0 {
		who = t.callers[0]
	}
	r.level = "Metadata"
	w.present(r, &user{json: "{}"}, who, pick(w.rng, w.world.accounts).Namespace)
	r.code, r.beganByRefusal, r.watches = 401, true, false
	w.truth.Refused.noteCaller(at, who)
}

func (w *writer) reviewed(r *request, at usage.Micros) {
	u := pick(w.rng, w.world.checkers)
	w.create(r, u, onTokenReviews, "", "")
	if r.level != "Metadata" {
		r.body = w.world.bodies.reviews
	}
	useOf(w.truth.Reviewed, u.name).noteCaller(at, Caller{Agent: u.agent, Address: u.address})
}

// issued is a TokenRequest, mostly of kubelets.
func (w *writer) issued(r *request, at usage.Micros) {
	account := pick(w.rng, w.world.accounts)
	u := pick(w.rng, w.world.kubelets)
	others := w.rng.IntN(4) == 0
	if others {
		u = pick(w.rng, w.world.issuers)
	}
	w.create(r, u, onAccountToken, account.Namespace, account.Name)
	r.level = "Metadata"
	if w.options.Minor < 30 {
		return
	}
	id := uuid(w.rng)
	r.last = fmt.Appendf(r.last, "%q:%q,", keyIssued, "JTI="+id)
	if !others {
		w.truth.KubeletIssues++
		return
	}
	w.truth.Issued[id] = Issue{For: account, By: u.name, At: at}
	w.given = append(w.given, given{
		id: id, user: user{
			name: accountUser(account), agent: pick(w.rng, legacyAgents), address: address(w.rng),
			json: accountJSON(account, uuid(w.rng), fmt.Sprintf(`"authentication.kubernetes.io/credential-id":["JTI=%s"]`, id)),
		},
	})
	if len(w.given) > 200 { // the oldest ended
		w.given = w.given[100:]
	}
}

// presented is a use of a token that was asked for: the older, the more.
func (w *writer) presented(r *request, at usage.Micros) {
	if len(w.given) == 0 {
		w.everyday(r)
		return
	}
	g := &w.given[w.rng.IntN(len(w.given))]
	who := Caller{Agent: g.user.agent, Address: g.user.address}
	w.present(r, &g.user, who, pick(w.rng, w.world.accounts).Namespace)
	useOf(w.truth.Presented, g.id).noteCaller(at, who)
}

// decoy looks like a use of a legacy token and is none.
func (w *writer) decoy(r *request, _ usage.Micros) {
	u := pick(w.rng, w.world.people)
	who := Caller{Agent: u.agent, Address: u.address}
	way := w.rng.IntN(4)
	if w.options.MetadataOnly {
		way = 2 + way%2
	}
	switch way {
	case 0: // in an object's own annotations
		w.create(r, u, onConfigmaps, "web-dev-01", "")
		r.level, r.body = "Request", pick(w.rng, w.world.bodies.decoys)
	case 1:
		w.create(r, u, onConfigmaps, "web-dev-01", "")
		r.level, r.body, r.answer = "RequestResponse", pick(w.rng, w.world.bodies.decoys), pick(w.rng, w.world.bodies.decoys)
	case 2: // in the agent, where it is escaped
		who.Agent = `x","annotations":{"` + keyLegacy + `":"system:serviceaccount:decoy:decoy`
		r.level = "Metadata"
		w.present(r, u, who, "web-dev-01")
	default: // in the path
		r.level = "Metadata"
		w.present(r, u, who, "web-dev-01")
		r.verb, r.object, r.namespace, r.name, r.watches, r.code = "get", nil, "", "", false, 200
		r.uri = append(r.uri[:0], "/healthz?"+keyLegacy+"=system:serviceaccount:decoy:decoy"...)
	}
}

// everyday is what most requests are.
func (w *writer) everyday(r *request) {
	var u *user
	asks, namespace := planeAsked, "kube-system"
	switch n := w.rng.IntN(100); {
	case n < 45:
		u, asks, namespace = pick(w.rng, w.world.kubelets), kubeletAsked, "kube-node-lease"
	case n < 85:
		p := pick(w.rng, w.world.pods)
		u, asks, namespace = &p.user, readsAsked, p.account.Namespace
	case n < 95:
		u = pick(w.rng, w.world.planes)
	default:
		u, asks, namespace = pick(w.rng, w.world.people), readsAsked, pick(w.rng, w.world.accounts).Namespace
	}
	r.user, r.agent, r.peer = u.json, u.agent, u.address
	w.ask(r, asks, namespace)
}

// present fills in who asks, and something that such clients ask for.
func (w *writer) present(r *request, u *user, who Caller, namespace string) {
	r.user, r.agent, r.peer = u.json, who.Agent, who.Address
	w.ask(r, readsAsked, namespace)
}

// create is a POST of one kind of object.
func (w *writer) create(r *request, u *user, o *object, namespace, name string) {
	r.user, r.agent, r.peer = u.json, u.agent, u.address
	r.verb, r.object, r.namespace, r.name, r.code = "create", o, namespace, name, 201
	r.uri = o.path(r.uri, namespace, name)
}

// tell adds an annotation on authentication.
func (w *writer) tell(r *request, key, value string) {
	from := len(r.tells)
	r.tells = append(append(append(append(append(r.tells, '"'), key...), `":"`...), value...), `",`...)
	if w.options.Shares.Escaped > 0 && w.rng.IntN(1000) < w.options.Shares.Escaped {
		plain := string(r.tells[from:])
		r.tells = escape(r.tells[:from], plain, w.rng)
	}
}
