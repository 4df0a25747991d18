package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/run"
)

// writeReview tells what would happen, before anything does: by kind of action,
// what stands against something first.
func writeReview(w io.Writer, name string, order run.Order, v *run.Review, refused []refusal, kubectl bool) {
	fmt.Fprintf(w, "%s: %s on %s; the server tried out %s\n", model.Printable(order.Name), changes(len(order.Items)), model.Printable(name), okText(v))
	for from := 0; from < len(v.Items); {
		to := from + 1
		for to < len(v.Items) && v.Items[to].Item.Kind == v.Items[from].Item.Kind {
			to++
		}
		writeReviewed(w, v.Items[from:to], kubectl)
		from = to
	}
	writeLeftOut(w, v)
	writeRefused(w, refused)
	fmt.Fprintf(w, "\n%s\n", optionsText(order.Options))
	if len(v.Missing) > 0 {
		fmt.Fprintf(w, "Rights that you lack: %s\n", strings.Join(v.Missing, ", "))
	}
}

// writeReviewed lists the items of one kind that nothing stands against.
func writeReviewed(w io.Writer, items []run.Reviewed, kubectl bool) {
	n, undo := 0, items[0].Undo
	for _, i := range items {
		if i.Problem == "" {
			n++
		}
		if i.Undo != undo {
			undo = "" // told with each
		}
	}
	if n == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s %d\n", items[0].Item.Kind, n)
	if undo != "" {
		fmt.Fprintf(w, "  undo: %s\n", undo)
	}
	if items[0].Item.Kind == plan.Delete {
		fmt.Fprintf(w, "  %s\n", run.DeletedIsNotGone)
	}
	for _, i := range items {
		if i.Problem != "" {
			continue
		}
		fmt.Fprintf(w, "  %s %s/%s%s\n", i.Item.On.Kind, model.Printable(i.Item.On.Namespace), model.Printable(i.Item.On.Name), verdictText(i))
		for _, line := range i.Preview {
			fmt.Fprintf(w, "      %s\n", model.Printable(line))
		}
		if undo == "" && i.Undo != "" {
			fmt.Fprintf(w, "      undo: %s\n", i.Undo)
		}
		if i.Item.Override != "" {
			fmt.Fprintf(w, "      override: %s\n", model.Printable(i.Item.Override))
		}
		for _, line := range i.Warn {
			fmt.Fprintf(w, "      ! %s\n", model.Printable(line))
		}
		if kubectl {
			for _, line := range i.Kubectl {
				fmt.Fprintf(w, "      $ %s\n", model.Printable(line))
			}
		}
	}
}

// writeLeftOut lists what will not be done, and why.
func writeLeftOut(w io.Writer, v *run.Review) {
	if v.OK() == len(v.Items) {
		return
	}
	fmt.Fprintf(w, "\nleft out %d\n", len(v.Items)-v.OK())
	for _, i := range v.Items {
		if i.Problem != "" {
			fmt.Fprintf(w, "  %s: %s\n", model.Printable(i.Item.ID()), model.Printable(i.Problem))
		}
	}
}

func verdictText(i run.Reviewed) string {
	var parts []string
	if i.Item.Verdict != "" {
		parts = append(parts, i.Item.Verdict)
	}
	for _, e := range i.Item.Evidence {
		parts = append(parts, e.Code)
	}
	if len(parts) == 0 {
		return ""
	}
	return "   " + strings.Join(parts, " ")
}

func okText(v *run.Review) string {
	ok := v.OK()
	if ok == len(v.Items) {
		return fmt.Sprintf("all %d: ok", ok)
	}
	return fmt.Sprintf("%d ok, %d left out", ok, len(v.Items)-ok)
}

func changes(n int) string {
	if n == 1 {
		return "1 change"
	}
	return fmt.Sprintf("%d changes", n)
}

// optionsText says how a run would go about.
func optionsText(o run.Options) string {
	rate := "as fast as it goes"
	if o.Rate > 0 {
		rate = fmt.Sprintf("%g a second", o.Rate)
	}
	text := fmt.Sprintf("%d at once, %s.", o.Parallel, rate)
	if o.Canary > 0 {
		text = fmt.Sprintf("Canary %d, %s later the rest: ", o.Canary, o.CanaryWait) + text
	}
	if o.StopAfter > 0 {
		text += fmt.Sprintf(" Stops after %d failed.", o.StopAfter)
	}
	return text
}

func writeRefused(w io.Writer, refused []refusal) {
	if len(refused) == 0 {
		return
	}
	fmt.Fprintf(w, "\nnot staged\n")
	for _, r := range refused {
		hint := ""
		if r.Overridable {
			hint = "; --override takes it with a reason"
		}
		fmt.Fprintf(w, "  %s: %s%s\n", model.Printable(r.Action), model.Printable(r.Why), hint)
	}
}

