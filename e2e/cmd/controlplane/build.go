package main

import (
	"context"
	"fmt"
	"time"

	"timebound/e2e/controlplane"
)

// buildCommand builds each named version in turn, never two at once: one build
// alone fills the machine.
func buildCommand(ctx context.Context, names []string) error {
	if len(names) == 0 {
		return fmt.Errorf("build: name at least one version, \"kubectl\" or \"all\"")
	}
	if len(names) == 1 && names[0] == "all" {
		names = append(controlplane.Versions(), "kubectl")
	}
	for _, name := range names {
		began := time.Now()
		if err := buildOne(ctx, name); err != nil {
			return err
		}
		fmt.Printf("%-8s ready after %s\n", name, time.Since(began).Round(100*time.Millisecond))
	}
	return nil
}

func buildOne(ctx context.Context, name string) error {
	if name == "kubectl" {
		path, err := controlplane.BuildKubectl(ctx, controlplane.Newest)
		if err == nil {
			fmt.Println(path)
		}
		return err
	}
	binaries, err := controlplane.Build(ctx, name)
	if err == nil {
		fmt.Println(binaries.APIServer)
		fmt.Println(binaries.ControllerManager)
	}
	return err
}
