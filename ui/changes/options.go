package changes

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"timebound/plan/change"
	"timebound/plan/run"
)

// OptionsText says in words how a run would go about. What may be deleted is
// said of those that delete.
func OptionsText(o run.Options, deletes bool) string {
	pace := "as fast as it goes"
	if o.Rate > 0 {
		pace = "at " + RateText(o.Rate)
	}
	text := strconv.Itoa(o.Parallel) + " at once, " + pace + "."
	if o.Canary > 0 {
		wait := "then"
		if o.CanaryWait > 0 {
			wait = WaitText(o.CanaryWait) + " later"
		}
		text = "Canary " + strconv.Itoa(o.Canary) + ", " + wait + " the rest: " + text
	}
	switch o.StopAfter {
	case 0:
		text += " Never stops for failures."
	case 1:
		text += " Stops after 1 failure."
	default:
		text += " Stops after " + strconv.Itoa(o.StopAfter) + " failures."
	}
	if deletes {
		text += " May delete undo class " + ClassesText(o.Classes) + "."
	}
	return text
}

// Deletes says that one of the changes is a deletion.
func Deletes(items []*change.Item) bool {
	return slices.ContainsFunc(items, (*change.Item).Destructive)
}

// ClassesText lists undo classes: "A and B".
func ClassesText(classes string) string {
	if classes == "" {
		return "none"
	}
	letters := strings.Split(classes, "")
	if len(letters) == 1 {
		return letters[0]
	}
	return strings.Join(letters[:len(letters)-1], ", ") + " and " + letters[len(letters)-1]
}

// RateText writes a pace: "10/s", "9.8/s".
func RateText(rate float64) string {
	if rate <= 0 {
		return "no limit"
	}
	if rate >= 10 {
		return strconv.Itoa(int(rate+0.5)) + "/s"
	}
	return strings.TrimSuffix(strconv.FormatFloat(rate, 'f', 1, 64), ".0") + "/s"
}

// WaitText writes a time to wait in its largest units: "15 s", "1 min 5 s".
func WaitText(d time.Duration) string {
	s := int((d + time.Second - 1) / time.Second)
	switch {
	case s < 60:
		return strconv.Itoa(s) + " s"
	case s < 3600 && s%60 == 0:
		return strconv.Itoa(s/60) + " min"
	case s < 3600:
		return strconv.Itoa(s/60) + " min " + strconv.Itoa(s%60) + " s"
	}
	return strconv.Itoa(s/3600) + " h " + strconv.Itoa(s%3600/60) + " min"
}
