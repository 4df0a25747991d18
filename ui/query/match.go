package query

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sahilm/fuzzy"
)

func firstRune(s string) (rune, int) { return utf8.DecodeRuneInString(s) }

// Contains says whether every word occurs in text. Both are lower case.
func Contains(words []string, text string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// Fuzzy gives the indexes, ascending, of the texts that fit every word, be it
// as a substring or fuzzily. All are lower case.
//
// That the letters of a word occur somewhere in order means little in a text
// of sixty: what counts is a match that begins where a part of a name begins
// and stays together ("lgr" in ledger, "payled" in payments/ledger), or that
// takes only first letters ("pclt" in payments/ci-ledger-token).
func Fuzzy(words, texts []string) []int {
	left := make([]int, len(texts))
	for i := range left {
		left[i] = i
	}
	for _, w := range words {
		if w == "" {
			continue
		}
		candidates := indexed{texts: texts, at: left}
		var fits []int
		for _, m := range fuzzy.FindFromNoSort(w, candidates) {
			i := left[m.Index]
			if strings.Contains(texts[i], w) || meant(w, m.Str, m.MatchedIndexes) || inPart(w, m.Str) != nil {
				fits = append(fits, i)
			}
		}
		left = fits
	}
	return left
}

type indexed struct {
	texts []string
	at    []int
}

func (s indexed) String(i int) string { return s.texts[s.at[i]] }
func (s indexed) Len() int            { return len(s.at) }

// Offsets gives the byte offsets in text that the words match, ascending, for
// highlighting; nil if there are none.
func Offsets(words []string, text string) []int {
	var all []int
	lower := strings.ToLower(text)
	for _, w := range words {
		all = append(all, offsetsOf(w, lower)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func offsetsOf(word, text string) []int {
	if word == "" {
		return nil
	}
	if at := strings.Index(text, word); at >= 0 {
		run := make([]int, len(word))
		for i := range run {
			run[i] = at + i
		}
		return run
	}
	matches := fuzzy.FindNoSort(word, []string{text})
	switch {
	case len(matches) == 0:
		return nil
	case meant(word, text, matches[0].MatchedIndexes):
		return matches[0].MatchedIndexes
	}
	return inPart(word, text)
}

// inPart looks for a close match inside one part of text: namespace, name or
// account. A match over the whole text may begin too early to be close.
func inPart(word, text string) []int {
	start := 0
	for start < len(text) {
		end := len(text)
		if n := strings.IndexAny(text[start:], "/ "); n >= 0 {
			end = start + n
		}
		for _, m := range fuzzy.FindNoSort(word, []string{text[start:end]}) {
			if !meant(word, m.Str, m.MatchedIndexes) {
				continue
			}
			for i := range m.MatchedIndexes {
				m.MatchedIndexes[i] += start
			}
			return m.MatchedIndexes
		}
		start = end + 1
	}
	return nil
}

// meant says whether a match is one that people mean.
func meant(word, text string, at []int) bool {
	if len(at) < 2 || !begins(text, at[0]) {
		return false
	}
	if at[len(at)-1]-at[0] < 4*len(word) {
		return true
	}
	for _, i := range at {
		if !begins(text, i) {
			return false
		}
	}
	return true
}

func begins(text string, i int) bool {
	return i == 0 || strings.IndexByte("/-. _", text[i-1]) >= 0
}
