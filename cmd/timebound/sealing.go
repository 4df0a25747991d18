package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"timebound/plan/backup"
	"timebound/plan/run"
)

// sealingFlags say whether backups keep token bytes, and how they are opened.
type sealingFlags struct {
	recipients []string
	files      []string
	passphrase bool
	plain      bool
	identities []string
}

func (s *sealingFlags) addFlags(flags *pflag.FlagSet) {
	flags.StringArrayVar(&s.recipients, "backup-recipient", nil, "Keep token bytes in backups, sealed to this public `key` (age1…, ssh-ed25519 …); may be repeated")
	flags.StringArrayVar(&s.files, "backup-recipients-file", nil, "As --backup-recipient, with the keys of a `file`")
	flags.BoolVar(&s.passphrase, "backup-passphrase", false, "Keep token bytes in backups, sealed with a passphrase that is asked for")
	flags.BoolVar(&s.plain, "insecure-plaintext-backup", false, "Keep token bytes in backups as they are: whoever reads the files holds the tokens; has to be confirmed")
	flags.StringArrayVar(&s.identities, "identity", nil, "Open sealed backups with this secret key `file`; may be repeated")
}

// ways counts the ways in which bytes are to be kept.
func (s *sealingFlags) ways() int {
	n := 0
	for _, way := range []bool{len(s.recipients)+len(s.files) > 0, s.passphrase, s.plain} {
		if way {
			n++
		}
	}
	return n
}

// check understands the flags before anything is asked of a cluster.
func (s *sealingFlags) check() error {
	if s.ways() > 1 {
		return usagef("--backup-recipient, --backup-passphrase and --insecure-plaintext-backup exclude each other")
	}
	return nil
}

// plainWords have to be typed before token bytes are kept as they are.
const plainWords = "keep tokens in plain text"

// apply sets up sealing and opening for a cluster whose journal lies in folder.
func (s *sealingFlags) apply(o *run.Options, std streams, folder string, opening bool) error {
	for _, path := range s.identities {
		list, err := backup.ReadIdentities(path, asker(std))
		if err != nil {
			return usage(err)
		}
		o.Identities = append(o.Identities, list...)
	}
	var err error
	switch {
	case len(s.recipients)+len(s.files) > 0:
		var to backup.Recipients
		if to, err = backup.ParseRecipients(s.recipients, s.files); err != nil {
			return usage(err)
		}
		o.Sealing, err = backup.SealTo(to, o.Identities)
	case s.passphrase && opening:
		var list backup.Identities
		if list, err = backup.FolderKey(folder, asker(std)); err == nil {
			o.Identities = append(o.Identities, list...)
		}
	case s.passphrase:
		o.Sealing, err = backup.SealByPassphrase(folder, asker(std))
	case s.plain:
		if err = confirmPlain(std); err == nil {
			o.Sealing = backup.Plain()
		}
	}
	return err
}

func confirmPlain(std streams) error {
	fmt.Fprintf(std.err, "Backups will hold tokens that anybody can use who reads the files.\nType %q to go on: ", plainWords)
	line, err := readLine(std.in)
	if err != nil || line != plainWords {
		return &outcome{exitRefused, errors.New("--insecure-plaintext-backup was not confirmed; nothing was changed")}
	}
	return nil
}

// asker asks for a passphrase on the terminal, without showing it.
func asker(std streams) backup.Ask {
	return func(text string) (string, error) {
		in, ok := std.in.(*os.File)
		if !ok || !term.IsTerminal(int(in.Fd())) {
			return "", errors.New("there is no terminal to ask for the passphrase on; use a key file")
		}
		fmt.Fprintf(std.err, "%s: ", text)
		answer, err := term.ReadPassword(int(in.Fd()))
		fmt.Fprintln(std.err)
		if errors.Is(err, io.EOF) {
			err = errors.New("no passphrase was given")
		}
		return string(answer), err
	}
}
