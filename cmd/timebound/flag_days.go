package main

import (
	"fmt"

	"timebound/model"
)

// span is a flag that holds a number of days: 90d, 12w, 2160h, 1y.
type span struct {
	days int
	set  bool
}

// Set reads the flag's value.
func (s *span) Set(text string) error {
	days, err := model.ParseDays(text)
	if err != nil {
		return err
	}
	if days < 1 {
		return fmt.Errorf("must be at least one day")
	}
	s.days, s.set = days, true
	return nil
}

// String gives the value as people would write it.
func (s *span) String() string {
	if s.days == 0 {
		return ""
	}
	return fmt.Sprintf("%dd", s.days)
}

// Type names the value in help.
func (s *span) Type() string { return "days" }

// dayFlag is a flag that holds a UTC day.
type dayFlag struct {
	day model.Day
	set bool
}

// Set reads the flag's value.
func (d *dayFlag) Set(text string) error {
	day, err := model.ParseDay(text)
	if err != nil {
		return err
	}
	d.day, d.set = day, true
	return nil
}

// String gives the day, or "" if none was given.
func (d *dayFlag) String() string {
	if !d.set {
		return ""
	}
	return d.day.String()
}

// Type names the value in help.
func (d *dayFlag) Type() string { return "date" }
