package usage

import "timebound/model"

// tokenIndex finds the uses of a token by the key of its secret. It holds for so
// many uses: none ever goes away.
type tokenIndex struct {
	uses     int
	subjects map[model.Key][]Subject
}

// token gives the uses of a token. There are several if secrets of that name
// belonged to several accounts, one after the other.
func (s *Summary) token(key model.Key) []Subject {
	if s.named.uses != len(s.Uses) {
		s.named = tokenIndex{len(s.Uses), map[model.Key][]Subject{}}
		for subject := range s.Uses {
			if subject.Class == Legacy && subject.Secret != "" {
				key := model.Key{Namespace: subject.Account.Namespace, Name: subject.Secret}
				s.named.subjects[key] = append(s.named.subjects[key], subject)
			}
		}
	}
	return s.named.subjects[key]
}

// latest gives whichever use of a token was the last.
func (s *Summary) latest(key model.Key) (subject Subject, use *Use) {
	for _, candidate := range s.token(key) {
		u := s.Uses[candidate]
		if use == nil || u.Last > use.Last || u.Last == use.Last && candidate.compare(subject) > 0 {
			subject, use = candidate, u
		}
	}
	return subject, use
}

// AccountOf gives whose token it is, as the API server said last; zero if the
// token was not used.
func (s *Summary) AccountOf(token model.Key) model.Key {
	subject, _ := s.latest(token)
	return subject.Account
}

// OriginOf gives where the token is from, as the API server said last.
func (s *Summary) OriginOf(token model.Key) model.Origin {
	if _, u := s.latest(token); u != nil {
		return u.Origin
	}
	return model.OriginUnknown
}

// Presented gives how the bound token of a credential id was used; nil if it was
// not.
func (s *Summary) Presented(credential string) *model.TokenUse {
	u := s.Uses[Subject{Class: Presented, Name: credential}]
	if u == nil {
		return nil
	}
	return u.told()
}
