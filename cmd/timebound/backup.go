package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"timebound/model"
	"timebound/plan/backup"
	"timebound/plan/journal"
	"timebound/plan/run"
)

const backupVerifyLong = `Prove that backups can be read, that what is sealed is whole, and, with a key, that
it opens and holds the bytes that the backup was made of.

RUN checks all backups of a run of the current cluster; FILE checks one, without a
cluster. What is sealed can be opened without Timebound too: age -d -i KEY FILE.age`

func newBackup(set *settings, std streams, name string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backup",
		Short: "Check the backups of deleted secrets",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	sealing := &sealingFlags{}
	verify := &cobra.Command{
		Use:   "verify RUN|FILE…",
		Short: "Prove that backups open and match",
		Long:  backupVerifyLong,
		Example: examples(`  # All backups of a run
  %[1]s backup verify 20261124-181500-x7f3

  # One file, with the key that it was sealed to
  %[1]s backup verify --identity ~/.ssh/id_ed25519 payments_ledger-token.json`, name),
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := sealing.check(); err != nil {
				return err
			}
			if err := set.prepare(cmd); err != nil {
				return err
			}
			return verifyBackups(cmd, set, std, sealing, args)
		},
	}
	verify.Flags().StringArrayVar(&sealing.identities, "identity", nil, "Open sealed backups with this secret key `file`; may be repeated")
	verify.Flags().BoolVar(&sealing.passphrase, "backup-passphrase", false, "Open what was sealed with the passphrase of this cluster's backups")
	cmd.AddCommand(verify)
	return cmd
}

func verifyBackups(cmd *cobra.Command, set *settings, std streams, sealing *sealingFlags, args []string) error {
	var options run.Options
	var files []string
	for _, arg := range args {
		if strings.HasSuffix(arg, ".json") {
			files = append(files, arg)
			continue
		}
		text := "text"
		err := withStore(cmd, set, &text, func(store *journal.Store) error {
			found, err := backupsOf(store, arg)
			files = append(files, found...)
			if err == nil && sealing.passphrase {
				err = sealing.apply(&options, std, store.Path(), true)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	if !sealing.passphrase {
		if err := sealing.apply(&options, std, "", true); err != nil {
			return err
		}
	}
	failed := 0
	for _, path := range files {
		report, err := backup.Verify(path, options.Identities)
		if err != nil {
			failed++
			fmt.Fprintf(std.out, "FAILED %s\n", model.Printable(err.Error()))
			continue
		}
		fmt.Fprintf(std.out, "ok     %s: %s\n", model.Printable(path), provenText(report))
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d backups failed: delete nothing more before you know why, and keep these files", failed, len(files))
	}
	return nil
}

func provenText(r backup.Report) string {
	switch {
	case r.Form == backup.MetadataOnly:
		return "whole; no token bytes are kept, the controller makes the same token again"
	case r.Opened:
		return "whole, opened, and every byte matches"
	}
	return "whole; give --identity to prove that it opens"
}

// backupsOf lists the backups of a run.
func backupsOf(store *journal.Store, id string) ([]string, error) {
	if _, err := run.Read(store, id); err != nil {
		return nil, err
	}
	folder := filepath.Join(store.RunPath(id), run.BackupFolder)
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var found []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".json") {
			found = append(found, filepath.Join(folder, e.Name()))
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("run %s made no backups: it deleted nothing", id)
	}
	return found, nil
}
