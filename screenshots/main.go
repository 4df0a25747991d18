// Command screenshots makes the pictures of the dashboard: it plays scenes on
// the real program with the demo cluster, in this process and without a
// terminal, and writes what the screen shows as SVG. A test holds the
// committed pictures against the program.
//
//	go run ./screenshots        # write screenshots/*.svg
//	screenshots/png.sh          # make the README's PNGs from them
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"timebound/screenshots/picture"
)

func main() {
	dir := flag.String("dir", "screenshots", "folder to write to")
	flag.Parse()
	if err := write(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

func write(dir string) error {
	cluster, err := load()
	if err != nil {
		return err
	}
	defer cluster.close()
	for _, s := range scenes {
		svg, err := s.picture(cluster)
		if err != nil {
			return err
		}
		path := filepath.Join(dir, s.name+".svg")
		if err := os.WriteFile(path, svg, 0o644); err != nil {
			return fmt.Errorf("write picture: %w", err)
		}
		fmt.Println(path)
	}
	return nil
}

// picture plays the scene and draws its last frame.
func (s scene) picture(c *cluster) ([]byte, error) {
	frame, err := s.play(c)
	if err != nil {
		return nil, fmt.Errorf("scene %s: %w", s.name, err)
	}
	look := picture.Dark
	if s.light {
		look = picture.Light
	}
	return picture.SVG(frame, "timebound", s.width, s.height, look), nil
}