// reviewed and resulted are the shapes of the JSON output.
type (
	reviewDocument struct {
		APIVersion string         `json:"apiVersion"`
		Kind       string         `json:"kind"`
		Items      []reviewedItem `json:"items"`
		Missing    []string       `json:"missing"`
		Refused    []refusal      `json:"refused"`
	}
	reviewedItem struct {
		Action  string   `json:"action"`
		OK      bool     `json:"ok"`
		Tried   bool     `json:"tried"`
		Problem string   `json:"problem,omitempty"`
		Code    string   `json:"code,omitempty"`
		Preview []string `json:"preview,omitempty"`
		Kubectl []string `json:"kubectl,omitempty"`
		Warn    []string `json:"warn,omitempty"`
		Undo    string   `json:"undo,omitempty"`
		Class   string   `json:"undoClass,omitempty"`
	}
	runDocument struct {
		APIVersion string            `json:"apiVersion"`
		Kind       string            `json:"kind"`
		ID         string            `json:"id"`
		Stopped    string            `json:"stopped,omitempty"`
		Counts     map[run.State]int `json:"counts"`
		Items      []resultItem      `json:"items"`
		Refused    []refusal         `json:"refused"`
	}
	resultItem struct {
		Action     string    `json:"action"`
		State      run.State `json:"state"`
		Code       string    `json:"code,omitempty"`
		Why        string    `json:"why,omitempty"`
		Reverted   string    `json:"reverted,omitempty"`
		File       string    `json:"file,omitempty"`
		Credential string    `json:"credential,omitempty"`
	}
)

func writeReviewJSON(w io.Writer, v *run.Review, refused []refusal) error {
	doc := reviewDocument{APIVersion: plan.APIVersion, Kind: "Review", Items: []reviewedItem{}, Missing: v.Missing, Refused: refused}
	for _, i := range v.Items {
		doc.Items = append(doc.Items, reviewedItem{i.Item.ID(), i.Problem == "", i.Tried, i.Problem, i.Code, i.Preview, i.Kubectl, i.Warn, i.Undo, string(i.Class)})
	}
	return writeJSON(w, doc)
}

func writeJSON(w io.Writer, v any) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	if err := out.Encode(v); err != nil {
		return fmt.Errorf("write the result: %w; it is not complete", err)
	}
	return nil
}

// report tells what a run did. The error is nil only if all of it was done.
func (o *runFlags) report(std streams, r *run.Run, refused []refusal) error {
	results := r.Results()
	if o.output == "json" {
		if err := writeRunJSON(std.out, r.ID, r.Progress().Counts, results, r.Err(), refused); err != nil {
			return err
		}
	} else {
		writeResults(std.out, results)
		writeRefused(std.err, refused)
	}
	for _, note := range r.Progress().Notes {
		fmt.Fprintf(std.err, "%s\n", model.Printable(note))
	}
	return runError(results, r.Err(), refused)
}

func runError(results []run.Result, stopped error, refused []refusal) error {
	changed := slices.ContainsFunc(results, func(r run.Result) bool { return r.Outcome.State == run.Done || r.Outcome.State == run.Unsure })
	switch {
	case errors.Is(stopped, run.ErrDenied) && !changed:
		return &outcome{exitRefused, fmt.Errorf("stopped: %w", stopped)}
	case stopped != nil:
		return &outcome{exitPartly, fmt.Errorf("stopped: %w; what is left can be finished with timebound runs finish, or put back with timebound undo", stopped)}
	case !run.Complete(results) || len(refused) > 0:
		return &outcome{code: exitPartly}
	}
	return nil
}

func writeRunJSON(w io.Writer, id string, counts map[run.State]int, results []run.Result, stopped error, refused []refusal) error {
	doc := runDocument{APIVersion: plan.APIVersion, Kind: "Run", ID: id, Counts: counts, Items: []resultItem{}, Refused: refused}
	if stopped != nil {
		doc.Stopped = stopped.Error()
	}
	for _, r := range results {
		item := resultItem{
			Action: r.Item.ID(), State: r.Outcome.State, Code: r.Outcome.Code, Why: r.Outcome.Why,
			File: r.Outcome.File, Credential: r.Outcome.Credential,
		}
		if !r.Stands() {
			item.Reverted = r.Check.Why
		}
		doc.Items = append(doc.Items, item)
	}
	return writeJSON(w, doc)
}

// writeResults lists what became of each item, what needs somebody first, and
// the totals.
func writeResults(w io.Writer, results []run.Result) {
	counts := map[run.State]int{}
	reverted := 0
	for _, r := range results {
		counts[r.Outcome.State]++
		why := r.Outcome.Why
		if !r.Stands() {
			reverted++
			why = "does not stand: " + r.Check.Why
			if r.Check.State == run.Unsure {
				why = "could not be looked at again: " + r.Check.Why
			}
		}
		if r.Outcome.File != "" {
			why = r.Outcome.File + ", until " + r.Outcome.Expires.UTC().Format("2006-01-02 15:04 UTC")
		}
		if why != "" {
			why = ": " + why
		}
		fmt.Fprintf(w, "%-8s %s%s\n", r.Outcome.State, model.Printable(r.Item.ID()), model.Printable(why))
	}
	var parts []string
	for _, s := range run.States() {
		if counts[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[s], s))
		}
	}
	if reverted > 0 {
		parts = append(parts, fmt.Sprintf("%d of them to look at", reverted))
	}
	fmt.Fprintf(w, "%s\n", strings.Join(parts, ", "))
}
