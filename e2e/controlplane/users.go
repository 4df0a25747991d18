package controlplane

import (
	"bytes"
	"crypto/rand"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// users maps a user's name to the bearer token that kube-apiserver knows it by.
type users map[string]string

// prepareUsers makes sure that the token file knows every named user. Users of
// an earlier cluster keep their tokens, so old kubeconfigs stay good.
func prepareUsers(path string, names []string) (users, error) {
	known, err := readUsers(path)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if known[name] == "" {
			known[name] = rand.Text()
		}
	}
	return known, known.write(path)
}

func readUsers(path string) (users, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return users{}, nil
	}
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1 // only the admin has a group
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read users: %w", err)
	}
	known := users{}
	for _, row := range rows {
		if len(row) < 3 {
			return nil, fmt.Errorf("read users: %s: want token,user,uid in every row", path)
		}
		known[row[1]] = row[0]
	}
	return known, nil
}

// write stores the users in kube-apiserver's form: token, user, uid, groups.
func (u users) write(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	for name, token := range u {
		row := []string{token, name, name}
		if name == Admin {
			row = append(row, "system:masters")
		}
		_ = w.Write(row) // the first error stays in w
	}
	w.Flush()
	return errors.Join(w.Error(), f.Close())
}
